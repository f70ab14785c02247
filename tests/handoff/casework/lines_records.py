"""Which role may open which page of records beside a case."""

from __future__ import annotations

_CASE = "/desk/cases/{case_id}"
_CONSULT = frozenset({"desk_worker", "coordinator", "supervisor", "stand_in", "prefecture", "violence"})
_SET_UP = frozenset({"supervisor", "administrator"})

LINES: dict[tuple[str, str], frozenset[str] | None] = {
    **{("GET", f"{_CASE}/records{part}"): _CONSULT for part in ("", "/text", "/sheet", "/xlsx", "/{entry_id}")},
    **{("POST", f"{_CASE}/records{part}"): _CONSULT for part in ("", "/{entry_id}")},
    **{("POST", f"{_CASE}/tasks{part}"): _CONSULT for part in ("", "/{task_id}/done", "/{task_id}/due")},
    ("GET", "/desk/tasks"): _CONSULT,
    **{(method, "/settings/approval"): _SET_UP for method in ("GET", "POST")},
}
# Which pages a browser test looks at; `LOOKED_AT` of tests/browser/test_every_page.py joins them.
LOOKED_AT: set[str] = {
    f"{_CASE}/records",
    f"{_CASE}/records/text",
    f"{_CASE}/records/sheet",
    f"{_CASE}/records/{{entry_id}}",
    "/desk/tasks",
    "/settings/approval",
}
