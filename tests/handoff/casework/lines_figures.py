"""Which role may open the counts of a town."""

from __future__ import annotations

from typing import Final

_FIGURES: Final = frozenset({"coordinator", "supervisor", "administrator"})
LINES: dict[tuple[str, str], frozenset[str] | None] = {
    ("GET", f"/desk/figures{ending}"): _FIGURES for ending in ("", ".csv", ".xlsx")
}
# Which pages a browser test looks at; `LOOKED_AT` of tests/browser/test_every_page.py joins them.
LOOKED_AT: set[str] = {"/desk/figures"}
