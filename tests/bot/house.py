"""A whole house for tests: doors, inbox, turns, outbox and senders over a real database and stand-in platforms."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from bot.channels.base import Act
from bot.dialogue.turn import Turn
from bot.downloading import Refused, say_nothing
from bot.failpoints import Failpoints
from bot.reply import Bubble, Choice, Reply
from bot.worker import Worker
from handoff import cases, outbox, transcript
from handoff.accounts import Account
from handoff.outbox import Outgoing
from handoff.states import Ground
from handoff.transcript import Author, Message
from resources.db import EVERYWHERE, Database
from resources.desks import of_town
from resources.sealing import Sealer
from tests.bot.doorway import Doorway, open_doorway
from tests.faults.stubs.faults import Fault, FaultPlan
from tests.faults.stubs.line import LineStub
from tests.faults.stubs.line_account import LineAccount
from tests.faults.stubs.telegram import Rates, TelegramStub
from tests.faults.stubs.telegram_bot import TelegramBot

NOW = datetime(2026, 11, 24, 1, 5, tzinfo=UTC)
BUSY = 503
# What leaves open whether a person was reached.
DOUBTFUL = (
    Fault.ERROR, Fault.ERROR_AFTER_ACCEPT, Fault.HANG, Fault.HANG_AFTER_ACCEPT, Fault.CLOSE_MID_BODY, Fault.BAD_GATEWAY,
)  # fmt: skip


class Broken(RuntimeError):
    """The dialogue breaks on this message."""


class Talk:
    """A small dialogue: it answers by what was said, so that tests see which answer belongs to which message."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, str]] = []
        self.before: Callable[[Turn], None] = lambda turn: None

    def answer(self, turn: Turn) -> Reply | None:
        """Answer a message; a few words have a meaning of their own."""
        words = turn.heard.words
        if turn.heard.act is Act.GROUP:
            return Reply((Bubble("グループでは話せません。"),))
        self.heard.append((turn.heard.act, words))
        self.before(turn)
        if words == "こわれる":
            raise Broken
        if words == "だまって":
            return None
        if turn.heard.act is Act.FOLLOW:
            turn.conversation.greeted_at = turn.now
            return Reply((Bubble("はじめまして。"),))
        if "死にたい" in words:
            if turn.message is not None:
                turn.message.crisis = "self_harm"
            self._open(turn, Ground.LIFE_BODY, crisis="self_harm")
            return Reply((Bubble("読みました。"), Bubble("いま、けがはありますか。")), crisis=True)
        if words == "人と話したい":
            case = self._open(turn, Ground.REQUEST)
            return Reply((Bubble(f"受付番号は{case.receipt}です。"),))
        if turn.heard.kind in ("sticker", "image", "voice", "file") and not words:
            return Reply((Bubble("文字のほかは読めません。"),), (Choice("人に相談する", "greeting:person"),))
        if turn.heard.data:
            return Reply((Bubble(f"選択 {turn.heard.data}"),))
        if words == "長い話":
            return Reply(tuple(Bubble(f"{n}番目のことばです。") for n in range(7)))
        return Reply((Bubble(f"答え {words[:20]}"),), (Choice("もっと見る", "browsing:more"),))

    def apologise(self, turn: Turn) -> Reply | None:
        """What is said when a message broke the dialogue."""
        return Reply((Bubble("読めませんでした。職員が見ます。"),))

    @staticmethod
    def _open(turn: Turn, ground: Ground, crisis: str | None = None) -> cases.Case:
        desk = of_town(turn.session, turn.town.code)[0]
        return cases.open_case(
            turn.session, turn.point, ground=ground, route="handoff", now=turn.now, desk=desk, routing_reason="test",
            crisis=crisis,
        )  # fmt: skip


def _until_taken(deliver: Callable[[], int]) -> int:
    """Deliver as platforms do: what a busy door did not take in time comes again."""
    for _ in range(10):
        status = deliver()
        if status != BUSY:
            break
    return status


@dataclass
class House:
    """The opened house."""

    database: Database
    doorway: Doorway
    worker: Worker
    talk: Talk
    line_stub: LineStub
    line_account: LineAccount
    telegram_stub: TelegramStub
    telegram_bot: TelegramBot
    town: str
    clock: list[datetime] = field(default_factory=lambda: [NOW])
    _number: int = 0

    def line(self, *events: dict[str, Any]) -> int:
        """Deliver LINE events as LINE does."""
        import json

        body = json.dumps({"destination": self.line_account.destination, "events": list(events)}).encode()
        self.line_stub.witness(self.line_account, body)
        status = _until_taken(lambda: self.doorway.line(body))
        if status == 200:
            for event in events:
                self.line_account.acknowledged(event)
        return status

    def telegram(self, update: dict[str, Any]) -> int:
        """Deliver an update as Telegram does."""
        import json

        body = json.dumps(update).encode()
        self.telegram_stub.witness(self.telegram_bot, body)
        status = _until_taken(lambda: self.doorway.telegram(body))
        if status == 200:
            self.telegram_bot.acknowledged(update)
        return status

    def settle(self, timeout: float = 20.0) -> None:
        """Wait until everything that can be done has been done."""
        until = time.monotonic() + timeout
        while time.monotonic() < until:
            if not self.open_work():
                return
            time.sleep(0.02)
        raise TimeoutError(f"still open: {self.open_work()}")

    def until(self, true: Callable[[], object], timeout: float = 20.0) -> None:
        """Wait until something is true."""
        end = time.monotonic() + timeout
        while not true():
            if time.monotonic() > end:
                raise TimeoutError(f"not within {timeout} s; open: {self.open_work()}")
            time.sleep(0.02)

    def open_work(self) -> list[str]:
        """What still waits: events, and deliveries that are due."""
        from handoff.inbox import InboundEvent

        with self.database.reading(EVERYWHERE) as session:
            waiting = session.scalars(select(InboundEvent.event_key).where(InboundEvent.state == "waiting")).all()
            unsent = session.scalars(
                select(Outgoing.reason).where(
                    Outgoing.state.in_(["waiting", "sending"]),
                    Outgoing.reason.not_in(["quota_spent", "token_refused", "no_push"]),
                )
            ).all()
        return [*waiting, *(f"unsent {reason}" for reason in unsent)]

    def deliveries(self) -> list[Outgoing]:
        """All deliveries, oldest first, those that answer pressed buttons left out."""
        with self.database.reading(EVERYWHERE) as session:
            return list(session.scalars(select(Outgoing).where(Outgoing.callback_id == "").order_by(Outgoing.id)))

    def messages(self) -> list[Message]:
        """What residents said, oldest first."""
        with self.database.reading(EVERYWHERE) as session:
            query = select(Message).where(Message.author == Author.RESIDENT).order_by(Message.id)
            return list(session.scalars(query))

    def words(self, message: Message) -> str:
        """The words of a message."""
        with self.database.reading(EVERYWHERE) as session:
            return transcript.words(session, message)

    def said_on_line(self) -> list[str]:
        """Every text a resident saw on LINE."""
        return [text for sent in self.line_stub.sent if sent.delivered for m in sent.messages for text in _texts(m)]

    def said_on_telegram(self) -> list[str]:
        """Every text a resident saw on Telegram."""
        return [m["text"] for sent in self.telegram_stub.sent if sent.delivered for m in sent.messages if "text" in m]

    def staff_says(self, words: str, contact_id: Any) -> None:
        """A worker writes to a person."""
        from bot.reply import to_json
        from handoff.contacts import ContactPoint
        from handoff.transcript import Kind

        with self.database.writing(self.town) as session:
            point = session.scalars(select(ContactPoint).where(ContactPoint.contact_id == contact_id)).one()
            outbox.say(
                session, point, body=to_json(Reply((Bubble(words),), sender="山田")),
                bubbles=[outbox.Bubble(Kind.TEXT, words)], author=Author.STAFF, now=self.clock[0],
            )  # fmt: skip
        self.worker.wake()


def account(house: House, name: str) -> Account:
    """Return an account as the desk sees it now."""
    with house.database.reading(EVERYWHERE) as session:
        return session.scalars(select(Account).where(Account.name == name)).one()


def _texts(message: dict[str, Any]) -> list[str]:
    return [message["text"]] if message["type"] == "text" else [message["altText"]]


@contextmanager
def open_house(
    database: Database,
    sealer: Sealer,
    town: str,
    *,
    token_life: float = 60.0,
    send_timeout: float = 2.0,
    threads: int = 2,
    rates: Rates | None = None,
    work: bool = True,
    quota: int | None = None,
    refused: Refused = say_nothing,
) -> Iterator[House]:
    """Open doors and senders, and close them again."""
    network = {"hang_seconds": 4.0, "drip_seconds": 0.3, "refuse_seconds": 0.3}
    with (
        LineStub(token_life=token_life, faults=FaultPlan(), per_user_per_minute=None, **network) as line,
        TelegramStub(rates=rates or Rates(scale=20), faults=FaultPlan(), **network) as telegram,
        open_doorway(database, sealer, town, line=line.url, telegram=telegram.url) as doorway,
    ):
        talk = Talk()
        clock = [NOW]
        worker = Worker(
            database,
            acceptor=doorway.acceptor,
            answer=talk.answer,
            apologise=talk.apologise,
            tools=lambda: None,
            now=lambda: clock[0],
            failpoints=Failpoints(),
            threads=threads,
            send_timeout=send_timeout,
            refused=refused,
        )
        doorway.acceptor._woken = worker.wake
        house = House(
            database, doorway, worker, talk, line, line.account(quota=quota), telegram, telegram.bot(), town, clock
        )
        if work:
            worker.start()
        try:
            yield house
        finally:
            worker.close()
            assert not [t for t in threading.enumerate() if t.name.startswith(("turns", "speak", "tick"))]


def line_text(number: int, words: str, user: str = "1", **more: Any) -> dict[str, Any]:
    """Return a LINE message event."""
    return {
        "type": "message", "mode": "active", "timestamp": int(time.time() * 1000) + number,
        "source": {"type": "user", "userId": "U" + user * 32}, "webhookEventId": f"01TEST{user}{number:019d}",
        "deliveryContext": {"isRedelivery": False}, "replyToken": f"token-{user}-{number}",
        "message": {"type": "text", "id": f"{user}000{number}", "text": words}, **more,
    }  # fmt: skip


def line_event(number: int, kind: str, user: str = "1", *, token: bool = True, **more: Any) -> dict[str, Any]:
    """Return any other LINE event."""
    event = line_text(number, "", user) | {"type": kind} | more
    del event["message"]
    if not token:
        del event["replyToken"]
    return event


def telegram_text(number: int, words: str, user: int = 700_000_001) -> dict[str, Any]:
    """Return a Telegram message update."""
    person = {"id": user, "is_bot": False, "first_name": "花子"}
    chat = {"id": user, "type": "private", "first_name": "花子"}
    message = {"message_id": number, "from": person, "chat": chat, "date": int(time.time()), "text": words}
    return {"update_id": 910_000_000 + number, "message": message}
