"""Telegram's stand-in takes the largest legal call and refuses the one beside it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.faults.stubs.telegram import Rates, TelegramStub
from tests.faults.stubs.telegram_bot import TelegramBot
from tests.faults.stubs.telegram_methods import METHODS

Json = dict[str, Any]
USER = 700000001
GROUP = -400000001
CONTRACT = Path(__file__).resolve().parents[2].parent / "shared" / "contracts" / "telegram-bot-api.json"


@pytest.fixture(scope="module")
def telegram() -> Iterator[TelegramStub]:
    with TelegramStub(rates=Rates(scale=10_000)) as stub:
        yield stub


@pytest.fixture(scope="module")
def bot(telegram: TelegramStub) -> TelegramBot:
    opened = telegram.bot()
    opened.chat(USER)
    opened.chat(GROUP, "group")
    return opened


@pytest.fixture(scope="module")
def api(telegram: TelegramStub, bot: TelegramBot) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"{telegram.url}/bot{bot.token}/") as client:
        yield client


def say(words: str = "x", **more: Any) -> Json:
    return {"chat_id": USER, "text": words, **more}


def inline(*buttons: Json, **more: Any) -> Json:
    return say(reply_markup={"inline_keyboard": [list(buttons)], **more})


def press(data: str) -> Json:
    return inline({"text": "x", "callback_data": data})


def link(address: str) -> Json:
    return inline({"text": "x", "url": address})


def keyboard(*buttons: Any, chat: int = USER, **more: Any) -> Json:
    return say(chat_id=chat, reply_markup={"keyboard": [list(buttons)], **more})


def html(words: str) -> Json:
    return say(words, parse_mode="HTML")


def markdown(words: str) -> Json:
    return say(words, parse_mode="MarkdownV2")


def entity(offset: int, length: int) -> Json:
    return say("𠮷x", entities=[{"type": "bold", "offset": offset, "length": length}])


# name: (largest legal, smallest illegal, what Telegram says)
MESSAGES: dict[str, tuple[Json, Json, str]] = {
    "text_units": (say("あ" * 4096), say("あ" * 4097), "message is too long"),
    "text_counts_astral_twice": (say("𠮷" * 2048), say("𠮷" * 2049), "message is too long"),
    "text_shortest": (say("x"), say(""), "message text is empty"),
    "text_not_blank": (say("x"), say(" \n"), "message text is empty"),
    "raw_bytes": (
        html("<b></b>" * 4681 + "x"),
        html("<b></b>" * 4681 + "xx"),
        "Text is too long",
    ),
    "html_counts_what_is_seen": (html("<b>" + "あ" * 4096 + "</b>"), html("<b>" + "あ" * 4097 + "</b>"), "too long"),
    "html_closed": (html("<b>x</b>"), html("<b>x"), "can't parse entities"),
    "html_nested": (html("<b><i>x</i></b>"), html("<b><i>x</b></i>"), "can't parse entities"),
    "html_known_tags": (html("<tg-spoiler>x</tg-spoiler>"), html("<div>x</div>"), "can't parse entities"),
    "html_escaped": (html("1 &lt; 2 &amp; 3"), html("1 < 2"), "can't parse entities"),
    "markdown_escaped": (markdown(r"x\."), markdown("x."), "can't parse entities"),
    "markdown_closed": (markdown("*x*"), markdown("*x"), "can't parse entities"),
    "markdown_link": (markdown("[x](https://example.jp/)"), markdown("[x]"), "can't parse entities"),
    "markdown_code": (markdown("`a.b`"), markdown("`a"), "can't parse entities"),
    "markdown_not_overlapping": (markdown("*_x_*"), markdown("*_x*_"), "can't parse entities"),
    "old_markdown": (say("*x*", parse_mode="Markdown"), say("*x", parse_mode="Markdown"), "can't parse entities"),
    "parse_mode_known": (say(parse_mode="HTML"), say(parse_mode="BBCode"), "unsupported parse_mode"),
    "entity_inside_text": (entity(0, 3), entity(0, 4), "can't parse entities"),
    "callback_bytes": (press("あ" * 21 + "x"), press("あ" * 21 + "xx"), "BUTTON_DATA_INVALID"),
    "callback_not_empty": (press("x"), press(""), "BUTTON_DATA_INVALID"),
    "button_one_action": (
        press("x"),
        inline({"text": "x", "callback_data": "x", "url": "https://example.jp/"}),
        "text buttons are unallowed",
    ),
    "button_some_action": (press("x"), inline({"text": "x"}), "text buttons are unallowed"),
    "button_text": (press("x"), inline({"text": "", "callback_data": "x"}), "must be non-empty"),
    "button_https": (link("https://example.jp/"), link("tel:0990001234"), "Wrong HTTP URL"),
    "button_host": (link("http://example.jp"), link("https://"), "Wrong HTTP URL"),
    "button_copy_text": (
        inline({"text": "x", "copy_text": {"text": "x" * 256}}),
        inline({"text": "x", "copy_text": {"text": "x" * 257}}),
        "BUTTON_COPY_TEXT_INVALID",
    ),
    "button_count": (
        inline(*[{"text": "x", "callback_data": "x"}] * 100),
        inline(*[{"text": "x", "callback_data": "x"}] * 101),
        "too long",
    ),
    "button_fields_known": (press("x"), inline({"text": "x", "callback_data": "x", "colour": "red"}), "unknown field"),
    "markup_fields_known": (press("x"), inline({"text": "x", "callback_data": "x"}, resize_keyboard=True), "unknown"),
    "placeholder": (
        keyboard("x", input_field_placeholder="あ" * 64),
        keyboard("x", input_field_placeholder="あ" * 65),
        "placeholder",
    ),
    "location_request_only_in_private": (
        keyboard({"text": "x", "request_location": True}),
        keyboard({"text": "x", "request_location": True}, chat=GROUP),
        "private chats only",
    ),
    "location_request_not_inline": (
        keyboard({"text": "x", "request_location": True}),
        inline({"text": "x", "request_location": True}),
        "unknown field",
    ),
    "remove_keyboard": (
        say(reply_markup={"remove_keyboard": True}),
        say(reply_markup={"remove_keyboard": False}),
        "object expected",
    ),
    "chat_known": (say(), say(chat_id=799999999), "chat not found"),
    "fields_known": (say(disable_notification=True), say(colour="red"), "unknown field"),
    "field_types": (say(protect_content=True), say(protect_content="maybe"), "must be of type bool"),
    "no_nul": (say("x"), say("x\0"), "UTF-8"),
}


@pytest.mark.parametrize("name", MESSAGES)
def test_the_largest_legal_message_passes(api: httpx.Client, name: str) -> None:
    response = api.post("sendMessage", json=MESSAGES[name][0])
    assert response.status_code == 200, response.json()
    assert response.json()["result"]["message_id"]


@pytest.mark.parametrize("name", MESSAGES)
def test_the_message_beside_it_is_refused(api: httpx.Client, telegram: TelegramStub, name: str) -> None:
    before = len(telegram.violations)
    response = api.post("sendMessage", json=MESSAGES[name][1])
    assert (response.status_code, response.json()["ok"]) == (400, False)
    assert MESSAGES[name][2] in response.json()["description"]
    assert len(telegram.violations) == before + 1


def test_forms_are_read_like_json(api: httpx.Client) -> None:
    markup = json.dumps({"inline_keyboard": [[{"text": "x", "callback_data": "あ" * 21}]]})
    assert api.post("sendMessage", data={"chat_id": str(USER), "text": "x", "reply_markup": markup}).status_code == 200
    markup = json.dumps({"inline_keyboard": [[{"text": "x", "callback_data": "あ" * 22}]]})
    assert api.post("sendMessage", data={"chat_id": str(USER), "text": "x", "reply_markup": markup}).status_code == 400


@pytest.mark.parametrize("body", [b"", b"hello", b"[]", b"\xff", b"[" * 100_000], ids=range(5))
def test_an_unreadable_body_is_refused(api: httpx.Client, body: bytes) -> None:
    response = api.post("sendMessage", content=body, headers={"Content-Type": "application/json"})
    assert response.status_code == 400


def test_unknown_tokens_and_methods(telegram: TelegramStub, api: httpx.Client) -> None:
    assert httpx.post(f"{telegram.url}/botwrong/getMe").status_code == 401
    assert api.post("sendHologram").status_code == 404
    assert api.post("GETME").json()["result"]["is_bot"]


@pytest.mark.parametrize("method", ["sendLocation", "sendVenue"])
def test_places(api: httpx.Client, method: str) -> None:
    named = {"title": "x", "address": "x"} if method == "sendVenue" else {}
    spot = {"chat_id": USER, "longitude": 135.0, **named}
    assert api.post(method, json={**spot, "latitude": 90}).status_code == 200
    assert api.post(method, json={**spot, "latitude": 90.1}).status_code == 400
    assert api.post(method, json=spot).status_code == 400


@pytest.mark.parametrize(
    ("fields", "status", "rules"),
    [
        ({"url": "https://example.jp/", "secret_token": "x" * 256, "allowed_updates": ["message"]}, 200, []),
        ({"url": "https://example.jp/", "secret_token": "x" * 257, "allowed_updates": []}, 400, ["webhook_secret"]),
        ({"url": "https://example.jp/", "secret_token": "秘密", "allowed_updates": []}, 400, ["webhook_secret"]),
        ({"url": "http://example.jp/", "secret_token": "x", "allowed_updates": []}, 400, ["webhook_without_https"]),
        ({"url": "https://example.jp/", "allowed_updates": []}, 200, ["webhook_without_secret"]),
        ({"url": "https://example.jp/", "secret_token": "x"}, 200, ["webhook_without_allowed_updates"]),
    ],
    ids=range(6),
)
def test_setting_the_webhook(
    api: httpx.Client, telegram: TelegramStub, fields: Json, status: int, rules: list[str]
) -> None:
    before = len(telegram.violations)
    assert api.post("setWebhook", json=fields).status_code == status
    assert [violation.rule for violation in telegram.violations[before:]] == rules
    assert api.post("deleteWebhook").json()["result"] is True
    assert api.get("getWebhookInfo").json()["result"]["url"] == ""


@pytest.mark.skipif(not CONTRACT.exists(), reason="the platform's own description is not here")
def test_the_table_of_fields_is_telegrams_own() -> None:
    described = json.loads(CONTRACT.read_text())["methods"]
    for method, fields in METHODS.items():
        theirs = {f["name"]: f["required"] for f in described[method].get("fields", [])}
        assert {name: kind.startswith("!") for name, kind in fields.items()} == theirs, method
