"""A gathering place is proposed in the chat and answered there; another comes by the public form and is kindly declined."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bot.demo import PASSWORD
from tests.browser.walking import Walk
from tests.faults.harness import Installation, Server
from tests.resources.web.lines_proposals import LOOKED_AT

pytestmark = pytest.mark.browser
NAME = "こもれびの茶の間"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The whole product with its demo town and a worker."""
    folder = tmp_path_factory.mktemp("proposals")
    installation = Installation(folder, f"sqlite:///{folder}/uketome.db", {"UKETOME_NOW": "2026-11-24T10:05"})
    server = Server(installation, demo=True)
    assert server.start(timeout=120)
    yield installation.url
    server.stop()


@pytest.fixture
def arrives(chromium: Any, address: str) -> Iterator[Callable[..., Any]]:
    """Return a function that gives somebody a browser of their own, signed in where a name is given."""
    contexts, complaints = [], []

    def enter(name: str = "", width: int = 390) -> Any:
        contexts.append(chromium.new_context(base_url=address, locale="ja-JP", viewport={"width": width, "height": 844}))
        page = contexts[-1].new_page()
        page.set_default_timeout(30_000)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        if name:
            page.goto("/directory/proposals")
            page.get_by_label("メールアドレス").fill(f"{name}@mirai.example.lg.jp")
            page.get_by_label("パスワード").fill(PASSWORD)
            page.keyboard.press("Enter")
            page.get_by_role("heading", name="場所・催しの提案").wait_for()
        return page

    yield enter
    for context in contexts:
        context.close()
    assert not complaints


def says(page: Any, words: str, answer: str) -> None:
    page.get_by_role("textbox").fill(words)
    page.get_by_role("button", name="送る", exact=True).click()
    page.get_by_text(answer).last.wait_for()


def presses(page: Any, label: str, answer: str) -> None:
    page.get_by_role("button", name=label, exact=True).last.click()
    page.get_by_text(answer).last.wait_for()


def test_proposed_in_the_chat_and_answered(arrives: Callable[..., Any], walk: Walk, shot: Callable[..., None]) -> None:
    resident, editor, second = arrives(), arrives("morikawa", 1280), arrives("hayase", 1280)
    editor.get_by_text("決めていない提案はありません").wait_for()
    resident.goto("/chat")
    resident.get_by_text("みらい市", exact=True).click()
    resident.get_by_role("button", name="相談をはじめる").click()
    resident.get_by_text("お返事するのは機械").wait_for()
    says(resident, "うちの集会所でサロンをやっています、載せてほしい", "どれに近いですか")
    shot(resident, "proposals-chat-begin")
    presses(resident, "続いている場所・集まり", "名前を教えてください")
    says(resident, NAME, "いつ開いていますか")
    resident.reload()
    resident.get_by_text("いつ開いていますか").last.wait_for()
    says(resident, "水曜 090-0000-1111", "それを除いて、もう一度")
    says(resident, "第2・4水曜 10時〜12時", "どこで開きますか")
    says(resident, "水車町集会所", "どんな方が来てよいですか")
    presses(resident, "どなたでも", "問い合わせ先はありますか")
    presses(resident, "とばす", "この内容で職員に送ってよいですか")
    shot(resident, "proposals-chat-whole")
    presses(resident, "この内容で送る", "受け取りました")
    shot(resident, "proposals-chat-kept")

    editor.reload()
    walk.look(editor, "proposals-list")
    editor.get_by_role("link", name=NAME).click()
    editor.get_by_role("heading", name="書かれたこと").wait_for()
    walk.look(editor, "proposals-one")
    second.goto(editor.url)
    editor.get_by_role("button", name="見送って知らせる").click()
    editor.get_by_text("見送る理由を選んでください").wait_for()
    walk.look(editor, "proposals-refused")
    editor.get_by_role("button", name="このまま載せる").click()
    editor.get_by_text("台帳に載せました。").first.wait_for()
    walk.look(editor, "proposals-added")
    # The page of the second editor is old by now.
    second.get_by_label("内容を確かめられない").check()
    second.get_by_role("button", name="見送って知らせる").click()
    second.get_by_text(re.compile("さんが先に台帳に載せました")).wait_for()
    walk.look(second, "proposals-late")
    editor.get_by_role("link", name="できた項目を開く").click()
    editor.get_by_role("heading", name=NAME).first.wait_for()

    resident.get_by_text("名簿に載せました").wait_for()
    shot(resident, "proposals-chat-told")
    presses(resident, "載った案内を見る", "このように案内しています")
    resident.get_by_text("水車町集会所").last.wait_for()
    shot(resident, "proposals-chat-card")
    says(resident, f"{NAME}はどこですか", "ほかに知りたいこと")
    assert resident.get_by_text(NAME).count() >= 3
    resident.reload()
    resident.get_by_text("名簿に載せました").wait_for()


def test_proposed_by_the_form_and_declined(arrives: Callable[..., Any], walk: Walk) -> None:
    stranger, editor = arrives(), arrives("morikawa", 1280)
    stranger.goto("/propose")
    walk.look(stranger, "propose-towns")
    stranger.get_by_role("link", name="みらい市", exact=True).click()
    walk.look(stranger, "propose-form")
    stranger.get_by_label("日が決まった催し").check()
    stranger.get_by_label("名前 （必ず）").fill("冬のもちつき")
    stranger.get_by_label("いつ", exact=True).fill("12月5日（土）10時〜12時 申込みは099-000-1111")
    stranger.get_by_label("問い合わせ先", exact=True).fill("099-000-1111 山田さん")
    stranger.get_by_role("button", name="この内容で送る").click()
    stranger.get_by_text("直すところがあります").wait_for()
    walk.look(stranger, "propose-refused")
    assert stranger.get_by_label("いつ", exact=True).input_value().startswith("12月5日")
    assert stranger.get_by_label("日が決まった催し").is_checked()
    stranger.get_by_label("いつ", exact=True).fill("12月5日（土）10時〜12時")
    stranger.get_by_label("問い合わせ先", exact=True).fill("099-000-1111")
    stranger.get_by_label("この問い合わせ先を").check()
    stranger.get_by_role("button", name="この内容で送る").click()
    stranger.get_by_text("提案を受け取りました").wait_for()
    walk.look(stranger, "propose-receipt")

    editor.reload()
    editor.get_by_role("link", name="冬のもちつき").click()
    editor.get_by_text("2026年12月5日").first.wait_for()
    editor.get_by_role("button", name="書き足してから載せる").click()
    editor.get_by_role("heading", name="新しい項目").wait_for()
    assert editor.get_by_label("名称").first.input_value() == "冬のもちつき"
    editor.go_back()
    editor.reload()
    editor.get_by_label("内容を確かめられない").check()
    editor.get_by_role("button", name="見送って知らせる").click()
    editor.get_by_text("見送りました。").first.wait_for()
    editor.goto("/directory/proposals?show=decided")
    walk.look(editor, "proposals-decided")
    stranger.reload()
    stranger.get_by_text("まだ載せられませんでした").wait_for()
    walk.look(stranger, "propose-answered")
    assert walk.saw({"/propose", "/propose/{code}", "/propose/receipts/{receipt}", "/directory/proposals"})
    assert {"/directory/proposals/{proposal_id}"} <= LOOKED_AT
