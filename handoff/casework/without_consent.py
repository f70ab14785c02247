"""What rested on a consent that holds no longer: open offers and requests end at once, and who joined has to leave."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff.cases import Case
from handoff.casework import agencies, referrals, referring, tasks, team, voices
from handoff.casework.grounds import LegalGround
from handoff.casework.membership import Member
from handoff.casework.referrals import Referral
from handoff.casework.tasks import Doer, Origin, Task
from handoff.moves import only_owner
from handoff.states import Consent, NotAllowed
from resources.access import Actor
from resources.dates import day_of

_TASK: Final = "チームの機関に伝える同意が取り下げられた。抜けてもらうか、法令上の根拠を記録する（「チーム」のページ）"


class GroundNeeded(NotAllowed):
    """同意なしで続けるための、法令上の根拠を選んでください。まだ記録していません。"""


class StillAllowed(NotAllowed):
    """この機関に伝える同意か法令上の根拠が、いまはあります。いまの内容を確かめてください。何も変わっていません。"""


def allowed(member: Member, said: Mapping[str, Consent]) -> bool:
    """Whether an agency may still be told: a ground was named, or the person agrees by what they `said` to each kind."""
    return bool(member.ground) or said[member.recipient] is Consent.GIVEN


def follow(session: Session, case: Case, *, actor: Actor, now: datetime) -> Referral | None:
    """End what may not go on after an answer of consent; returns the offer that was taken back, if any."""
    said = agencies.standing(session, case)
    for member in team.held(session, case):
        if allowed(member, said):
            _settle(session, member, actor=actor, now=now)
        elif member.joined_at is None:
            member.left_at, member.left_by, member.version = now, actor.staff_id, member.version + 1
            team.written(session, case, "team_withdrawn", member, actor=actor, now=now)
        else:
            _tell_owner(session, case, member, actor=actor, now=now)
    referral = referrals.open_of(session, case)
    if referral is None or referrals.tellable(session, referral, case):
        return None
    referring.take_back(session, case, referral, now=now)
    return referral


def part(session: Session, case: Case, member_id: uuid.UUID, *, actor: Actor, now: datetime) -> Member:
    """Let an agency go at once that may not be told any more; what it had still to do is the owner's."""
    member = _lapsed(session, case, member_id)
    team.only_its_people(case, member, actor)
    for task in team.open_tasks(session, case, member):
        task.staff_id, task.desk_id = case.owner_id, None if case.owner_id else case.desk_id
    _settle(session, member, actor=actor, now=now)
    member.left_at, member.left_by, member.version = now, actor.staff_id, member.version + 1
    voices.news(case, member, actor=actor, now=now)
    team.written(session, case, "team_left", member, actor=actor, now=now)
    return member


def stay(session: Session, case: Case, member_id: uuid.UUID, ground: str, *, actor: Actor, now: datetime) -> None:
    """Name the legal ground on which an agency stays all the same."""
    only_owner(case, actor)
    member = _lapsed(session, case, member_id)
    if ground not in list(LegalGround):
        raise GroundNeeded(GroundNeeded.__doc__)
    member.ground, member.version = ground, member.version + 1
    _settle(session, member, actor=actor, now=now)
    team.written(session, case, "team_ground", member, actor=actor, now=now)


def _lapsed(session: Session, case: Case, member_id: uuid.UUID) -> Member:
    """Return an agency that joined and may not be told any more, held; raises StillAllowed for any other."""
    member = team.find(session, case, member_id)
    if member.joined_at is None or allowed(member, agencies.standing(session, case)):
        raise StillAllowed(StillAllowed.__doc__)
    return member


def _tell_owner(session: Session, case: Case, member: Member, *, actor: Actor, now: datetime) -> None:
    voices.news(case, member, actor=actor, now=now)
    if not _notices(session, member):
        doer = Doer(staff_id=case.owner_id) if case.owner_id else Doer(desk_id=case.desk_id)
        tasks.add(
            session, case, _TASK, now=now, by=None, doer=doer, due_on=day_of(now), origin=Origin.TEAM, origin_id=member.id
        )


def _settle(session: Session, member: Member, *, actor: Actor, now: datetime) -> None:
    for task in _notices(session, member):
        task.done_at, task.done_by = now, actor.staff_id


def _notices(session: Session, member: Member) -> list[Task]:
    # What the team promised was written down by somebody; a notice was not.
    query = select(Task).where(
        Task.origin == Origin.TEAM, Task.origin_id == member.id, Task.made_by.is_(None), Task.done_at.is_(None)
    )
    return list(session.scalars(query))
