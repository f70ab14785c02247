"""LINE: never lost and never said twice unmarked, whatever the platform or the network does."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from bot.channels.opening import Channels
from bot.channels.quotas import Quotas
from handoff import contacts, outbox
from handoff.contacts import Contact, ContactPoint
from handoff.outbox import Outgoing
from handoff.states import Delivery
from handoff.transcript import Author
from resources.db import EVERYWHERE
from tests.bot.house import DOUBTFUL, House, account, line_text
from tests.faults.stubs.faults import Fault

Open = Callable[..., House]


@pytest.mark.parametrize("fault", [Fault.TOO_MANY, Fault.REFUSE, *DOUBTFUL, Fault.DRIP, Fault.JUNK])
def test_answer_on_line_arrives_exactly_once(open_one: Open, fault: Fault) -> None:
    house = open_one(send_timeout=1.5)
    house.line_stub.faults.then(fault)
    house.line(line_text(1, "こんにちは"))
    house.settle(30)
    assert house.said_on_line() == ["答え こんにちは"]
    assert {sent.via for sent in house.line_stub.sent} == {"reply"} and house.line_account.pushed == 0
    assert house.deliveries()[0].state == Delivery.SENT


@pytest.mark.parametrize("fault", DOUBTFUL)
def test_danger_on_line_does_not_wait_to_learn_whether_it_arrived(open_one: Open, fault: Fault) -> None:
    house = open_one(send_timeout=1.5)
    house.line_stub.faults.then(fault)
    house.line(line_text(1, "もう死にたい"))
    house.settle(30)
    last = house.line_stub.sent[-1]
    assert last.via == "push" and last.marked and last.retry_key
    # An ordinary answer would first be tried again under the same token.
    assert [sent.via for sent in house.line_stub.sent[:-1]] in ([], ["reply"])
    unmarked = [sent for sent in house.line_stub.sent if sent.delivered and not sent.marked]
    assert len(unmarked) <= 1


def test_dead_reply_token_becomes_a_push_without_mark(open_one: Open) -> None:
    house = open_one(token_life=0.0)
    house.line(line_text(1, "こんにちは"))
    house.settle()
    assert [(sent.via, sent.accepted) for sent in house.line_stub.sent] == [("reply", False), ("push", True)]
    assert house.said_on_line() == ["答え こんにちは"]


def test_forwarded_message_without_reply_token_is_answered_by_push(open_one: Open) -> None:
    house = open_one()
    event = line_text(1, "こんにちは")
    del event["replyToken"]
    house.line(event)
    house.settle()
    assert [sent.via for sent in house.line_stub.sent] == ["push"] and house.said_on_line() == ["答え こんにちは"]


@pytest.mark.parametrize("fault", [*DOUBTFUL, Fault.TOO_MANY, Fault.REFUSE])
def test_push_arrives_exactly_once_by_its_retry_key(open_one: Open, fault: Fault) -> None:
    house = open_one(send_timeout=1.5)
    house.line_stub.faults.then(fault)
    event = line_text(1, "こんにちは")
    del event["replyToken"]
    house.line(event)
    house.settle(40)
    assert house.said_on_line() == ["答え こんにちは"]
    assert len({sent.retry_key for sent in house.line_stub.sent}) == 1


def test_outage_longer_than_the_token_ends_in_a_marked_push(open_one: Open) -> None:
    house = open_one(send_timeout=1.5, token_life=2.0)
    house.line_stub.faults.then(Fault.HANG_AFTER_ACCEPT)
    house.line(line_text(1, "こんにちは"))
    house.until(lambda: any(row.ambiguous for row in house.deliveries()))
    with house.database.writing(EVERYWHERE) as session:
        for row in session.scalars(select(Outgoing)):
            row.reply_until = datetime.now(UTC) - timedelta(seconds=1)
    house.settle(30)
    assert house.said_on_line() == ["答え こんにちは", "（再送）\n答え こんにちは"]


def test_spent_quota_keeps_the_message_and_the_next_word_brings_it(open_one: Open) -> None:
    house = open_one(quota=0)
    house.line(line_text(1, "だまって"))
    house.settle()
    with house.database.writing(EVERYWHERE) as session:
        point = session.scalars(select(ContactPoint)).one()
        contacts.use_reply_token(session, point, at=datetime.now(UTC))
    house.line_account.tokens.clear()
    house.staff_says("お待たせしました。", point.contact_id)
    house.until(lambda: account(house, "town-line").trouble == "quota_spent")
    kept = house.deliveries()[-1]
    assert kept.state == Delivery.WAITING and kept.reason == "quota_spent"
    house.line(line_text(2, "こんにちは"))
    house.until(lambda: house.deliveries()[-1].state == Delivery.SENT)
    # What the worker wrote and the bot's answer ride the same reply token, in order.
    assert house.said_on_line() == ["お待たせしました。", "答え こんにちは"]
    assert house.line_account.pushed == 0


def test_refused_access_token_is_shown_as_trouble_of_the_account(open_one: Open) -> None:
    house = open_one()
    house.line_stub.faults.then(Fault.UNAUTHORIZED)
    house.line(line_text(1, "こんにちは"))
    house.until(lambda: account(house, "town-line").trouble == "token_refused")
    assert house.deliveries()[0].state == Delivery.WAITING
    house.line(line_text(2, "もしもし"))
    house.until(lambda: house.deliveries()[-1].state == Delivery.SENT)
    assert account(house, "town-line").trouble == ""


def test_message_that_line_refuses_has_failed_visibly(open_one: Open) -> None:
    house = open_one()
    house.line_stub.faults.then(Fault.TOO_LARGE)
    house.line(line_text(1, "こんにちは"))
    house.settle()
    assert (house.deliveries()[0].state, house.deliveries()[0].reason) == (Delivery.FAILED, "refused_413")


def test_delivery_that_breaks_our_own_program_holds_back_nobody(open_one: Open) -> None:
    house = open_one()
    house.line(line_text(1, "だまって", "1"))
    house.settle()
    with house.database.writing(EVERYWHERE) as session:
        point = session.scalars(select(ContactPoint)).one()
        outbox.say(session, point, body="{", bubbles=(), author=Author.STAFF, now=house.clock[0])
    house.line(line_text(2, "こんにちは", "2"))
    house.until(lambda: house.said_on_line() == ["答え こんにちは"])
    house.until(lambda: house.deliveries()[0].reason == "broken")
    assert (house.deliveries()[0].state, house.deliveries()[0].ambiguous) == (Delivery.WAITING, False)


def test_seven_bubbles_leave_in_two_steps_and_in_order(open_one: Open) -> None:
    house = open_one()
    house.line(line_text(1, "長い話"))
    house.settle()
    assert [sent.via for sent in house.line_stub.sent] == ["reply", "push"]
    assert house.said_on_line() == [f"{n}番目のことばです。" for n in range(7)]
    assert house.deliveries()[0].parts_sent == 7


def test_sender_without_a_name_is_answered_by_token_only(open_one: Open) -> None:
    house = open_one()
    event = line_text(1, "こんにちは")
    event["source"] = {"type": "user"}
    house.line(event)
    house.settle()
    assert [sent.via for sent in house.line_stub.sent] == ["reply"]
    nameless = line_text(2, "もしもし")
    nameless["source"] = {"type": "user"}
    del nameless["replyToken"]
    house.line(nameless)
    house.settle()
    assert house.deliveries()[-1].reason == "no_address"


def test_nothing_is_pushed_to_somebody_whose_phone_others_read(open_one: Open) -> None:
    house = open_one()
    house.line(line_text(1, "こんにちは"))
    house.settle()
    with house.database.writing(EVERYWHERE) as session:
        contact = session.scalars(select(Contact)).one()
        contact.device_watched = True
    house.staff_says("いかがですか。", contact.id)
    house.until(lambda: house.deliveries()[-1].reason == "no_push")
    assert house.said_on_line() == ["答え こんにちは"]
    house.line(line_text(2, "いまなら読めます"))
    house.until(lambda: house.deliveries()[-1].state == Delivery.SENT)
    assert "いかがですか。" in house.said_on_line() and house.line_account.pushed == 0


def test_quota_is_fetched_for_the_desk(open_one: Open) -> None:
    house = open_one(quota=200, work=False)
    house.line_account.pushed = 12

    async def ask() -> None:
        async def guard(work, name):
            await work
            return True

        channels = Channels(timeout=2)
        quotas = Quotas(house.database, channels, guard=guard, leads=lambda: True, now=lambda: house.clock[0])
        await quotas.ask_all()
        await channels.close()

    asyncio.run(ask())
    row = account(house, "town-line")
    assert (row.quota_limit, row.quota_used) == (200, 12)
