"""Which role may open which page of reports beside a case."""

from __future__ import annotations

LINES: dict[tuple[str, str], frozenset[str] | None] = {}
# Which pages a browser test looks at; `LOOKED_AT` of tests/browser/test_every_page.py joins them.
LOOKED_AT: set[str] = set()
