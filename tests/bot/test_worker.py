"""The worker: it goes on after a death, one of several leads, and those who watch can see how it is."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
import time
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import select
from starlette.applications import Starlette

from bot.failpoints import Failpoints, UnknownFailpoint
from bot.ticker import Due, Ticker
from bot.web import health
from handoff import inbox, workers
from handoff.inbox import InboundEvent
from handoff.workers import WorkerBeat
from resources.db import EVERYWHERE, Database, database_clock
from tests.bot.house import House, line_text


def get(database: Database, path: str) -> httpx.Response:
    """Ask as a watchman would."""
    async def go() -> httpx.Response:
        transport = httpx.ASGITransport(app=Starlette(routes=health.routes(database)))
        async with httpx.AsyncClient(transport=transport, base_url="http://house") as client:
            return await client.get(path)

    return asyncio.run(go())


def test_house_is_ready_while_its_worker_lives(house: House) -> None:
    assert get(house.database, "/healthz").status_code == 200
    house.until(lambda: get(house.database, "/readyz").status_code == 200)
    answer = get(house.database, "/readyz")
    assert answer.status_code == 200 and answer.json()["database"] and answer.json()["worker"]


def test_house_without_worker_is_not_ready(database: Database, town) -> None:
    answer = get(database, "/readyz")
    assert answer.status_code == 503 and answer.json()["worker"] is False


def test_message_that_waits_too_long_makes_the_house_not_ready(lite: House) -> None:
    lite.worker._turns.take_one = lambda worker: False  # type: ignore[method-assign]
    lite.line(line_text(1, "こんにちは"))
    with lite.database.writing(EVERYWHERE) as session:
        event = session.scalars(select(InboundEvent)).one()
        event.received_at = event.received_at - timedelta(seconds=120)
    answer = get(lite.database, "/readyz")
    assert answer.status_code == 503 and answer.json()["oldest_unprocessed_seconds"] >= 120
    with lite.database.writing(EVERYWHERE) as session:
        inbox.finish(session.scalars(select(InboundEvent)).one())


def test_house_with_a_broken_database_says_so(sqlite_database: Database) -> None:
    with sqlite_database.writer.begin() as connection:
        connection.exec_driver_sql("DROP TABLE worker_beat")
    assert get(sqlite_database, "/readyz").json() == {"database": False}


def test_work_of_a_dead_process_is_taken_up_at_once(house: House) -> None:
    house.worker.close()
    house.line(line_text(1, "こんにちは"))
    dead = f"{socket.gethostname()[:24]}:{_no_such_process()}:abcd"
    with house.database.writing(EVERYWHERE) as session:
        clock = database_clock(session)
        workers.beat(session, dead, clock=clock)
        assert inbox.claim(session, worker=f"{dead}/0", clock=clock, lease=timedelta(minutes=10)) is not None
    house.worker._stop.clear()
    begun = time.monotonic()
    house.worker.start()
    house.settle()
    assert house.said_on_line() == ["答え こんにちは"] and time.monotonic() - begun < 10


def test_work_of_a_silent_worker_elsewhere_is_taken_up_after_a_while(house: House) -> None:
    house.worker.close()
    house.line(line_text(1, "こんにちは"))
    with house.database.writing(EVERYWHERE) as session:
        clock = database_clock(session)
        workers.beat(session, "elsewhere:1:abcd", clock=clock - timedelta(seconds=60))
        inbox.claim(session, worker="elsewhere:1:abcd/0", clock=clock, lease=timedelta(minutes=10))
    house.worker._stop.clear()
    house.worker.start()
    house.settle()
    assert house.said_on_line() == ["答え こんにちは"]


def test_worker_says_goodbye(house: House) -> None:
    house.worker.close()
    with house.database.reading(EVERYWHERE) as session:
        assert session.scalars(select(WorkerBeat)).all() == []


def test_only_what_has_waited_long_enough_is_due(sqlite_database: Database, now) -> None:
    done: list[str] = []
    dues = [Due("often", 0.0, lambda session, at: done.append("often")), Due("rarely", 60, lambda session, at: None)]
    ticker = Ticker(sqlite_database, dues, now=lambda: now)
    assert [due.name for due in ticker.due(leads=True)] == ["often", "rarely"]
    assert [due.name for due in ticker.due(leads=True)] == ["often"]
    ticker.run(dues[0])
    assert done == ["often"]


def test_what_each_process_holds_is_renewed_by_each_of_them(sqlite_database: Database, now) -> None:
    def nothing(database: Database, moment) -> None:
        """Do nothing."""

    dues = [Due("led", 0.0, nothing), Due("own", 0.0, nothing, everywhere=True), Due("later", 60.0, nothing, at_once=False)]
    ticker = Ticker(sqlite_database, dues, now=lambda: now)
    assert [due.name for due in ticker.due(leads=False)] == ["own"]
    assert [due.name for due in ticker.due(leads=True)] == ["led", "own"]


def test_unknown_failpoint_is_refused() -> None:
    with pytest.raises(UnknownFailpoint):
        Failpoints("in_the_kitchen")
    Failpoints("before_send:3").at("before_send")


def _no_such_process() -> int:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    return ended.pid
