"""The team of a case: one lead, the agencies beside it, and what each of them does until when."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from handoff.cases import Case, record
from handoff.casework import agencies, tasks, voices
from handoff.casework.grounds import LegalGround
from handoff.casework.lanes import SHARED
from handoff.casework.membership import Member
from handoff.casework.tasks import Doer, Origin, Task
from handoff.states import CaseState, Consent, Ground, NotAllowed
from resources import journal
from resources.access import Actor
from resources.desks import Desk
from resources.sealing import reveal, seal
from resources.staff import DeskMembership, Staff

LONGEST: Final = 300
_LARGEST: Final = 40  # a number of members no team comes near


class NoLongerOnTeam(NotAllowed):
    """その機関は、もうチームを抜けているか、参加していません。先にほかの人が動かしました。あなたの操作では何も変わっていません。"""


class NotOfTheTeam(NotAllowed):
    """この操作は、主担当か、その機関の人だけができます。何も変わっていません。"""


class NothingToDo(NotAllowed):
    """その機関がすることを、300文字までで書いてください。何も変わっていません。"""


class ChangedMeanwhile(NotAllowed):
    """この画面を開いたあとに、ほかの人が先に変えました。いまの内容を確かめてください。あなたの操作では何も変わっていません。"""


@dataclass(frozen=True)
class Agency:
    """One agency on the team as staff read it."""

    member: Member
    desk: str
    person: str
    there: bool  # the named person still works at that desk
    words: str = ""

    @property
    def joined(self) -> bool:
        """Whether it answered the request and named somebody."""
        return self.member.joined_at is not None

    @property
    def ground(self) -> str:
        """The legal ground on which it was told, empty where the person agreed."""
        return LegalGround(self.member.ground).label if self.member.ground else ""


def of_case(session: Session, case: Case, *, past: bool = False, words: bool = False) -> list[Agency]:
    """Return the agencies beside the one that leads the case, in the order they were asked; `past` those that left."""
    sits = and_(DeskMembership.desk_id == Member.desk_id, DeskMembership.staff_id == Member.staff_id)
    query = (
        select(Member, Desk.name, Staff.display_name, Staff.active, DeskMembership.staff_id)
        .join(Desk, Desk.id == Member.desk_id)
        .outerjoin(Staff, Staff.id == Member.staff_id)
        .outerjoin(DeskMembership, sits)
        .where(Member.case_id == case.id, Member.left_at.is_not(None) if past else Member.left_at.is_(None))
        .order_by(Member.id)
    )
    return [
        Agency(
            member, desk, person or "", bool(active) and seat is not None,
            (reveal(session, member, "words_sealed") or "") if words else "",
        )
        for member, desk, person, active, seat in session.execute(query.limit(_LARGEST))
        if past or member.desk_id != case.desk_id
    ]  # fmt: skip


def held(session: Session, case: Case) -> list[Member]:
    """Return who is on the team, held until the end of the transaction: two who leave at once do it one after the other."""
    query = select(Member).where(Member.case_id == case.id, Member.left_at.is_(None)).order_by(Member.id)
    return list(session.scalars(query.with_for_update()))


def find(session: Session, case: Case, member_id: uuid.UUID) -> Member:
    """Return an agency on the team, held; raises NoLongerOnTeam."""
    found = next((one for one in held(session, case) if one.id == member_id), None)
    if found is None:
        raise NoLongerOnTeam(NoLongerOnTeam.__doc__)
    return found


def only_its_people(case: Case, member: Member, actor: Actor, *, or_owner: bool = True) -> None:
    """Refuse everybody but the people of an agency and, where that is meant, the owner; raises NotOfTheTeam."""
    if member.desk_id not in actor.desks and not (or_owner and case.owner_id == actor.staff_id):
        raise NotOfTheTeam(NotOfTheTeam.__doc__)


def divide(
    session: Session, case: Case, member_id: uuid.UUID, words: str, *, seen: int, actor: Actor, now: datetime
) -> None:
    """Change what an agency does on the case; `seen` is its version on the screen."""
    member, words = find(session, case, member_id), words.strip()
    only_its_people(case, member, actor)
    if member.version != seen:
        raise ChangedMeanwhile(ChangedMeanwhile.__doc__)
    if not words or len(words) > LONGEST:
        raise NothingToDo(NothingToDo.__doc__)
    seal(session, member, "words_sealed", words)
    member.version += 1
    voices.news(case, member, actor=actor, now=now)
    record(session, case, "team_divided", now=now, staff_id=actor.staff_id)


def promise(
    session: Session, case: Case, member_id: uuid.UUID, words: str, *, due_on: date | None, actor: Actor, now: datetime
) -> Task:
    """Write down what an agency does until when, for the whole team to read."""
    member = find(session, case, member_id)
    if not voices.works_on(session, case, actor):
        raise NotOfTheTeam(NotOfTheTeam.__doc__)
    task = tasks.add(
        session, case, words, now=now, by=actor.staff_id, doer=Doer(desk_id=member.desk_id), due_on=due_on,
        origin=Origin.TEAM, origin_id=member.id,
    )  # fmt: skip
    voices.news(case, member, actor=actor, now=now)
    record(session, case, "team_task", now=now, staff_id=actor.staff_id)
    return task


def open_tasks(session: Session, case: Case, member: Member) -> list[Task]:
    """Return what an agency has still to do on a case before everybody's eyes; what a meeting agreed stays in its lane."""
    theirs = or_(Task.desk_id == member.desk_id, and_(Task.staff_id.is_not(None), Task.staff_id == member.staff_id))
    query = select(Task).where(Task.case_id == case.id, Task.lane == SHARED, Task.done_at.is_(None), theirs)
    return list(session.scalars(query.order_by(Task.id)))


def may_be_told_to_the_person(session: Session, case: Case, member: Member) -> bool:
    """Whether the person hears that an agency joined or left: they allowed it once, or it came to keep them alive.

    Who wrote about others learns nothing of what became of it, a report or a meeting of the law is not announced to those
    it is about, and where violence was told nothing is said of our own accord.
    """
    if case.walled or case.ground == Ground.THIRD_PARTY:
        return False
    allowed = member.ground is None or agencies.standing(session, case)[member.recipient] is Consent.GIVEN
    return allowed or (member.ground == LegalGround.LIFE_BODY and case.ground == Ground.LIFE_BODY)


def desk_name(session: Session, member: Member) -> str:
    """Return the name of an agency."""
    return session.get_one(Desk, member.desk_id).name


def written(session: Session, case: Case, move: str, member: Member, *, actor: Actor, now: datetime) -> None:
    """Put into history and book that an agency was asked, came or went."""
    record(session, case, move, now=now, staff_id=actor.staff_id, detail={"desk": str(member.desk_id)})
    journal.record(
        session, f"case.{move}", municipality=case.custodian, subject_kind="case", subject_id=case.id,
        staff_id=actor.staff_id, now=now, detail=str(member.desk_id),
    )  # fmt: skip


def only_open(case: Case) -> None:
    """Refuse what nobody does on a case that has ended."""
    if case.state == CaseState.CLOSED:
        raise NotAllowed(NotAllowed.__doc__)
