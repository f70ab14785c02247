"""Events with dates and sign-up: what stands there, and who fits in when two come at once."""

from __future__ import annotations

import threading
import uuid
from contextlib import suppress
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from resources import directory, events, merging, sign_ups
from resources.db import Database, new_id
from resources.drafts import Draft
from resources.duplicates import Pair
from resources.event_tables import Event, SignUp
from resources.events import Day, EventTrouble, Sheet
from resources.services import Service, Status
from resources.sign_ups import NoRoom, NotPossible, TooLate

MINE, YOURS = b"m" * 32, b"y" * 32
SHEET = Sheet("もちつき", place="本町会館の前庭", takes_sign_ups=True)


def made(database: Database, town: str, now, *, sheet: Sheet = SHEET, capacity: int | None = 3, key: uuid.UUID | None = None):
    day = Day(now + timedelta(days=7), now + timedelta(days=7, hours=2), capacity)
    with database.writing() as session:
        event_id = events.add(session, key or new_id(), sheet, [day], town=town, by="編集", now=now)
        return event_id, events.of_event(session, event_id)[0].date.id


def people(database: Database, town: str, now) -> list[int]:
    with database.reading() as session:
        return [one.people for one in events.upcoming(session, {town}, start=now)]


def test_an_event_is_made_once_a_form(database, bare_town, now):
    key = new_id()
    first, second = (made(database, bare_town, now, key=key)[0] for _ in range(2))
    assert first == second
    assert people(database, bare_town, now) == [0]


@pytest.mark.parametrize(
    ("sheet", "field"), [(Sheet(""), "name"), (Sheet("会"), "place"), (Sheet("会", service_id=uuid.uuid4()), "service")]
)
def test_what_cannot_be_an_event_is_refused(database, bare_town, now, sheet, field):
    with pytest.raises(EventTrouble) as refused:
        made(database, bare_town, now, sheet=sheet)
    assert refused.value.field == field


def test_a_hidden_house_has_no_events_and_tells_of_none(database, bare_town, now):
    with database.writing() as session:
        open_one, hidden = (
            directory.add(session, Draft(name, confidential=secret), municipality=bare_town, by="編集", now=now)
            for name, secret in (("会", False), ("家", True))
        )
    with pytest.raises(EventTrouble):
        made(database, bare_town, now, sheet=Sheet("集い", service_id=hidden))
    made(database, bare_town, now, sheet=Sheet("集い", service_id=open_one))
    assert len(people(database, bare_town, now)) == 1
    with database.writing() as session:
        directory.edit(session, open_one, Draft("会", confidential=True), by="編集", now=now)
    assert people(database, bare_town, now) == []


@pytest.mark.parametrize("said", [{"status": Status.DEFUNCT}, {"status": Status.INACTIVE}, {"ahead_id": new_id()}])
def test_the_events_of_a_place_that_is_not_shown_are_for_its_editors_alone(database, bare_town, now, said):
    with database.writing() as session:
        place = directory.add(session, Draft("会"), municipality=bare_town, by="編集", now=now)
    event_id, date_id = made(database, bare_town, now, sheet=Sheet("集い", service_id=place))
    with database.reading() as session:
        before = events.version(session, bare_town)
    with database.writing() as session:
        session.execute(update(Service).where(Service.id == place).values(**said))
    assert people(database, bare_town, now) == []
    with database.writing() as session:
        assert events.date(session, date_id) is None
        assert [one.date.id for one in events.upcoming(session, {bare_town}, start=now, hidden=True)] == [date_id]
        assert [one.date.id for one in events.of_event(session, event_id)] == [date_id]
        # What waits is shown again without a change of the directory: whoever keeps the events has to notice.
        assert (events.version(session, bare_town) != before) == ("ahead_id" in said)
        events.cancel(session, date_id, "やめたため", by="編集", now=now)


def test_a_number_is_changed_and_taken_back(database, bare_town, now):
    _, date_id = made(database, bare_town, now)
    for number in (2, 3):
        with database.writing() as session:
            sign_ups.sign_up(session, date_id, MINE, number, now=now)
    assert people(database, bare_town, now) == [3]
    with database.writing() as session, pytest.raises(NoRoom) as full:
        sign_ups.sign_up(session, date_id, YOURS, 1, now=now)
    assert full.value.left == 0
    with database.writing() as session:
        assert sign_ups.withdraw(session, date_id, MINE)
        assert not sign_ups.withdraw(session, date_id, MINE)
        sign_ups.sign_up(session, date_id, YOURS, 1, now=now)
    assert people(database, bare_town, now) == [1]


def test_two_at_once_never_take_more_room_than_there_is(database, bare_town, now):
    _, date_id = made(database, bare_town, now, capacity=3)
    begin, refused = threading.Barrier(2), []

    def come(origin: bytes) -> None:
        begin.wait()
        try:
            with database.writing() as session:
                sign_ups.sign_up(session, date_id, origin, 2, now=now)
        except NoRoom as full:
            refused.append(full.left)

    threads = [threading.Thread(target=come, args=(origin,)) for origin in (MINE, YOURS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert refused == [1]
    assert people(database, bare_town, now) == [2]


@pytest.mark.parametrize("number", [0, -1, 7])
def test_a_number_that_cannot_be_is_refused(database, bare_town, now, number):
    _, date_id = made(database, bare_town, now, capacity=None)
    with database.writing() as session, pytest.raises(NotPossible):
        sign_ups.sign_up(session, date_id, MINE, number, now=now)


def test_a_day_is_cancelled_once_and_with_a_reason(database, bare_town, now):
    _, date_id = made(database, bare_town, now)
    with database.writing() as session, pytest.raises(EventTrouble, match="理由"):
        events.cancel(session, date_id, " ", by="編集", now=now)
    with database.writing() as session:
        sign_ups.sign_up(session, date_id, MINE, 1, now=now)
        events.cancel(session, date_id, "大雨のため", by="編集", now=now)
    with database.writing() as session, pytest.raises(EventTrouble, match="先に"):
        events.cancel(session, date_id, "雪", by="第二", now=now)
    with database.writing() as session, pytest.raises(TooLate):
        sign_ups.sign_up(session, date_id, YOURS, 1, now=now)
    assert people(database, bare_town, now) == []


def test_the_second_of_two_editors_is_told(database, bare_town, now):
    event_id, _ = made(database, bare_town, now)
    seen = now.isoformat()
    with database.reading() as session:
        seen = events.of_event(session, event_id)[0].event.last_modified.isoformat()
    with database.writing() as session:
        events.change(session, event_id, SHEET, seen=seen, now=now + timedelta(seconds=1))
    with database.writing() as session, pytest.raises(EventTrouble, match="先に"):
        events.change(session, event_id, SHEET, seen=seen, now=now + timedelta(seconds=2))


def at_once(act) -> list[bool]:
    """Let two do the same after both have read what stands there; returns who was refused."""
    ready, refused = threading.Barrier(2), []

    def run() -> None:
        try:
            act(lambda: ready.wait(2))
            refused.append(False)
        except (EventTrouble, merging.AlreadyDecided):
            refused.append(True)

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return sorted(refused)


def test_of_two_editors_at_once_the_second_is_told(database, bare_town, now):
    event_id, _ = made(database, bare_town, now)
    with database.reading() as session:
        seen = events.of_event(session, event_id)[0].event.last_modified.isoformat()

    def change(ready) -> None:
        with database.writing() as session:
            event = session.get_one(Event, event_id)
            # Where one writes at a time, the other cannot come before this one is done.
            with suppress(threading.BrokenBarrierError):
                ready()
            events.change(session, event.id, SHEET, seen=seen, now=now + timedelta(seconds=1))

    def cancel(ready) -> None:
        with database.writing() as session:
            (one,) = events.of_event(session, event_id)
            with suppress(threading.BrokenBarrierError):
                ready()
            events.cancel(session, one.date.id, "大雨のため", by="編集", now=now)

    assert at_once(change) == at_once(cancel) == [False, True]


def test_a_merge_is_undone_once(database, bare_town, now):
    with database.writing() as session:
        ids = [directory.add(session, Draft(name), municipality=bare_town, by="編集", now=now) for name in ("会", "つどい")]
    with database.writing() as session:
        kept, gone = (directory.get(session, id_) for id_ in ids)
        seen = {record.id: record.last_modified for record in (kept, gone)}
        pair_id = merging.merge(session, kept, gone, {}, seen=seen, by="編集", now=now + timedelta(hours=1))

    def undo(ready) -> None:
        with database.writing() as session:
            pair = session.get_one(Pair, pair_id)
            with suppress(threading.BrokenBarrierError):
                ready()
            merging.undo(session, pair, by="編集", now=now + timedelta(hours=2))

    assert at_once(undo) == [False, True]


def test_nobody_signs_up_for_a_day_that_was_called_off_while_they_looked_at_it(database, bare_town, now):
    _, date_id = made(database, bare_town, now)
    looked, refused = threading.Event(), []

    def come() -> None:
        with database.writing() as session:
            shown = events.date(session, date_id)
            looked.set()
            called_off.join(2)
            try:
                sign_ups.sign_up(session, shown.date.id, MINE, 1, now=now)
            except TooLate:
                refused.append(date_id)

    def call_off() -> None:
        looked.wait(30)
        with database.writing() as session:
            events.cancel(session, date_id, "大雨のため", by="編集", now=now)

    called_off, coming = threading.Thread(target=call_off), threading.Thread(target=come)
    for thread in (called_off, coming):
        thread.start()
    for thread in (coming, called_off):
        thread.join(30)
    # Where one writes at a time, the day is called off only afterwards.
    assert refused == ([] if database.is_sqlite else [date_id])


def test_who_came_is_let_go_and_how_many_stays(database, bare_town, now):
    _, date_id = made(database, bare_town, now)
    with database.writing() as session:
        sign_ups.sign_up(session, date_id, MINE, 2, now=now)
        sign_ups.let_go(session, before=now)
        assert session.scalars(select(SignUp.origin)).one() == MINE
        sign_ups.let_go(session, before=now + timedelta(days=9))
    with database.reading() as session:
        assert session.execute(select(SignUp.origin, SignUp.people)).all() == [(None, 2)]


def test_the_events_of_a_merged_entry_are_those_of_the_one_that_stands_for_it_until_that_is_undone(database, bare_town, now):
    with database.writing() as session:
        first, second, third = (
            directory.add(session, Draft(name), municipality=bare_town, by="編集", now=now) for name in ("会", "つどい", "広場")
        )
    made(database, bare_town, now, sheet=Sheet("集い", service_id=first))
    for kept, gone in ((second, first), (third, second)):
        with database.writing() as session:
            both = {record.id: record for record in (directory.get(session, kept), directory.get(session, gone))}
            seen = {id_: record.last_modified for id_, record in both.items()}
            pair_id = merging.merge(session, both[kept], both[gone], {}, seen=seen, by="編集", now=now + timedelta(hours=1))
        with database.reading() as session:
            shown = events.upcoming(session, {bare_town}, start=now, service_ids={kept})
            assert [(one.event.name, one.service_id) for one in shown] == [("集い", kept)]
    with database.writing() as session:
        merging.undo(session, session.get_one(Pair, pair_id), by="編集", now=now + timedelta(hours=2))
    with database.reading() as session:
        assert not events.upcoming(session, {bare_town}, start=now, service_ids={third})
        assert len(events.upcoming(session, {bare_town}, start=now, service_ids={second})) == 1
