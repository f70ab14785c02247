"""Which role may open which page of towns together, and which pages a browser test looks at."""

from __future__ import annotations

_EDIT = frozenset({"directory_editor", "coordinator", "supervisor", "administrator"})
_SHARED, _OURS, _EXPORT, _AREAS = "/directory/shared", "/directory/shared/ours", "/directory/export", "/directory/areas"
LINES: dict[tuple[str, str], frozenset[str] | None] = {
    **{("GET", path): _EDIT for path in (_SHARED, _OURS, _EXPORT, _AREAS)},
    **{("POST", path): _EDIT for path in (f"{_SHARED}/{{service_id}}", _OURS, f"{_OURS}/stop", _EXPORT, _AREAS)},
    ("GET", "/places/{code}/data/{file}"): None,
}
LOOKED_AT: set[str] = {_SHARED, _OURS, _EXPORT, _AREAS}
