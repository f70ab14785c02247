"""What is asked and not found, through the real server: a message becomes a word of the town, and the word is heard."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.demo import PASSWORD
from tests.browser.walking import Walk
from tests.faults.harness import DEMO_TOWN, ROOT, Installation, Server
from tests.resources.web.lines_asked import LOOKED_AT

pytestmark = pytest.mark.browser
EDITOR, SECOND = "morikawa@mirai.example.lg.jp", "tachibana@mirai.example.lg.jp"


@pytest.fixture
def installed(tmp_path: Path) -> Iterator[Installation]:
    """The demo town, served."""
    installation = Installation(tmp_path, f"sqlite:///{tmp_path}/uketome.db", {"UKETOME_NOW": "2026-11-24T10:05"})
    server = Server(installation, demo=True)
    assert server.start(timeout=180)
    yield installation
    server.stop()


@pytest.fixture
def opens(chromium: Any, installed: Installation) -> Iterator[Callable[..., Any]]:
    """Return a function that gives somebody a browser of their own, signed in when there is a login."""
    contexts: list[Any] = []

    def arrives(login: str = "") -> Any:
        size = {"width": 1280, "height": 900} if login else {"width": 390, "height": 844}
        contexts.append(chromium.new_context(base_url=installed.url, locale="ja-JP", viewport=size))
        page = contexts[-1].new_page()
        page.set_default_timeout(30_000)
        if login:
            page.goto("/sign-in")
            page.get_by_label("メールアドレス").fill(login)
            page.get_by_label("パスワード").fill(PASSWORD)
            page.keyboard.press("Enter")
            page.wait_for_url("**/start")
        return page

    yield arrives
    for context in contexts:
        context.close()


def begins(page: Any) -> None:
    page.goto("/")
    page.get_by_text("みらい市", exact=True).click()
    page.get_by_role("button", name="相談をはじめる").click()
    page.get_by_text("お返事するのは機械").wait_for()


def says(page: Any, words: str) -> None:
    page.get_by_role("textbox").fill(words)
    page.get_by_role("button", name="送る").click()


def found_elsewhere(installed: Installation, *said: str) -> list[str]:
    """Return the best another process of the product finds for each message."""
    asked = "\n".join(json.dumps({"id": words, "text": words}) for words in said)
    told = subprocess.run(
        [*installed.program, "search", "--municipality", DEMO_TOWN], cwd=ROOT, env=installed.environment(), input=asked,
        check=True, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    return [(json.loads(line)["results"] or [{"name": ""}])[0]["name"] for line in told.stdout.splitlines()]


@pytest.mark.timeout(900)  # a real server, five pages looked at in every way, and another process
def test_an_unmatched_message_becomes_a_word_and_an_entry(
    installed: Installation, opens: Callable[..., Any], walk: Walk
) -> None:
    resident, other, editor, second = opens(), opens(), opens(EDITOR), opens(SECOND)
    begins(resident)
    begins(other)
    says(resident, "佐藤花子です。ぽかぽかってどこですか")
    resident.get_by_text("見つかりません").first.wait_for()
    walk.shot(resident, "asked-chat-before")
    says(other, "ふわりんはどこですか")
    other.get_by_text("もう少し教えてください").first.wait_for()

    editor.locator(".me summary").click()
    editor.locator(".me").get_by_role("link", name="探されていること").click()
    editor.get_by_role("heading", name="町に足りないもの").wait_for()
    walk.look(editor, "asked-counts")
    editor.get_by_role("link", name="分からなかったメッセージ（").click()
    editor.get_by_role("heading", name="「〔名前〕です。ぽかぽかってどこですか」").wait_for()
    assert "佐藤" not in editor.content() and "花子" not in editor.content()
    walk.look(editor, "asked-unmatched")
    editor.get_by_role("link", name="「ぽかぽか」などを台帳に生かす").click()
    editor.get_by_role("heading", name="どのことばですか").wait_for()
    walk.look(editor, "asked-message")
    second.goto(editor.url)

    editor.get_by_label("覚え書き").fill("駅の裏のサロン")
    editor.get_by_role("button", name="町のことばに足す").click()
    editor.get_by_text("1つ以上選んでください").wait_for()
    assert editor.get_by_label("覚え書き").input_value() == "駅の裏のサロン"
    walk.look(editor, "asked-message-refused")
    editor.get_by_label("場所の種類").select_option("salon")
    editor.get_by_role("button", name="町のことばに足す").click()
    editor.get_by_text("町のことばに足しました").wait_for()
    editor.reload()
    assert editor.get_by_text("ぽかぽかってどこ").count() == 0
    second.get_by_label("場所の種類").select_option("salon")
    second.get_by_role("button", name="町のことばに足す").click()
    second.get_by_text("ほかの人が先に片づけました").wait_for()
    second.get_by_text("森川 そら").wait_for()
    walk.look(second, "asked-message-late")

    says(resident, "ぽかぽかってどこですか")
    resident.get_by_text("サロン").first.wait_for()
    walk.shot(resident, "asked-chat-after")

    editor.get_by_role("link", name="「ふわりん」などを台帳に生かす").click()
    editor.get_by_label("場所の種類").select_option("childrens_cafeteria")
    editor.get_by_role("button", name="このことばで新しい項目を書く").click()
    editor.get_by_role("button", name="この内容で載せる").wait_for()
    assert editor.get_by_label("名称（").input_value() == "ふわりん"
    editor.get_by_role("button", name="この内容で載せる").click()
    editor.get_by_text("項目を作りました").wait_for()
    other.wait_for_timeout(2000)
    says(other, "ふわりんはどこですか")
    other.get_by_text("ふわりん", exact=True).first.wait_for()
    walk.shot(other, "asked-chat-entry")
    salon, new = found_elsewhere(installed, "ぽかぽかってどこですか", "ふわりんはどこですか")
    assert salon and new == "ふわりん"

    editor.goto("/directory/words")
    editor.get_by_label("ことば", exact=True).fill("こと")
    editor.get_by_role("button", name="足す", exact=True).click()
    editor.get_by_text("どの文にも現れます").wait_for()
    walk.look(editor, "asked-words-refused")
    editor.get_by_label("住民の言葉").fill("ぽかぽかってどこですか")
    editor.get_by_role("button", name="答えを見る").click()
    editor.get_by_role("heading", name="最初の答え").wait_for()
    walk.look(editor, "asked-words-tried")
    second.goto("/directory/words?word=ぽかぽか")
    editor.goto("/directory/words")
    editor.get_by_role("button", name="「ぽかぽか」を取りのぞく").click()
    editor.get_by_text("ことばを取りのぞきました").wait_for()
    second.get_by_role("button", name="意味を直す").click()
    second.get_by_text("もう一度決めてください").wait_for()
    walk.look(second, "asked-words-late")
    assert walk.saw(LOOKED_AT)
