"""The harness finds out a server that loses or repeats, and lets an honest one pass."""

import sqlite3
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.conversations import Plan, Resident, Turn
from tests.faults.database import Facts
from tests.faults.harness import Installation, Killer, Server
from tests.faults.invariants import Repeats, Report, count_repeats
from tests.faults.soak import drive
from tests.faults.stubs.faults import Fault, FaultPlan
from tests.faults.stubs.line import LineStub
from tests.faults.stubs.line_delivery import LineDelivery
from tests.faults.stubs.recorder import Sent
from tests.faults.stubs.telegram import Rates, TelegramStub
from tests.faults.stubs.telegram_delivery import TelegramDelivery

WEATHER = {Fault.ERROR: 0.04, Fault.ERROR_AFTER_ACCEPT: 0.04, Fault.CLOSE_MID_BODY: 0.04, Fault.BAD_GATEWAY: 0.02}
TOY = (sys.executable, "-m", "tests.faults.toy_product")


def toy_facts(database_url: str) -> Facts:
    with sqlite3.connect(database_url.removeprefix("sqlite:///")) as database:
        stored, open_ = database.execute("SELECT count(*), coalesce(sum(NOT answered), 0) FROM inbox").fetchone()
    database.close()
    return Facts(events_stored=stored, events_waiting=open_, crisis_cases=10_000)


@pytest.fixture
def soak(tmp_path: Path) -> Callable[[str], Report]:
    def run(manner: str) -> Report:
        with (
            LineStub(faults=FaultPlan(WEATHER, seed=1), per_user_per_minute=None) as line,
            TelegramStub(faults=FaultPlan(WEATHER, seed=2), rates=Rates(scale=1000)) as telegram,
        ):
            account, bot = line.account(), telegram.bot()
            extra = {
                "TOY_MANNER": manner,
                "TOY_LINE_URL": line.url,
                "TOY_LINE_TOKEN": account.access_token,
                "TOY_TELEGRAM_URL": telegram.url,
                "TOY_TELEGRAM_TOKEN": bot.token,
            }
            installation = Installation(tmp_path, extra=extra, program=TOY)
            return drive(
                installation,
                LineDelivery(
                    line, account, f"{installation.url}/webhooks/line/line", seed=1, duplicates=0.1, pause=0.1
                ),
                TelegramDelivery(telegram, bot, f"{installation.url}/webhooks/telegram/telegram", scale=0.05),
                messages=160,
                kills=5,
                seed=1,
                check=toy_facts,
                patience=2.5,
                settling=5.0,
                lease=0.0,
            )

    return run


def test_an_honest_server_passes(soak: Callable[[str], Report]) -> None:
    report = soak("honest")
    assert report.broken == [], report.text()
    assert (report.figures["kills"], report.figures["messages"]) == (5, 160)
    assert report.figures["marked_telegram"] > 0


def test_a_forgetful_server_is_found_out(soak: Callable[[str], Report]) -> None:
    report = soak("forgetful")
    assert report.figures["lost"] > 0
    assert any(sentence.startswith("I1") for sentence in report.broken)


def test_a_careless_server_is_found_out(soak: Callable[[str], Report]) -> None:
    report = soak("careless")
    assert report.figures["repeated_unmarked"] > 0
    assert any(sentence.startswith(("I2", "I3")) for sentence in report.broken)


def heard(at: float, words: str) -> Sent:
    return Sent(
        number=0,
        at=at,
        account="line",
        recipient="U",
        via="reply",
        messages=({"type": "text", "text": words},),
        request_id="r",
        accepted=True,
        delivered=True,
        answered=200,
    )


@pytest.mark.parametrize(
    ("answers", "unmarked", "marked", "real"),
    [
        ([(1.1, "a"), (2.1, "b")], 0, 0, 0),
        ([(1.1, "a"), (1.2, "a"), (2.1, "b")], 1, 0, 0),
        ([(1.1, "a"), (1.2, "（再送）a"), (2.1, "b")], 0, 1, 1),
        ([(1.1, "(再送)\na"), (2.1, "b")], 0, 1, 0),
        ([(1.1, "a"), (2.1, "b"), (2.2, "a")], 1, 0, 0),
        ([(1.1, "a"), (2.1, "a")], 0, 0, 0),
        ([(1.1, "a"), (2.1, "b"), (2.2, "（再送） a")], 0, 1, 1),
    ],
    ids=["none", "same_turn", "marked", "marked_for_nothing", "late", "same_answer_twice_asked", "late_marked"],
)
def test_repeats_are_counted(answers: list[tuple[float, str]], unmarked: int, marked: int, real: int) -> None:
    turns = [Turn("1", Plan.PLACES, 1.0), Turn("2", Plan.PLACES, 2.0)]
    resident = Resident("line", "U", Plan.PLACES, ("x", "y"), "line", turns)
    count = Repeats()
    count_repeats(resident, [heard(at, words) for at, words in answers], count)
    assert (count.unmarked, count.marked, count.real_marked) == (unmarked, marked, real)


def test_a_killed_server_comes_back(tmp_path: Path) -> None:
    server = Server(Installation(tmp_path, extra={"TOY_MANNER": "honest"}, program=TOY))
    assert server.start()
    begun = time.monotonic()
    killer = Killer(server, lambda: (time.monotonic() - begun) / 0.5, kills=2, seed=3)
    killer.start()
    while not killer.finished:
        time.sleep(0.02)
    killer.finish()
    assert server.alive
    assert len(killer.killed_at) == 2
    assert killer.trouble is None
    server.stop()
    assert not server.alive
