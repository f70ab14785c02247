"""What one report counts: one town, one period; every question begins with these conditions."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Result, Select, Text, and_, cast, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from handoff.cases import Case
from handoff.casework.figures.period import Period
from handoff.states import Outcome

# What a condition counts under.
YES, NO = str(True), str(False)
_AT_ONCE: Final = 3000


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


def of_lists(found: Iterable[tuple[list[str], int]]) -> Counter[str]:
    """Count codes that stand in lists; an empty list counts as ""."""
    counts: Counter[str] = Counter()
    for codes, count in found:
        for code in set(codes) or {""}:
            counts[code] += count
    return counts
