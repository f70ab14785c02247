"""The chat page in a real Chromium: a resident writes, is answered, is heard by a person, and leaves nothing behind."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from sqlalchemy import select
from starlette.applications import Starlette
from starlette.types import ASGIApp

from bot import reply as replies
from bot.web import chat
from handoff import moves, replying
from handoff.cases import Case
from intents import Ear
from resources.access import actor_for
from resources.db import EVERYWHERE, Database
from resources.staff import DeskMembership, Staff
from resources.web.headers import Guarded
from tests.bot.dialogue.playing import JAPAN, Clock, inhabited
from tests.browser.walking import barriers

pytestmark = pytest.mark.browser
NIGHT = datetime(2026, 11, 28, 22, 0, tzinfo=JAPAN)


@dataclass
class House:
    """The running page with its worker."""

    address: str
    database: Database
    clock: Clock

    def staff_says(self, words: str) -> None:
        """Let somebody of the case's desk take it and say something."""
        with self.database.writing(EVERYWHERE) as session:
            case = session.scalars(select(Case)).one()
            sits = select(Staff).join(DeskMembership, DeskMembership.staff_id == Staff.id)
            person = session.scalars(sits.where(DeskMembership.desk_id == case.desk_id).order_by(Staff.login)).first()
            actor = actor_for(session, person)
            if case.owner_id is None:
                moves.take(session, case, actor=actor, now=self.clock())
            replying.reply(
                session,
                case,
                words,
                key=words,
                actor=actor,
                compose=lambda said, sender: replies.to_json(
                    replies.Reply((replies.Bubble(said),), confidential=True, sender=sender)
                ),
                now=self.clock(),
            )


@contextmanager
def running(app: ASGIApp) -> Iterator[str]:
    """Serve an application on a free port of this machine."""
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None, lifespan="off"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(timeout=10)


@pytest.fixture
def house(tmp_path: Path, ear: Ear) -> Iterator[House]:
    """The demo town with its page and a worker."""
    with inhabited(tmp_path, ear) as life:
        routes = chat.routes(chat.Chat(life.database, life.acceptor, life.tools.texts, life.clock))
        app = Guarded(Starlette(routes=routes), production=False)
        with running(app) as address:
            yield House(address, life.database, life.clock)


@pytest.fixture
def visit(chromium: Any, house: House) -> Iterator[Callable[..., Any]]:
    """Return a function that opens the page on a phone; a script error or a refused resource fails the test."""
    contexts, complaints = [], []

    def enter(path: str = "/chat/992011", **more: Any) -> Any:
        context = chromium.new_context(
            base_url=house.address, locale="ja-JP", viewport={"width": 390, "height": 844}, **more
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if "Content Security" in said.text else None)
        page.goto(path)
        return page

    yield enter
    for context in contexts:
        context.close()
    assert not complaints


def _say(page: Any, words: str) -> None:
    page.get_by_role("textbox", name="メッセージを書く").fill(words)
    page.get_by_role("button", name="送る", exact=True).click()


def test_a_resident_is_answered_and_heard_by_a_person(house: House, visit: Callable[..., Any], shot: Callable[..., None]) -> None:
    page = visit("/chat")
    shot(page, "chat-towns")
    page.get_by_role("link", name="みらい市").click()
    shot(page, "chat-start")
    page.get_by_role("button", name="相談をはじめる").click()
    page.get_by_text("みらい市の相談の入口です").first.wait_for()
    shot(page, "chat-greeting")
    _say(page, "気軽に集まれるサロンに行きたい")
    page.locator(".card").first.wait_for()
    assert 1 <= page.locator(".card").count() <= 3
    assert page.locator(".card a[href^='tel:']").count() >= 1
    shot(page, "chat-places")
    page.get_by_role("button", name="人に相談する").click()
    page.get_by_text("伝えてよいですか").wait_for()
    shot(page, "chat-consent")
    page.get_by_role("button", name="はい", exact=True).click()
    page.get_by_text(re.compile("受付番号は R-")).wait_for()
    shot(page, "chat-receipt")
    house.staff_says("はじめまして。山田です。")
    page.get_by_text("はじめまして。山田です。").wait_for(timeout=3_500)
    page.get_by_text(re.compile("担当の.+がいます")).wait_for()
    shot(page, "chat-person")


def test_danger_on_a_saturday_night(house: House, visit: Callable[..., Any], shot: Callable[..., None]) -> None:
    house.clock.at = NIGHT
    page = visit()
    page.get_by_role("button", name="相談をはじめる").click()
    _say(page, "もう消えてしまいたい")
    page.get_by_text("話してくれてありがとうございます").wait_for()
    assert page.get_by_text("月曜8時30分").count() == 1
    assert page.get_by_role("link", name="0120-061-338").count() == 1
    shot(page, "chat-danger")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_page_works_without_script(visit: Callable[..., Any]) -> None:
    page = visit(java_script_enabled=False)
    page.get_by_role("button", name="相談をはじめる").click()
    _look_for(page, page.get_by_role("button", name="場所をさがす")).click()
    _look_for(page, page.get_by_text("どんな場所をさがしていますか"))
    _say(page, "子ども食堂")
    _look_for(page, page.locator(".card"))


def _look_for(page: Any, sought: Any) -> Any:
    """Without script, whoever does not see the answer yet looks again."""
    for _ in range(60):
        if sought.count():
            break
        page.locator(".refresh a").click()
        page.wait_for_timeout(500)
    assert sought.count()
    return sought.first


def test_nothing_stays_on_the_device(visit: Callable[..., Any]) -> None:
    page = visit()
    page.get_by_role("button", name="相談をはじめる").click()
    _say(page, "父の介護のことで相談できる窓口はありますか")
    page.locator(".card").first.wait_for()
    assert "介護" not in page.url
    assert page.evaluate("localStorage.length + sessionStorage.length + document.cookie.length") == 0
    page.get_by_role("button", name="閉じる").click()
    page.get_by_text("画面を閉じました").wait_for()
    page.goto("/chat/992011")
    assert page.get_by_text("介護").count() == 0
    assert page.context.cookies() == []


def test_the_place_is_sent_only_when_asked(visit: Callable[..., Any]) -> None:
    page = visit(geolocation={"latitude": 35.505, "longitude": 141.782}, permissions=["geolocation"])
    page.get_by_role("button", name="相談をはじめる").click()
    _say(page, "気軽に集まれるサロンに行きたい")
    page.get_by_role("button", name="近い順").click()
    page.get_by_role("button", name="いまいる場所を送る").click()
    page.get_by_text("いまいる場所に近い順に").wait_for()


def test_a_form_of_another_site_is_refused(house: House, visit: Callable[..., Any]) -> None:
    page = visit()
    answer = page.request.post(f"{house.address}/chat/start", form={"town": "992011"}, headers={"Origin": "https://elsewhere.example"})
    assert answer.status == 403


def test_no_violation_of_accessibility(visit: Callable[..., Any]) -> None:
    page = visit()
    page.emulate_media(reduced_motion="reduce")  # on the way down the page hides its last buttons
    assert barriers(page) == []
    page.get_by_role("button", name="相談をはじめる").click()
    _say(page, "気軽に集まれるサロンに行きたい")
    page.locator(".card").first.wait_for()
    assert barriers(page) == []
