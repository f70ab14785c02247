"""What a person has to do across their cases, by day, and how much work they carry."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, func, or_
from sqlalchemy import case as either
from sqlalchemy.orm import Session

from handoff.cases import Case, visible_to
from handoff.casework import lanes, real_contact, tasks
from handoff.casework.tasks import Task
from handoff.contacts import Contact, called
from handoff.states import CaseState
from resources.access import Actor
from resources.dates import day_of, spoken
from resources.desks import Desk
from resources.staff import Staff

PAGE: Final = 200
_SUNDAY: Final = 6


@dataclass(frozen=True)
class Item:
    """One thing to do, ready to be read."""

    id: uuid.UUID
    case_id: uuid.UUID
    receipt: str
    name: str
    words: str
    who: str
    due_on: date | None
    late: bool
    own: bool  # read by one desk only
    done_at: datetime | None = None

    @property
    def due(self) -> str:
        """The day it is due, in words; empty where there is none."""
        return spoken(self.due_on) if self.due_on else ""


@dataclass(frozen=True)
class Day:
    """What is due on one day."""

    label: str
    late: bool
    items: list[Item]


@dataclass(frozen=True)
class Carried:
    """One case a person owns, and since when nobody has talked with its person."""

    case: Case
    name: str
    last: datetime | None
    days: int  # since the last talk, or since the case came

    @property
    def state(self) -> CaseState:
        """Where the case stands."""
        return CaseState(self.case.state)


@dataclass(frozen=True)
class Workload:
    """How much one person carries."""

    by_state: list[tuple[str, int]]
    late: int
    this_week: int  # due from today to Sunday
    carried: list[Carried]  # the longest silence first


@dataclass(frozen=True)
class Agenda:
    """A person's work on one page."""

    days: list[Day]
    more: int
    workload: Workload


def gather(session: Session, *, actor: Actor, now: datetime) -> Agenda:
    """Return what this person and their desks have to do on cases they may see, and what they carry."""
    today = day_of(now)
    late, week, count = _counts(session, actor, today)
    query = _listed(actor).where(_concerns(actor)).order_by(Task.due_on.is_(None), Task.due_on, Task.id).limit(PAGE)
    items = [_item(session, row, today) for row in session.execute(query)]
    return Agenda(_by_day(items, today), count - len(items), _workload(session, actor, late, week, now))


def of_case(session: Session, case: Case, *, actor: Actor, now: datetime) -> list[Item]:
    """Return the tasks of a case this person may read: open ones first, the earliest first."""
    order = (Task.done_at.is_not(None), Task.due_on.is_(None), Task.due_on, Task.id)
    query = _readable(actor).where(Case.id == case.id).order_by(*order)
    return [_item(session, row, day_of(now)) for row in session.execute(query)]


def next_step(session: Session, case: Case, *, actor: Actor, now: datetime) -> Item | None:
    """Return the open task of a case that is due first."""
    query = _listed(actor).where(Case.id == case.id).order_by(Task.due_on.is_(None), Task.due_on, Task.id).limit(1)
    found = session.execute(query).first()
    return _item(session, found, day_of(now)) if found else None


def _readable(actor: Actor) -> Select[*tuple[Any, ...]]:
    return (
        visible_to(actor)
        .join(Task, and_(Task.case_id == Case.id, Task.custodian == Case.custodian))
        .join(Contact, and_(Contact.id == Case.contact_id, Contact.custodian == Case.custodian))
        .outerjoin(Staff, Staff.id == Task.staff_id)
        .outerjoin(Desk, Desk.id == Task.desk_id)
        .where(lanes.may_read(Task.lane, actor))
        .add_columns(Task, Contact, Staff.display_name, Desk.name)
    )


def _listed(actor: Actor) -> Select[*tuple[Any, ...]]:
    return _readable(actor).where(Task.done_at.is_(None))


def _concerns(actor: Actor) -> ColumnElement[bool]:
    # What nobody here does, or nobody yet, is followed by the owner of the case.
    followed = and_(Task.staff_id.is_(None), Task.desk_id.is_(None), Case.owner_id == actor.staff_id)
    return or_(Task.staff_id == actor.staff_id, Task.desk_id.in_(tuple(actor.desks)), followed)


def _counts(session: Session, actor: Actor, today: date) -> tuple[int, int, int]:
    sunday = today + timedelta(days=_SUNDAY - today.weekday())
    late, week = either((Task.due_on < today, 1)), either((Task.due_on.between(today, sunday), 1))
    counts = (func.count(late), func.count(week), func.count())
    found: tuple[int, int, int] = session.execute(_listed(actor).where(_concerns(actor)).with_only_columns(*counts)).one()
    return found


def _item(session: Session, row: Any, today: date) -> Item:
    case, task, contact, person, desk = row
    return Item(
        task.id, case.id, case.receipt, called(session, contact), tasks.words(session, task),
        person or desk or tasks.outside(session, task), task.due_on,
        task.done_at is None and task.due_on is not None and task.due_on < today, task.lane != lanes.SHARED, task.done_at,
    )  # fmt: skip


def _by_day(items: Sequence[Item], today: date) -> list[Day]:
    days: dict[str, list[Item]] = {}
    for item in items:
        label = "期限を過ぎています" if item.late else "今日" if item.due_on == today else item.due or "期限なし"
        days.setdefault(label, []).append(item)
    return [Day(label, found[0].late, found) for label, found in days.items()]


def _workload(session: Session, actor: Actor, late: int, week: int, now: datetime) -> Workload:
    mine = visible_to(actor).where(Case.owner_id == actor.staff_id, Case.state != CaseState.CLOSED)
    query = mine.join(Contact, and_(Contact.id == Case.contact_id, Contact.custodian == Case.custodian))
    found = [(case, called(session, contact)) for case, contact in session.execute(query.add_columns(Contact))]
    last = real_contact.latest(session, [case for case, _ in found], actor=actor)
    carried = [
        Carried(case, name, last.get(case.id), _days(last.get(case.id, case.opened_at), now)) for case, name in found
    ]  # fmt: skip
    states = [one for one in CaseState if one not in (CaseState.CLOSED, CaseState.WAITING)]
    by_state = [(state.label, sum(case.state == state for case, _ in found)) for state in states]
    return Workload(by_state, late, week, sorted(carried, key=lambda one: (-one.days, one.case.id)))


def _days(since: datetime, now: datetime) -> int:
    return max(0, (day_of(now) - day_of(since)).days)
