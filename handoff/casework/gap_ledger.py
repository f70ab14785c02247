"""The gap ledger of a town, rolled up by area and topic: figures without a word of anybody, and the list of open gaps."""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff import picture
from handoff.cases import Case, visible_to
from handoff.casework.gaps import Gap, GapNearMiss, GapState, Why
from intents.codes import Topic
from resources import near_misses, tables
from resources.access import Actor, Permission
from resources.slots import JAPAN

# Below this a figure could point at a person; only who sees the cases anyway reads it.
FEWEST: Final = 3
HIDDEN: Final = f"{FEWEST}未満"
NO_AREA: Final = "（地域の記録なし）"
HEADINGS: Final = ("地域", "話題", "件数", "合う場所なし", "おもな理由")
_WHYS: Final = 3


@dataclass(frozen=True)
class Cell:
    """How often one area lacked something for one topic."""

    area: str
    topic: str
    count: str
    still_open: str
    whys: str


@dataclass(frozen=True)
class Open:
    """One open gap of a case the reader may see."""

    gap: Gap
    case: Case
    topics: list[str]


@dataclass(frozen=True)
class Ledger:
    """What a town lacks in a period."""

    first: date
    last: date
    count: str
    cells: list[Cell]
    open: list[Open]
    searches: list[tuple[str, int]]  # what residents looked for and only nearly found, by topic


@dataclass(frozen=True)
class _Seen:
    """One gap, and whether the reader sees its case."""

    gap: Gap
    case: Case | None
    whys: tuple[Why, ...]
    known: bool


def gather(session: Session, actor: Actor, *, first: date, last: date) -> Ledger:
    """Return the ledger of the towns a person works for, both days included."""
    seen = _seen(session, actor, first, last)
    cells: dict[tuple[str, str], list[_Seen]] = defaultdict(list)
    for one in seen:
        for topic in one.gap.topics:
            cells[one.gap.area or NO_AREA, topic].append(one)
    order = [topic.value for topic in Topic]
    ranked = sorted(cells.items(), key=lambda cell: (cell[0][0] == NO_AREA, cell[0][0], order.index(cell[0][1])))
    still_open = [
        Open(one.gap, one.case, picture.topics(one.gap.topics))
        for one in seen
        if one.known and one.case is not None and one.gap.state == GapState.OPEN
    ]
    counted = [_cell(*key, found) for key, found in ranked]
    return Ledger(first, last, _figure(seen, len(seen)), counted, still_open, _searches(session, actor.home, first, last))


def to_csv(ledger: Ledger) -> bytes:
    """Return the figures as CSV that Excel opens, nothing of which it takes for a formula."""
    rows = ((cell.area, cell.topic, cell.count, cell.still_open, cell.whys) for cell in ledger.cells)
    return tables.to_csv([HEADINGS, *rows])


def fiscal_year(now: datetime) -> tuple[date, date]:
    """Return the first and the last day of the fiscal year in Japan."""
    today = now.astimezone(JAPAN).date()
    year = today.year if today.month >= 4 else today.year - 1
    return date(year, 4, 1), date(year + 1, 3, 31)


def _seen(session: Session, actor: Actor, first: date, last: date) -> list[_Seen]:
    begins, ends = _midnight(first), _midnight(last + timedelta(days=1))
    query = select(Gap, Case).outerjoin(Case, (Case.id == Gap.case_id) & (Case.custodian == Gap.custodian))
    query = query.where(Gap.noted_at >= begins, Gap.noted_at < ends)
    found = session.execute(query.order_by(Gap.noted_at.desc(), Gap.id)).all()
    mine = visible_to(actor).where(Case.id.in_(select(Gap.case_id))).with_only_columns(Case.id)
    visible = set(session.scalars(mine)) if actor.may(Permission.CONSULT) else set()
    whys: dict[uuid.UUID, list[Why]] = defaultdict(list)
    near = select(GapNearMiss.gap_id, GapNearMiss.why).join(Gap, Gap.id == GapNearMiss.gap_id)
    for gap_id, why in session.execute(near.where(Gap.noted_at >= begins, Gap.noted_at < ends)):
        whys[gap_id].append(Why(why))
    return [
        _Seen(gap, case, tuple(whys[gap.id]), case is None or case.id in visible)
        for gap, case in found
        # What is walled off is not even counted before others.
        if case is None or not case.walled or case.id in visible
    ]


def _searches(session: Session, town: str, first: date, last: date) -> list[tuple[str, int]]:
    missed = near_misses.tally(session, town, first=first, last=last).topics
    return [(Topic(topic).label, count) for topic, count in missed.most_common() if count >= FEWEST and topic in list(Topic)]


def _cell(area: str, topic: str, found: Sequence[_Seen]) -> Cell:
    count = _figure(found, len(found))
    still_open = _figure(found, sum(one.gap.state == GapState.OPEN for one in found)) if count != HIDDEN else HIDDEN
    common = Counter(why for one in found for why in set(one.whys)).most_common(_WHYS) if count != HIDDEN else []
    return Cell(area, Topic(topic).label, count, still_open, "、".join(why.label for why, _ in common))


def _figure(found: Sequence[_Seen], number: int) -> str:
    return str(number) if number >= FEWEST or all(one.known for one in found) else HIDDEN


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), JAPAN).astimezone(UTC)
