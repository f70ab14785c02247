"""The months and fiscal years that are counted, by the calendar of Japan."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from handoff.states import NotAllowed
from resources.slots import JAPAN

APRIL: Final = 4
_MONTHS: Final = 12
_OLDEST, _NEWEST = 2000, 2200


class NoSuchPeriod(NotAllowed):
    """月は 2026-11、年度は 2026 の形で選んでください。何も集計していません。"""


@dataclass(frozen=True)
class Period:
    """A month, or the twelve months from April on."""

    first: date
    last: date

    @property
    def begins(self) -> datetime:
        """Its first moment."""
        return _midnight(self.first)

    @property
    def ends(self) -> datetime:
        """The first moment after it."""
        return _midnight(self.last + timedelta(days=1))

    @property
    def whole_year(self) -> bool:
        """Whether it is a fiscal year."""
        return self.first.month != self.last.month

    @property
    def months(self) -> list[Period]:
        """The months of it."""
        if not self.whole_year:
            return [self]
        return [in_fiscal_year(self.first.year, number) for number in (*range(APRIL, _MONTHS + 1), *range(1, APRIL))]

    @property
    def code(self) -> str:
        """The period as files are named by it: 2026-11, or FY2026."""
        return f"FY{self.first.year}" if self.whole_year else f"{self.first:%Y-%m}"

    @property
    def label(self) -> str:
        """The period as people read it."""
        return f"{self.first.year}年度" if self.whole_year else f"{self.first.year}年{self.first.month}月"


def month(year: int, number: int) -> Period:
    """Return a month of the calendar; raises NoSuchPeriod."""
    if not (_OLDEST <= year <= _NEWEST and 1 <= number <= _MONTHS):
        raise NoSuchPeriod(NoSuchPeriod.__doc__)
    following = date(year + number // _MONTHS, number % _MONTHS + 1, 1)
    return Period(date(year, number, 1), following - timedelta(days=1))


def fiscal_year(year: int) -> Period:
    """Return the year from April on; raises NoSuchPeriod."""
    return Period(month(year, APRIL).first, month(year + 1, APRIL - 1).last)


def read(written_month: str = "", written_year: str = "") -> Period:
    """Return the period somebody named: a month as 2026-11, or else a fiscal year as 2026; raises NoSuchPeriod."""
    if found := re.fullmatch(r"([0-9]{4})-([0-9]{2})", written_month):
        return month(int(found[1]), int(found[2]))
    if not written_month and re.fullmatch("[0-9]{4}", written_year):
        return fiscal_year(int(written_year))
    raise NoSuchPeriod(NoSuchPeriod.__doc__)


def in_fiscal_year(year: int, number: int) -> Period:
    """Return one month of a fiscal year: 1 is the January after it began."""
    return month(year if number >= APRIL else year + 1, number)


def fiscal_year_of(now: datetime) -> int:
    """Return the fiscal year of a moment."""
    today = now.astimezone(JAPAN).date()
    return today.year if today.month >= APRIL else today.year - 1


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), JAPAN).astimezone(UTC)
