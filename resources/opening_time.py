"""The opening time of one desk over some weeks, worked out once and asked for thousands of moments."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from resources.slots import JAPAN, Closure, Slot, spans_of

_MINUTE = 60


class OpeningTime:
    """Certain opening time between two moments; whoever has no recorded hours is asked at any hour.

    It agrees with `resources.hours.business_minutes` and `states_at`: both stand on the same days of the calendar.
    """

    def __init__(
        self,
        slots: Iterable[Slot],
        *,
        start: datetime,
        end: datetime,
        closures: Iterable[Closure] = (),
        year_end_closed: bool = False,
    ) -> None:
        self.start, self.end = start, end
        slots, closures = tuple(slots), tuple(closures)
        self.recorded = bool(slots)
        certain, maybe = ([], []) if self.recorded else ([(start.timestamp(), end.timestamp())], [])
        day = start.astimezone(JAPAN).date() - timedelta(days=1)
        while self.recorded and day <= end.astimezone(JAPAN).date():
            for span in spans_of(day, slots, closures, year_end_closed):
                maybe.append((span.start.timestamp(), span.end.timestamp()))
                certain += maybe[-1:] if span.certain else []
            day += timedelta(days=1)
        self._opens, self._shuts = _joined(certain)
        self.readings = [(_at(opens), _at(shuts)) for opens, shuts in zip(*_joined(maybe), strict=True)]
        self._before = [0.0]  # seconds of opening time before each stretch
        for opens, shuts in zip(self._opens, self._shuts, strict=True):
            self._before.append(self._before[-1] + shuts - opens)

    def minutes(self, since: datetime, until: datetime) -> int:
        """Return the whole minutes of opening time between two moments; before the first day nothing counts."""
        return self.minutes_between(since.timestamp(), until.timestamp())

    def minutes_between(self, since: float, until: float) -> int:
        """The same, between two moments told in seconds since 1970."""
        return int(max(0.0, self._seconds(until) - self._seconds(since)) // _MINUTE)

    def moment_before(self, until: datetime, minutes: int) -> datetime | None:
        """Return the last moment from which so many minutes lie before another; None when there are not that many."""
        wanted = self._seconds(until.timestamp()) - minutes * _MINUTE
        if wanted < 0:
            return None
        at = max(0, bisect_right(self._before, wanted) - 1)
        if at == len(self._opens):  # No time at all is wanted.
            return until
        return _at(self._opens[at] + wanted - self._before[at])

    def is_shut(self, moment: datetime) -> bool:
        """Whether nobody reads at a moment, for certain; unrecorded hours are never shut."""
        at = bisect_right(self.readings, moment, key=lambda reading: reading[0]) - 1
        return self.recorded and (at < 0 or moment >= self.readings[at][1])

    def _seconds(self, moment: float) -> float:
        at = bisect_right(self._opens, moment) - 1
        return 0.0 if at < 0 else self._before[at] + min(moment, self._shuts[at]) - self._opens[at]


def _joined(spans: list[tuple[float, float]]) -> tuple[list[float], list[float]]:
    """Return the beginnings and ends of what touches or overlaps, as one."""
    opens: list[float] = []
    shuts: list[float] = []
    for start, end in sorted(spans):
        if shuts and start <= shuts[-1]:
            shuts[-1] = max(shuts[-1], end)
        else:
            opens.append(start)
            shuts.append(end)
    return opens, shuts


def _at(moment: float) -> datetime:
    return datetime.fromtimestamp(moment, UTC)
