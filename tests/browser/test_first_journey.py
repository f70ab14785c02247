"""The promise as one journey through the real server: a resident writes, a person takes over, the resident reads the reply."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.demo import PASSWORD
from tests.faults.harness import Installation, Server

pytestmark = pytest.mark.browser
LOGIN = "yamada@mirai.example.lg.jp"


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[Callable[[str], str]]:
    """Return a function that starts the demo server with its clock at a moment and returns its address."""
    servers: list[Server] = []

    def start(moment: str) -> str:
        installation = Installation(tmp_path, f"sqlite:///{tmp_path}/uketome.db", {"UKETOME_NOW": moment})
        server = Server(installation, demo=True)
        servers.append(server)
        assert server.start(timeout=60)
        return installation.url

    yield start
    for server in servers:
        server.stop()


@pytest.fixture
def person(chromium: Any) -> Iterator[Callable[[], Any]]:
    """Return a function that gives somebody a browser of their own."""
    contexts: list[Any] = []

    def arrives() -> Any:
        contexts.append(chromium.new_context(locale="ja-JP", viewport={"width": 390, "height": 844}))
        page = contexts[-1].new_page()
        page.set_default_timeout(15_000)
        return page

    yield arrives
    for context in contexts:
        context.close()


def _begins(page: Any, address: str) -> None:
    page.goto(f"{address}/")
    page.get_by_text("みらい市", exact=True).click()
    page.get_by_role("button", name="相談をはじめる").click()
    page.get_by_text("お返事するのは機械").wait_for()


def _says(page: Any, words: str) -> None:
    page.get_by_role("textbox").fill(words)
    page.get_by_role("button", name="送る").click()


def test_from_the_first_word_to_a_persons_reply(serving: Callable[[str], str], person: Callable[[], Any]) -> None:
    address = serving("2026-11-24T10:05")
    resident, worker = person(), person()
    _begins(resident, address)
    _says(resident, "父の介護のことで相談できる窓口はありますか")
    resident.get_by_text("地域包括支援センター").first.wait_for()
    _says(resident, "人と話したい")
    resident.get_by_role("button", name="はい", exact=True).click()
    receipt = resident.get_by_text(re.compile(r"R-26-1124-\d\d")).first.inner_text()

    worker.goto(f"{address}/desk")
    worker.get_by_label("メールアドレス").fill(LOGIN)
    worker.get_by_label("パスワード").fill(PASSWORD)
    worker.keyboard.press("Enter")
    worker.get_by_role("link", name=re.compile("父の介護のことで")).wait_for()
    worker.get_by_role("button", name="受ける").first.click()
    worker.get_by_text("山田 みのりさんが受けました").wait_for()
    assert re.search(r"R-26-1124-\d\d", receipt).group() in worker.content()
    worker.get_by_label("返信").fill("はじめまして、山田です。お父さまのことを聞かせてください。")
    worker.get_by_role("button", name="返信を送る").click()

    resident.get_by_text("はじめまして、山田です。").wait_for()
    _says(resident, "よろしくお願いします")
    worker.get_by_text("よろしくお願いします").first.wait_for()
    resident.wait_for_timeout(1500)
    assert resident.locator("text=自動応答").last.bounding_box()["y"] < resident.get_by_text("はじめまして").bounding_box()["y"]


def test_saturday_night_says_honestly_when_somebody_reads(
    serving: Callable[[str], str], person: Callable[[], Any]
) -> None:
    address = serving("2026-11-28T22:00")
    resident = person()
    _begins(resident, address)
    _says(resident, "もう死にたい")
    resident.get_by_text("月曜8時30分").first.wait_for()
    shown = resident.get_by_role("main").inner_text()
    assert re.search(r"0120-\d{3}-\d{3}", shown)
    assert "チャット" in shown
    assert not re.search("すぐに?(職員が|お返事|返事)", shown)
    assert "伝えました" not in shown
