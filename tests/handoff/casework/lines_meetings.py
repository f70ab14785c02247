"""Which role may open which page of meetings beside a case."""

from __future__ import annotations

_CONSULT = frozenset({"desk_worker", "coordinator", "supervisor", "stand_in", "prefecture", "violence"})
_SET_UP = frozenset({"supervisor", "administrator"})
_CASE, _MEETING = "/desk/cases/{case_id}", "/desk/meetings/{meeting_id}"
_DONE = (
    "/confirm", "/entries", "/agenda", "/members", "/members/{member_id}/remove", "/hold", "/cancel", "/decisions",
    "/tasks/{task_id}/done", "/log", "/agree",
)  # fmt: skip
_PLAN = ("", "/consent", "/agree", "/decide", "/evaluate", "/renew", "/end")
LINES: dict[tuple[str, str], frozenset[str] | None] = {
    **{(method, f"{_CASE}/meetings"): _CONSULT for method in ("GET", "POST")},
    ("GET", "/desk/meetings"): _CONSULT,
    **{("GET", _MEETING + part): _CONSULT for part in ("", "/paper")},
    **{("POST", _MEETING + part): _CONSULT for part in _DONE},
    **{(method, "/settings/meetings"): _SET_UP for method in ("GET", "POST")},
    **{("GET", f"{_CASE}/plan{part}"): _CONSULT for part in ("", "/paper", "/download")},
    **{("POST", f"{_CASE}/plan{part}"): _CONSULT for part in _PLAN},
}
# Which pages a browser test looks at; `LOOKED_AT` of tests/browser/test_every_page.py joins them.
LOOKED_AT: set[str] = {
    f"{_CASE}/meetings", "/desk/meetings", _MEETING, f"{_MEETING}/paper", "/settings/meetings", f"{_CASE}/plan",
    f"{_CASE}/plan/paper",
}  # fmt: skip
