"""A danger is told to one after the other until somebody acknowledges; then nobody else is woken."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import select

from handoff import alarms, cases, climbing, moves, outbox, presence
from handoff.alarms import Alarm, AlarmState, Alert, AlertState
from handoff.cases import Case
from handoff.duty import Watch
from handoff.states import Delivery, NotAllowed
from resources.access import actor_for
from resources.db import EVERYWHERE
from resources.staff import Staff
from tests.alarms import NIGHT, Post, acknowledge, again, appoint, danger, events, states
from tests.desk import World

LADDER: list[tuple[Sequence[str], Sequence[str], list[tuple[float, list[str]]]]] = [
    # named roles, endpoints that take nothing, who has been alerted by which minute
    (("toban", "kakaricho", "kacho"), (), [
        (0, ["toban"]), (4.9, ["toban"]), (5, ["toban", "kakaricho"]), (9.9, ["toban", "kakaricho"]),
        (10, ["toban", "kakaricho", "kacho"]), (14.9, ["toban", "kakaricho", "kacho"]),
    ]),
    (("toban", "", "kacho"), (), [(0, ["toban"]), (5, ["toban", "kacho"])]),
    (("", "kakaricho"), (), [(0, ["kakaricho"]), (4.9, ["kakaricho"])]),
    (("toban", "kakaricho"), ("toban",), [(0, ["kakaricho"]), (4.9, ["kakaricho"])]),
    (("toban", "kakaricho", "kacho"), ("toban", "kakaricho"), [(0, ["kacho"])]),
]  # fmt: skip


@pytest.mark.parametrize(("roles", "broken", "steps"), LADDER)
def test_the_next_one_is_alerted_when_its_time_has_come(
    world: World, roles: Sequence[str], broken: Sequence[str], steps: list[tuple[float, list[str]]]
) -> None:
    appoint(world, *roles)
    case_id, post = danger(world), Post(world, broken)
    for minutes, called in steps:
        post.climb(minutes)
        post.climb(minutes)
        assert post.called() == called, minutes
    assert states(world, case_id)[0] == [AlarmState.RUNNING] and post.told == []


def test_nobody_answers_and_the_resident_is_told_once(world: World) -> None:
    appoint(world, "toban", "kacho")
    case_id, post = danger(world), Post(world)
    for minutes in (0, 5, 9.9):
        post.climb(minutes)
    assert post.told == []
    for minutes in (10, 10.1, 60):
        post.climb(minutes)
    assert post.told == [case_id]
    assert states(world, case_id) == ([AlarmState.UNANSWERED], [AlertState.UNANSWERED, AlertState.UNANSWERED])
    assert events(world, case_id)[-2:] == ["alert", "unanswered_alert"]


def test_where_no_way_works_the_resident_is_told_at_once(world: World) -> None:
    appoint(world, "toban", "kacho")
    case_id, post = danger(world), Post(world, ["toban", "kacho"])
    post.climb(0)
    assert post.told == [case_id] and post.called() == []
    assert states(world, case_id) == ([AlarmState.UNANSWERED], [AlertState.FAILED, AlertState.FAILED])


def test_where_the_town_decided_that_nobody_acts_nobody_is_alerted(world: World) -> None:
    appoint(world)
    post = Post(world)
    assert states(world, danger(world)) == ([], [])
    assert states(world, danger(world, "dv")) == ([], [])  # undecided
    post.climb(20)
    assert post.called() == [] and post.told == []


def test_the_half_of_the_week_decides_who_is_alerted(world: World) -> None:
    appoint(world, "toban")
    appoint(world, "kakaricho", watch=Watch.READING_HOURS)
    case_id = world.open_case("もう消えてしまいたい", crisis="self_harm")
    post = Post(world)
    again(world, case_id, "self_harm", -12 * 60)
    post.climb(-12 * 60)
    assert post.called() == ["kakaricho"]


def test_an_acknowledgement_stops_the_ladder(world: World) -> None:
    appoint(world, "toban", "kakaricho", "kacho")
    case_id, post = danger(world), Post(world)
    post.climb(0)
    assert acknowledge(world, post)
    for minutes in (5, 10, 20):
        post.climb(minutes)
    assert post.called() == ["toban"] and post.told == []
    assert states(world, case_id) == ([AlarmState.ACKNOWLEDGED], [AlertState.ACKNOWLEDGED])
    assert events(world, case_id)[-1] == "alert_acknowledged"


def test_who_comes_second_is_not_first(world: World) -> None:
    appoint(world, "toban", "kakaricho")
    case_id, post = danger(world), Post(world)
    post.climb(0)
    post.climb(5)
    assert acknowledge(world, post, at=0, minutes=6)
    assert not acknowledge(world, post, at=1, minutes=6)
    with world.database.reading(EVERYWHERE) as session:
        (alarm,) = alarms.of_cases(session, [case_id])
        first = session.get_one(Alert, alarm.acknowledged_with)
    assert first.contact == "toban" and first.state == AlertState.ACKNOWLEDGED
    assert events(world, case_id).count("alert_acknowledged") == 1


def test_of_two_links_opened_at_once_one_is_first(world: World) -> None:
    appoint(world, "toban", "kakaricho")
    case_id, post = danger(world), Post(world)
    post.climb(0)
    post.climb(5)
    ready, answers = threading.Barrier(2), []

    def press(at: int) -> None:
        ready.wait()
        answers.append(acknowledge(world, post, at=at, minutes=6))

    people = [threading.Thread(target=press, args=(at,)) for at in (0, 1)]
    for person in people:
        person.start()
    for person in people:
        person.join()
    assert sorted(answers) == [False, True]
    assert events(world, case_id).count("alert_acknowledged") == 1


def test_a_late_acknowledgement_counts_and_takes_back_what_was_not_yet_read(world: World) -> None:
    appoint(world, "toban")
    case_id, post = danger(world), Post(world)
    post.climb(0)
    post.climb(5)
    assert post.told == [case_id]
    assert acknowledge(world, post, minutes=7)
    assert states(world, case_id) == ([AlarmState.ACKNOWLEDGED], [AlertState.ACKNOWLEDGED])
    with world.database.reading(EVERYWHERE) as session:
        (said,) = session.scalars(select(outbox.Outgoing).where(outbox.Outgoing.crisis))
    assert (said.state, said.reason) == (Delivery.WITHDRAWN, "person_came")


def test_taking_the_case_stops_the_ladder(world: World) -> None:
    appoint(world, "toban", "kacho")
    case_id, post = danger(world), Post(world)
    post.climb(0)
    with world.database.writing(world.town) as session:
        actor = actor_for(session, session.get_one(Staff, world.people["yamada"]))
        moves.take(session, session.get_one(Case, case_id), actor=actor, now=world.now + NIGHT)
    post.climb(5)
    assert post.called() == ["toban"]
    assert states(world, case_id)[0] == [AlarmState.ACKNOWLEDGED]


def test_an_owner_who_comes_back_into_the_conversation_stops_the_ladder(world: World) -> None:
    appoint(world, "toban", "kacho")
    case_id, post = world.open_case("こんにちは", crisis="self_harm"), Post(world)
    with world.database.writing(world.town) as session:
        case = session.get_one(Case, case_id)
        actor = actor_for(session, session.get_one(Staff, world.people["yamada"]))
        moves.take(session, case, actor=actor, now=world.now)
        presence.step_away(session, case, actor=actor, now=world.now)
    danger(world, case_id=case_id)
    post.climb(0)
    with world.database.writing(world.town) as session:
        presence.come_back(session, session.get_one(Case, case_id), actor=actor, now=world.now + NIGHT + timedelta(minutes=4))
    post.climb(5)
    assert post.called() == ["toban"] and states(world, case_id)[0] == [AlarmState.ACKNOWLEDGED]


def test_a_sender_that_dies_between_claim_and_record_is_followed_by_another_with_the_same_link(world: World) -> None:
    appoint(world, "toban", "kacho")
    case_id, post = danger(world), Post(world)
    at = world.now + NIGHT
    (first,) = climbing.claim(world.database, now=at, base_url="https://x")
    # Dead here: nothing was recorded. While its lease lasts, nobody else sends.
    assert climbing.claim(world.database, now=at + timedelta(seconds=30), base_url="https://x") == []
    (second,) = climbing.claim(world.database, now=at + timedelta(seconds=61), base_url="https://x")
    assert first.link == second.link and first.alert_id == second.alert_id
    post.climb(2.5)
    assert post.called() == ["toban"] and first.link.endswith(post.link())
    assert states(world, case_id)[1] == [AlertState.SENT]


def test_two_workers_never_claim_the_same_alert(world: World) -> None:
    appoint(world, "toban")
    danger(world)
    ready, claimed = threading.Barrier(2), []

    def work() -> None:
        ready.wait()
        claimed.extend(climbing.claim(world.database, now=world.now + NIGHT, base_url="https://x"))

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(claimed) == 1


def test_the_same_danger_told_again_wakes_nobody_twice(world: World) -> None:
    appoint(world, "toban")
    appoint(world, "kacho", crisis="emergency")
    case_id, post = danger(world), Post(world)
    post.climb(0)
    assert not again(world, case_id, "self_harm", 1)  # it runs
    assert again(world, case_id, "emergency", 2)  # another kind
    acknowledge(world, post, minutes=3)
    assert not again(world, case_id, "self_harm", 4) and not again(world, case_id, "emergency", 4)
    assert again(world, case_id, "self_harm", 30)


def test_after_an_unanswered_alarm_the_same_danger_is_told_again(world: World) -> None:
    appoint(world, "toban")
    case_id, post = danger(world), Post(world)
    post.climb(0)
    post.climb(5)
    assert again(world, case_id, "self_harm", 6)
    post.climb(6)
    post.climb(11)
    assert post.called() == ["toban", "toban"]
    assert post.told == [case_id]  # the same words again within half an hour would help nobody


def test_a_link_dies_after_a_day_and_an_unknown_one_never_lived(world: World) -> None:
    appoint(world, "toban")
    danger(world)
    post = Post(world)
    post.climb(0)
    with world.database.reading(EVERYWHERE) as session:
        assert alarms.by_link(session, post.link(), now=world.now + NIGHT + timedelta(hours=23, minutes=59))
        for secret, hours in ((post.link(), 24), (post.link()[:-1], 0), ("", 0)):
            with pytest.raises(alarms.LinkUseless):
                alarms.by_link(session, secret, now=world.now + NIGHT + timedelta(hours=hours))
        kept = session.scalars(select(Alert)).one()
    assert len(post.link()) == 43 and post.link() not in repr(vars(kept))


def test_a_move_that_is_not_in_the_table_is_refused() -> None:
    for state in AlertState:
        for move in ("send", "fail", "call_off", "acknowledge", "expire"):
            if (state, move) not in alarms.STEPS:
                with pytest.raises(NotAllowed):
                    alarms.after(state, move)
    assert {state for state, _ in alarms.STEPS} == {AlertState.DUE, AlertState.SENT, AlertState.UNANSWERED}


def test_a_closed_case_wakes_nobody(world: World) -> None:
    appoint(world, "toban", "kacho")
    case_id, post = danger(world), Post(world)
    post.climb(0)
    with world.database.writing(world.town) as session:
        session.get_one(Case, case_id).state = cases.CaseState.CLOSED
    post.climb(5)
    assert post.called() == ["toban"]
    with world.database.reading(EVERYWHERE) as session:
        assert session.scalars(select(Alarm.state)).one() == AlarmState.ACKNOWLEDGED
