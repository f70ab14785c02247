"""Everything a member reads of one meeting, gathered for its page and its paper."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff import cases, conversation
from handoff.casefile import called
from handoff.casework import disclosures, meeting_names, meetings, minutes, seats, tasks
from handoff.casework.disclosures import Told
from handoff.casework.meeting_members import MeetingMember
from handoff.casework.meetings import Meeting, MeetingState, Seated
from handoff.casework.minutes import EntryKind
from handoff.casework.tasks import Doer, Task
from handoff.history import RECIPIENTS
from resources.access import Actor


@dataclass(frozen=True)
class MemberLine:
    """One member as the others read them."""

    row: MeetingMember
    name: str
    convener: bool


@dataclass(frozen=True)
class EntryLine:
    """One line of the papers with who wrote it."""

    at: datetime
    who: str
    words: str


@dataclass(frozen=True)
class TaskLine:
    """One thing to do that this meeting decided."""

    task: Task
    words: str
    doer: str
    released: bool


@dataclass(frozen=True)
class ToldLine:
    """One line of the log of what was told."""

    told: Told
    who: str
    audience: list[str]


@dataclass(frozen=True)
class Sitting:
    """One meeting as its members read it."""

    seated: Seated
    title: str
    place: str
    convener: str
    name: str
    reaches_case: bool  # the reader sees the case, too
    members: list[MemberLine]
    agenda: list[EntryLine]
    minutes: list[EntryLine]
    decided: list[TaskLine]
    told: list[ToldLine]
    lacking: list[tuple[str, str]]  # for whom consent is lacking, so that nothing more may be told

    @property
    def meeting(self) -> Meeting:
        """The meeting itself."""
        return self.seated.meeting

    @property
    def state(self) -> MeetingState:
        """Where it stands."""
        return self.seated.meeting.standing


def gather(session: Session, seated: Seated, *, actor: Actor, now: datetime) -> Sitting:
    """Return a meeting with all its papers; before the promise of secrecy only what an invitation says."""
    meeting, case = seated.meeting, seated.case
    title = meeting_names.called(session, case.custodian)[meeting.kind]
    convener = conversation.staff_names(session, {meeting.convened_by}).get(meeting.convened_by, "")
    if not seated.sworn:
        return Sitting(seated, title, "", convener, "", False, [], [], [], [], [], [])
    rows = list(session.scalars(select(MeetingMember).where(MeetingMember.meeting_id == meeting.id).order_by(MeetingMember.id)))
    papers = minutes.of_meeting(session, case, meeting.id)
    log = disclosures.of_lane(session, case, meeting.lane, now=now)
    writers = {entry.row.by for entry in papers} | {told.row.by for told in log} | {row.staff_id for row in rows}
    names = conversation.staff_names(session, writers)
    seated_names = {row.id: _name(session, row, names) for row in rows}
    sitting_now = [row for row in rows if row.left_at is None]
    return Sitting(
        seated=seated,
        title=title,
        place=meetings.place(session, meeting),
        convener=convener,
        name=called(session, case),
        reaches_case=cases.find(session, actor, case.id) is not None,
        members=[MemberLine(row, seated_names[row.id], row.staff_id == meeting.convened_by) for row in sitting_now],
        agenda=_lines(papers, EntryKind.AGENDA, names),
        minutes=_lines(papers, EntryKind.MINUTE, names),
        decided=_decided(session, seated, actor),
        told=[
            ToldLine(one, names.get(one.row.by, ""), [seated_names[row.id] for row in rows if str(row.id) in one.row.audience])
            for one in log
        ],
        lacking=[
            (code, RECIPIENTS[code])
            for code in seats.missing(session, case, meeting.sort, {row.recipient for row in sitting_now})
        ],
    )


def doer_of(members: Sequence[MemberLine], chosen: str) -> Doer:
    """Return who does something, as a form names the seat."""
    member = next((one for one in members if str(one.row.id) == chosen), None)
    if member is None:
        return Doer()
    return Doer(staff_id=member.row.staff_id) if member.row.staff_id else Doer(outside=member.name)


def _lines(papers: Sequence[minutes.Entry], kind: EntryKind, names: Mapping[uuid.UUID, str]) -> list[EntryLine]:
    return [EntryLine(one.row.at, names.get(one.row.by, ""), one.words) for one in papers if one.row.kind == kind]


def _name(session: Session, row: MeetingMember, names: Mapping[uuid.UUID, str]) -> str:
    if row.staff_id:
        return names.get(row.staff_id, "")
    return f"{seats.outside(session, row)}（{RECIPIENTS[row.recipient]}）"


def _decided(session: Session, seated: Seated, actor: Actor) -> list[TaskLine]:
    found = [task for task in tasks.of_case(session, seated.case, actor=actor) if task.origin_id == seated.meeting.id]
    names = conversation.staff_names(session, {task.staff_id for task in found})
    return [
        TaskLine(
            task, tasks.words(session, task),
            names.get(task.staff_id, "") if task.staff_id else tasks.outside(session, task),
            task.lane != seated.meeting.lane,
        )
        for task in found
    ]  # fmt: skip
