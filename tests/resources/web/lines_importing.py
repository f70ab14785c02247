"""Which role may open which page of bringing files into the directory, and which pages a browser test looks at."""

from __future__ import annotations

_EDIT = frozenset({"directory_editor", "coordinator", "supervisor", "administrator"})
_FILE = "/directory/import/{job_id}"
LINES: dict[tuple[str, str], frozenset[str] | None] = {
    ("GET", "/directory/import"): _EDIT,
    ("POST", "/directory/import"): _EDIT,
    ("GET", _FILE): _EDIT,
    ("GET", f"{_FILE}/live"): _EDIT,
    **{("POST", f"{_FILE}/{part}"): _EDIT for part in ("columns", "apply", "undo", "again", "discard")},
}
LOOKED_AT: set[str] = {"/directory/import", _FILE}
