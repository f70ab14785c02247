"""Meetings about one case: planned by those the law names, held on a legal ground or with consent, read by members only."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import LargeBinary, Select, String, Uuid, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from handoff.cases import Case, visible_to
from handoff.casework import seats
from handoff.casework.meeting_kinds import Kind, kinds
from handoff.casework.meeting_members import MeetingMember, lane_of
from handoff.casework.seats import Seat
from handoff.states import CaseState, NotAllowed
from resources import journal
from resources.access import Actor
from resources.db import Base, Held, held_args, new_id
from resources.sealing import reveal, seal

READ: Final = "meeting.read"
PRINTED: Final = "meeting.print"
_KIND: Final = "meeting"
_PLACE: Final = 60


class MayNotConvene(NotAllowed):
    """この種類の会議は、あなたの役割では招集できません。何も作っていません。支援会議は町の多機関協働か責任者、重層的支援会議は多機関協働が招集します。"""


class WhenMissing(NotAllowed):
    """会議の種類、日付、時刻を入れてください。場所は60文字までです。まだ何も作っていません。"""


class CaseEnded(NotAllowed):
    """終了した相談には、会議を作れません。何も作っていません。"""


class OnlyConvener(NotAllowed):
    """この操作は、会議を招集した人だけができます。何も変わっていません。"""


class NoLongerPlanned(NotAllowed):
    """この会議は、もう開かれたか、取りやめになっています。あなたの操作では何も変わっていません。"""


class SecrecyFirst(NotAllowed):
    """会議の記録を読む前に、取扱注意を確かめてください。何も変わっていません。"""


class SecrecyUnsaid(NotAllowed):
    """開催を記録するには、出席者に守秘を確かめ、出席した人を一人以上選んでください。まだ記録していません。"""


class MeetingState(StrEnum):
    """Where a meeting stands."""

    PLANNED = "planned"  # -> planned
    HELD = "held"  # planned -> held
    CANCELLED = "cancelled"  # planned -> cancelled

    @property
    def label(self) -> str:
        """The state as staff read it."""
        return {"planned": "予定", "held": "開催した", "cancelled": "取りやめた"}[self]


class Meeting(Held, Base):
    """One meeting about one case."""

    __tablename__ = "meeting"
    __table_args__ = held_args(case_id="consultation_case")
    seal_subject = "case_id"

    case_id: Mapped[uuid.UUID] = mapped_column(Uuid(), index=True)
    kind: Mapped[str] = mapped_column(String(24))
    held_at: Mapped[datetime] = mapped_column()
    place_sealed: Mapped[bytes | None] = mapped_column(LargeBinary())
    state: Mapped[MeetingState] = mapped_column(String(12), default=MeetingState.PLANNED)
    convened_by: Mapped[uuid.UUID] = mapped_column(Uuid())
    made_at: Mapped[datetime] = mapped_column()
    ended_at: Mapped[datetime | None] = mapped_column()

    @property
    def lane(self) -> str:
        """The lane in which everything of this meeting stands."""
        return lane_of(self.id)

    @property
    def sort(self) -> Kind:
        """What kind of meeting it is, with its law."""
        return kinds()[self.kind]

    @property
    def standing(self) -> MeetingState:
        """Where the meeting stands, with its words for staff."""
        return MeetingState(self.state)


@dataclass(frozen=True)
class Seated:
    """A meeting as one of its members comes to it."""

    meeting: Meeting
    case: Case
    me: MeetingMember

    @property
    def convener(self) -> bool:
        """Whether this member convened it."""
        return self.meeting.convened_by == self.me.staff_id

    @property
    def sworn(self) -> bool:
        """Whether this member has promised secrecy, and so may read."""
        return self.me.confirmed_at is not None


def may_convene(case: Case, actor: Actor) -> list[Kind]:
    """Return the kinds of meetings a person may convene for a case."""
    return [kind for kind in kinds().values() if kind.convened(actor, case.custodian)]


def plan(
    session: Session,
    case: Case,
    kind: str,
    held_at: datetime | None,
    place: str,
    members: Sequence[Seat],
    *,
    actor: Actor,
    now: datetime,
    means: str = "",
) -> Meeting:
    """Plan a meeting; who is asked to it may be told of the case, by consent or by the law of its kind.

    With `means`, the person just said that those who are asked may be told.
    """
    place = " ".join(place.split())
    sort = kinds().get(kind)
    if sort is None or held_at is None or len(place) > _PLACE:
        raise WhenMissing(WhenMissing.__doc__)
    if not sort.convened(actor, case.custodian):
        raise MayNotConvene(MayNotConvene.__doc__)
    if case.state == CaseState.CLOSED:
        raise CaseEnded(CaseEnded.__doc__)
    asked = [one for one in members if one.staff_id != actor.staff_id]
    checked = seats.check(session, case, sort, asked, means=means, actor=actor, now=now)
    meeting = Meeting(
        id=new_id(), custodian=case.custodian, case_id=case.id, kind=kind, held_at=held_at, convened_by=actor.staff_id,
        made_at=now,
    )  # fmt: skip
    if place:
        seal(session, meeting, "place_sealed", place)
    session.add(meeting)
    session.flush()
    own = Seat(staff_id=actor.staff_id)
    seats.add(session, case, meeting.id, own, actor=actor, now=now).confirmed_at = now
    for seat in checked:
        seats.add(session, case, meeting.id, seat, actor=actor, now=now)
    note(session, meeting, "meeting.plan", actor=actor, now=now)
    session.flush()
    return meeting


def find(session: Session, actor: Actor, meeting_id: uuid.UUID, *, to_change: bool = False) -> Seated | None:
    """Return a meeting of which this person is a member, or None: any other does not exist."""
    query = _open_to(actor).where(Meeting.id == meeting_id)
    found = session.execute(query.with_for_update(of=(Meeting, Case)) if to_change else query).first()
    return Seated(*found) if found else None


def of_actor(session: Session, actor: Actor, case: Case | None = None) -> list[Seated]:
    """Return the meetings of which a person is a member, those of one case or all: the newest first."""
    query = _open_to(actor).order_by(Meeting.held_at.desc(), Meeting.id.desc())
    if case is not None:
        query = query.where(Meeting.case_id == case.id)
    return [Seated(*found) for found in session.execute(query)]


def hold(
    session: Session, seated: Seated, attended: Collection[uuid.UUID], *, sworn: bool, actor: Actor, now: datetime
) -> None:
    """Record that a meeting took place, who was there, and that all who were promised secrecy."""
    members = seats.of_meeting(session, seated.meeting.id)
    only_convener(seated)
    _still_planned(seated)
    there = [member for member in members if member.id in attended]
    if not sworn or not there:
        raise SecrecyUnsaid(SecrecyUnsaid.__doc__)
    require_basis(session, seated)
    for member in members:
        member.attended = member.id in attended
        # Members of staff promise it themselves, on the page, before they read.
        if member.attended and member.staff_id is None:
            member.confirmed_at = now
    seated.meeting.state, seated.meeting.ended_at = MeetingState.HELD, now
    note(session, seated.meeting, "meeting.hold", actor=actor, now=now)


def cancel(session: Session, seated: Seated, *, actor: Actor, now: datetime) -> None:
    """Call a meeting off; what was written stays with its members."""
    only_convener(seated)
    _still_planned(seated)
    seated.meeting.state, seated.meeting.ended_at = MeetingState.CANCELLED, now
    note(session, seated.meeting, "meeting.cancel", actor=actor, now=now)


def place(session: Session, meeting: Meeting) -> str:
    """Return where a meeting takes place."""
    return reveal(session, meeting, "place_sealed") or ""


def only_convener(seated: Seated) -> None:
    """Refuse everybody but who convened the meeting; raises OnlyConvener."""
    if not seated.convener:
        raise OnlyConvener(OnlyConvener.__doc__)


def require_sworn(seated: Seated) -> None:
    """Refuse a member who has not promised secrecy; raises SecrecyFirst."""
    if not seated.sworn:
        raise SecrecyFirst(SecrecyFirst.__doc__)


def require_basis(session: Session, seated: Seated) -> None:
    """Pass when the members may be told something now; raises ConsentMissing."""
    members = seats.of_meeting(session, seated.meeting.id)
    seats.require(session, seated.case, seated.meeting.sort, {member.recipient for member in members})


def note(session: Session, meeting: Meeting, act: str, *, actor: Actor, now: datetime) -> None:
    """Write an act into the journal, under the meeting and never under its case: no history hints at it."""
    journal.record(
        session, act, municipality=meeting.custodian, subject_kind=_KIND, subject_id=meeting.id, staff_id=actor.staff_id,
        now=now,
    )  # fmt: skip


def _open_to(actor: Actor) -> Select[Meeting, Case, MeetingMember]:
    # A case that was walled off since is shown to no member who does not see it anyway.
    seen = visible_to(actor).with_only_columns(Case.id).correlate(None)
    return (
        select(Meeting, Case, MeetingMember)
        .join(Case, (Case.id == Meeting.case_id) & (Case.custodian == Meeting.custodian))
        .join(MeetingMember, (MeetingMember.meeting_id == Meeting.id) & (MeetingMember.custodian == Meeting.custodian))
        .where(
            MeetingMember.staff_id == actor.staff_id,
            MeetingMember.left_at.is_(None),
            or_(~Case.walled, Case.id.in_(seen)),
        )
    )


def _still_planned(seated: Seated) -> None:
    if seated.meeting.state != MeetingState.PLANNED:
        raise NoLongerPlanned(NoLongerPlanned.__doc__)
