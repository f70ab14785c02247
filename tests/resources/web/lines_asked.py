"""Which role may open which page of this subject, and which pages a browser test looks at."""

from __future__ import annotations

_EDIT = frozenset({"directory_editor", "coordinator", "supervisor", "administrator"})
_ONE, _WORDS = "/directory/unmatched/{message_id}", "/directory/words"
_READ = ("/directory/asked", "/directory/unmatched", _ONE, _WORDS)
_WRITE = (*(f"{_ONE}/{part}" for part in ("word", "entry", "aside")), _WORDS, f"{_WORDS}/remove", f"{_WORDS}/try")
LINES: dict[tuple[str, str], frozenset[str] | None] = {
    **{("GET", path): _EDIT for path in _READ},
    **{("POST", path): _EDIT for path in _WRITE},
}
LOOKED_AT: set[str] = set(_READ)
