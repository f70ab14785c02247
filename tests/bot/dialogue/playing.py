"""Plays a conversation written in TOML through acceptance, turn and dialogue, with the demo town's real directory."""

from __future__ import annotations

import json
import shutil
import tomllib
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from bot import demo, reply
from bot.channels import browser, line_webhook
from bot.channels.base import Arrival
from bot.dialogue import flow, handing_back
from bot.dialogue.turn import Tools
from bot.doors import Door
from bot.failpoints import Failpoints
from bot.inbox import Acceptor
from bot.settings import Settings
from bot.store import Store
from bot.texts import Texts
from bot.turns import Turns
from bot.worker import Worker
from handoff import accounts, cases, contacts, moves, outbox, presence
from handoff.accounts import Platform
from handoff.cases import Case
from handoff.casework import feedback
from handoff.outbox import Outgoing
from intents import Ear
from resources import hotlines
from resources.access import Actor, actor_for
from resources.db import EVERYWHERE, Base, Database
from resources.desks import Desk
from resources.kinds import Kinds
from resources.sealing import Sealer, create_key_file, read_key_file
from resources.search import Search
from resources.staff import DeskMembership, Staff

JAPAN = ZoneInfo("Asia/Tokyo")
CONVERSATIONS = Path(__file__).resolve().parents[2] / "conversations"
VISITOR = "Uresident0000000000000000000000001"


@dataclass
class Clock:
    """A clock that the conversation sets."""

    at: datetime = datetime(2026, 11, 24, 10, 0, tzinfo=JAPAN)

    def __call__(self) -> datetime:
        return self.at


def furnished(folder: Path) -> None:
    """Make a database with the demo town once; conversations play in copies of it."""
    create_key_file(folder / "demo.key")
    sealer = Sealer(f"sqlite:///{folder}/keys.db", read_key_file(folder / "demo.key"))
    database = Database(f"sqlite:///{folder}/demo.db", info={"sealer": sealer})
    Base.metadata.create_all(database.writer)
    demo.furnish(Store(Settings(_env_file=None), database, sealer, Clock()))
    database.close()
    sealer.close()


@dataclass
class Stage:
    """One conversation's world: its database, its clock and the worker's turn."""

    database: Database
    acceptor: Acceptor
    turns: Turns
    clock: Clock
    texts: Texts
    town: str
    platform: Platform
    said: list[reply.Reply] = field(default_factory=list)
    count: int = 0

    def arrive(self, step: dict[str, Any]) -> list[reply.Reply]:
        """Bring one event in and return what was said to it."""
        self.count += 1
        before = self._outgoing_ids()
        door = self._door()
        self.acceptor.store_now(door, self._arrivals(step))
        while self.turns.take_one("worker"):
            pass
        said = [reply.from_json(body) for key, body in self._outgoing() if key not in before]
        self.said += said
        return said

    def case(self) -> tuple[Case, Desk | None, str] | None:
        """Return the resident's newest case with its desk and the resident's sentence."""
        with self.database.reading(EVERYWHERE) as session:
            case = session.scalars(select(Case).order_by(Case.id.desc()).limit(1)).first()
            if case is None:
                return None
            return case, session.get(Desk, case.desk_id) if case.desk_id else None, cases.complaint(session, case)

    def staff(self, act: str) -> None:
        """Let somebody of the case's desk take it, or its owner step away, come back or hand it back."""
        if act == "asks whether it was of use":
            self._ask_of_use()
            return
        with self.database.writing(EVERYWHERE) as session:
            case = session.scalars(select(Case).order_by(Case.id.desc()).limit(1)).one()
            actor = self._worker(session, case)
            now = self.clock()
            if act == "takes":
                moves.take(session, case, actor=actor, now=now)
            elif act == "steps away":
                presence.step_away(session, case, actor=actor, now=now)
            elif act == "comes back":
                presence.come_back(session, case, actor=actor, now=now)
            elif act == "hands back":
                moves.give_back(session, case, actor=actor, now=now)
            elif act == "ends it":
                moves.close(session, case, moves.Outcome.INFORMED, actor=actor, now=now)
            else:
                raise ValueError(act)

    def _ask_of_use(self) -> None:
        before = self._outgoing_ids()
        asked = feedback.due(
            self.database, self.clock(),
            ask=lambda session, case, now: handing_back.ask_of_use(session, case, texts=self.texts, now=now),
        )  # fmt: skip
        assert asked == 1
        self.said += [reply.from_json(body) for key, body in self._outgoing() if key not in before]

    def contact(self) -> contacts.Contact:
        """Return the resident."""
        with self.database.reading(EVERYWHERE) as session:
            return session.scalars(select(contacts.Contact)).one()

    def _worker(self, session: Any, case: Case) -> Actor:
        query = select(Staff).join(DeskMembership, DeskMembership.staff_id == Staff.id)
        sitting = session.scalars(query.where(DeskMembership.desk_id == case.desk_id).order_by(Staff.login)).first()
        person = session.get_one(Staff, case.owner_id) if case.owner_id else sitting
        return actor_for(session, person)

    def _door(self) -> Door:
        with self.database.writing(EVERYWHERE) as session:
            account = accounts.of_town(session, self.town, self.platform)
            return Door(account.id, self.town, self.platform, account.name, b"secret", "")

    def _arrivals(self, step: dict[str, Any]) -> list[Arrival]:
        key, now = f"event-{self.count}", self.clock()
        if self.platform is Platform.LINE:
            return line_webhook.arrivals(json.dumps({"events": [_line_event(step, key, now)]}).encode(), "", now=now)
        latitude, longitude = step.get("location", (None, None))
        data = self._button(step["presses"]) if "presses" in step else step.get("data", "")
        return [
            browser.arrival(
                VISITOR,
                key=key,
                now=now,
                text=step.get("says", ""),
                data=data,
                latitude=latitude,
                longitude=longitude,
                opened=step.get("opens", False),
            )
        ]

    def _button(self, label: str) -> str:
        for said in reversed(self.said):
            cards = [card for bubble in said.bubbles for card in bubble.cards]
            for choice in (*said.choices, *(button for card in cards for button in card.buttons)):
                if choice.label == label and choice.press is reply.Press.CHOOSE:
                    return choice.data
        raise AssertionError(f"no button {label}")

    def _outgoing(self) -> list[tuple[uuid.UUID, str]]:
        with self.database.reading(EVERYWHERE) as session:
            rows = session.scalars(select(Outgoing).order_by(Outgoing.id))
            return [(row.id, outbox.body(session, row)) for row in rows if row.body_sealed is not None]

    def _outgoing_ids(self) -> set[uuid.UUID]:
        return {key for key, _ in self._outgoing()}


@contextmanager
def staged(furnished_folder: Path, folder: Path, ear: Ear, *, town: str, platform: Platform) -> Iterator[Stage]:
    """Set a stage in a copy of the demo town."""
    for name in ("demo.db", "keys.db", "demo.key"):
        shutil.copy2(furnished_folder / name, folder / name)
    sealer = Sealer(f"sqlite:///{folder}/keys.db", read_key_file(folder / "demo.key"))
    database = Database(f"sqlite:///{folder}/demo.db", info={"sealer": sealer})
    clock, texts, kinds, failpoints = Clock(), Texts.load(), Kinds.load(), Failpoints("")
    tools = Tools(ear, Search(database, ear, kinds), hotlines.load(), kinds, texts)
    acceptor = Acceptor(database, sealer, wall=clock, failpoints=failpoints)
    turns = Turns(
        database,
        answer=flow.answer,
        apologise=flow.apologise,
        tools=lambda: tools,
        now=clock,
        failpoints=failpoints,
        farewell=lambda farewell: None,
    )
    acceptor.start()
    try:
        yield Stage(database, acceptor, turns, clock, texts, town, platform)
    finally:
        acceptor.close()
        database.close()
        sealer.close()


@dataclass(frozen=True)
class Life:
    """The demo town with a worker that answers."""

    database: Database
    acceptor: Acceptor
    tools: Tools
    clock: Clock


@contextmanager
def inhabited(folder: Path, ear: Ear) -> Iterator[Life]:
    """Let a worker answer in a demo town of its own."""
    furnished(folder)
    sealer = Sealer(f"sqlite:///{folder}/keys.db", read_key_file(folder / "demo.key"))
    database = Database(f"sqlite:///{folder}/demo.db", info={"sealer": sealer})
    clock, kinds, failpoints = Clock(), Kinds.load(), Failpoints("")
    tools = Tools(ear, Search(database, ear, kinds), hotlines.load(), kinds, Texts.load())
    acceptor = Acceptor(database, sealer, wall=clock, failpoints=failpoints, woken=lambda: worker.wake())
    worker = Worker(
        database,
        acceptor=acceptor,
        answer=flow.answer,
        apologise=flow.apologise,
        tools=lambda: tools,
        now=clock,
        failpoints=failpoints,
    )
    acceptor.start()
    worker.start()
    try:
        yield Life(database, acceptor, tools, clock)
    finally:
        worker.close()
        acceptor.close()
        database.close()
        sealer.close()


def conversations() -> dict[str, dict[str, Any]]:
    """Return every written conversation by its file's name."""
    return {path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(CONVERSATIONS.glob("*.toml"))}


def moment(words: str) -> datetime:
    """Read a time of a conversation as Japanese time."""
    return datetime.strptime(words, "%Y-%m-%d %H:%M").replace(tzinfo=JAPAN)


def _line_event(step: dict[str, Any], key: str, now: datetime) -> dict[str, Any]:
    stamp = int(now.timestamp() * 1000)
    event: dict[str, Any] = {
        "type": "message",
        "webhookEventId": key,
        "timestamp": stamp,
        "source": {"type": "user", "userId": VISITOR},
        "replyToken": f"token-{key}",
        "mode": "active",
        "deliveryContext": {"isRedelivery": False},
    }
    if step.get("opens"):
        return event | {"type": "follow"}
    if "sends" in step:
        named = {"fileName": "児童手当の決定通知.pdf"} if step["sends"] == "file" else {}
        return event | {"message": {"id": key, "type": step["sends"], "packageId": "1", "stickerId": "1", **named}}
    return event | {"message": {"id": key, "type": "text", "text": step["says"]}}
