"""Who comes back meets the worker they know, where that worker can still take the case."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest
from sqlalchemy import delete
from sqlalchemy.orm import Session

from handoff import intake, moves, queue
from handoff.cases import Case
from handoff.casework import returning
from handoff.states import CaseState, Outcome
from resources.staff import DeskMembership, Staff
from tests.desk import World
from tests.handoff.casework.accompanied import DAY, actor_of, taken, to_do


def ended(world: World) -> uuid.UUID:
    case_id = taken(world)
    with world.database.writing(world.town) as session:
        moves.close(session, session.get_one(Case, case_id), Outcome.INFORMED, actor=actor_of(world), now=world.now)
    return case_id


def write_again(world: World, case_id: uuid.UUID) -> str:
    """Let the resident of an ended case write; returns the earlier worker's name when one is proposed."""
    world.offset += DAY
    with world.database.writing(world.town) as session:
        case = session.get_one(Case, case_id)
        intake.written(session, case.contact_id, now=world.clock())
        found = returning.earlier(session, case)
        return found.display_name if found else ""


def proposed(world: World, case_id: uuid.UUID) -> str:
    """The earlier worker as the queue shows them."""
    with world.database.reading(frozenset({world.town})) as session:
        rows = queue.rows(session, actor_of(world, "sato"), queue.Tab.WAITING, now=world.clock())
        return next(row.earlier for row in rows if row.case.id == case_id)


def test_the_earlier_worker_is_proposed_and_told_and_takes_with_one_press(world: World) -> None:
    case_id = ended(world)
    assert write_again(world, case_id) == "山田" and proposed(world, case_id) == "山田"
    assert to_do(world) == ["前に担当した方から、また連絡がありました。受けられるかを確かめる"]
    case = world.read_case(case_id)
    assert case.state == CaseState.WAITING and case.owner_id is None
    with world.database.writing(world.town) as session:
        moves.take(session, session.get_one(Case, case_id), actor=actor_of(world), now=world.clock())
    assert to_do(world) == [] and world.read_case(case_id).earlier_owner_id is None


def test_anybody_may_take_it_and_then_nobody_is_proposed_any_more(small_world: World) -> None:
    case_id = ended(small_world)
    write_again(small_world, case_id)
    with small_world.database.writing(small_world.town) as session:
        case = moves.take(session, session.get_one(Case, case_id), actor=actor_of(small_world, "sato"), now=small_world.clock())
        moves.give_back(session, case, actor=actor_of(small_world, "sato"), now=small_world.clock())
    assert proposed(small_world, case_id) == "" and to_do(small_world) == []


def _left(session: Session, staff: Staff) -> None:
    staff.active = False


def _away(session: Session, staff: Staff) -> None:
    staff.away = True


def _moved(session: Session, staff: Staff) -> None:
    session.execute(delete(DeskMembership).where(DeskMembership.staff_id == staff.id))


@pytest.mark.parametrize("happens", [_left, _away, _moved])
def test_who_cannot_take_it_is_neither_proposed_nor_told(
    small_world: World, happens: Callable[[Session, Staff], None]
) -> None:
    case_id = ended(small_world)
    with small_world.database.writing() as session:
        happens(session, session.get_one(Staff, small_world.people["yamada"]))
    assert write_again(small_world, case_id) == "" and proposed(small_world, case_id) == "" and to_do(small_world) == []
