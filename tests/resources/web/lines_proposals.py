"""Which role may open which page of this subject, and which pages a browser test looks at."""

from __future__ import annotations

_EDIT = frozenset({"directory_editor", "coordinator", "supervisor", "administrator"})
_LIST = "/directory/proposals"
_ONE = f"{_LIST}/{{proposal_id}}"
_OPEN = ("/propose", "/propose/{code}", "/propose/receipts/{receipt}")
LINES: dict[tuple[str, str], frozenset[str] | None] = {
    **{("GET", path): None for path in _OPEN},
    ("POST", "/propose/{code}"): None,
    **{("GET", path): _EDIT for path in (_LIST, _ONE)},
    **{("POST", f"{_ONE}/{part}"): _EDIT for part in ("write", "add", "decline", "give-back")},
}
LOOKED_AT: set[str] = {*_OPEN, _LIST, _ONE}
