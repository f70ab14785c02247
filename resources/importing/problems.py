"""What was read from one row of a file, and what must be said about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from resources.drafts import Draft


@dataclass(frozen=True)
class Problem:
    """What is wrong with one cell, where it is, and what to write instead."""

    row: int
    column: str
    value: str
    says: str


@dataclass(frozen=True)
class Row:
    """One row of a file as it was read: an entry, or none when nothing could be made of it."""

    number: int
    draft: Draft | None
    problems: tuple[Problem, ...]
    source_id: str
    code: str  # the municipality the row names, empty when it names none
    city: str
    prefecture: str
    original: dict[str, str]
    last_modified: datetime | None = None  # when the entry was last changed where the file comes from
