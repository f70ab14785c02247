"""What one report counts: one town, one period; every question begins with these conditions."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Date, Float, Integer, Result, Select, Text, and_, cast, extract, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from handoff.cases import Case
from handoff.casework.figures.period import Period
from handoff.states import Outcome
from resources.slots import JAPAN

# What a condition counts under.
YES, NO = str(True), str(False)
_AT_ONCE: Final = 10_000
_JAPAN: Final = "+9 hours"
_WHOLE_SECONDS: Final = len("2026-11-05 10:00:00.")


@dataclass(frozen=True)
class Scope:
    """One town and one period, looked at now."""

    session: Session
    town: str
    period: Period
    now: datetime

    @property
    def opened(self) -> ColumnElement[bool]:
        """Cases that were opened in the period; one that turned out to be a second of the same person is not another case."""
        single = or_(Case.outcome.is_(None), Case.outcome != Outcome.DUPLICATE)
        return and_(Case.custodian == self.town, self.within(Case.opened_at), single)

    def within(self, at: InstrumentedAttribute[datetime] | InstrumentedAttribute[datetime | None]) -> ColumnElement[bool]:
        """Whether a moment lies in the period."""
        return and_(at >= self.period.begins, at < self.period.ends)

    def on_a_day(self, day: InstrumentedAttribute[date | None]) -> ColumnElement[bool]:
        """Whether a day lies in the period."""
        return day.between(self.period.first, self.period.last)

    def seconds(self, at: Any) -> ColumnElement[float]:
        """A moment in seconds since 1970: thousands of plain numbers are read quicker than as many moments."""
        if self._is_sqlite:
            return cast(func.strftime("%s", at), Float) + cast(func.substr(at, _WHOLE_SECONDS), Float)
        return cast(extract("epoch", at), Float)

    def day(self, at: Any) -> ColumnElement[Any]:
        """The day of a moment in Japan."""
        return func.date(at, _JAPAN) if self._is_sqlite else cast(func.timezone(JAPAN.key, at), Date)

    def hour(self, at: Any) -> ColumnElement[int]:
        """The hour of a moment in Japan."""
        if self._is_sqlite:
            return cast(func.strftime("%H", at, _JAPAN), Integer)
        return cast(extract("hour", func.timezone(JAPAN.key, at)), Integer)

    def streamed(self, query: Select[*tuple[Any, ...]]) -> Result[*tuple[Any, ...]]:
        """Return what a query finds, some thousands of rows at a time: a year is never held at once."""
        return self.session.execute(query, execution_options={"yield_per": _AT_ONCE})

    def tally(self, column: Any, *conditions: ColumnElement[bool], what: Any = None) -> dict[str, int]:
        """Count rows, or different `what`, by the code in a column."""
        counted = func.count() if what is None else func.count(what.distinct())
        query = select(column, counted).where(*conditions).group_by(column)
        return {str(code): count for code, count in self.session.execute(query)}

    def tally_lists(self, column: Any, *conditions: ColumnElement[bool]) -> Counter[str]:
        """Count the codes of a column that holds lists; an empty list counts as ""."""
        written = cast(column, Text)
        query = select(written, func.count()).where(*conditions).group_by(written)
        return of_lists((json.loads(codes or "[]") or [], count) for codes, count in self.session.execute(query))

    @property
    def _is_sqlite(self) -> bool:
        return self.session.get_bind().dialect.name == "sqlite"


def of_lists(found: Iterable[tuple[list[str], int]]) -> Counter[str]:
    """Count codes that stand in lists; an empty list counts as ""."""
    counts: Counter[str] = Counter()
    for codes, count in found:
        for code in set(codes) or {""}:
            counts[code] += count
    return counts
