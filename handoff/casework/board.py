"""The team page of a case: who leads, which agencies are beside, what each does until when, and what one may do here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from handoff.cases import Case
from handoff.casework import agencies, tasks, team, voices, volunteers, without_consent
from handoff.casework.agencies import Agency
from handoff.casework.tasks import Task
from handoff.casework.volunteers import Asked
from handoff.states import CaseState, Consent
from resources.access import Actor
from resources.desks import Desk
from resources.staff import Staff


@dataclass(frozen=True)
class Promise:
    """Something an agency does until a day."""

    task: Task
    words: str


@dataclass(frozen=True)
class Place:
    """One agency on the team, and what this person may do about it."""

    agency: team.Agency
    promises: list[Promise]
    mine: bool
    people: Sequence[Staff]  # whom it may name
    successors: list[team.Agency]
    allowed: bool  # as without_consent has it
    needs_letting_in: bool  # the case is walled off, and only one named person of it may see it

    @property
    def open(self) -> list[Promise]:
        """What it has still to do."""
        return [one for one in self.promises if one.task.done_at is None]


@dataclass(frozen=True)
class Board:
    """Everything on the team page."""

    desk: Desk | None
    places: list[Place]
    past: list[team.Agency]
    offered: list[Agency]  # who may be asked
    said: dict[str, Consent]
    helpers: list[Asked]
    owner: bool
    works: bool
    over: bool

    @property
    def asked(self) -> list[Place]:
        """The requests that wait for an answer of this person's own desks."""
        return [one for one in self.places if one.mine and not one.agency.joined]


def gather(session: Session, case: Case, *, actor: Actor) -> Board:
    """Return the team of a case as one person may see and change it."""
    members = team.of_case(session, case, words=True)
    known = {one.desk.id: one for one in agencies.of_town(session, case)}
    listed = [Promise(task, tasks.words(session, task)) for task in tasks.of_case(session, case, actor=actor)]
    said = agencies.standing(session, case)
    places = []
    for one in members:
        there = known.get(one.member.desk_id)
        places.append(
            Place(
                one,
                [promise for promise in listed if _theirs(promise.task, one)],
                one.member.desk_id in actor.desks,
                there.people if there else [],
                [other for other in members if other is not one and other.joined and other.there],
                without_consent.allowed(one.member, said),
                case.walled and there is not None and not there.desk.for_violence,
            )
        )
    taken = {case.desk_id, *(one.member.desk_id for one in members)}
    owner = case.owner_id == actor.staff_id
    return Board(
        known[case.desk_id].desk if case.desk_id in known else None,
        places,
        team.of_case(session, case, past=True, words=True),
        [one for desk_id, one in known.items() if desk_id not in taken],
        said,
        volunteers.of_case(session, case),
        owner,
        owner or (not case.walled and voices.works_on(session, case, actor)),
        case.state == CaseState.CLOSED,
    )


def _theirs(task: Task, agency: team.Agency) -> bool:
    member = agency.member
    return task.desk_id == member.desk_id or (task.staff_id is not None and task.staff_id == member.staff_id)
