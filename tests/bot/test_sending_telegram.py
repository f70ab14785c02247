"""Telegram: what may have arrived is said again once and marked, in order, at the pace the platform bears."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from bot.channels import telegram_polling
from handoff.accounts import Account
from handoff.states import Delivery
from resources.db import EVERYWHERE
from tests.bot.house import DOUBTFUL, House, account, line_text, telegram_text
from tests.faults.stubs.faults import Fault
from tests.faults.stubs.telegram import Rates

Open = Callable[..., House]


@pytest.mark.parametrize("fault", [Fault.REFUSE, Fault.TOO_MANY])
def test_what_did_not_leave_is_said_once_and_unmarked_on_telegram(open_one: Open, fault: Fault) -> None:
    house = open_one(send_timeout=1.5)
    if fault is Fault.REFUSE:
        house.telegram_stub.refuse()
    else:
        house.telegram_stub.faults.then(fault)
    house.telegram(telegram_text(1, "こんにちは"))
    if fault is Fault.REFUSE:
        house.until(lambda: account(house, "town-telegram").trouble == "unreachable")
        house.telegram_stub.listen()
    house.settle(30)
    assert house.said_on_telegram() == ["答え こんにちは"]
    assert account(house, "town-telegram").trouble == ""


@pytest.mark.parametrize("fault", [*DOUBTFUL, Fault.JUNK])
def test_what_may_have_arrived_is_said_again_once_and_marked_on_telegram(open_one: Open, fault: Fault) -> None:
    house = open_one(send_timeout=1.5)
    house.telegram_stub.faults.then(fault)
    house.telegram(telegram_text(1, "こんにちは"))
    house.settle(30)
    assert house.said_on_telegram()[-1] == "（再送）\n答え こんにちは"
    assert house.said_on_telegram()[:-1] == (["答え こんにちは"] if fault.accepts else [])
    assert house.deliveries()[0].state == Delivery.SENT


def test_silence_twice_is_enough_and_the_desk_sees_it(open_one: Open) -> None:
    house = open_one(send_timeout=1.5)
    house.telegram_stub.faults.then([Fault.HANG_AFTER_ACCEPT, Fault.HANG_AFTER_ACCEPT])
    house.telegram(telegram_text(1, "こんにちは"))
    house.settle(30)
    assert len(house.telegram_stub.sent) == 2
    assert (house.deliveries()[0].state, house.deliveries()[0].reason) == (Delivery.FAILED, "unsure")


def test_errors_that_telegram_itself_reports_do_not_lose_the_message(open_one: Open) -> None:
    house = open_one(send_timeout=1.5)
    house.telegram_stub.faults.then([Fault.ERROR, Fault.BAD_GATEWAY, Fault.ERROR])
    house.telegram(telegram_text(1, "こんにちは"))
    house.settle(40)
    assert house.said_on_telegram() == ["（再送）\n答え こんにちは"]


def test_blocked_bot_stops_and_the_desk_is_told(open_one: Open) -> None:
    house = open_one()
    house.telegram(telegram_text(1, "人と話したい"))
    house.settle()
    house.telegram_bot.chats[700_000_001].blocked = True
    house.staff_says("いかがですか。", house.deliveries()[0].contact_id)
    house.staff_says("つづきです。", house.deliveries()[0].contact_id)
    house.settle()
    assert [row.reason for row in house.deliveries()[-2:]] == ["blocked", "blocked"]
    assert len([sent for sent in house.telegram_stub.sent if sent.answered == 403]) == 1


def test_parts_that_arrived_are_not_said_again(open_one: Open) -> None:
    house = open_one(send_timeout=1.5)
    house.telegram_stub.faults.then([Fault.NONE, Fault.HANG_AFTER_ACCEPT])
    house.telegram(telegram_text(1, "もう死にたい"))
    house.settle(30)
    second = "いま、けがはありますか。"
    assert house.said_on_telegram() == ["読みました。", second, f"（再送）\n{second}"]


def test_telegrams_pace_is_kept_and_every_chat_in_order(open_one: Open) -> None:
    house = open_one(rates=Rates(), send_timeout=5.0)
    for number in range(3):
        for user in range(4):
            house.telegram(telegram_text(number * 10 + user, f"{user}-{number}", 700_000_000 + user))
        house.settle(30)
    for user in range(4):
        said = [m["text"] for sent in house.telegram_stub.record.to(700_000_000 + user) for m in sent.messages]
        assert said == [f"答え {user}-{n}" for n in range(3)]


def test_line_is_answered_while_telegram_is_away(open_one: Open) -> None:
    house = open_one(send_timeout=1.5)
    house.telegram_stub.refuse()
    house.telegram(telegram_text(1, "こんにちは"))
    house.line(line_text(1, "もしもし"))
    house.until(lambda: house.said_on_line() == ["答え もしもし"], 10)


def test_telegram_is_answered_while_line_hangs(open_one: Open) -> None:
    house = open_one(send_timeout=5.0)
    house.line_stub.faults.then([Fault.HANG] * 4)
    house.line(*(line_text(1, "もしもし", user) for user in "1234"))
    house.telegram(telegram_text(1, "こんにちは"))
    house.until(lambda: house.said_on_telegram() == ["答え こんにちは"], 10)
    assert house.open_work()  # what LINE hangs on is still under way
    house.settle(40)


def test_polling_brings_updates_once_and_an_odd_one_holds_back_nobody(
    open_one: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telegram_polling, "_LONG_POLL", 1)
    house = open_one()
    odd = {"update_id": 910_000_002, "message": None}
    house.telegram_bot.pending.extend([telegram_text(1, "はじめ"), odd, telegram_text(3, "おわり", 700_000_002)])
    with house.database.writing(EVERYWHERE) as session:
        row = session.scalars(select(Account).where(Account.name == "town-telegram")).one()
        row.polling = True
    house.until(lambda: len(house.said_on_telegram()) == 2, 20)
    assert sorted(house.said_on_telegram()) == ["答え おわり", "答え はじめ"]
    house.until(lambda: account(house, "town-telegram").polling_offset == 910_000_004)
