"""Which role may open which page of sheet beside a case."""

from __future__ import annotations

_SHEET = "/desk/cases/{case_id}/sheet"
_CONSULT = frozenset({"desk_worker", "coordinator", "supervisor", "stand_in", "prefecture", "violence"})
LINES: dict[tuple[str, str], frozenset[str] | None] = {
    **{("GET", _SHEET + part): _CONSULT for part in ("", "/print", "/download")},
    **{
        ("POST", _SHEET + part): _CONSULT
        for part in ("/save", "/settle", "/household", "/household/{person_id}", "/consents", "/consents/withdraw")
    },
}
# Which pages a browser test looks at; `LOOKED_AT` of tests/browser/test_every_page.py joins them.
LOOKED_AT: set[str] = {_SHEET, f"{_SHEET}/print"}
