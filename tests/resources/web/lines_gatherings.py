"""Which role may open which page of this subject, and which pages a browser test looks at."""

from __future__ import annotations

_EDIT = frozenset({"directory_editor", "coordinator", "supervisor", "administrator"})
_LIST, _MONTH = "/directory/events", "/places/{code}/month"
_EVENT = f"{_LIST}/{{event_id}}"
_FILES = (f"{_MONTH}.pdf", "/calendar/{code}.ics", "/calendar/{code}/{service_id}.ics")
LINES: dict[tuple[str, str], frozenset[str] | None] = {
    **{("GET", path): _EDIT for path in (_LIST, f"{_LIST}/new", _EVENT)},
    **{("POST", path): _EDIT for path in (f"{_LIST}/new", _EVENT, f"{_EVENT}/dates", f"{_EVENT}/dates/{{date_id}}/cancel")},
    **{("GET", path): None for path in (_MONTH, *_FILES)},
}
LOOKED_AT: set[str] = {_LIST, f"{_LIST}/new", _EVENT, _MONTH, *_FILES}
