"""Which role may open which page beside a case, and which pages a browser test looks at: all subjects joined."""

from __future__ import annotations

from tests.handoff.casework import (
    lines_endings,
    lines_figures,
    lines_meetings,
    lines_outreach,
    lines_records,
    lines_referrals,
    lines_reports,
    lines_sheet,
    lines_team,
)

_SUBJECTS = (
    lines_endings,
    lines_figures,
    lines_meetings,
    lines_outreach,
    lines_records,
    lines_referrals,
    lines_reports,
    lines_sheet,
    lines_team,
)
LINES: dict[tuple[str, str], frozenset[str] | None] = {key: who for one in _SUBJECTS for key, who in one.LINES.items()}
LOOKED_AT: set[str] = {path for one in _SUBJECTS for path in one.LOOKED_AT}
