"""How much of a town's directory was checked in time, by kind and area, and what has waited longest."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from resources.worklist import Entry


@dataclass(frozen=True)
class Share:
    """Of one kind or area: how many entries there are, were checked in time, late, never, and the oldest check."""

    code: str
    count: int
    in_time: int
    late: int
    never: int
    oldest: date | None

    @property
    def percent(self) -> int:
        """The share that was checked in time, in whole percent; never 100 while one is missing."""
        return self.in_time * 100 // self.count if self.count else 0


@dataclass(frozen=True)
class Figures:
    """All of a town, then by kind and by area, the worst first, and the overdue entries that have waited longest."""

    whole: Share
    kinds: tuple[Share, ...]
    areas: tuple[Share, ...]
    oldest: tuple[Entry, ...]


def of(entries: Iterable[Entry], *, today: date, most: int = 10) -> Figures:
    """Count the entries of a town."""
    known = list(entries)
    late = (one for one in known if one.due is not None and one.due < today)
    longest = sorted(late, key=lambda one: (one.assured or today, one.name))
    return Figures(
        _share("", known, today),
        _by(known, lambda one: one.kind, today),
        _by(known, lambda one: one.area, today),
        tuple(longest[:most]),
    )


def _by(entries: list[Entry], group: Callable[[Entry], str], today: date) -> tuple[Share, ...]:
    groups: dict[str, list[Entry]] = defaultdict(list)
    for one in entries:
        groups[group(one)].append(one)
    shares = [_share(code, found, today) for code, found in groups.items()]
    return tuple(sorted(shares, key=lambda share: (share.percent, -share.count, share.code)))


def _share(code: str, entries: list[Entry], today: date) -> Share:
    late = sum(one.due is not None and one.due < today for one in entries)
    never = sum(one.due is None for one in entries)
    oldest = min((one.assured for one in entries if one.assured is not None), default=None)
    return Share(code, len(entries), len(entries) - late - never, late, never, oldest)
