"""Which role may open which page of reports beside a case."""

from __future__ import annotations

_CONSULT = frozenset({"desk_worker", "coordinator", "supervisor", "stand_in", "prefecture", "violence"})
_CASE = "/desk/cases/{case_id}"
_ONE = f"{_CASE}/reports/{{report_id}}"
_INTENT = f"{_CASE}/welfare/{{intent_id}}"

LINES: dict[tuple[str, str], frozenset[str] | None] = {
    ("GET", f"{_CASE}/reports"): _CONSULT,
    ("POST", f"{_CASE}/reports"): _CONSULT,
    ("POST", f"{_CASE}/reports/waive"): _CONSULT,
    ("POST", f"{_CASE}/reports/waived"): _CONSULT,
    ("GET", _ONE): _CONSULT,
    ("GET", f"{_ONE}/print"): _CONSULT,
    ("POST", f"{_ONE}/add"): _CONSULT,
    ("POST", f"{_ONE}/correct"): _CONSULT,
    ("POST", f"{_ONE}/safety"): _CONSULT,
    ("POST", f"{_ONE}/close"): _CONSULT,
    ("POST", f"{_ONE}/reporter"): _CONSULT,
    ("POST", f"{_ONE}/reporter/read"): _CONSULT,
    ("POST", f"{_CASE}/welfare"): _CONSULT,
    ("POST", f"{_INTENT}/told"): _CONSULT,
    ("POST", f"{_INTENT}/applied"): _CONSULT,
    ("POST", f"{_INTENT}/withdrawn"): _CONSULT,
}
# Which pages a browser test looks at; `LOOKED_AT` of tests/browser/test_every_page.py joins them.
LOOKED_AT: set[str] = {f"{_CASE}/reports", _ONE, f"{_ONE}/print"}
