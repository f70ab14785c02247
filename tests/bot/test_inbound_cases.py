"""Every inbound case of the platforms' contracts and of our own tables, through the real doors and the real dialogue."""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select

from bot import clock
from bot.dialogue import flow
from bot.dialogue.turn import Tools, Turn
from bot.doors import Doors
from bot.failpoints import Failpoints
from bot.inbox import Acceptor
from bot.reply import Reply
from bot.texts import Texts
from bot.web.webhooks import Webhooks
from bot.worker import Worker
from handoff import accounts, transcript
from handoff.accounts import Account, Platform
from handoff.cases import Case
from handoff.contacts import ContactPoint
from handoff.inbox import InboundEvent
from handoff.transcript import Author, Message
from intents import Ear
from resources import hotlines
from resources.db import EVERYWHERE, Base, Database
from resources.kinds import Kinds
from resources.sealing import Sealer, create_key_file, read_key_file
from resources.search import Search
from tests.bot.doorway import _no_pages
from tests.conftest import NOW, TOWN, found_town
from tests.faults.stubs.line import LineStub
from tests.faults.stubs.line_account import LineAccount
from tests.faults.stubs.telegram import Rates, TelegramStub
from tests.faults.stubs.telegram_bot import TelegramBot
from tests.payloads.loading import LINE_SECRET, TELEGRAM_SECRET, InboundCase, load, params

Key = tuple[str, str, str]


def key_of(case: InboundCase) -> Key:
    """Return what tells a case from all others."""
    return case.platform, case.origin, case.name


@dataclass
class Bench:
    """All cases played at once, each through an account of its own."""

    database: Database
    line: LineStub
    telegram: TelegramStub
    lines: dict[Key, LineAccount] = field(default_factory=dict)
    bots: dict[Key, TelegramBot] = field(default_factory=dict)
    statuses: dict[Key, list[int]] = field(default_factory=dict)
    bodies: dict[Key, list[bytes]] = field(default_factory=dict)
    accounts: dict[Key, Account] = field(default_factory=dict)
    thought: dict[uuid.UUID, float] = field(default_factory=dict)

    def answer(self, turn: Turn) -> Reply | None:
        """Answer as the product does, and note for how long the processor was busy with it."""
        begun = time.thread_time()
        try:
            return flow.answer(turn)
        finally:
            took = time.thread_time() - begun
            self.thought[turn.account.id] = max(took, self.thought.get(turn.account.id, 0.0))


# Some seven hundred webhooks are brought and answered before the first case is looked at.
pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory, ear: Ear) -> Iterator[Bench]:
    folder = tmp_path_factory.mktemp("cases")
    create_key_file(folder / "test.key")
    sealer = Sealer(f"sqlite:///{folder}/keys.db", read_key_file(folder / "test.key"))
    database = Database(f"sqlite:///{folder}/cases.db", info={"sealer": sealer})
    Base.metadata.create_all(database.writer)
    found_town(database)
    kinds = Kinds.load()
    tools = Tools(ear, Search(database, ear, kinds), hotlines.load(), kinds, Texts.load())
    with LineStub(per_user_per_minute=None) as line, TelegramStub(rates=Rates(scale=100)) as telegram:
        made = Bench(database, line, telegram)
        _open_accounts(made)
        failpoints = Failpoints()
        acceptor = Acceptor(
            database, sealer, wall=clock.real, failpoints=failpoints, woken=lambda: worker.wake()
        )
        worker = Worker(
            database, acceptor=acceptor, answer=made.answer, apologise=flow.apologise, tools=lambda: tools,
            now=lambda: NOW, failpoints=failpoints, send_timeout=5,
        )  # fmt: skip
        app = Webhooks(_no_pages, doors=Doors(database), acceptor=acceptor, wall=clock.real, failpoints=failpoints)
        acceptor.start()
        worker.start()
        try:
            asyncio.run(_knock_all(made, app))
            _settle(database)
            yield made
        finally:
            worker.close()
            acceptor.close()
    database.close()
    sealer.close()


def _open_accounts(made: Bench) -> None:
    with made.database.writing(TOWN) as session:
        for number, case in enumerate((*load("line"), *load("telegram"))):
            name, key = f"{case.platform}-{number}", key_of(case)
            if case.platform == "line":
                made.lines[key] = made.line.account(access_token=f"access-{number}", channel_secret=LINE_SECRET, name=name)
                secret, token, url = LINE_SECRET, f"access-{number}", made.line.url
            else:
                token = f"{number}:stub-token"
                made.bots[key] = made.telegram.bot(token=token, webhook_secret=TELEGRAM_SECRET, name=name)
                secret, url = TELEGRAM_SECRET, made.telegram.url
            made.accounts[key] = accounts.add(
                session, municipality=TOWN, platform=Platform(case.platform), name=name, secret=secret, token=token,
                destination="U" + "b" * 32 if case.platform == "line" else "", api_base_url=url,
            )  # fmt: skip


async def _knock_all(made: Bench, app: Webhooks) -> None:
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://door", timeout=30) as client:
        for number, case in enumerate((*load("line"), *load("telegram"))):
            key = key_of(case)
            if number % 20 == 0:  # Nobody waits so long that a reply token dies.
                await asyncio.to_thread(_settle, made.database)
            for knock in case.knocks(now=datetime.now(UTC)):
                _witness(made, case, knock.body)
                path = f"/webhooks/{case.platform}/{made.accounts[key].name}"
                for _ in range(20):  # A platform brings again what a busy machine could not store in time.
                    answer = await client.post(path, content=knock.body, headers=list(knock.headers))
                    if answer.status_code != 503:
                        break
                    await asyncio.sleep(0.5)
                assert answer.content == b""
                made.statuses.setdefault(key, []).append(answer.status_code)
                if len(case.bodies) > 1:
                    await asyncio.to_thread(_settle, made.database)


def _witness(made: Bench, case: InboundCase, body: bytes) -> None:
    if case.platform == "telegram":
        bot = made.bots[key_of(case)]
        made.telegram.witness(bot, body)
        if b'"message"' in body[:60]:
            for chat in bot.chats.values():
                chat.blocked = chat.told_gone = False  # Whoever writes has lifted the block.
    elif not case.dead_reply_token:
        made.line.witness(made.lines[key_of(case)], body)
    else:
        body = json.dumps({"events": [_without_token(event) for event in json.loads(body)["events"]]}).encode()
        made.line.witness(made.lines[key_of(case)], body)


def _without_token(event: Any) -> Any:
    return {name: value for name, value in event.items() if name != "replyToken"} if isinstance(event, dict) else event


def _settle(database: Database) -> None:
    from handoff.outbox import Outgoing

    until = time.monotonic() + 90
    while time.monotonic() < until:
        with database.reading(EVERYWHERE) as session:
            events = session.scalar(select(func.count()).where(InboundEvent.state == "waiting"))
            unsent = session.scalar(select(func.count()).where(Outgoing.state.in_(["waiting", "sending"])))
        if not events and not unsent:
            return
        time.sleep(0.05)
    raise TimeoutError(f"{events} events and {unsent} deliveries are still open")


@pytest.mark.parametrize("case", [*params("line"), *params("telegram")])
def test_inbound_case_ends_as_its_table_says(bench: Bench, case: InboundCase) -> None:
    key, expected = key_of(case), case.outcome
    assert bench.thought.get(bench.accounts[key].id, 0.0) < 1.0
    assert all(case.accepts(status) for status in bench.statuses[key]), bench.statuses[key]
    account = bench.accounts[key]
    with bench.database.reading(EVERYWHERE) as session:
        stored = session.scalar(select(func.count()).where(InboundEvent.account_id == account.id))
        points = list(session.scalars(select(ContactPoint).where(ContactPoint.account_id == account.id)))
        heard = select(Message).join(ContactPoint, ContactPoint.id == Message.point_id)
        heard = heard.where(ContactPoint.account_id == account.id, Message.author == Author.RESIDENT)
        messages = list(session.scalars(heard.order_by(Message.id)))
        words = [transcript.words(session, message) for message in messages]
        people = [point.contact_id for point in points]
        danger = session.scalars(select(Case).where(Case.contact_id.in_(people), Case.crisis.is_not(None))).all()
    stub = bench.line if case.platform == "line" else bench.telegram
    said = [sent for sent in stub.sent if sent.account == account.name and sent.delivered]
    if expected.stored is not None:
        assert stored == expected.stored
    if expected.messages is not None:
        assert len(messages) == expected.messages
    if expected.kinds is not None:
        assert tuple(message.kind for message in messages) == expected.kinds
    if expected.replies != "any":
        assert bool(said) == (expected.replies == "some")
    if expected.contacts is not None:
        assert len(points) == expected.contacts
    if expected.contact_reachable is not None:
        assert [point.reachable for point in points] == [expected.contact_reachable]
    if expected.erased is not None:
        assert all(message.words_sealed is None for message in messages) == expected.erased
    if expected.urgent is not None:
        assert bool(danger) == expected.urgent
    if expected.keeps is not None:
        assert any(expected.keeps in one for one in words)
    if expected.left_group is not None:
        left = bench.lines[key].left if case.platform == "line" else bench.bots[key].left
        assert bool(left) == expected.left_group
    if expected.answered_callbacks is not None:
        pressed = bench.bots[key].callbacks.values()
        assert sum(callback.answered for callback in pressed) == expected.answered_callbacks


def test_no_case_makes_us_break_a_rule_of_a_platform(bench: Bench) -> None:
    # A dead reply token has to be tried once; and who names no chat can only be looked for under their own number.
    dead = {bench.accounts[key_of(case)].name for case in load("line") if case.dead_reply_token}
    chatless = {bench.accounts[key_of(case)].name for case in load("telegram") if not bench.bots[key_of(case)].chats}
    excused = {"unknown_reply_token": dead, "unknown_recipient": chatless}
    broken = [*bench.line.violations, *bench.telegram.violations]
    assert [one for one in broken if one.account not in excused.get(one.rule, set())] == []
