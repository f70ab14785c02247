"""Which role may open which page of team beside a case."""

from __future__ import annotations

_CASE = "/desk/cases/{case_id}"
_CONSULT = frozenset({"desk_worker", "coordinator", "supervisor", "stand_in", "prefecture", "violence"})
LINES: dict[tuple[str, str], frozenset[str] | None] = {
    ("GET", f"{_CASE}/team"): _CONSULT,
    ("GET", f"{_CASE}/team/helpers/{{helper_id}}"): _CONSULT,
    **{
        ("POST", f"{_CASE}/team{part}"): _CONSULT
        for part in ("", "/tasks/{task_id}", "/helpers", "/helpers/{helper_id}/end")
    },
    **{
        ("POST", f"{_CASE}/team/{{member_id}}/{part}"): _CONSULT
        for part in ("name", "let-in", "call-off", "role", "tasks", "leave", "ask-to-leave", "agree", "part", "stay")
    },
}
# Which pages a browser test looks at; `LOOKED_AT` of tests/browser/test_every_page.py joins them.
LOOKED_AT: set[str] = {f"{_CASE}/team", f"{_CASE}/team/helpers/{{helper_id}}"}
