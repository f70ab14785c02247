"""Which role may open which page of this subject, and which pages a browser test looks at."""

from __future__ import annotations

LINES: dict[tuple[str, str], frozenset[str] | None] = {}
LOOKED_AT: set[str] = set()
