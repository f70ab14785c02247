"""What residents look for and do not find, by month, subject, kind and part of the town."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from starlette.responses import Response

from intents.codes import Topic
from resources import asked_figures, unmatched
from resources.access import Permission
from resources.asked_figures import FEWEST, Figures, Row
from resources.kinds import Kinds
from resources.near_misses import Reason
from resources.web.console import Visit
from resources.web.directory import truth

_LONGEST: Final = 320
_ROW: Final = 46
_LINES: Final = 12
_LACKS: Final[dict[str, str]] = {
    Reason.AGE: "年齢", Reason.AREA: "地域", Reason.HOURS: "曜日・時間", Reason.FULL: "満員", Reason.RESTING: "休止中",
    Reason.REQUIREMENT: "そのほかの条件",
}  # fmt: skip


@dataclass(frozen=True)
class Bar:
    """One bar: its label, its count, how high it stands and how long it is; the part for which nothing was found."""

    label: str
    count: int
    top: int
    length: int
    nothing: int


@dataclass(frozen=True)
class Told:
    """One table: what it counts, its rows with their labels, and bars for those that say something."""

    code: str
    title: str
    head: str
    rows: Sequence[tuple[str, Row]]

    @property
    def bars(self) -> list[Bar]:
        """The longest rows as bars on one scale from zero."""
        told = [(label, row.asked, row.nothing or 0) for label, row in self.rows if row.asked][:_LINES]
        most = max((count for _, count, _ in told), default=1)
        return [
            Bar(label, count, at * _ROW, max(2, count * _LONGEST // most), nothing * _LONGEST // most)
            for at, (label, count, nothing) in enumerate(told)
        ]

    @property
    def height(self) -> int:
        """How high the bars are together."""
        return len(self.bars) * _ROW


def asked(visit: Visit) -> Response:
    """Show the counts of one fiscal year."""
    towns = truth.towns_of(visit)
    town = truth.town_of(visit, towns)
    years = asked_figures.years(visit.session, town, visit.now)
    wanted = visit.request.query_params.get("year", "")
    year = int(wanted) if wanted in {str(one) for one in years} else years[0]
    figures = asked_figures.gather(visit.session, town, year)
    return visit.page(
        "asked_counts.html", towns=towns, town=town, years=years, figures=figures, fewest=FEWEST, tables=_tables(figures),
        topic_of=topic_of, lacks_of=lambda row: "、".join(_LACKS.get(why, why) for why in row.lacks),
        ledger=visit.actor.may(Permission.GAPS), waits=len(unmatched.waiting(visit.session, town)), most=unmatched.MOST,
    )  # fmt: skip


def topic_of(code: str) -> str:
    """Return what a subject is called."""
    return Topic(code).label if code in list(Topic) else code


def _tables(figures: Figures) -> list[Told]:
    kinds = {kind.code: kind.label for kind in Kinds.load().kinds}
    months = [(f"{row.code[:4]}年{int(row.code[5:7])}月", row) for row in figures.months]
    return [
        Told("months", "月ごと", "月", months),
        Told("topics", "話題ごと", "話題", [(topic_of(row.code), row) for row in figures.topics]),
        Told("kinds", "場所の種類ごと", "種類", [(kinds.get(row.code, row.code), row) for row in figures.kinds]),
        Told("areas", "地域ごと", "地域", [(row.code or "地域の話なし", row) for row in figures.areas]),
    ]
