"""Telegram's stand-in keeps the rules of chats, buttons, edits, rates and polling."""

import threading
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.faults.stubs import telegram_updates
from tests.faults.stubs.telegram import Rates, TelegramStub
from tests.faults.stubs.telegram_bot import TelegramBot

USER = 700000001


@pytest.fixture
def telegram() -> Iterator[TelegramStub]:
    with TelegramStub(rates=Rates(scale=1000)) as stub:
        yield stub


@pytest.fixture
def bot(telegram: TelegramStub) -> TelegramBot:
    opened = telegram.bot()
    opened.chat(USER)
    return opened


@pytest.fixture
def api(telegram: TelegramStub, bot: TelegramBot) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"{telegram.url}/bot{bot.token}/") as client:
        yield client


def say(api: httpx.Client, words: str = "x", chat: int = USER) -> httpx.Response:
    return api.post("sendMessage", json={"chat_id": chat, "text": words})


def rules(telegram: TelegramStub) -> list[str]:
    return [violation.rule for violation in telegram.violations]


def pressed(bot: TelegramBot) -> str:
    update = telegram_updates.callback(USER, "a")
    bot.witness(update)
    return str(update["callback_query"]["id"])


def test_a_button_is_answered_exactly_once(telegram: TelegramStub, bot: TelegramBot, api: httpx.Client) -> None:
    key = pressed(bot)
    assert telegram.unanswered_callbacks(bot) == [key]
    assert api.post("answerCallbackQuery", json={"callback_query_id": key}).status_code == 200
    assert telegram.unanswered_callbacks(bot) == []
    assert api.post("answerCallbackQuery", json={"callback_query_id": key}).status_code == 400
    assert rules(telegram) == ["callback_answered_twice"]


def test_a_late_or_unknown_answer_is_refused(telegram: TelegramStub, bot: TelegramBot, api: httpx.Client) -> None:
    telegram.callback_life = 0.02
    key = pressed(bot)
    time.sleep(0.03)
    late = api.post("answerCallbackQuery", json={"callback_query_id": key})
    assert "query is too old" in late.json()["description"]
    assert not telegram.violations
    assert api.post("answerCallbackQuery", json={"callback_query_id": "0"}).status_code == 400
    assert rules(telegram) == ["unknown_callback"]


@pytest.mark.parametrize(("length", "status"), [(200, 200), (201, 400)])
def test_the_length_of_an_answer(bot: TelegramBot, api: httpx.Client, length: int, status: int) -> None:
    answer = {"callback_query_id": pressed(bot), "text": "あ" * length}
    assert api.post("answerCallbackQuery", json=answer).status_code == status


def test_an_edit_changes_something_of_ones_own(telegram: TelegramStub, api: httpx.Client) -> None:
    said = say(api).json()["result"]["message_id"]
    edit = {"chat_id": USER, "message_id": said, "text": "y"}
    assert api.post("editMessageText", json=edit).status_code == 200
    assert "not modified" in api.post("editMessageText", json=edit).json()["description"]
    assert api.post("editMessageText", json={**edit, "message_id": 1}).status_code == 400
    markup = {"inline_keyboard": [[{"text": "x", "callback_data": "x"}]]}
    change = {"chat_id": USER, "message_id": said, "reply_markup": markup}
    assert api.post("editMessageReplyMarkup", json=change).status_code == 200
    assert api.post("editMessageReplyMarkup", json=change).status_code == 400
    assert rules(telegram) == ["edit_changes_nothing", "unknown_message", "edit_changes_nothing"]


def test_the_block_is_told_once(telegram: TelegramStub, bot: TelegramBot, api: httpx.Client) -> None:
    bot.chat(USER).blocked = True
    first = say(api)
    assert (first.status_code, first.json()["description"]) == (403, "Forbidden: bot was blocked by the user")
    assert not telegram.violations
    say(api)
    assert rules(telegram) == ["sent_after_block"]


def test_a_block_by_update_counts_as_told(telegram: TelegramStub, bot: TelegramBot, api: httpx.Client) -> None:
    update = telegram_updates.membership(USER, "kicked")
    bot.witness(update)
    bot.acknowledged(update)
    assert say(api).status_code == 403
    assert rules(telegram) == ["sent_after_block"]
    bot.witness(telegram_updates.membership(USER, "member"))
    assert say(api).status_code == 200


def test_a_deactivated_person_and_a_moved_group(bot: TelegramBot, api: httpx.Client) -> None:
    bot.chat(USER).deactivated = True
    assert say(api).json()["description"] == "Forbidden: user is deactivated"
    bot.chat(-5, "group").migrated_to = -1005
    moved = say(api, chat=-5).json()
    assert (moved["error_code"], moved["parameters"]) == (400, {"migrate_to_chat_id": -1005})


def test_a_left_group_is_silent(telegram: TelegramStub, bot: TelegramBot, api: httpx.Client) -> None:
    bot.chat(-5, "group")
    assert api.post("leaveChat", json={"chat_id": -5}).status_code == 200
    assert say(api, chat=-5).status_code == 403
    assert rules(telegram) == ["sent_after_leaving"]


def test_one_chat_has_its_rate(telegram: TelegramStub, bot: TelegramBot, api: httpx.Client) -> None:
    bot.rates = Rates(chat_per_second=1, chat_burst=2)
    chat = bot.chat(700000002)
    statuses = [say(api, chat=chat.id) for _ in range(3)]
    assert [response.status_code for response in statuses] == [200, 200, 429]
    assert statuses[-1].json()["parameters"] == {"retry_after": 1}
    assert statuses[-1].json()["description"] == "Too Many Requests: retry after 1"
    assert say(api).status_code == 200
    assert not telegram.violations
    say(api, chat=chat.id)
    assert rules(telegram) == ["sent_before_retry_after"]


def test_the_bot_has_its_rate(bot: TelegramBot, api: httpx.Client) -> None:
    bot.bucket = Rates(bot_per_second=3).for_bot()
    for user in range(4):
        bot.chat(user + 1)
    assert [say(api, chat=user + 1).status_code for user in range(4)] == [200, 200, 200, 429]


def test_typing_is_not_repeated_too_soon(telegram: TelegramStub, api: httpx.Client) -> None:
    typing = {"chat_id": USER, "action": "typing"}
    assert api.post("sendChatAction", json=typing).status_code == 200
    assert not telegram.violations
    api.post("sendChatAction", json=typing)
    assert rules(telegram) == ["chat_action_too_often"]
    assert api.post("sendChatAction", json={**typing, "action": "dancing"}).status_code == 400


def test_polling_confirms_by_offset(bot: TelegramBot, api: httpx.Client, telegram: TelegramStub) -> None:
    updates = [telegram_updates.text(USER, "x") for _ in range(3)]
    bot.pending.extend(updates)
    ids = [update["update_id"] for update in updates]
    first = api.post("getUpdates", json={"limit": 2}).json()["result"]
    assert [update["update_id"] for update in first] == ids[:2]
    rest = api.post("getUpdates", json={"offset": ids[1] + 1}).json()["result"]
    assert [update["update_id"] for update in rest] == ids[2:]
    assert not telegram.violations
    api.post("getUpdates", json={"offset": ids[0]})
    assert rules(telegram) == ["offset_went_back"]


def test_long_polling_waits_for_news(bot: TelegramBot, api: httpx.Client) -> None:
    timer = threading.Timer(0.1, bot.pending.append, [telegram_updates.text(USER, "x")])
    timer.start()
    assert len(api.post("getUpdates", json={"timeout": 5}).json()["result"]) == 1
    timer.join()


def test_two_pollers_disturb_each_other(telegram: TelegramStub, bot: TelegramBot, api: httpx.Client) -> None:
    answers: list[Any] = []

    def poll() -> None:
        with httpx.Client() as other:
            answers.append(other.post(f"{telegram.url}/bot{bot.token}/getUpdates", json={"timeout": 5}))

    first = threading.Thread(target=poll)
    first.start()
    time.sleep(0.15)
    assert api.post("getUpdates", json={"timeout": 0}).status_code == 200
    first.join()
    assert answers[0].status_code == 409
    assert rules(telegram) == ["two_pollers"]


def test_polling_excludes_the_webhook(telegram: TelegramStub, api: httpx.Client) -> None:
    hook = {"url": "https://example.jp/", "secret_token": "x", "allowed_updates": ["message"]}
    api.post("setWebhook", json=hook)
    assert api.post("getUpdates").status_code == 409
    assert rules(telegram) == ["polling_beside_webhook"]


def test_files_can_be_fetched(telegram: TelegramStub, bot: TelegramBot, api: httpx.Client) -> None:
    bot.files["f1"] = ("photos/1.jpg", b"picture")
    path = api.post("getFile", json={"file_id": "f1"}).json()["result"]["file_path"]
    assert httpx.get(f"{telegram.url}/file/bot{bot.token}/{path}").content == b"picture"
    assert api.post("getFile", json={"file_id": "f2"}).status_code == 400


def test_waiting_updates_may_not_be_dropped(telegram: TelegramStub, api: httpx.Client) -> None:
    api.post("deleteWebhook", json={"drop_pending_updates": True})
    assert rules(telegram) == ["dropped_pending_updates"]
