"""At most one message in work per person, and nothing taken twice, however many workers ask at once."""

from __future__ import annotations

import re
import threading
import uuid
from collections import Counter
from datetime import datetime, timedelta

import pytest

from handoff import accounts, contacts, dispatch, inbox, outbox
from handoff.accounts import Platform
from handoff.states import Delivery
from handoff.transcript import Author
from resources.db import EVERYWHERE, Database, database_clock, new_id
from tests.conftest import Town

LEASE = timedelta(seconds=60)


@pytest.fixture
def account_id(database: Database, town: Town) -> uuid.UUID:
    with database.writing(town.code) as session:
        return accounts.add(session, municipality=town.code, platform=Platform.LINE, name="line").id


def _arrive(database: Database, town: Town, account_id: uuid.UUID, lane: bytes, key: str, at: datetime) -> None:
    row = {
        "id": new_id(), "custodian": town.code, "account_id": account_id, "event_key": key, "lane": lane.ljust(32),
        "happened_at": at, "received_at": at, "payload_sealed": None, "state": "waiting", "attempts": 0, "trouble": "",
    }  # fmt: skip
    with database.writing(EVERYWHERE) as session:
        inbox.accept(session, [row])


def test_same_event_is_stored_once(database: Database, town: Town, account_id: uuid.UUID, now, count_rows) -> None:
    for _ in range(3):
        _arrive(database, town, account_id, b"a", "one", now)
    assert count_rows("inbound_event") == 1


def test_workers_that_ask_at_once_share_people_and_keep_their_order(
    database: Database, town: Town, account_id: uuid.UUID, now: datetime
) -> None:
    people, each = 12, 4
    for number in range(each):
        for person in range(people):
            _arrive(database, town, account_id, b"p%d" % person, f"{person}-{number}", now + timedelta(seconds=number))
    done: list[tuple[bytes, str]] = []
    busy: Counter[bytes] = Counter()
    clashes: list[bytes] = []
    lock = threading.Lock()

    def work(name: str) -> None:
        idle = 0
        while idle < 3:
            with database.writing(EVERYWHERE) as session:
                event = inbox.claim(session, worker=name, clock=database_clock(session), lease=LEASE)
                found = (event.id, event.lane, event.event_key) if event else None
            if found is None:
                idle += 1
                continue
            idle = 0
            with lock:
                busy[found[1]] += 1
                if busy[found[1]] > 1:
                    clashes.append(found[1])
            with database.writing(EVERYWHERE) as session:
                held = inbox.hold(session, found[0], worker=name)
                assert held is not None
                with lock:
                    done.append((found[1], found[2]))
                    busy[found[1]] -= 1
                inbox.finish(held)

    threads = [threading.Thread(target=work, args=(f"w{n}",)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    while True:  # What the last looks missed because a neighbour held the lock of a person just then.
        with database.writing(EVERYWHERE) as session:
            event = inbox.claim(session, worker="rest", clock=database_clock(session), lease=LEASE)
            if event is None:
                break
            done.append((event.lane, event.event_key))
            inbox.finish(event)
    assert not clashes
    assert len(done) == len(set(done)) == people * each
    for person in {lane for lane, _ in done}:
        order = [key for lane, key in done if lane == person]
        assert order == sorted(order, key=lambda key: int(key.split("-")[1]))


def test_worker_that_was_overtaken_may_not_finish(database: Database, town: Town, account_id: uuid.UUID, now) -> None:
    _arrive(database, town, account_id, b"a", "one", now)
    with database.writing(EVERYWHERE) as session:
        event = inbox.claim(session, worker="slow", clock=database_clock(session), lease=timedelta(seconds=-1))
        assert event is not None
    with database.writing(EVERYWHERE) as session:
        assert inbox.claim(session, worker="quick", clock=database_clock(session), lease=LEASE) is not None
    with database.writing(EVERYWHERE) as session:
        assert inbox.hold(session, event.id, worker="slow") is None


def test_deliveries_to_one_person_leave_one_after_the_other(
    database: Database, town: Town, account_id: uuid.UUID, now: datetime
) -> None:
    with database.writing(town.code) as session:
        account = accounts.by_id(session, account_id)
        points = [contacts.meet(session, account, f"U{n}", now=now) for n in range(6)]
        for _ in range(4):
            for point in points:
                outbox.say(session, point, body="{}", bubbles=(), author=Author.BOT, now=now)
    order: list[tuple[uuid.UUID, uuid.UUID]] = []
    in_flight: Counter[uuid.UUID] = Counter()
    clashes: list[uuid.UUID] = []
    lock = threading.Lock()

    def send(name: str) -> None:
        idle = 0
        while idle < 3:
            with database.writing(EVERYWHERE) as session:
                taken = dispatch.claim(session, holder=name, clock=database_clock(session), lease=LEASE, limit=3)
                found = [(row.id, row.point_id) for row in taken]
            idle = 0 if found else idle + 1
            with lock:
                for _, point_id in found:
                    in_flight[point_id] += 1
                    if in_flight[point_id] > 1:
                        clashes.append(point_id)
            for outgoing_id, point_id in found:
                with database.writing(EVERYWHERE) as session:
                    (held,) = dispatch.begin(session, [outgoing_id], holder=name, until=database_clock(session) + LEASE)
                    with lock:
                        order.append((point_id, outgoing_id))
                        in_flight[point_id] -= 1
                    outbox.settle(held, Delivery.SENT, now=now)

    threads = [threading.Thread(target=send, args=(f"w{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.writing(EVERYWHERE) as session:
        assert dispatch.claim(session, holder="rest", clock=database_clock(session), lease=LEASE) == []
    assert not clashes
    assert len(order) == len(set(order)) == 24
    for point in {point for point, _ in order}:
        sent = [outgoing for one, outgoing in order if one == point]
        assert sent == sorted(sent)


@pytest.fixture
def delivery_id(database: Database, town: Town, account_id: uuid.UUID, now: datetime) -> uuid.UUID:
    with database.writing(town.code) as session:
        point = contacts.meet(session, accounts.by_id(session, account_id), "U1", now=now)
        return outbox.say(session, point, body="{}", bubbles=(), author=Author.BOT, now=now).id


@pytest.mark.parametrize("begun", [True, False], ids=["begun", "only_held"])
def test_only_what_a_dead_sender_had_begun_may_have_arrived(
    database: Database, delivery_id: uuid.UUID, begun: bool
) -> None:
    past = timedelta(seconds=-1)
    with database.writing(EVERYWHERE) as session:
        clock = database_clock(session)
        assert dispatch.claim(session, holder="dead/1", clock=clock, lease=past)[0].state == Delivery.WAITING
        if begun:
            (row,) = dispatch.begin(session, [delivery_id], holder="dead/1", until=clock + past)
            assert (row.state, row.ambiguous) == (Delivery.SENDING, False)
    with database.writing(EVERYWHERE) as session:
        (again,) = dispatch.claim(session, holder="next/1", clock=database_clock(session), lease=LEASE)
        assert (again.ambiguous, again.attempts) == (begun, 2)


def test_sender_that_woke_up_late_may_not_call_any_more(database: Database, delivery_id: uuid.UUID) -> None:
    def claim(holder: str, seconds: int) -> None:
        with database.writing(EVERYWHERE) as session:
            lease = timedelta(seconds=seconds)
            assert dispatch.claim(session, holder=holder, clock=database_clock(session), lease=lease)

    def begin(holder: str) -> list[uuid.UUID]:
        with database.writing(EVERYWHERE) as session:
            until = database_clock(session) + LEASE
            return [row.id for row in dispatch.begin(session, [delivery_id], holder=holder, until=until)]

    # The same worker may hold a delivery twice: its loop stood still so long that it took its own work over.
    claim("worker/1", -1)
    claim("worker/2", 60)
    assert begin("worker/1") == []
    assert begin("worker/2") == [delivery_id]
    assert begin("worker/1") == []


def test_delivery_withdrawn_before_its_call_does_not_leave_and_frees_its_mates(
    database: Database, town: Town, account_id: uuid.UUID, now: datetime
) -> None:
    with database.writing(town.code) as session:
        point = contacts.meet(session, accounts.by_id(session, account_id), "U1", now=now)
        one, two = (outbox.say(session, point, body="{}", bubbles=(), author=Author.BOT, now=now).id for _ in "ab")
    with database.writing(EVERYWHERE) as session:
        clock = database_clock(session)
        (head,) = dispatch.claim(session, holder="w/1", clock=clock, lease=LEASE)
        for row in dispatch.behind(session, head):
            dispatch.lend(row, holder="w/1", until=clock + LEASE)
        outbox.settle(head, Delivery.WITHDRAWN, now=now, reason="newer")
    with database.writing(EVERYWHERE) as session:
        clock = database_clock(session)
        assert dispatch.begin(session, [one, two], holder="w/1", until=clock + LEASE) == []
        session.flush()
        (free,) = dispatch.claim(session, holder="w/2", clock=clock, lease=LEASE)
        assert (free.id, free.ambiguous, free.attempts) == (two, False, 1)


def test_claims_use_the_partial_index(sqlite_database: Database, now) -> None:
    seen: list[str] = []
    from sqlalchemy import event, text

    event.listen(sqlite_database.writer, "before_cursor_execute", lambda c, cur, sql, *rest: seen.append(sql))
    with sqlite_database.writing(EVERYWHERE) as session:
        inbox.claim(session, worker="w", clock=now, lease=LEASE)
        dispatch.claim(session, holder="w", clock=now, lease=LEASE)
    with sqlite_database.writer.connect() as connection:
        for sql, indexes in zip(
            [sql for sql in seen if sql.startswith("SELECT")],
            (("ix_inbound_event_waiting", "ix_inbound_event_held"), ("ix_outgoing_unsent", "ix_outgoing_unsent")),
            strict=True,
        ):
            plan = str(connection.execute(text("EXPLAIN QUERY PLAN " + sql.replace("?", "NULL"))).all())
            assert re.findall("ix_[a-z_]+", plan) == list(indexes), plan
