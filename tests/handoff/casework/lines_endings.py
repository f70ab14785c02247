"""Which role may open which page of endings beside a case."""

from __future__ import annotations

from typing import Final

_CASE: Final = "/desk/cases/{case_id}"
_CONSULT: Final = frozenset({"desk_worker", "coordinator", "supervisor", "stand_in", "prefecture", "violence"})
_GAPS: Final = _CONSULT | {"directory_editor", "administrator"}
LINES: dict[tuple[str, str], frozenset[str] | None] = {
    ("GET", f"{_CASE}/ending"): _CONSULT,
    ("POST", f"{_CASE}/ending"): _CONSULT,
    **{("POST", f"{_CASE}/gaps{part}"): _CONSULT for part in ("", "/look", "/{gap_id}/close")},
    **{("POST", f"{_CASE}/matches/{{match_id}}/{part}"): _CONSULT for part in ("send", "dismiss", "again")},
    ("GET", "/desk/gaps"): _GAPS,
    ("GET", "/desk/gaps.csv"): _GAPS,
}
# Which pages a browser test looks at; `LOOKED_AT` of tests/browser/test_every_page.py joins them.
LOOKED_AT: set[str] = {f"{_CASE}/ending", "/desk/gaps"}
