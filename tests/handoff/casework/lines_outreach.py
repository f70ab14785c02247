"""Which role may open which page of outreach beside a case."""

from __future__ import annotations

CASE = "/desk/cases/{case_id}"
CONSULT = frozenset({"desk_worker", "coordinator", "supervisor", "stand_in", "prefecture", "violence"})
LINES: dict[tuple[str, str], frozenset[str] | None] = {
    ("GET", f"{CASE}/outreach"): CONSULT,
    ("POST", f"{CASE}/outreach"): CONSULT,
    ("POST", f"{CASE}/check-ins"): CONSULT,
    ("POST", f"{CASE}/check-ins/{{plan_id}}/stop"): CONSULT,
    ("GET", "/desk/checkins"): CONSULT,
}
# Which pages a browser test looks at; `LOOKED_AT` of tests/browser/test_every_page.py joins them.
LOOKED_AT: set[str] = {f"{CASE}/outreach", "/desk/checkins"}
