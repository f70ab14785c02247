"""Nobody waits for somebody who no longer works here."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from handoff import history, left_behind
from handoff.cases import Case, CaseEvent
from handoff.states import CaseState
from resources.staff import Staff
from tests.desk import World


def _owned(world: World, name: str) -> uuid.UUID:
    case_id = world.open_case("家賃のこと")
    with world.database.writing(world.town) as session:
        case = session.get_one(Case, case_id)
        case.state, case.owner_id, case.waiting_since = CaseState.TAKEN, world.people[name], None
    return case_id


def _change(world: World, name: str, **values: object) -> None:
    with world.database.writing() as session:
        staff = session.get_one(Staff, world.people[name])
        for key, value in values.items():
            setattr(staff, key, value)


@pytest.mark.parametrize("gone", [{"active": False}, {"expires_on": date(2026, 11, 23)}])
def test_the_cases_of_somebody_who_left_wait_again(world: World, gone: dict[str, object]) -> None:
    case_id, other = _owned(world, "yamada"), _owned(world, "sato")
    _change(world, "yamada", **gone)
    for _ in range(2):
        left_behind.settle(world.database, world.now)
    case = world.read_case(case_id)
    assert (case.state, case.owner_id, case.waiting_since) == (CaseState.WAITING, None, world.now)
    assert world.read_case(other).owner_id == world.people["sato"]
    with world.database.reading(world.town) as session:
        told = [history.happened(one) for one in session.scalars(select(CaseEvent).where(CaseEvent.case_id == case_id))]
    assert told[-1] == history.OWNER_LEFT and told.count(history.OWNER_LEFT) == 1


def test_the_last_day_is_a_day_of_work(world: World) -> None:
    case_id = _owned(world, "yamada")
    _change(world, "yamada", expires_on=date(2026, 11, 24))
    left_behind.settle(world.database, world.now)
    assert world.read_case(case_id).owner_id == world.people["yamada"]
    left_behind.settle(world.database, world.now + timedelta(days=1))
    assert world.read_case(case_id).owner_id is None
