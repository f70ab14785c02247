"""What residents of a town look for in a fiscal year, and what is not found: counts in which no small one can be read."""

from __future__ import annotations

import json
import uuid
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from sqlalchemy import ColumnElement, Text, cast, func, literal_column, select
from sqlalchemy.orm import Session

from resources import areas
from resources.search_log import Choice, SearchLog, month_of
from resources.services import Service

# Below this a count could point at somebody.
FEWEST: Final = 5
_TOP: Final = 10
_LACKS: Final = 3
_MEASURES: Final = ("asked", "nothing", "wrong", "chosen")


@dataclass(frozen=True)
class Row:
    """How often one thing was looked for, nothing was found, the answer was wrong, or something was chosen of it.

    None stands for a count that is not told; `lacks` is why what nearly fitted did not.
    """

    code: str
    asked: int | None
    nothing: int | None
    wrong: int | None
    chosen: int | None
    lacks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Figures:
    """The counts of one fiscal year."""

    year: int
    whole: Row
    months: tuple[Row, ...]
    topics: tuple[Row, ...]
    kinds: tuple[Row, ...]
    areas: tuple[Row, ...]
    gaps: tuple[tuple[str, Row], ...]  # by part of the town and subject, where nothing was found most often
    shown: tuple[tuple[uuid.UUID, str, int], ...]  # the entries that stood at the top of answers most often


@dataclass
class _Count:
    asked: int = 0
    nothing: int = 0
    wrong: int = 0
    chosen: int = 0
    lacks: Counter[str] = field(default_factory=Counter)

    def add(self, other: _Count) -> None:
        self.asked += other.asked
        self.nothing += other.nothing
        self.wrong += other.wrong
        self.chosen += other.chosen
        self.lacks.update(other.lacks)


@dataclass(frozen=True)
class _Group:
    """Searches that are alike."""

    month: date
    topics: Sequence[str]
    kinds: Sequence[str]
    area: str
    count: _Count


def fiscal_year(now: datetime) -> int:
    """Return the fiscal year it is in Japan; it begins in April."""
    month = month_of(now)
    return month.year if month.month >= 4 else month.year - 1


def gather(session: Session, town: str, year: int) -> Figures:
    """Count the searches of a town in a fiscal year.

    Years do not overlap, and a year is told by month only as a whole: nothing is left to be worked out of two pages.
    """
    found = list(_groups(session, town, year))
    whole = _sum(found)
    districts = {area.name: area.school_district or area.name for area in areas.of_town(session, town)}
    by_area = _by(found, lambda one: (districts.get(one.area, one.area),))
    cells: dict[tuple[str, str], _Count] = defaultdict(_Count)
    for one in found:
        for topic in one.topics:
            cells[districts.get(one.area, one.area), topic].add(one.count)
    told = {key: _row(key[1], count) for key, count in cells.items() if key[0]}
    gaps = [(area, row) for (area, _), row in told.items() if row.nothing or row.lacks]
    ranked = sorted(gaps, key=lambda one: (-(one[1].nothing or 0), -(one[1].asked or 0), one[0], one[1].code))
    return Figures(
        year,
        _row("", whole),
        _whole(_by(found, lambda one: (one.month.isoformat(),)), ordered=False),
        _ranked(_by(found, lambda one: one.topics)),
        _ranked(_by(found, lambda one: one.kinds)),
        _whole(by_area, ordered=True),
        tuple(ranked),
        tuple(_shown(session, town, year)),
    )


def years(session: Session, town: str, now: datetime) -> list[int]:
    """Return the fiscal years there is something of, the newest first; this one always."""
    first = session.scalar(select(func.min(SearchLog.month)).where(SearchLog.municipality_code == town))
    this = fiscal_year(now)
    begun = this if first is None else first.year if first.month >= 4 else first.year - 1
    return list(range(this, min(begun, this) - 1, -1))


def _groups(session: Session, town: str, year: int) -> Iterator[_Group]:
    told = (SearchLog.month, cast(SearchLog.topics, Text), cast(SearchLog.kinds, Text), SearchLog.area, SearchLog.choice)
    by = (*told, SearchLog.hits == literal_column("0"), cast(SearchLog.lacks, Text))
    query = select(*by, func.count()).where(*_within(town, year)).group_by(*by)
    for month, topics, kinds, area, choice, nothing, lacks, count in session.execute(query):
        wrong = count if choice == Choice.WRONG else 0
        chosen = count - wrong if choice is not None else 0
        whys = Counter(dict.fromkeys(json.loads(lacks), count))
        counted = _Count(count, count if nothing else 0, wrong, chosen, whys)
        yield _Group(month, json.loads(topics), json.loads(kinds), area, counted)


def _within(town: str, year: int) -> tuple[ColumnElement[bool], ...]:
    return SearchLog.municipality_code == town, SearchLog.month.between(date(year, 4, 1), date(year + 1, 3, 1))


def _shown(session: Session, town: str, year: int) -> Iterator[tuple[uuid.UUID, str, int]]:
    written = cast(SearchLog.shown, Text)
    counts: Counter[str] = Counter()
    for ids, count in session.execute(select(written, func.count()).where(*_within(town, year)).group_by(written)):
        counts.update(dict.fromkeys(json.loads(ids), count))
    most = [(uuid.UUID(hex=one), count) for one, count in counts.most_common(_TOP) if count >= FEWEST]
    names = select(Service.id, Service.name).where(Service.id.in_([one for one, _ in most]), Service.municipality_code == town)
    known = {row.id: row.name for row in session.execute(names)}
    for one, count in most:
        if one in known:
            yield one, known[one], count


def _sum(found: Iterable[_Group]) -> _Count:
    whole = _Count()
    for one in found:
        whole.add(one.count)
    return whole


def _by(found: Iterable[_Group], codes: Callable[[_Group], Iterable[str]]) -> dict[str, _Count]:
    counts: dict[str, _Count] = defaultdict(_Count)
    for one in found:
        for code in codes(one):
            counts[code].add(one.count)
    return counts


def _row(code: str, count: _Count) -> Row:
    few = tuple(why for why, times in count.lacks.most_common(_LACKS) if times >= FEWEST)
    nothing, wrong, chosen = (_part(part, count.asked) for part in (count.nothing, count.wrong, count.chosen))
    return Row(code, _told(count.asked), nothing, wrong, chosen, few)


def _told(count: int) -> int | None:
    return None if 0 < count < FEWEST else count


def _part(part: int, of: int) -> int | None:
    """A part is told only when neither it nor the rest is small."""
    return part if _told(part) is not None and _told(of - part) is not None and _told(of) is not None else None


def _ranked(counts: Mapping[str, _Count]) -> tuple[Row, ...]:
    order = sorted(counts, key=lambda code: (-counts[code].asked, code))
    return tuple(_row(code, counts[code]) for code in order)


def _whole(counts: Mapping[str, _Count], *, ordered: bool) -> tuple[Row, ...]:
    """The rows of a table in which every search stands once: as many more are hidden as keep the small ones hidden."""
    rows = {row.code: row for row in _ranked(counts)}
    for name in _MEASURES:
        for code in _also_hidden({code: getattr(counts[code], name) for code in rows}, rows, name):
            rows[code] = Row(**{**vars(rows[code]), name: None})
    return tuple(rows.values()) if ordered else tuple(rows[code] for code in sorted(rows))


def _also_hidden(values: Mapping[str, int], rows: Mapping[str, Row], name: str) -> list[str]:
    hidden = [code for code in rows if getattr(rows[code], name) is None]
    left = sorted((code for code in rows if code not in hidden and values[code]), key=lambda code: (values[code], code))
    more: list[str] = []
    while hidden and left and (len(hidden) + len(more) < 2 or sum(values[code] for code in (*hidden, *more)) < FEWEST):
        more.append(left.pop(0))
    return more
