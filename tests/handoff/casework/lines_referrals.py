"""Which role may open which page of referrals beside a case."""

from __future__ import annotations

_CONSULT = frozenset({"desk_worker", "coordinator", "supervisor", "stand_in", "prefecture", "violence"})
_CASE, _ONE, _QUESTION = "/desk/cases/{case_id}/referrals", "/desk/referrals/{referral_id}", "/desk/asked/{request_id}"
_ACTS = ("withdraw", "link", "accepted", "declined")
LINES: dict[tuple[str, str], frozenset[str] | None] = {
    ("GET", _CASE): _CONSULT,
    ("POST", _CASE): _CONSULT,
    ("POST", f"{_CASE}/prefecture"): _CONSULT,
    **{("POST", f"{_CASE}/{{referral_id}}/{act}"): _CONSULT for act in _ACTS},
    ("GET", "/desk/referrals"): _CONSULT,
    ("GET", _ONE): _CONSULT,
    **{("POST", f"{_ONE}/{act}"): _CONSULT for act in ("accept", "decline")},
    ("GET", "/desk/bounced"): _CONSULT,
    ("GET", "/desk/asked"): _CONSULT,
    **{(method, _QUESTION): _CONSULT for method in ("GET", "POST")},
    **{(method, "/refer/{token}"): None for method in ("GET", "POST")},
    **{(method, "/settings/limits"): frozenset({"supervisor", "administrator"}) for method in ("GET", "POST")},
}
# Which pages a browser test looks at; `LOOKED_AT` of tests/browser/test_every_page.py joins them.
LOOKED_AT: set[str] = {
    _CASE, "/desk/referrals", _ONE, "/desk/bounced", "/desk/asked", _QUESTION, "/refer/{token}", "/settings/limits",
}  # fmt: skip
