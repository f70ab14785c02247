"""Whatever the bot says fits the platforms' limits, and no word of it is lost on the way."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels import limits, line_rendering, telegram_rendering
from bot.reply import Bubble, Card, Choice, Press, Reply, from_json, text, to_json
from resources import phones
from tests.faults.stubs.line_contract import check_messages_body
from tests.faults.stubs.telegram_markup import check_markup

ADDRESSES = [
    ("https://example.jp/場所?q=あ", "https://example.jp/%E5%A0%B4%E6%89%80?q=%E3%81%82"),
    ("https://example.jp/%E5%9B%B0", "https://example.jp/%E5%9B%B0"),
    ("https://example.jp/100%", "https://example.jp/100%25"),
    ("https://example.jp/a%2", "https://example.jp/a%252"),
    (" http://example.jp:8080/a b#c ", "http://example.jp:8080/a%20b#c"),
    ("https://example.jp/" + "x" * 981, "https://example.jp/" + "x" * 981),
    ("https://example.jp/" + "x" * 982, None),
    ("http://[::1", None),
    ("http://exam ple.jp/", None),
    ("https://somebody@example.jp/", None),
    ("https://.jp/", None),
    ("https:///x", None),
    ("javascript:alert(1)", None),
    ("example.jp", None),
    ("", None),
]

WORDS = st.text(
    alphabet=st.sampled_from("あ。！？a \n　𠮷👨\u200d👩\u0301\ufe0f\x00\x1b\ud800<&_*$#@葛\U000e0100"), max_size=60
)
LONG = st.builds(lambda words, times: words * times, WORDS, st.sampled_from((1, 1, 3, 200)))
CHOICES = st.lists(
    st.builds(
        Choice,
        label=WORDS,
        data=st.one_of(WORDS, st.sampled_from(["tel", "099-000-1234", *(written for written, _ in ADDRESSES)])),
        press=st.sampled_from(list(Press)),
    ),
    max_size=15,
).map(tuple)
CARDS = st.lists(
    st.builds(
        Card,
        title=WORDS,
        now=WORDS,
        whom=WORDS,
        where=LONG,
        lines=st.lists(WORDS, max_size=3).map(tuple),
        buttons=CHOICES,
    ),
    max_size=14,
).map(tuple)
REPLIES = st.builds(
    Reply,
    bubbles=st.lists(st.builds(Bubble, words=LONG, cards=CARDS), max_size=4).map(tuple),
    choices=CHOICES,
    crisis=st.booleans(),
    sender=WORDS,
)


@settings(max_examples=60, deadline=None)
@given(reply=REPLIES)
def test_line_takes_everything_that_is_rendered(reply: Reply) -> None:
    messages = line_rendering.render(reply)
    for made in (messages, line_rendering.marked(messages)):
        for first in range(0, len(made), 5):
            assert check_messages_body({"messages": made[first : first + 5]}) == []
            json.dumps(made, ensure_ascii=False).encode()


@settings(max_examples=60, deadline=None)
@given(reply=REPLIES)
def test_telegram_takes_everything_that_is_rendered(reply: Reply) -> None:
    for message in telegram_rendering.render(reply):
        again = telegram_rendering.marked(message)
        assert 0 < limits.utf16(again["text"]) <= 4096 and again["text"].strip()
        again["text"].encode()
        if "reply_markup" in message:
            check_markup(message["reply_markup"], private=True)


@settings(max_examples=200, deadline=None)
@given(words=LONG, limit=st.integers(10, 200))
def test_dividing_loses_no_word_and_keeps_the_limit(words: str, limit: int) -> None:
    clean = limits.sendable(words)
    pieces = limits.divide(clean, limit)
    assert all(limits.utf16(piece) <= limit for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(clean.split())


def test_long_text_is_divided_after_a_sentence() -> None:
    words = "これは文です。" * 1000
    pieces = limits.divide(words, 5000)
    assert len(pieces) == 2 and all(piece.endswith("。") for piece in pieces)


def test_family_emoji_is_not_torn() -> None:
    family = "👨\u200d👩\u200d👧"
    pieces = limits.divide(family * 20, 30)
    assert all(not piece.startswith("\u200d") and not piece.endswith("\u200d") for piece in pieces)


def test_card_shows_name_state_and_audience_large() -> None:
    card = Card(
        "みらい市社会福祉協議会",
        "いま開いています（17:00まで）",
        "お金のことで困っている人",
        "本町1丁目（歩いて10分）",
        ("無料",),
        (Choice("電話", "099-000-1234", Press.CALL), Choice("地図", "https://example.jp/地図", Press.OPEN)),
    )
    (message,) = line_rendering.render(Reply((Bubble("みらい市社会福祉協議会がいま開いています。", (card,)),)))
    lines = message["contents"]["body"]["contents"]
    assert [line["text"] for line in lines[:3]] == [card.title, card.now, card.whom]
    assert lines[0]["size"] == "xl" and lines[1]["size"] == lines[2]["size"] == "lg"
    assert all(line["wrap"] for line in lines if line["type"] == "text")
    uris = [button["action"]["uri"] for button in message["contents"]["footer"]["contents"]]
    assert uris == ["tel:0990001234", "https://example.jp/%E5%9C%B0%E5%9B%B3"]
    assert message["altText"] == "みらい市社会福祉協議会がいま開いています。"


def test_telegram_card_spells_the_number_that_cannot_be_a_button() -> None:
    card = Card("社協", "いま開いています", "だれでも", buttons=(Choice("電話", "099-000-1234", Press.CALL),))
    (message,) = telegram_rendering.render(Reply((Bubble("社協があります。", (card,)),)))
    assert "099-000-1234" in message["text"] and "reply_markup" not in message


def test_danger_keeps_its_first_bubble_alone_on_a_locked_screen() -> None:
    reply = Reply((Bubble("読みました。"), Bubble("いま、けがはありますか。")), crisis=True)
    alone = [message["text"] for message in telegram_rendering.render(reply)]
    assert alone == ["読みました。", "いま、けがはありますか。"]
    assert len(telegram_rendering.render(Reply(reply.bubbles))) == 1


def test_place_is_asked_for_by_button_on_line_and_by_keyboard_on_telegram() -> None:
    reply = text("どこですか。", (Choice("いまいる場所を送る", press=Press.LOCATION), Choice("やめる", "x:stop")))
    (line,) = line_rendering.render(reply)
    assert [item["action"]["type"] for item in line["quickReply"]["items"]] == ["location", "postback"]
    inline, keyboard = telegram_rendering.render(reply)
    assert inline["reply_markup"]["inline_keyboard"] == [[{"text": "やめる", "callback_data": "x:stop"}]]
    assert keyboard["reply_markup"]["keyboard"][0][0]["request_location"] is True


@pytest.mark.parametrize(
    ("number", "uri"),
    [
        ("０９９−０００−１２３４", "tel:0990001234"),
        ("099-000-1234（代表）", "tel:0990001234"),
        ("(099)000-1234", "tel:0990001234"),
        ("099（000）1234(内線12)", "tel:0990001234"),
        ("#9110", "tel:%239110"),
        ("なし", None),
    ],
)
def test_numbers_as_people_write_them_can_be_dialled(number: str, uri: str | None) -> None:
    assert phones.phone_uri(number) == uri


@pytest.mark.parametrize(("written", "uri"), ADDRESSES)
def test_addresses_as_editors_write_them_are_buttons_or_words(written: str, uri: str | None) -> None:
    assert limits.web_uri(written) == uri


def test_more_choices_than_line_shows_are_at_least_named_once() -> None:
    odd = Choice("何もない", "")
    choices = (odd, *(Choice(f"選択{n}", f"x:{n}") for n in range(15)))
    *_, last = line_rendering.render(text("どれですか。", choices))
    assert [item["action"]["data"] for item in last["quickReply"]["items"]] == [f"x:{n}" for n in range(13)]
    assert last["text"] == "・選択13\n・選択14"


def test_reply_survives_its_storage() -> None:
    card = Card("a", "b", "c", "d", ("e",), (Choice("f", "g", Press.CALL),))
    reply = Reply((Bubble("あ", (card,)),), (Choice("h", "i"),), crisis=True, sender="山田")
    assert from_json(to_json(reply)) == reply
