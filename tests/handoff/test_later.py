"""Replies for later: they wait in nobody's way, can be changed until they leave, and follow the rules of their minute."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot import voice
from handoff import cases, dispatch, due_replies, later, moves, outbox, replying
from handoff.cases import Case, CaseEvent
from handoff.contacts import Contact
from handoff.later import Plan, PlannedReply
from handoff.outbox import Outgoing
from handoff.states import CaseState, Outcome
from handoff.transcript import Author
from resources.access import Actor, actor_for
from resources.db import EVERYWHERE, database_clock
from resources.staff import Staff
from tests.desk import Browser, World

Enter = Callable[..., Browser]
HOUR = timedelta(hours=1)


def actor_of(world: World, name: str = "yamada") -> Actor:
    with world.database.reading() as session:
        return actor_for(session, session.get_one(Staff, world.people[name]))


def taken(world: World, **more: object) -> uuid.UUID:
    case_id = world.open_case("こんにちは", **more)  # type: ignore[arg-type]
    with world.database.writing(world.town) as session:
        moves.take(session, session.get_one(Case, case_id), actor=actor_of(world), now=world.now)
    return case_id


def plan(world: World, case_id: uuid.UUID, words: str = "あすの10時に待っています。", after: timedelta = HOUR) -> uuid.UUID:
    with world.database.writing(world.town) as session:
        case = session.get_one(Case, case_id)
        made = later.plan(session, case, words, at=world.now + after, key=uuid.uuid4().hex, actor=actor_of(world), now=world.now)
        assert made is not None
        return made.id


def release(world: World, after: timedelta = HOUR) -> int:
    return due_replies.due(world.database, world.now + after, compose=voice.say)


def planned(world: World, planned_id: uuid.UUID) -> PlannedReply:
    with world.database.reading(world.town) as session:
        return session.scalars(select(PlannedReply).where(PlannedReply.id == planned_id)).one()


def staff_deliveries(world: World) -> list[Outgoing]:
    with world.database.reading(world.town) as session:
        return list(session.scalars(select(Outgoing).where(Outgoing.author == Author.STAFF).order_by(Outgoing.id)))


def test_it_leaves_at_its_time_once_and_not_before(world: World) -> None:
    case_id = taken(world)
    one = plan(world, case_id)
    assert release(world, HOUR - timedelta(seconds=1)) == 0 and staff_deliveries(world) == []
    assert release(world) == 1 and release(world) == 0
    (delivery,) = staff_deliveries(world)
    assert delivery.confidential and planned(world, one).state == Plan.LEFT and planned(world, one).words_sealed is None
    with world.database.reading(world.town) as session:
        assert "あすの10時" in outbox.body(session, delivery)


def test_newer_replies_do_not_wait_for_it_and_the_next_word_does_not_hurry_it(world: World) -> None:
    case_id = taken(world)
    plan(world, case_id)
    with world.database.writing(world.town) as session:
        case = session.get_one(Case, case_id)
        point = cases.point_of(session, case)
        replying.reply(session, case, "いまの返事", key="1", actor=actor_of(world), compose=voice.say, now=world.now)
        outbox.hurry(session, point)
    with world.database.writing(EVERYWHERE) as session:
        clock = database_clock(session)
        (head,) = dispatch.claim(session, holder="w", clock=clock, lease=HOUR)
        assert "いまの返事" in outbox.body(session, head) and dispatch.behind(session, head) == []
    assert len(staff_deliveries(world)) == 1


def test_once_it_left_it_takes_its_place_behind_what_was_said_meanwhile(world: World) -> None:
    case_id = taken(world)
    plan(world, case_id)
    with world.database.writing(world.town) as session:
        case = session.get_one(Case, case_id)
        replying.reply(session, case, "先に書いた返事", key="1", actor=actor_of(world), compose=voice.say, now=world.now)
    release(world)
    with world.database.writing(EVERYWHERE) as session:
        (head,) = dispatch.claim(session, holder="w", clock=database_clock(session), lease=HOUR, limit=9)
        (behind,) = dispatch.behind(session, head)
        assert "先に書いた返事" in outbox.body(session, head) and "あすの10時" in outbox.body(session, behind)


def test_it_does_not_count_as_an_answer_to_what_was_said_meanwhile(world: World) -> None:
    case_id = taken(world)
    plan(world, case_id)
    world.hear(case_id, "もう一つ聞きたいです")
    release(world)
    case = world.read_case(case_id)
    assert case.waiting_since is not None
    assert case.present_seen_at == world.now


def test_change_and_cancel_until_it_leaves(world: World) -> None:
    case_id = taken(world)
    one, other = plan(world, case_id), plan(world, case_id)
    with world.database.writing(world.town) as session:
        case = session.get_one(Case, case_id)
        later.change(
            session, case, one, "11時に変わりました。", at=world.now + 2 * HOUR, version=1, actor=actor_of(world), now=world.now
        )
        later.cancel(session, case, other, version=1, actor=actor_of(world), now=world.now)
    assert release(world) == 0 and release(world, 2 * HOUR) == 1
    assert planned(world, other).state == Plan.CANCELLED and planned(world, other).words_sealed is None
    for act in (
        lambda session, case: later.cancel(session, case, one, version=2, actor=actor_of(world), now=world.now),
        lambda session, case: later.change(
            session, case, one, "もう遅い", at=world.now + HOUR, version=2, actor=actor_of(world), now=world.now
        ),
    ):
        with pytest.raises(later.AlreadyLeft), world.database.writing(world.town) as session:
            act(session, session.get_one(Case, case_id))
    assert len(staff_deliveries(world)) == 1


def test_two_pages_of_one_plan_do_not_overwrite_each_other(world: World) -> None:
    case_id = taken(world)
    one = plan(world, case_id)
    with world.database.writing(world.town) as session:
        case = session.get_one(Case, case_id)
        later.change(session, case, one, "一", at=world.now + HOUR, version=1, actor=actor_of(world), now=world.now)
    with pytest.raises(later.ChangedMeanwhile), world.database.writing(world.town) as session:
        later.cancel(session, session.get_one(Case, case_id), one, version=1, actor=actor_of(world), now=world.now)
    assert planned(world, one).state == Plan.PLANNED


def test_a_closed_matter_withholds_it_unless_somebody_said_to_keep_it(world: World) -> None:
    for choice, gone in (("", 0), ("keep", 1), ("cancel", 0)):
        case_id = taken(world)
        one = plan(world, case_id)
        with world.database.writing(world.town) as session:
            case = session.get_one(Case, case_id)
            moves.close(session, case, Outcome.INFORMED, actor=actor_of(world), now=world.now)
            if choice:
                later.settle_at_close(session, case, choice, actor=actor_of(world), now=world.now)
        assert release(world) == gone, choice
        stands = {"": Plan.WITHHELD, "keep": Plan.LEFT, "cancel": Plan.CANCELLED}[choice]
        assert planned(world, one).state == stands


def test_it_is_withheld_when_other_eyes_may_read_by_now(world: World) -> None:
    case_id, wary = taken(world), taken(world, watched=True)
    one, other = plan(world, case_id), plan(world, wary)
    with world.database.writing(world.town) as session:
        case = session.get_one(Case, case_id)
        session.get_one(Contact, case.contact_id).device_watched = True
    assert release(world) == 1
    assert (planned(world, one).state, planned(world, one).reason) == (Plan.WITHHELD, "wary")
    assert planned(world, other).state == Plan.LEFT


def test_the_next_owner_sees_and_changes_it(world: World) -> None:
    case_id = taken(world)
    one = plan(world, case_id)
    with world.database.writing(world.town) as session:
        case = session.get_one(Case, case_id)
        moves.give_back(session, case, actor=actor_of(world), now=world.now)
        with pytest.raises(moves.NotYours):
            later.cancel(session, case, one, version=1, actor=actor_of(world), now=world.now)
        moves.take(session, case, actor=actor_of(world, "sato"), now=world.now)
        later.change(
            session, case, one, "佐藤です。", at=world.now + HOUR, version=1, actor=actor_of(world, "sato"), now=world.now
        )
    release(world)
    assert staff_deliveries(world)[0].staff_id == world.people["sato"]


@pytest.mark.parametrize("after", [timedelta(0), -HOUR, timedelta(days=91), None])
def test_a_time_that_is_none_is_refused(small_world: World, after: timedelta | None) -> None:
    case_id = taken(small_world)
    at = None if after is None else small_world.now + after
    with pytest.raises(later.NoSuchTime), small_world.database.writing(small_world.town) as session:
        later.plan(
            session, session.get_one(Case, case_id), "あした", at=at, key="1", actor=actor_of(small_world), now=small_world.now
        )


def test_the_same_press_plans_once_and_its_words_are_sealed(small_world: World, enter_small: Enter) -> None:
    world, browser = small_world, enter_small("yamada")
    case_id = world.open_case("こんにちは")
    path = f"/desk/cases/{case_id}"
    browser.post(f"{path}/take")
    form = {"key": "k", "words": "あした待っています", "later_day": "2026-11-25", "later_clock": "10:00"}
    assert browser.post(f"{path}/later", **form).headers["location"].endswith("said=planned")
    assert browser.post(f"{path}/later", **form).status_code == 303
    page = browser.get(path).text
    assert page.count("2026年11月25日（水）10:00に送ります") == 1 and "あした待っています" in page
    with world.database.reader.connect() as connection:
        stored = connection.exec_driver_sql("SELECT * FROM planned_reply").one()
        events = connection.exec_driver_sql("SELECT detail FROM case_event").all()
    assert "あした" not in repr(tuple(stored)) and "あした" not in repr(events)


def test_closing_asks_what_becomes_of_it(small_world: World, enter_small: Enter) -> None:
    world, browser = small_world, enter_small("yamada")
    case_id = taken(world)
    plan(world, case_id)
    path = f"/desk/cases/{case_id}"
    browser.get(path)
    refused = browser.post(f"{path}/close", outcome="informed")
    assert refused.status_code == 409 and "あとで送る予約が残っています" in refused.text
    assert world.read_case(case_id).state == CaseState.TAKEN
    assert browser.post(f"{path}/close", outcome="informed", planned="keep").status_code == 303
    assert release(world) == 1


def test_every_step_is_told_in_the_history(small_world: World, enter_small: Enter) -> None:
    world, browser = small_world, enter_small("yamada")
    case_id = taken(world)
    plan(world, case_id)
    release(world)
    page = browser.get(f"/desk/cases/{case_id}/history").text
    assert "あとで送る返信を予約した" in page and "予約した返信が送信に入った" in page
    with world.database.reading(world.town) as session:
        assert {event.move for event in session.scalars(select(CaseEvent))} >= {"planned", "planned_left"}
