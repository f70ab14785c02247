"""What fields of a form hold beside words: numbers and the ids of rows."""

from __future__ import annotations

import uuid
from typing import Final

# The id of nothing: who asks for it is told that it is not there.
NOTHING: Final = uuid.UUID(int=0)
_DIGITS: Final = 8


def number(written: str, otherwise: int = 0) -> int:
    """Return a whole number of at most eight digits, something else where a field holds none."""
    return int(written) if written.isascii() and written.isdigit() and len(written) <= _DIGITS else otherwise


def row_id(written: str) -> uuid.UUID:
    """Return the id of a row, that of nothing where a field holds none."""
    try:
        return uuid.UUID(written)
    except ValueError:
        return NOTHING
