"""A desk for tests: a town with people who can sign in, residents who wrote, and the console on a loopback port."""

from __future__ import annotations

import json
import re
import socket
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

import httpx
import uvicorn
from fastapi import FastAPI
from sqlalchemy.orm import Session

from bot.dialogue import handing_back
from bot.dialogue.turn import Tools
from bot.texts import Texts
from bot.voice import DeskVoice
from handoff import accounts, cases, contacts, outbox, transcript
from handoff.accounts import Platform
from handoff.cases import Case
from handoff.contacts import Contact
from handoff.states import Consent, Ground
from handoff.transcript import Author, Kind
from handoff.web.routes import desk_pages
from handoff.web.settings_routes import settings_pages
from intents import Assessment, Ear, Route
from resources import hotlines, places, sign_in
from resources.alerts import Alerting
from resources.db import Database, new_id
from resources.desks import Desk
from resources.kinds import Kinds
from resources.passwords import Passwords
from resources.places import Relay
from resources.search import Search
from resources.staff import Role
from resources.web import open_api
from resources.web.console import Console, Page
from resources.web.directory.routes import directory_pages
from resources.web.headers import Guarded
from resources.web.kit import mount
from resources.web.routes import shared_pages
from resources.web.serving import Server

PASSWORD = "ながくて覚えやすい合言葉"
HANDED_BACK = "ここからは、また自動の受付がお答えします。"
HANDED_OVER = "担当が代わりました。"
HOURS = "0Mo0Tu0We0Th0Fr 08:30-17:15 祝休"


@cache
def _ear() -> Ear:
    return Ear.standard()


def _tools(database: Database) -> Tools:
    kinds = Kinds.load()
    return Tools(_ear(), Search(database, _ear(), kinds), hotlines.load(), kinds, Texts.load())


def compose(words: str, sender: str) -> str:
    """Stand in for the door: a body as JSON."""
    return json.dumps({"words": words, "sender": sender}, ensure_ascii=False)


def handed_back(session: Session, case: Case, now: datetime) -> None:
    """Stand in for the bot, which says in its own words that it answers again."""
    bubbles = [outbox.Bubble(Kind.TEXT, HANDED_BACK)]
    body = compose(HANDED_BACK, "")
    if case.point_id is not None:
        outbox.say(session, cases.point_of(session, case), body=body, bubbles=bubbles, author=Author.BOT, now=now)


def handed_over(session: Session, case: Case, now: datetime) -> None:
    """Stand in for the bot, which says in its own words who is responsible from now on."""
    if case.point_id is not None:
        bubbles = [outbox.Bubble(Kind.TEXT, HANDED_OVER)]
        body = compose(HANDED_OVER, "")
        outbox.say(session, cases.point_of(session, case), body=body, bubbles=bubbles, author=Author.STAFF, now=now)


def tells(session: Session, case: Case, key: str, values: Mapping[str, str], now: datetime) -> None:
    """Say an approved sentence the way the bot does, with what stands in its gaps."""
    handing_back.tell(session, case, key, values, texts=_texts(), now=now)


@cache
def _texts() -> Texts:
    return Texts.load()


@dataclass
class World:
    """One town with its desks, another town, and the console that serves both."""

    database: Database
    now: datetime
    desk_id: uuid.UUID
    violence_desk_id: uuid.UUID
    passwords: Passwords
    people: dict[str, uuid.UUID] = field(default_factory=dict)
    offset: timedelta = timedelta()
    town: str = "990019"
    other_town: str = "990027"
    production: bool = False
    second_factor: bool = False
    hears: Callable[[Session, str, str], Assessment] | None = None
    lacks: Sequence[tuple[str, str]] = ()
    alerting: Alerting | None = None
    font: Path | None = None

    def clock(self) -> datetime:
        """Return the moment the console believes it is."""
        return self.now + self.offset

    def voice(self) -> DeskVoice:
        """Return what the desk says beyond plain words; the ear is loaded when it is needed first."""
        return DeskVoice(lambda: _tools(self.database), Texts.load())

    def console(self) -> Console:
        """Return the running system as the pages see it."""
        return Console(
            self.database, self.clock, compose, handed_back, handed_over, tells, self.voice(), passwords=self.passwords,
            production=self.production, alerting=self.alerting, second_factor=self.second_factor,
            hears=self._hear, search=lambda: _tools(self.database).search, obstacles=lambda town: self.lacks,
            base_url="https://uketome.example.jp", font=self.font,
        )  # fmt: skip

    def _hear(self, session: Session, town: str, words: str) -> Assessment:
        return self.hears(session, town, words) if self.hears else Assessment(Route.CLARIFY)

    def add_person(
        self, name: str, shown: str, roles: Sequence[Role], desks: Sequence[uuid.UUID], town: str | None = None
    ) -> uuid.UUID:
        """Add somebody who can sign in as name@example.jp."""
        with self.database.writing() as session:
            staff = sign_in.add_staff(
                session, login=f"{name}@example.jp", display_name=shown, password_hash=self.passwords.make(PASSWORD),
                municipality=town or self.town, roles=roles, desks=desks, now=self.now,
            )  # fmt: skip
            self.people[name] = staff.id
        return staff.id

    def open_case(
        self,
        *said: str,
        town: str | None = None,
        desk_id: uuid.UUID | None = None,
        name: str = "",
        ago: timedelta = timedelta(minutes=12),
        platform: Platform = Platform.LINE,
        understood: str = "{}",
        bot: str = "",
        crisis: str | None = None,
        reasons: Sequence[str] = ("person_requested",),
        topics: Sequence[str] = (),
        walled: bool = False,
        watched: bool = False,
        call: bool | None = None,
    ) -> uuid.UUID:
        """Let a resident write, and open a case for what was said."""
        town = town or self.town
        at = self.now - ago
        with self.database.writing(town) as session:
            account = accounts.of_town(session, town, platform)
            account.quota_limit, account.quota_used = (5000, 3796) if platform is Platform.LINE else (None, None)
            point = contacts.meet(session, account, f"U{uuid.uuid4().hex}", now=at)
            contact = session.get_one(Contact, point.contact_id)
            contacts.name_person(session, contact, name)
            contact.device_watched, contact.call_allowed = watched, call
            for words in said:
                transcript.hear(session, point, words, kind=Kind.TEXT, said_at=at, now=at)
            if bot:
                outbox.say(
                    session, point, body=compose(bot, ""), bubbles=[outbox.Bubble(Kind.TEXT, bot)], author=Author.BOT, now=at
                )
            desk = session.get_one(Desk, desk_id or self.desk_id)
            case = cases.open_case(
                session, point, ground=Ground.LIFE_BODY if crisis else Ground.REQUEST,
                route="urgent" if crisis else "handoff", now=at, desk=desk,
                routing_reason="振り分け表 1 行目（すべて）", crisis=crisis, crises=[crisis] if crisis else [],
                reasons=reasons, topics=topics, complaint=said[0] if said else "", walled=walled,
                consent=Consent.GIVEN if not crisis else Consent.UNCONFIRMED, understood=understood,
            )  # fmt: skip
            return case.id

    def hear(self, case_id: uuid.UUID, words: str) -> None:
        """Let the resident of a case write once more."""
        with self.database.writing(self.town) as session:
            case = session.get_one(Case, case_id)
            transcript.hear(
                session, cases.point_of(session, case), words, kind=Kind.TEXT, said_at=self.clock(), now=self.clock()
            )
            cases.heard(case, now=self.clock())

    def read_case(self, case_id: uuid.UUID) -> Case:
        """Return a case as it stands in the database."""
        with self.database.reading(frozenset({self.town, self.other_town})) as session:
            return session.get_one(Case, case_id)


def found_world(database: Database, now: datetime) -> World:
    """Found みらい市 with a desk, a walled desk and five people, and a neighbour with one of its own."""
    world = World(database, now, new_id(), new_id(), Passwords(memory_kib=1024, rounds=1))
    with database.writing() as session:
        places.add(session, world.town, "みらい市", now=now, relay=Relay.IN_CHANNEL)
        places.add(session, world.other_town, "となり町", now=now, relay=Relay.IN_CHANNEL)
        session.add_all(
            [
                Desk(id=world.desk_id, municipality_code=world.town, name="福祉総合相談課", hours=HOURS),
                Desk(
                    id=world.violence_desk_id, municipality_code=world.town, name="女性・若者相談室", hours=HOURS,
                    for_violence=True,
                ),
                other := Desk(id=new_id(), municipality_code=world.other_town, name="福祉係", hours=HOURS),
            ]
        )  # fmt: skip
    for name, shown in (("yamada", "山田"), ("sato", "佐藤")):
        world.add_person(name, shown, [Role.DESK_WORKER], [world.desk_id])
    world.add_person("suzuki", "鈴木", [Role.SUPERVISOR], [])
    world.add_person("tanaka", "田中", [Role.DESK_WORKER], [world.violence_desk_id])
    world.add_person("tonari", "隣", [Role.DESK_WORKER], [other.id], world.other_town)
    return world


def all_pages() -> list[Page]:
    """Return every page of the route tables."""
    return [*shared_pages(), *desk_pages(), *settings_pages(), *directory_pages()]


@contextmanager
def served(world: World, *more: Page) -> Iterator[str]:
    """Serve the console, with more pages where a test brings some, on a free loopback port; yields its address."""
    pages = FastAPI()
    console = world.console()
    mount(pages, console, [*all_pages(), *more])
    open_api.install(pages, console)
    app = Guarded(pages, production=world.production)
    listening = socket.create_server(("127.0.0.1", 0))
    server = Server(uvicorn.Config(app, log_level="error", lifespan="off"), ending=console.streams.close)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        while not server.started:
            time.sleep(0.01)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listening.close()


class Browser:
    """A browser without a screen: it keeps cookies and the token of the last form it saw."""

    def __init__(self, address: str) -> None:
        # Connections are given up before the server does it, so that none breaks in the moment it is used again.
        kept = httpx.Limits(keepalive_expiry=1.0)
        self.client = httpx.Client(base_url=address, headers={"accept": "text/html"}, timeout=60, limits=kept)
        self.csrf = ""

    def get(self, path: str) -> httpx.Response:
        """Open a page; of one that goes on for ever, no more than how it begins."""
        with self.client.stream("GET", path) as answer:
            if answer.headers.get("content-type", "").startswith("text/event-stream"):
                return httpx.Response(answer.status_code, headers=answer.headers)
            answer.read()
        return self._seen(answer)

    def post(self, path: str, **fields: str) -> httpx.Response:
        """Send a form the way a browser does from our own page."""
        return self._seen(
            self.client.post(path, data={"csrf": self.csrf, **fields}, headers={"sec-fetch-site": "same-origin"})
        )

    def sign_in(self, name: str, password: str = PASSWORD) -> httpx.Response:
        """Sign in as one of the people."""
        self.get("/sign-in")
        answer = self.post("/sign-in", login=f"{name}@example.jp", password=password)
        if answer.status_code == 303:
            self.get("/account")
            self.get("/desk")
        return answer

    def close(self) -> None:
        """Give back connections."""
        self.client.close()

    def _seen(self, answer: httpx.Response) -> httpx.Response:
        if token := re.search(r'name="csrf" value="([^"]+)"', answer.text):
            self.csrf = token[1]
        return answer
