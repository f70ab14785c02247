"""An agency leaves a case: somebody goes on with what it did, or nothing is left to do and the owner agrees."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff.cases import Case
from handoff.casework import team, voices
from handoff.casework.membership import Member
from handoff.casework.tasks import Origin, Task
from handoff.moves import only_owner
from handoff.states import NotAllowed
from resources.access import Actor
from resources.desks import Desk


class SuccessorNeeded(NotAllowed):
    """後を引き継ぐ機関を選んでください。いまチームにいて、担当者のいる機関だけに引き継げます。まだチームを抜けていません。"""


class OwnerStays(NotAllowed):
    """主担当は、そのままではチームを抜けられません。先に会話のページで引き継いでください。何も変わっていません。"""


class TasksLeft(NotAllowed):
    """まだ終わっていない予定があります。終えるか、後を引き継ぐ機関を選んでください。まだチームを抜けていません。"""


class OwnLaneTasksLeft(NotAllowed):
    """自分の所属だけに見える予定が残っていて、引き継げません。終えてから、もう一度押してください。まだチームを抜けていません。"""


class NobodyAsked(NotAllowed):
    """この機関は、抜けたいと言っていません。何も変わっていません。"""


def leave(
    session: Session, case: Case, member_id: uuid.UUID, successor_id: uuid.UUID | None, *, actor: Actor, now: datetime
) -> Member:
    """Leave to another agency of the team, which goes on with what is still to do; returns who left."""
    team.find(session, case, member_id)
    members = {one.member.id: one for one in team.of_case(session, case)}
    member = _leaving(case, members, member_id, actor)
    successor = members.get(successor_id) if successor_id else None
    if successor is None or successor.member.id == member.id or not (successor.joined and successor.there):
        raise SuccessorNeeded(SuccessorNeeded.__doc__)
    if case.walled and not (successor.member.let_in or session.get_one(Desk, successor.member.desk_id).for_violence):
        raise SuccessorNeeded(SuccessorNeeded.__doc__)
    if member.desk_id in actor.desks and _own_lane_tasks(session, case, member):
        raise OwnLaneTasksLeft(OwnLaneTasksLeft.__doc__)
    for task in team.open_tasks(session, case, member):
        _pass_on(task, successor.member)
    member.successor = successor.member.id
    _go(session, case, member, actor, now)
    return member


def ask(session: Session, case: Case, member_id: uuid.UUID, *, actor: Actor, now: datetime) -> None:
    """Ask the owner to let an agency go that has nothing left to do."""
    member = team.find(session, case, member_id)
    team.only_its_people(case, member, actor, or_owner=False)
    if member.staff_id is not None and member.staff_id == case.owner_id:
        raise OwnerStays(OwnerStays.__doc__)
    if member.joined_at is None:
        raise team.NoLongerOnTeam(team.NoLongerOnTeam.__doc__)
    if team.open_tasks(session, case, member):
        raise TasksLeft(TasksLeft.__doc__)
    member.leave_asked_by = actor.staff_id
    voices.news(case, member, actor=actor, now=now)
    team.written(session, case, "team_leave_asked", member, actor=actor, now=now)


def agree(session: Session, case: Case, member_id: uuid.UUID, *, actor: Actor, now: datetime) -> Member:
    """Let an agency go that asked for it and has nothing left to do; returns who left."""
    only_owner(case, actor)
    member = team.find(session, case, member_id)
    if member.leave_asked_by is None:
        raise NobodyAsked(NobodyAsked.__doc__)
    if member.staff_id is not None and member.staff_id == case.owner_id:
        raise OwnerStays(OwnerStays.__doc__)
    if team.open_tasks(session, case, member):
        raise TasksLeft(TasksLeft.__doc__)
    _go(session, case, member, actor, now)
    return member


def _leaving(case: Case, members: dict[uuid.UUID, team.Agency], member_id: uuid.UUID, actor: Actor) -> Member:
    found = members.get(member_id)
    if found is None or not found.joined:
        raise team.NoLongerOnTeam(team.NoLongerOnTeam.__doc__)
    team.only_its_people(case, found.member, actor)
    if found.member.staff_id == case.owner_id:
        raise OwnerStays(OwnerStays.__doc__)
    return found.member


def _go(session: Session, case: Case, member: Member, actor: Actor, now: datetime) -> None:
    member.left_at, member.left_by, member.version = now, actor.staff_id, member.version + 1
    voices.news(case, member, actor=actor, now=now)
    team.written(session, case, "team_left", member, actor=actor, now=now)


def _own_lane_tasks(session: Session, case: Case, member: Member) -> bool:
    # Nobody else may even hear of them, and its own people would not find them any more.
    query = select(Task.id).where(Task.case_id == case.id, Task.lane == str(member.desk_id), Task.done_at.is_(None))
    return session.scalars(query.limit(1)).first() is not None


def _pass_on(task: Task, to: Member) -> None:
    by_name = task.staff_id is not None
    task.staff_id, task.desk_id = (to.staff_id, None) if by_name else (None, to.desk_id)
    if task.origin == Origin.TEAM:
        task.origin_id = to.id
