"""Which role may open which page of this subject, and which pages a browser test looks at."""

from __future__ import annotations

_EDIT = frozenset({"directory_editor", "coordinator", "supervisor", "administrator"})
_LIST, _PAIR = "/directory/verification", "/directory/duplicates/{kept_id}/{gone_id}"
_ENTRY = f"{_LIST}/{{service_id}}"
_READ = (_LIST, _ENTRY, "/directory/freshness", "/directory/duplicates", _PAIR)
LINES: dict[tuple[str, str], frozenset[str] | None] = {
    **{("GET", path): _EDIT for path in _READ},
    **{("POST", path): _EDIT for path in (_LIST, _ENTRY, "/directory/freshness", _PAIR, f"{_PAIR}/apart")},
    **{
        ("POST", f"{_ENTRY}/{part}"): _EDIT
        for part in ("claim", "assign", "give-back", "not-reached", "end", "rest", "reopen", "reports", "link", "answer")
    },
    ("POST", "/directory/duplicates/{pair_id}/undo"): _EDIT,
    ("GET", "/provider/{token}"): None,
    ("POST", "/provider/{token}"): None,
}
LOOKED_AT: set[str] = {*_READ, "/provider/{token}"}
