"""How long a reply typed at the desk lies in the outbox while twenty messages a second come in."""

from __future__ import annotations

import os
import statistics
import tempfile
import threading
import time
import uuid
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select

from bot import reply
from bot.settings import Settings
from bot.store import Store, open_store
from handoff import moves, replying
from handoff.cases import Case
from handoff.outbox import Outgoing
from handoff.states import CaseState
from resources.access import Actor, actor_for
from resources.staff import DeskMembership, Staff
from tests.faults.harness import DEMO_TOWN, Installation, Server
from tests.faults.stubs.line import LineStub
from tests.faults.stubs.line_account import line_user
from tests.faults.stubs.line_delivery import LineDelivery

REPLIES, RATE = 40, 20
_PATIENCE = 60.0


def measure() -> None:
    """Print the median, through the running product with its worker and a stand-in platform."""
    with tempfile.TemporaryDirectory(prefix="uketome-perf-") as folder, LineStub(per_user_per_minute=None) as line:
        made = Installation(Path(folder))
        made.furnish()
        account = line.account()
        door = LineDelivery(line, account, made.connect_line(line, account), jitter=0.0)
        server = Server(made)
        server.start()
        os.environ.update({name: value for name, value in made.environment().items() if name.startswith("UKETOME_")})
        store, over = open_store(Settings()), threading.Event()
        try:
            case_id, actor = _taken(store, door)
            crowd = threading.Thread(target=_crowd, args=(door, over), daemon=True)
            crowd.start()
            time.sleep(2)
            took = [_reply(store, case_id, actor, number) for number in range(REPLIES)]
        finally:
            over.set()
            server.stop()
            store.close()
    took.sort()
    print(f"outbox: a reply leaves after {statistics.median(took):.2f} s (median of {len(took)} under {RATE} messages a second; "
          f"slowest {took[-1]:.2f} s)")  # fmt: skip


def _crowd(door: LineDelivery, over: threading.Event) -> None:
    number = 0
    while not over.wait(1 / RATE):
        number += 1
        door.say(line_user(100 + number % 400), "子育てサロンに行ってみたい")


def _taken(store: Store, door: LineDelivery) -> tuple[uuid.UUID, Actor]:
    """Let somebody in danger write, and a person take the case."""
    door.say(line_user(1), "もう死にたい")
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        with store.database.writing(DEMO_TOWN) as session:
            case = session.scalars(select(Case).where(Case.state == CaseState.WAITING)).first()
            if case is not None:
                sits = select(DeskMembership.staff_id).where(DeskMembership.desk_id == case.desk_id)
                actor = actor_for(session, session.scalars(select(Staff).where(Staff.id.in_(sits))).all()[0])
                moves.take(session, case, actor=actor, now=datetime.now(UTC))
                return case.id, actor
        time.sleep(0.1)
    raise TimeoutError("no case was opened")


def _reply(store: Store, case_id: uuid.UUID, actor: Actor, number: int) -> float:
    """Say something and return the seconds until the platform has it."""
    with store.database.writing(DEMO_TOWN) as session:
        said = replying.reply(
            session, session.get_one(Case, case_id), f"{number}回目の返信です。", key=uuid.uuid4().hex, actor=actor,
            compose=lambda words, sender: reply.to_json(reply.Reply((reply.Bubble(words),), confidential=True, sender=sender)),
            now=datetime.now(UTC),
        )  # fmt: skip
        assert said is not None
    begun = time.monotonic()
    while time.monotonic() - begun < _PATIENCE:
        with store.database.reading(DEMO_TOWN) as session:
            if session.scalar(select(Outgoing.sent_at).where(Outgoing.id == said.id)) is not None:
                return time.monotonic() - begun
        time.sleep(0.02)
    raise TimeoutError("a reply did not leave")
