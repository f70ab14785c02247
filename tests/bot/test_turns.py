"""From the webhook to the resident's screen: one event, one turn, one answer, in order."""

from __future__ import annotations

import json
import time
from dataclasses import replace

import pytest
from sqlalchemy import select, text

from handoff import cases, inbox
from handoff.contacts import Contact, ContactPoint
from handoff.inbox import InboundEvent
from handoff.states import Delivery
from resources.db import EVERYWHERE
from tests.bot.house import House, line_event, line_text, telegram_text
from tests.conftest import Town


def rows(house: House, table: str) -> int:
    with house.database.reader.connect() as connection:
        return int(connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())


def test_line_message_is_answered_by_its_reply_token(house: House) -> None:
    assert house.line(line_text(1, "こんにちは")) == 200
    house.settle()
    (sent,) = house.line_stub.sent
    assert sent.via == "reply" and sent.reply_token == "token-1-1"
    assert house.said_on_line() == ["答え こんにちは"]
    (delivery,) = house.deliveries()
    assert delivery.state == Delivery.SENT and delivery.reply_token_sealed is None


def test_telegram_message_is_answered(house: House) -> None:
    assert house.telegram(telegram_text(1, "こんにちは")) == 200
    house.settle()
    assert house.said_on_telegram() == ["答え こんにちは"]


def test_content_of_an_answered_event_is_dropped(house: House) -> None:
    house.line(line_text(1, "こんにちは"))
    house.settle()
    with house.database.reading(EVERYWHERE) as session:
        (event,) = session.scalars(select(InboundEvent))
        assert event.state == "done" and event.payload_sealed is None


def test_same_event_many_times_is_answered_once(lite: House) -> None:
    event = line_text(1, "こんにちは")
    for _ in range(4):
        lite.line(event)
    again = event | {"deliveryContext": {"isRedelivery": True}}
    lite.settle()
    lite.line(again)
    lite.settle()
    assert lite.said_on_line() == ["答え こんにちは"]


def test_burst_ends_answered_and_in_order(house: House) -> None:
    house.talk.before = lambda turn: time.sleep(0.02)
    house.line(*(line_text(n, f"その{n}") for n in range(8)))
    house.settle()
    assert [words for _, words in house.talk.heard] == [f"その{n}" for n in range(8)]
    assert house.said_on_line()[-1] == "答え その7"
    states = {delivery.state for delivery in house.deliveries()}
    assert states <= {Delivery.SENT, Delivery.WITHDRAWN}
    assert house.said_on_line() == sorted(house.said_on_line())


def test_many_people_at_once_keep_their_own_answers(house: House) -> None:
    users = "123456789abc"
    for number in range(3):
        house.line(*(line_text(number, f"{user}の{number}", user) for user in users))
        house.settle()
    for user in users:
        heard = [text for sent in house.line_stub.record.to("U" + user * 32) for text in [sent.messages[0]["text"]]]
        assert heard == [f"答え {user}の{n}" for n in range(3)]


def test_introduction_and_receipt_are_not_withdrawn_by_a_newer_answer(lite: House) -> None:
    lite.worker.close()
    lite.line(line_event(1, "follow", follow={"isUnblocked": False}), line_text(2, "人と話したい"), line_text(3, "はい"))
    lite.worker._stop.clear()
    while lite.worker._turns.take_one("test/0"):
        pass
    lite.worker.start()
    lite.settle()
    said = lite.said_on_line()
    assert said[0] == "はじめまして。" and said[1].startswith("受付番号は") and said[2] == "答え はい"
    # Three answers rode one reply token: nothing was pushed.
    assert [sent.via for sent in lite.line_stub.sent] == ["reply"]


def test_danger_is_said_even_when_a_newer_answer_follows(lite: House) -> None:
    lite.worker.close()
    lite.line(line_text(1, "もう死にたい"), line_text(2, "ごめんなさい"))
    lite.worker._stop.clear()
    while lite.worker._turns.take_one("test/0"):
        pass
    lite.worker.start()
    lite.settle()
    assert lite.said_on_line()[:2] == ["読みました。", "いま、けがはありますか。"]


def test_sticker_is_stored_and_said_to_be_unreadable(house: House) -> None:
    event = line_text(1, "")
    event["message"] = {"type": "sticker", "id": "9", "packageId": "1", "stickerId": "2", "stickerResourceType": "NEW"}
    house.line(event)
    house.settle()
    assert [message.kind for message in house.messages()] == ["sticker"]
    assert house.said_on_line() == ["文字のほかは読めません。"]


def test_place_is_stored_with_its_coordinates(lite: House) -> None:
    event = line_text(1, "")
    event["message"] = {"type": "location", "id": "9", "address": "本町1", "latitude": 35.67966, "longitude": 139.7}
    lite.line(event)
    lite.settle()
    (message,) = lite.messages()
    assert message.kind == "location" and lite.words(message) == "本町1 (35.67966, 139.70000)"


def test_pressed_button_reads_as_its_label_at_the_desk(lite: House) -> None:
    lite.line(line_text(1, "こんにちは"))
    lite.settle()
    lite.line(line_event(2, "postback", postback={"data": "browsing:more"}))
    lite.settle()
    assert [lite.words(message) for message in lite.messages()] == ["こんにちは", "もっと見る"]
    assert lite.said_on_line()[-1] == "選択 browsing:more"


def test_pressed_telegram_button_gets_exactly_one_answer(lite: House) -> None:
    person = {"id": 700_000_001, "is_bot": False, "first_name": "花子"}
    chat = {"id": 700_000_001, "type": "private", "first_name": "花子"}
    keyboard = {"inline_keyboard": [[{"text": "もっと見る", "callback_data": "a:1"}]]}
    shown = {"message_id": 3, "date": int(time.time()), "chat": chat, "reply_markup": keyboard}
    query = {"id": "77", "from": person, "chat_instance": "-1", "data": "a:1", "message": shown}
    lite.telegram({"update_id": 1, "callback_query": query})
    lite.telegram({"update_id": 1, "callback_query": query})
    lite.settle()
    assert lite.telegram_stub.answers == [("77", "")]
    assert lite.said_on_telegram() == ["選択 a:1"]
    assert [lite.words(message) for message in lite.messages()] == ["もっと見る"]


@pytest.mark.parametrize("mode", ["standby", "paused"])
def test_chat_that_is_not_ours_is_stored_and_not_answered(lite: House, mode: str) -> None:
    lite.line(line_text(1, "こんにちは", mode=mode))
    lite.settle()
    assert len(lite.messages()) == 1 and lite.line_stub.sent == []


def test_group_is_explained_to_and_left_and_is_no_contact(house: House) -> None:
    group = {"type": "group", "groupId": "C" + "a" * 32}
    house.line(line_event(1, "join", source=group))
    house.settle()
    house.line(line_text(2, "みなさん", source=group))
    house.settle()
    assert house.line_account.left == ["C" + "a" * 32]
    assert house.said_on_line() == ["グループでは話せません。"]
    assert rows(house, "contact") == 0


def test_telegram_group_is_left_too(lite: House) -> None:
    chat = {"id": -400_000_001, "type": "group", "title": "自治会"}
    update = telegram_text(1, "/help")
    update["message"]["chat"] = chat
    lite.telegram(update)
    lite.settle()
    assert lite.telegram_bot.left == [-400_000_001] and rows(lite, "contact") == 0


def test_block_stops_everything_and_the_desk_reads_so(house: House) -> None:
    house.line(line_text(1, "人と話したい"))
    house.settle()
    house.line(line_event(2, "unfollow", token=False))
    house.settle()
    contact = house.deliveries()[0].contact_id
    house.staff_says("お電話してもよいですか。", contact)
    house.settle()
    assert house.deliveries()[-1].state == Delivery.FAILED and house.deliveries()[-1].reason == "blocked"
    with house.database.reading(EVERYWHERE) as session:
        assert session.scalars(select(ContactPoint)).one().reachable is False
    # Back again: what the worker wrote is tried anew, by the new reply token.
    house.line(line_event(3, "follow", follow={"isUnblocked": True}))
    house.settle()
    assert "お電話してもよいですか。" in house.said_on_line()
    assert house.line_account.pushed == 0


def test_poison_is_set_aside_others_flow_and_the_resident_is_told_once(house: House) -> None:
    house.line(line_text(1, "こわれる", "1"), line_text(2, "こんにちは", "2"))
    house.until(lambda: len(house.said_on_line()) == 2, 30)
    house.settle()
    assert sorted(house.said_on_line()) == ["答え こんにちは", "読めませんでした。職員が見ます。"]
    with house.database.reading(EVERYWHERE) as session:
        (aside,) = inbox.put_aside(session)
        assert aside.trouble == "tries"
        assert json.loads(inbox.payload(session, aside))["message"]["text"] == "こわれる"
    assert [words for _, words in house.talk.heard].count("こわれる") == 3
    assert len(house.messages()) == 2
    # The desk asks for another try after a repair: the message is answered, and not stored twice.
    words = house.talk.answer
    house.worker._turns._answer = lambda turn: words(replace(turn, heard=replace(turn.heard, words="なおった")))
    with house.database.writing(house.town) as session:
        event = session.scalars(select(InboundEvent).where(InboundEvent.state == "set_aside")).one()
        event.state, event.attempts = "waiting", 0
    house.settle()
    assert house.said_on_line()[-1] == "答え なおった" and len(house.messages()) == 2


# -- a person is there ---------------------------------------------------------------------------------------------


def test_bot_is_mute_while_a_person_is_present_but_not_in_danger(house: House, town: Town) -> None:
    house.line(line_text(1, "人と話したい"))
    house.settle()
    with house.database.writing(town.code) as session:
        case = session.scalars(select(cases.Case)).one()
        case.state, case.owner_id, case.present, case.present_seen_at = "taken", town.first_id, True, house.clock[0]
    before = len(house.said_on_line())
    house.line(line_text(2, "こんにちは"))
    house.settle()
    assert len(house.said_on_line()) == before
    house.line(line_text(3, "もう死にたい"))
    house.settle()
    assert house.said_on_line()[before:] == ["読みました。", "いま、けがはありますか。"]


def test_answer_under_way_is_withdrawn_when_a_person_comes(lite: House) -> None:
    lite.worker.close()
    lite.line(line_text(1, "人と話したい"), line_text(2, "こんにちは"))
    lite.worker._stop.clear()
    while lite.worker._turns.take_one("test/0"):
        pass
    with lite.database.writing(lite.town) as session:
        from resources.staff import Staff

        owner = session.scalars(select(Staff)).first()
        case = session.scalars(select(cases.Case)).one()
        case.state, case.owner_id, case.present, case.present_seen_at = "taken", owner.id, True, lite.clock[0]
    lite.worker.start()
    lite.settle()
    assert lite.said_on_line() == []
    assert {delivery.reason for delivery in lite.deliveries()} == {"person_present"}


def test_reply_of_a_worker_rides_the_residents_reply_token(lite: House) -> None:
    lite.line(line_text(1, "だまって"))
    lite.settle()
    with lite.database.reading(EVERYWHERE) as session:
        contact = session.scalars(select(Contact)).one()
    lite.staff_says("はじめまして、山田です。", contact.id)
    lite.settle()
    (sent,) = lite.line_stub.sent
    assert sent.via == "reply" and sent.messages[0]["sender"] == {"name": "山田"}


def test_nothing_leaves_before_the_town_has_chosen(lite: House) -> None:
    from resources.places import Municipality, Relay

    with lite.database.writing(lite.town) as session:
        session.get_one(Municipality, lite.town).relay = None
    lite.line(line_text(1, "こんにちは"))
    lite.settle()
    assert lite.line_stub.sent == [] and lite.deliveries()[0].state == Delivery.HELD
    with lite.database.writing(lite.town) as session:
        session.get_one(Municipality, lite.town).relay = Relay.IN_CHANNEL
    with lite.database.writing(EVERYWHERE) as session:
        lite.worker._deliveries.release_held(session)
    lite.settle()
    assert lite.said_on_line() == ["答え こんにちは"]
