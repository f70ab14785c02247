"""What stands in the papers of a meeting: the agenda, what was said, what was decided; members write and read it."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import LargeBinary, String, Uuid, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from handoff import cases
from handoff.cases import Case
from handoff.casework import disclosures, lanes, meetings, seats, tasks
from handoff.casework.disclosures import What
from handoff.casework.meetings import MeetingState, Seated
from handoff.casework.tasks import Doer, NoSuchTask, Origin, Task
from handoff.states import NotAllowed
from resources.access import Actor
from resources.db import Base, Held, held_args, new_id
from resources.sealing import reveal, seal

LONGEST: Final = 4000


class NothingWritten(NotAllowed):
    """ことばを、4000文字までで書いてください。まだ残していません。"""


class AgendaClosed(NotAllowed):
    """議題を足せるのは、開催の前だけです。何も残していません。開催のあとは、記録に書いてください。"""


class NotHeldYet(NotAllowed):
    """決めたことは、開催を記録してから書いてください。まだ残していません。"""


class CalledOff(NotAllowed):
    """この会議は取りやめになっています。何も残していません。"""


class NeverReleased(NotAllowed):
    """同意なしで開く会議の内容は、会議の外に出せません。「会議の中だけ」を選んでください。まだ残していません。"""


class EntryKind(StrEnum):
    """What an entry is."""

    AGENDA = "agenda"
    MINUTE = "minute"
    DECISION = "decision"


class MeetingEntry(Held, Base):
    """One line of the papers of a meeting."""

    __tablename__ = "meeting_entry"
    __table_args__ = held_args(case_id="consultation_case", meeting_id="meeting")
    seal_subject = "case_id"

    case_id: Mapped[uuid.UUID] = mapped_column(Uuid(), index=True)
    meeting_id: Mapped[uuid.UUID] = mapped_column(Uuid(), index=True)
    lane: Mapped[str] = mapped_column(String(48))
    kind: Mapped[EntryKind] = mapped_column(String(12))
    words_sealed: Mapped[bytes] = mapped_column(LargeBinary())
    task_id: Mapped[uuid.UUID | None] = mapped_column(Uuid())  # which task it was taken from, or became
    by: Mapped[uuid.UUID] = mapped_column(Uuid())
    at: Mapped[datetime] = mapped_column()


@dataclass(frozen=True)
class Entry:
    """One line of the papers with its words."""

    row: MeetingEntry
    words: str


def write(session: Session, seated: Seated, kind: EntryKind, words: str, *, actor: Actor, now: datetime) -> MeetingEntry:
    """Write an item of the agenda or a line of the minutes; any member may who has promised secrecy."""
    _require(session, seated)
    if kind is EntryKind.AGENDA and seated.meeting.state != MeetingState.PLANNED:
        raise AgendaClosed(AgendaClosed.__doc__)
    return _add(session, seated, kind, _checked(words), actor=actor, now=now)


def take_up(session: Session, seated: Seated, chosen: Collection[uuid.UUID], *, actor: Actor, now: datetime) -> None:
    """Put open tasks on the agenda; those of a desk's own lane leave it that way, and so stand in the log."""
    meetings.only_convener(seated)
    _require(session, seated)
    if seated.meeting.state != MeetingState.PLANNED:
        raise AgendaClosed(AgendaClosed.__doc__)
    if not chosen:
        raise NothingWritten(NothingWritten.__doc__)
    picked = [task for task in proposals(session, seated, actor=actor) if task.id in chosen]
    for task in picked:
        words = tasks.words(session, task)
        _add(session, seated, EntryKind.AGENDA, words, actor=actor, now=now, task_id=task.id)
        if task.lane != seated.meeting.lane:
            _log(session, seated, words, actor=actor, now=now)


def proposals(session: Session, seated: Seated, *, actor: Actor) -> list[Task]:
    """Return the open tasks that may go on the agenda and are not on it.

    They come from this meeting itself and, where the convener sees the case, from the shared lane and their own desks;
    never from another meeting, though the convener may sit in that one, too.
    """
    of_the_case = lanes.readable(actor) if cases.find(session, actor, seated.case.id) else ()
    mine = (*of_the_case, seated.meeting.lane)
    on_it = {entry.row.task_id for entry in of_meeting(session, seated.case, seated.meeting.id)}
    found = tasks.of_case(session, seated.case, actor=actor)
    return [task for task in found if task.done_at is None and task.lane in mine and task.id not in on_it]


def decide(
    session: Session,
    seated: Seated,
    words: str,
    *,
    actor: Actor,
    now: datetime,
    doer: Doer = tasks.NOBODY_YET,
    due_on: date | None = None,
    released: bool = False,
) -> Task:
    """Write down a decision as a task, in the meeting's lane or, released, in the one all who see the case read."""
    meetings.only_convener(seated)
    _require(session, seated)
    if seated.meeting.state != MeetingState.HELD:
        raise NotHeldYet(NotHeldYet.__doc__)
    if released and not seated.meeting.sort.needs_consent:
        raise NeverReleased(NeverReleased.__doc__)
    lane = lanes.SHARED if released else seated.meeting.lane
    task = tasks.add(
        session, seated.case, words, now=now, by=actor.staff_id, doer=doer, due_on=due_on, lane=lane, origin=Origin.MEETING,
        origin_id=seated.meeting.id,
    )  # fmt: skip
    _add(session, seated, EntryKind.DECISION, words.strip(), actor=actor, now=now, task_id=task.id)
    if released:
        _log(session, seated, words, actor=actor, now=now)
    return task


def finish(session: Session, seated: Seated, task_id: uuid.UUID, *, actor: Actor, now: datetime) -> Task:
    """Say that something this meeting decided is done; raises NoSuchTask for anything else."""
    meetings.require_sworn(seated)
    own = select(Task.id).where(Task.id == task_id, Task.origin_id == seated.meeting.id)
    if session.scalars(own).first() is None:
        raise NoSuchTask(NoSuchTask.__doc__)
    return tasks.finish(session, seated.case, task_id, actor=actor, now=now)


def of_meeting(session: Session, case: Case, meeting_id: uuid.UUID) -> list[Entry]:
    """Return the papers of a meeting, oldest first, with their words; only for its members."""
    query = select(MeetingEntry).where(MeetingEntry.case_id == case.id, MeetingEntry.meeting_id == meeting_id)
    return [Entry(row, reveal(session, row, "words_sealed") or "") for row in session.scalars(query.order_by(MeetingEntry.id))]


def _require(session: Session, seated: Seated) -> None:
    meetings.require_sworn(seated)
    if seated.meeting.state == MeetingState.CANCELLED:
        raise CalledOff(CalledOff.__doc__)
    meetings.require_basis(session, seated)


def _checked(words: str) -> str:
    words = words.strip()
    if not words or len(words) > LONGEST:
        raise NothingWritten(NothingWritten.__doc__)
    return words


def _add(
    session: Session,
    seated: Seated,
    kind: EntryKind,
    words: str,
    *,
    actor: Actor,
    now: datetime,
    task_id: uuid.UUID | None = None,
) -> MeetingEntry:
    entry = MeetingEntry(
        id=new_id(), custodian=seated.case.custodian, case_id=seated.case.id, meeting_id=seated.meeting.id,
        lane=seated.meeting.lane, kind=kind, task_id=task_id, by=actor.staff_id, at=now,
    )  # fmt: skip
    seal(session, entry, "words_sealed", words)
    session.add(entry)
    session.flush()
    return entry


def _log(session: Session, seated: Seated, words: str, *, actor: Actor, now: datetime) -> None:
    audience = [member.id for member in seats.of_meeting(session, seated.meeting.id)]
    disclosures.log(
        session, seated.case, seated.meeting.lane, [What.TASK], words, ground=seated.meeting.sort.ground,
        audience=audience, actor=actor, now=now,
    )  # fmt: skip
