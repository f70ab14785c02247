"""Which role may open which page of the directory, and which pages a browser test looks at: all subjects joined."""

from __future__ import annotations

from tests.resources.web import (
    lines_asked,
    lines_editor,
    lines_gatherings,
    lines_importing,
    lines_open,
    lines_proposals,
    lines_together,
    lines_truth,
)

_SUBJECTS = (
    lines_asked,
    lines_editor,
    lines_gatherings,
    lines_importing,
    lines_open,
    lines_proposals,
    lines_together,
    lines_truth,
)
LINES: dict[tuple[str, str], frozenset[str] | None] = {key: who for one in _SUBJECTS for key, who in one.LINES.items()}
LOOKED_AT: set[str] = {path for one in _SUBJECTS for path in one.LOOKED_AT}
