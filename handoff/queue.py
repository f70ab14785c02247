"""Who waits, since when, and who should have answered: the deepest need first, then the longest wait."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_
from sqlalchemy import case as either
from sqlalchemy.orm import Session, aliased

from handoff import alarm_board
from handoff.alarms import AlarmState
from handoff.cases import DANGER, Case, visible_to
from handoff.casework import report_marks, returning
from handoff.contacts import Contact
from handoff.deadlines import Book, Limit, book
from handoff.lists import Tab, is_open, stands_in, undelivered, unread
from handoff.rows import Row, row_of
from resources.access import Actor
from resources.staff import Staff

__all__ = ["PAGE", "Alarm", "Row", "Tab", "Tally", "Watch", "alarm", "rows", "shown", "tally", "watch", "watched"]

PAGE = 50
_MOST_WATCHED = 300
_LAST = datetime(9999, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Alarm:
    """How many people in danger nobody has answered, and since when the newest of them waits."""

    count: int
    newest: str = ""


@dataclass(frozen=True)
class Tally:
    """How many cases stand in each list, and the alarm."""

    counts: dict[Tab, int]
    alarm: Alarm


@dataclass(frozen=True)
class Watch:
    """What a script needs to see that something moved, without a word of anybody."""

    version: str
    keys: tuple[uuid.UUID, ...]
    clocks: dict[str, tuple[datetime, Limit]]  # since when each waits, and until when it may

    @property
    def ids(self) -> list[str]:
        """The cases as pages name them."""
        return list(map(str, self.keys))


def tally(session: Session, actor: Actor, book: Book) -> Tally:
    """Return how many cases stand in each list, in one look."""
    sums = [func.coalesce(func.sum(either((stands_in(tab, actor, book), 1), else_=0)), 0) for tab in Tab]
    danger = either((Case.need == DANGER, Case.waiting_since))
    found = session.execute(_open(actor).with_only_columns(func.count(danger), func.max(danger), *sums)).one()
    count, newest, *numbers = found
    counts = {tab: int(number) for tab, number in zip(Tab, numbers, strict=True)}
    return Tally(counts, Alarm(int(count), newest.isoformat() if newest else ""))


def alarm(session: Session, actor: Actor) -> Alarm:
    """Return the alarm alone."""
    query = _open(actor).where(Case.need == DANGER, Case.waiting_since.is_not(None))
    count, newest = session.execute(query.with_only_columns(func.count(), func.max(Case.waiting_since))).one()
    return Alarm(int(count), newest.isoformat() if newest else "")


def rows(
    session: Session,
    actor: Actor,
    tab: Tab,
    *,
    now: datetime,
    after: uuid.UUID | None = None,
    limit: int = PAGE,
    known: Book | None = None,
) -> list[Row]:
    """Return one page of a list; `after` is the last case of the page before."""
    known = known or book(session, actor, now=now)
    first = _listed(session, actor, tab, known, after).with_only_columns(Case.id).limit(limit)
    return shown(session, visible_to(actor).where(Case.id.in_(first)).order_by(*_order()), known, now=now)


def watched(session: Session, actor: Actor, watch: Watch, known: Book, *, now: datetime) -> list[Row]:
    """Return the first page of what is watched, and one more case when there is a second page."""
    query = visible_to(actor).where(Case.id.in_(watch.keys[: PAGE + 1]))
    return shown(session, query.order_by(*_order()), known, now=now)


def shown(session: Session, query: Select[*tuple[Any, ...]], known: Book, *, now: datetime) -> list[Row]:
    """Return the few cases of a query as rows, with all that a row needs, in one statement."""
    owner, giver, before = aliased(Staff), aliased(Staff), aliased(Staff)
    joined = query.join(Contact, and_(Contact.id == Case.contact_id, Contact.custodian == Case.custodian))
    joined = joined.outerjoin(owner, owner.id == Case.owner_id).outerjoin(giver, giver.id == Case.handed_by)
    joined = joined.outerjoin(before, returning.may_take(before))
    names = (owner.display_name, giver.display_name, before.display_name)
    marks = (report_marks.first_due(), report_marks.untold())
    found = session.execute(joined.add_columns(Contact, *names, unread(), undelivered(), alarm_board.newest(), *marks))
    return [
        row_of(
            session, case, contact, called or "", known, now=now, unread=bool(unseen), undelivered=bool(failed),
            alarm=AlarmState(alarmed) if alarmed else None, handed_by=gave or "", earlier=had or "",
            safety=report_marks.clock(due_at, now=now), office_untold=bool(untold),
        )
        for case, contact, called, gave, had, unseen, failed, alarmed, due_at, untold in found
    ]


def watch(
    session: Session, actor: Actor, tab: Tab, counted: Tally, known: Book, *, after: uuid.UUID | None = None
) -> Watch:
    """Return a fingerprint of a list and its counts, for live refresh."""
    # Put in order first, with as little as that takes; the rest is asked of the few that stand in front.
    first = _listed(session, actor, tab, known, after).with_only_columns(Case.id).limit(_MOST_WATCHED)
    columns = (
        Case.id, Case.desk_id, Case.need, Case.waiting_since, Case.state, Case.owner_id, Case.present, Case.handed_by,
        unread(), undelivered(), alarm_board.newest(),
    )  # fmt: skip
    query = visible_to(actor).where(Case.id.in_(first)).with_only_columns(*columns).order_by(*_order())
    found = session.execute(query).all()
    seen = repr([tuple(map(str, line)) for line in found] + [sorted(counted.counts.items())])
    clocks = {
        str(key): (since, left)
        for key, desk_id, need, since, *_ in found[:PAGE]
        if since and (left := known.limit_of(desk_id, need, since))
    }
    return Watch(hashlib.sha256(seen.encode()).hexdigest()[:16], tuple(line[0] for line in found), clocks)


def _open(actor: Actor) -> Select[*tuple[Any, ...]]:
    return visible_to(actor).where(is_open())


def _listed(session: Session, actor: Actor, tab: Tab, known: Book, after: uuid.UUID | None) -> Select[*tuple[Any, ...]]:
    query = _open(actor).where(stands_in(tab, actor, known))
    if after is not None and (last := session.scalars(visible_to(actor).where(Case.id == after)).first()):
        query = query.where(_behind(last))
    return query.order_by(*_order())


def _order() -> tuple[Any, ...]:
    return (Case.need, Case.stands_at, Case.id)


def _behind(last: Case) -> ColumnElement[bool]:
    since, clock = last.waiting_since or _LAST, Case.stands_at
    return or_(
        Case.need > last.need,
        and_(Case.need == last.need, clock > since),
        and_(Case.need == last.need, clock == since, Case.id > last.id),
    )
