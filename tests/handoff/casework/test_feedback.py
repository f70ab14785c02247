"""After an ending the person is asked once whether it was of use: in the hours, and never where that could do harm."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from bot.dialogue import handing_back
from bot.texts import Texts
from handoff import cases, moves, outbox
from handoff.cases import Case
from handoff.casework import feedback
from handoff.casework.endings import Details, Ending
from handoff.contacts import Contact
from handoff.outbox import Outgoing
from handoff.states import Outcome
from resources.slots import JAPAN
from tests.desk import World
from tests.handoff.casework.test_endings import actor_of, taken

# The world stands on Tuesday 24 November 2026, 10:05; its desk reads from 8:30 to 17:15 on working days.
NEXT_MORNING = datetime(2026, 11, 25, 8, 40, tzinfo=JAPAN)


def ended(world: World, outcome: Outcome = Outcome.INFORMED, **more: object) -> uuid.UUID:
    case_id = taken(world, **more)
    details = Details(accepted_by="高橋さん", first_contact="2026-11-30", to_town="となり町", known_on="2026-11-20")
    with world.database.writing(world.town) as session:
        moves.close(session, session.get_one(Case, case_id), outcome, actor=actor_of(world), now=world.now, details=details)
    return case_id


def sweep(world: World, at: datetime = NEXT_MORNING) -> int:
    texts = Texts.load()
    return feedback.due(
        world.database, at,
        ask=lambda session, case, now: handing_back.ask_of_use(session, case, texts=texts, now=now),
    )  # fmt: skip


def questions(world: World) -> list[str]:
    with world.database.reading(world.town) as session:
        bodies = [outbox.body(session, row) for row in session.scalars(select(Outgoing).order_by(Outgoing.id))]
    return [body for body in bodies if "feedback:troubled" in body]


def test_it_is_asked_once_on_the_next_working_day_while_the_desk_reads(world: World) -> None:
    case_id = ended(world)
    assert sweep(world, world.now + timedelta(hours=1)) == 0
    assert sweep(world, NEXT_MORNING.replace(hour=7)) == 0
    assert sweep(world) == 1 and sweep(world, NEXT_MORNING + timedelta(days=1)) == 0
    (question,) = questions(world)
    assert "お役に立ちましたか" in question and "まだ困っている" in question
    with world.database.reading(world.town) as session:
        ending = session.scalars(select(Ending).where(Ending.case_id == case_id)).one()
    assert ending.questioned_at == NEXT_MORNING and ending.felt is None


def test_over_a_weekend_it_waits_for_monday(small_world: World) -> None:
    world = small_world
    world.now = datetime(2026, 11, 27, 16, 0, tzinfo=JAPAN)
    ended(world)
    for day in (28, 29):
        assert sweep(world, datetime(2026, 11, day, 10, 0, tzinfo=JAPAN)) == 0
    assert sweep(world, datetime(2026, 11, 30, 8, 31, tzinfo=JAPAN)) == 1


@pytest.mark.parametrize("outcome", [Outcome.MOVED, Outcome.DECEASED])
def test_after_some_endings_nobody_is_asked(small_world: World, outcome: Outcome) -> None:
    ended(small_world, outcome)
    assert sweep(small_world) == 0 and questions(small_world) == []


@pytest.mark.parametrize("danger", ["watched", "stopped", "walled", "violence", "reopened", "another"])
def test_where_it_could_do_harm_or_makes_no_sense_nobody_is_asked(small_world: World, danger: str) -> None:
    world = small_world
    other = world.open_case("ほかの相談") if danger == "another" else None
    case_id = ended(world, watched=danger == "watched", crisis="dv" if danger == "violence" else None)
    with world.database.writing(world.town) as session:
        case = session.get_one(Case, case_id)
        if danger == "stopped":
            session.get_one(Contact, case.contact_id).pushes_stopped_at = world.now
        elif danger == "walled":
            case.walled = True
        elif danger == "reopened":
            cases.reopen(session, case, now=world.now)
        elif danger == "another":
            session.get_one(Case, other).contact_id = case.contact_id
    assert sweep(world) == 0 and questions(world) == []
    assert sweep(world, NEXT_MORNING + timedelta(days=1)) == 0


def test_a_second_ending_of_the_same_case_asks_nothing_more(small_world: World) -> None:
    world = small_world
    case_id = ended(world)
    assert sweep(world) == 1
    with world.database.writing(world.town) as session:
        case = session.get_one(Case, case_id)
        cases.reopen(session, case, now=NEXT_MORNING)
        moves.take(session, case, actor=actor_of(world), now=NEXT_MORNING)
        moves.close(session, case, Outcome.RESIDENT_ENOUGH, actor=actor_of(world), now=NEXT_MORNING)
    assert sweep(world, NEXT_MORNING + timedelta(days=1)) == 0 and len(questions(world)) == 1
