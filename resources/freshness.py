"""How long ago somebody checked that an entry is true, and what that means for showing it."""

from __future__ import annotations

from datetime import date

from resources.kinds import Kinds

_UNKNOWN_KIND_MONTHS = 12
_STALE_WEIGHT = 0.85
_NEVER_CHECKED_WEIGHT = 0.8


def due_on(assured: date | None, kind: str, kinds: Kinds, *, chosen: int | None = None) -> date | None:
    """Return the day by which an entry must be checked again; None when it never was.

    `chosen`: the months its town has chosen for the kind, where it has.
    """
    if assured is None:
        return None
    months = assured.month - 1 + months_of(kind, kinds, chosen=chosen)
    return date(assured.year + months // 12, months % 12 + 1, min(assured.day, 28))


def months_of(kind: str, kinds: Kinds, *, chosen: int | None = None) -> int:
    """Return after how many months entries of a kind are checked again."""
    known = kinds.by_code.get(kind)
    return chosen or (known.cadence_months if known else _UNKNOWN_KIND_MONTHS)


def is_stale(assured: date | None, kind: str, kinds: Kinds, *, today: date, chosen: int | None = None) -> bool:
    """Say whether an answer must add that the entry should be confirmed first."""
    due = due_on(assured, kind, kinds, chosen=chosen)
    return due is None or due < today


def weight(due: date | None, *, today: date) -> float:
    """Return how much an entry sinks among others of the same fit, 1.0 for one that is fresh; `due`: see `due_on`."""
    if due is None:
        return _NEVER_CHECKED_WEIGHT
    return _STALE_WEIGHT if due < today else 1.0
