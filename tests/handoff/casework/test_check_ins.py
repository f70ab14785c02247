"""Agreed check-ins: asked once at the agreed time, in writing or by telephone, and silence is noticed."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from handoff import moves, spoken
from handoff.accounts import Account
from handoff.cases import Case
from handoff.casework import agreeing, silence
from handoff.casework.agreeing import AgreementNeeded, ChangedMeanwhile, NoSuchWait, Wish
from handoff.casework.check_ins import Asked, CheckInPlan, Standing
from handoff.casework.room import NeverThere, NoSuchRhythm
from handoff.contacts import Contact, ContactPoint
from handoff.moves import NotYours
from handoff.outbox import Outgoing
from handoff.spoken import Manner, Means
from handoff.states import Delivery, Outcome
from resources.desks import DeskClosure
from resources.slots import JAPAN
from tests.desk import World
from tests.handoff.casework.accompanied import (
    DAY,
    HOUR,
    actor_of,
    agree,
    arrive,
    check_ins,
    next_at,
    plan_of,
    plans,
    questions,
    run,
    taken,
    to_do,
    weekly,
)


def test_asked_at_the_agreed_time_once_and_again_a_week_later(world: World) -> None:
    plan = agree(world, taken(world))
    at = next_at(world, plan)
    assert at.astimezone(JAPAN).hour == 10
    assert run(world, at - timedelta(seconds=1)) == 0 and questions(world) == []
    assert run(world, at) == 1 and run(world, at) == 0 and run(world, at + HOUR) == 0
    (one,) = check_ins(world)
    assert one.state == Asked.SENT and one.at == at and len(questions(world)) == 1
    assert next_at(world, plan) == at + 7 * DAY and to_do(world) == []


def test_two_runs_at_once_ask_once(world: World) -> None:
    plan = agree(world, taken(world))
    at = next_at(world, plan)
    both = [threading.Thread(target=run, args=(world, at)) for _ in range(4)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert len(questions(world)) == 1 and len(check_ins(world)) == 1


def test_a_long_stop_brings_no_burst_but_the_newest_alone(small_world: World) -> None:
    plan = agree(small_world, taken(small_world))
    at = next_at(small_world, plan) + 28 * DAY
    assert run(small_world, at + HOUR) == 1 and run(small_world, at + HOUR) == 0
    assert [one.at for one in check_ins(small_world)] == [at] and len(questions(small_world)) == 1


def test_a_stop_beyond_the_chosen_hours_becomes_one_call_and_nothing_is_said_at_a_wrong_time(small_world: World) -> None:
    plan = agree(small_world, taken(small_world))
    at = next_at(small_world, plan)
    assert run(small_world, at + 14 * DAY + 3 * HOUR) == 0 and questions(small_world) == []
    assert to_do(small_world) == ["電話でようすを確かめる：決めた時間に送れませんでした"]
    assert next_at(small_world, plan) == at + 21 * DAY
    assert run(small_world, at + 21 * DAY) == 1


def test_a_stop_that_ends_before_todays_hours_is_made_good_today(small_world: World) -> None:
    plan = agree(small_world, taken(small_world))
    at = next_at(small_world, plan)
    assert run(small_world, at + 7 * DAY - HOUR) == 0 and to_do(small_world) == []
    assert next_at(small_world, plan) == at + 7 * DAY


def test_a_day_on_which_the_desk_rests_by_now_moves_to_the_next_open_one(small_world: World) -> None:
    plan = agree(small_world, taken(small_world))
    at = next_at(small_world, plan)
    day = at.astimezone(JAPAN).date()
    with small_world.database.writing() as session:
        session.add(DeskClosure(municipality_code=small_world.town, starts=day, ends=day))
    assert run(small_world, at) == 0
    moved = next_at(small_world, plan)
    assert day < moved.astimezone(JAPAN).date() <= day + timedelta(days=4)
    assert run(small_world, moved) == 1 and next_at(small_world, plan) == at + 7 * DAY


def _watched(contact: Contact, point: ContactPoint, account: Account, case: Case) -> None:
    contact.device_watched = True


def _stopped(contact: Contact, point: ContactPoint, account: Account, case: Case) -> None:
    contact.pushes_stopped_at = contact.made_at


def _blocked(contact: Contact, point: ContactPoint, account: Account, case: Case) -> None:
    point.reachable = False


def _short(contact: Contact, point: ContactPoint, account: Account, case: Case) -> None:
    account.quota_limit, account.quota_used = 200, 181


def _walled(contact: Contact, point: ContactPoint, account: Account, case: Case) -> None:
    case.walled = True


def _no_channel(contact: Contact, point: ContactPoint, account: Account, case: Case) -> None:
    case.point_id = None


@pytest.mark.parametrize(
    ("happens", "why"),
    [
        (_watched, "自動では送っていません"), (_stopped, "通知を止めています"), (_blocked, "届きません"),
        (_short, "LINEの今月の残り"), (_walled, "自動では送っていません"), (_no_channel, "宛先がありません"),
    ],
)  # fmt: skip
def test_where_it_may_not_be_said_in_writing_somebody_calls(
    small_world: World, happens: Callable[[Contact, ContactPoint, Account, Case], None], why: str
) -> None:
    case_id = taken(small_world)
    plan = agree(small_world, case_id)
    with small_world.database.writing(small_world.town) as session:
        case = session.get_one(Case, case_id)
        point = session.get_one(ContactPoint, case.point_id)
        happens(session.get_one(Contact, case.contact_id), point, session.get_one(Account, point.account_id), case)
    at = next_at(small_world, plan)
    assert run(small_world, at) == 0 and questions(small_world) == []
    (task,) = to_do(small_world)
    assert task.startswith("電話で") and why in task
    assert check_ins(small_world)[0].state == Asked.BY_CALL and next_at(small_world, plan) == at + 7 * DAY


def test_who_wants_no_calls_is_reached_otherwise(small_world: World) -> None:
    plan = agree(small_world, taken(small_world, watched=True, call=False))
    run(small_world, next_at(small_world, plan))
    assert to_do(small_world)[0].startswith("電話以外の方法で")


def test_nobody_is_asked_by_machine_while_a_person_talks_with_them(small_world: World) -> None:
    case_id = taken(small_world)
    plan = agree(small_world, case_id)
    at = next_at(small_world, plan)
    with small_world.database.writing(small_world.town) as session:
        case = session.get_one(Case, case_id)
        case.present, case.present_seen_at = True, at
    assert run(small_world, at) == 0 and check_ins(small_world)[0].state == Asked.SPOKEN and to_do(small_world) == []


def test_silence_is_noticed_first_by_a_call_then_by_a_visit_and_any_word_ends_it(world: World) -> None:
    case_id = taken(world)
    plan = agree(world, case_id)
    at = next_at(world, plan)
    for week, tasks in ((0, ["電話"]), (1, ["電話", "訪問"]), (2, ["電話", "訪問"])):
        run(world, at + week * 7 * DAY)
        arrive(world)
        assert silence.settle(world.database, at + (week * 7 + 3) * DAY - timedelta(seconds=1)) == 0
        assert silence.settle(world.database, at + (week * 7 + 3) * DAY) == 1
        assert silence.settle(world.database, at + (week * 7 + 3) * DAY) == 0
        assert [one[:2] for one in to_do(world)] == tasks, week
    assert plan_of(world, plan).misses == 3
    run(world, at + 21 * DAY)
    arrive(world)
    world.offset = at + 22 * DAY - world.now
    world.hear(case_id, "すみません、寝ていました")
    assert silence.settle(world.database, world.clock()) == 0
    assert plan_of(world, plan).misses == 0 and check_ins(world)[-1].state == Asked.ANSWERED


@pytest.mark.parametrize(("manner", "counts"), [(Manner.OUT, True), (Manner.IN, True), (Manner.MISSED, False)])
def test_a_call_that_reached_the_person_counts_as_an_answer(small_world: World, manner: Manner, counts: bool) -> None:
    case_id = taken(small_world)
    at = next_at(small_world, agree(small_world, case_id))
    run(small_world, at)
    arrive(small_world)
    with small_world.database.writing(small_world.town) as session:
        spoken.note_down(
            session, session.get_one(Case, case_id), "元気でした", means=Means.CALL, manner=manner,
            actor=actor_of(small_world), now=at + DAY,
        )  # fmt: skip
    assert silence.settle(small_world.database, at + 3 * DAY) == (0 if counts else 1)


@pytest.mark.parametrize("state", [Delivery.FAILED, Delivery.HELD])
def test_what_did_not_arrive_is_no_silence_but_a_call(small_world: World, state: Delivery) -> None:
    plan = agree(small_world, taken(small_world))
    run(small_world, next_at(small_world, plan))
    arrive(small_world, state)
    assert silence.settle(small_world.database, next_at(small_world, plan)) == 0
    assert to_do(small_world) == ["電話でようすを確かめる：おたずねが届きませんでした"] and plan_of(small_world, plan).misses == 0


def test_what_waits_for_too_long_is_taken_back(small_world: World) -> None:
    plan = agree(small_world, taken(small_world))
    at = next_at(small_world, plan)
    run(small_world, at)
    silence.settle(small_world.database, at + 3 * DAY)
    with small_world.database.reading(small_world.town) as session:
        assert session.scalars(select(Outgoing.state)).one() == Delivery.WITHDRAWN
    assert len(to_do(small_world)) == 1


def test_an_ended_case_ends_the_agreement(small_world: World) -> None:
    case_id = taken(small_world)
    plan = agree(small_world, case_id)
    at = next_at(small_world, plan)
    with small_world.database.writing(small_world.town) as session:
        moves.close(session, session.get_one(Case, case_id), Outcome.INFORMED, actor=actor_of(small_world), now=small_world.now)
    assert run(small_world, at) == 0 and questions(small_world) == [] and to_do(small_world) == []
    assert plan_of(small_world, plan).standing == Standing.ENDED


def test_the_end_that_was_agreed_asks_whether_to_go_on(small_world: World) -> None:
    chosen = weekly(small_world)
    plan = agree(small_world, taken(small_world), weekly(small_world, until=chosen.first))
    assert run(small_world, next_at(small_world, plan)) == 1
    assert plan_of(small_world, plan).standing == Standing.ENDED
    assert to_do(small_world) == ["おたずねの期間が終わりました。続けるかどうかを本人と決める"]


def test_only_the_owner_agrees_and_only_what_can_be_kept(small_world: World) -> None:
    case_id = taken(small_world)
    good = weekly(small_world)
    with pytest.raises(NotYours):
        agree(small_world, case_id, name="sato")
    with pytest.raises(NoSuchRhythm):
        agree(small_world, case_id, weekly(small_world, opens=12))
    with pytest.raises(NoSuchRhythm):
        agree(small_world, case_id, weekly(small_world, first=good.first - timedelta(days=9)))
    sunday = good.first + timedelta(days=6 - good.first.weekday())
    with pytest.raises(NeverThere):
        agree(small_world, case_id, weekly(small_world, first=sunday, weekday=6))
    with pytest.raises(NoSuchWait):
        agree(small_world, case_id, within=8)
    with pytest.raises(AgreementNeeded):
        agree(small_world, case_id, words="  ")
    assert plans(small_world) == 0


def test_a_double_click_agrees_once_and_an_old_page_changes_nothing(small_world: World) -> None:
    case_id, actor = taken(small_world), actor_of(small_world)
    wish = Wish(weekly(small_world), 3, "本人の希望")

    def press(key: str, replaces: uuid.UUID | None) -> CheckInPlan | None:
        with small_world.database.writing(small_world.town) as session:
            case = session.get_one(Case, case_id)
            return agreeing.agree(session, case, wish, replaces=replaces, key=key, actor=actor, now=small_world.now)

    first = press("a", None)
    assert first is not None and press("a", None) is None and plans(small_world) == 1
    with pytest.raises(ChangedMeanwhile):
        press("b", None)
    second = press("c", first.id)
    assert second is not None and plan_of(small_world, first.id).standing == Standing.ENDED
    with pytest.raises(ChangedMeanwhile), small_world.database.writing(small_world.town) as session:
        agreeing.stop(session, session.get_one(Case, case_id), first.id, actor=actor, now=small_world.now)
    assert plan_of(small_world, second.id).standing == Standing.RUNNING
