"""Who does what by when on a case."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import LargeBinary, String, Uuid, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from handoff.cases import Case, record
from handoff.casework import lanes
from handoff.states import NotAllowed
from resources.access import Actor
from resources.db import Base, Held, held_args, new_id
from resources.sealing import reveal, seal

LONGEST: Final = 300


class NothingToDo(NotAllowed):
    """することを、300文字までで書いてください。まだ残していません。"""


class NoSuchTask(NotAllowed):
    """その予定は、もう終わったか、見られなくなっています。変わっていません。"""


class AlreadyDone(NoSuchTask):
    """その予定は、先にほかの人が終えました。あなたの操作では何も変わっていません。"""


class Origin(StrEnum):
    """What a task came from."""

    DESK = "desk"  # written down by hand
    TEAM = "team"
    REFERRAL = "referral"
    REPORT = "report"
    MEETING = "meeting"
    PLAN = "plan"
    OUTREACH = "outreach"
    CHECK_IN = "check_in"
    GAP = "gap"


class Task(Held, Base):
    """One thing to do; whose it is, is a person, a desk or somebody outside."""

    __tablename__ = "case_task"
    __table_args__ = held_args(case_id="consultation_case")
    seal_subject = "case_id"

    case_id: Mapped[uuid.UUID] = mapped_column(Uuid(), index=True)
    lane: Mapped[str] = mapped_column(String(48), default=lanes.SHARED)
    words_sealed: Mapped[bytes] = mapped_column(LargeBinary())
    staff_id: Mapped[uuid.UUID | None] = mapped_column(Uuid(), index=True)
    desk_id: Mapped[uuid.UUID | None] = mapped_column(Uuid(), index=True)
    outside_sealed: Mapped[bytes | None] = mapped_column(LargeBinary())  # a person or body without an account
    due_on: Mapped[date | None] = mapped_column()
    origin: Mapped[Origin] = mapped_column(String(12), default=Origin.DESK)
    origin_id: Mapped[uuid.UUID | None] = mapped_column(Uuid(), index=True)
    made_by: Mapped[uuid.UUID | None] = mapped_column(Uuid())
    made_at: Mapped[datetime] = mapped_column()
    done_at: Mapped[datetime | None] = mapped_column()
    done_by: Mapped[uuid.UUID | None] = mapped_column(Uuid())


@dataclass(frozen=True)
class Doer:
    """Whose task it is: exactly one of the three, or nobody yet."""

    staff_id: uuid.UUID | None = None
    desk_id: uuid.UUID | None = None
    outside: str = ""


NOBODY_YET: Final = Doer()


def add(
    session: Session,
    case: Case,
    words: str,
    *,
    now: datetime,
    by: uuid.UUID | None,
    doer: Doer = NOBODY_YET,
    due_on: date | None = None,
    lane: str = lanes.SHARED,
    origin: Origin = Origin.DESK,
    origin_id: uuid.UUID | None = None,
) -> Task:
    """Write down something to do; raises NothingToDo."""
    words = words.strip()
    if not words or len(words) > LONGEST:
        raise NothingToDo(NothingToDo.__doc__)
    task = Task(
        id=new_id(), custodian=case.custodian, case_id=case.id, lane=lane, staff_id=doer.staff_id, desk_id=doer.desk_id,
        due_on=due_on, origin=origin, origin_id=origin_id, made_by=by, made_at=now,
    )  # fmt: skip
    seal(session, task, "words_sealed", words)
    if doer.outside:
        seal(session, task, "outside_sealed", doer.outside)
    session.add(task)
    session.flush()
    return task


def finish(session: Session, case: Case, task_id: uuid.UUID, *, actor: Actor, now: datetime) -> Task:
    """Say that something is done; raises NoSuchTask when it is not in this person's lanes, AlreadyDone for the second."""
    task = _open(session, case, task_id, actor)
    task.done_at, task.done_by = now, actor.staff_id
    _tell(session, case, task, "task_done", actor=actor, now=now)
    return task


def change_due(session: Session, case: Case, task_id: uuid.UUID, due_on: date | None, *, actor: Actor, now: datetime) -> Task:
    """Give something to do another day, or none; raises NoSuchTask, AlreadyDone."""
    task = _open(session, case, task_id, actor)
    task.due_on = due_on
    _tell(session, case, task, "task_due", actor=actor, now=now)
    return task


def of_case(session: Session, case: Case, *, actor: Actor) -> list[Task]:
    """Return the tasks of a case this person may read: open ones first, the earliest first."""
    query = select(Task).where(Task.case_id == case.id, lanes.may_read(Task.lane, actor))
    return list(session.scalars(query.order_by(Task.done_at.is_not(None), Task.due_on.is_(None), Task.due_on, Task.id)))


def words(session: Session, task: Task) -> str:
    """Return what is to be done."""
    return reveal(session, task, "words_sealed") or ""


def outside(session: Session, task: Task) -> str:
    """Return who does it, where that is somebody without an account."""
    return reveal(session, task, "outside_sealed") or ""


def _open(session: Session, case: Case, task_id: uuid.UUID, actor: Actor) -> Task:
    query = select(Task).where(Task.id == task_id, Task.case_id == case.id, lanes.may_read(Task.lane, actor))
    task = session.scalars(query.with_for_update()).first()
    if task is None:
        raise NoSuchTask(NoSuchTask.__doc__)
    if task.done_at is not None:
        raise AlreadyDone(AlreadyDone.__doc__)
    return task


def _tell(session: Session, case: Case, task: Task, move: str, *, actor: Actor, now: datetime) -> None:
    # Everybody who may see the case reads its history: of one desk's own lane it says nothing.
    if task.lane == lanes.SHARED:
        record(session, case, move, now=now, staff_id=actor.staff_id)
