"""Which role may open which page of this subject, and which pages a browser test looks at."""

from __future__ import annotations

_ENTRY = "/directory/{service_id}"
_EDIT = frozenset({"directory_editor", "coordinator", "supervisor", "administrator"})
_READ = ("/directory", "/directory/new", _ENTRY, *(f"{_ENTRY}/{part}" for part in ("conflict", "history", "try")))
_WRITE = (
    "/directory/bulk", "/directory/new", *(f"/directory/new/{part}" for part in ("keep", "look", "let-go")), _ENTRY,
    *(f"{_ENTRY}/{part}" for part in ("keep", "look", "let-go", "conflict", "retire", "rest", "reopen", "assure", "try")),
    f"{_ENTRY}/history/{{revision_id}}/undo",
)  # fmt: skip
LINES: dict[tuple[str, str], frozenset[str] | None] = {
    **{("GET", path): _EDIT for path in _READ},
    **{("POST", path): _EDIT for path in _WRITE},
}
LOOKED_AT: set[str] = set(_READ)
