"""What a resident takes back or changes: erased before there is a case, kept sealed afterwards, in whatever order it comes."""

from __future__ import annotations

import json
import time

from sqlalchemy import select

from handoff import cases, transcript
from handoff.transcript import Message
from resources.db import EVERYWHERE
from resources.sealing import seal
from tests.bot.house import House, line_event, line_text, telegram_text


def unsend(number: int, message_id: str, user: str = "1") -> dict:
    return line_event(number, "unsend", user, token=False, unsend={"messageId": message_id})


def test_message_taken_back_before_a_case_is_erased_everywhere(house: House) -> None:
    house.line(line_text(1, "名前は花子です"))
    house.settle()
    house.line(unsend(2, "10001"))
    house.settle()
    (message,) = house.messages()
    assert message.words_sealed is None and message.erased_at is not None and message.withdrawn_at is not None
    assert house.deliveries()[0].body_sealed is None
    with house.database.reading(EVERYWHERE) as session:
        assert not [m for m in session.scalars(select(Message)) if "花子" in transcript.words(session, m)]


def test_message_taken_back_after_a_case_is_hidden_and_kept_sealed(house: House) -> None:
    house.line(line_text(1, "夫に叩かれました"))
    house.settle()
    house.line(line_text(2, "人と話したい"))
    house.settle()
    house.line(unsend(3, "10001"))
    house.settle()
    message = house.messages()[0]
    assert message.withdrawn_at is not None and message.erased_at is None
    assert house.words(message) == "夫に叩かれました"



def test_what_was_understood_no_longer_quotes_a_message_taken_back(lite: House) -> None:
    lite.line(line_text(1, "夫に叩かれました"), line_text(2, "人と話したい"))
    lite.settle()
    contact_id = lite.messages()[0].contact_id
    reasons = [["crisis", "dv", "叩かれ", "x"], ["reason", "person_requested", "人と話し", "y"]]
    with lite.database.writing(EVERYWHERE) as session:
        case = cases.latest_of(session, contact_id)
        assert case is not None
        seal(session, case, "understood_sealed", json.dumps({"explanation": reasons}))
    lite.line(unsend(3, "10001"))
    lite.settle()
    with lite.database.reading(EVERYWHERE) as session:
        case = cases.latest_of(session, contact_id)
        assert case is not None
        assert json.loads(cases.understood(session, case))["explanation"] == reasons[1:]


def test_danger_alone_keeps_what_is_taken_back(lite: House) -> None:
    lite.line(line_text(1, "もう死にたい"))
    lite.settle()
    lite.line(unsend(2, "10001"))
    lite.settle()
    assert lite.words(lite.messages()[0]) == "もう死にたい"


def test_taking_back_that_overtakes_its_message_is_heeded(house: House) -> None:
    house.line(unsend(1, "10002"))
    house.settle()
    house.line(line_text(2, "名前は花子です"))
    house.settle()
    (message,) = house.messages()
    assert message.words_sealed is None and house.line_stub.sent == []


def test_only_ones_own_message_can_be_taken_back(lite: House) -> None:
    lite.line(line_text(1, "大家さんと揉めています", "1"))
    lite.settle()
    lite.line(unsend(2, "10001", "2"))
    lite.settle()
    assert lite.words(lite.messages()[0]) == "大家さんと揉めています"


def edited(number: int, message_id: int, words: str) -> dict:
    update = telegram_text(number, words)
    message = update.pop("message") | {"message_id": message_id, "edit_date": int(time.time())}
    return update | {"edited_message": message}


def test_correction_changes_the_words_and_is_not_answered_again(house: House) -> None:
    house.telegram(telegram_text(1, "大屋さん"))
    house.settle()
    house.telegram(edited(2, 1, "大家さん"))
    house.settle()
    (message,) = house.messages()
    assert house.words(message) == "大家さん" and message.edited_at is not None
    assert house.said_on_telegram() == ["答え 大屋さん"]


def test_danger_in_a_correction_is_answered(lite: House) -> None:
    lite.telegram(telegram_text(1, "大丈夫です"))
    lite.settle()
    lite.telegram(edited(2, 1, "もう死にたい"))
    lite.settle()
    assert lite.said_on_telegram()[1:] == ["読みました。", "いま、けがはありますか。"]


def test_correction_after_a_case_does_not_lose_the_first_words(lite: House) -> None:
    lite.telegram(telegram_text(1, "夫に叩かれました"))
    lite.settle()
    lite.telegram(telegram_text(2, "人と話したい"))
    lite.settle()
    lite.telegram(edited(3, 1, "なんでもありません"))
    lite.settle()
    assert [lite.words(m) for m in lite.messages()] == ["夫に叩かれました", "人と話したい", "なんでもありません"]
    assert lite.messages()[0].withdrawn_at is not None


