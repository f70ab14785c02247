"""The report of a fiscal year over fifty thousand cases beside one over five hundred, on PostgreSQL."""

from __future__ import annotations

import gc
import json
import os
import random
import statistics
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Table, insert

import bot.models  # noqa: F401  every table, so that they can be created
from handoff.accounts import Account
from handoff.casework import forms
from handoff.casework.figures import period, report
from handoff.casework.sheet import COUNTED, SheetField
from intents.codes import Reason, Topic
from resources.db import Base, Database, new_id
from resources.sealing import Place, Sealer, create_key_file, read_key_file
from resources.sealing_keys import SealingKey
from tests.desk import World, found_world
from tests.postgresql import start

NOW = datetime(2027, 4, 5, 10, 5, tzinfo=ZoneInfo("Asia/Tokyo"))
_BEGINS = datetime(2026, 4, 1, tzinfo=ZoneInfo("Asia/Tokyo"))
_BATCH = 5000
_PLAN = {"version": 1, "services": ["budget"], "participation": True, "outreach": False, "changes": ["housing"]}


def measure(count: int = 50_000, few: int = 500, runs: int = 5) -> None:
    """Print how long a fiscal year takes in both towns; their turns alternate."""
    server = start()
    try:
        with (
            tempfile.TemporaryDirectory(prefix="uketome-perf-") as folder,
            _town(server, Path(folder) / "few", few) as small,
            _town(server, Path(folder) / "many", count) as large,
        ):
            arms = {few: small, count: large}
            took: dict[int, list[float]] = {number: [] for number in arms}
            gc.collect()
            gc.freeze()  # what the filling left behind is no server's heap
            for _ in range(runs):
                for number, world in arms.items():
                    took[number].append(_gather(world, number))
    finally:
        server.stop()
    for number, seconds in took.items():
        print(f"report: a fiscal year over {number:,} cases: median {statistics.median(seconds):.2f} s, "
              f"slowest {max(seconds):.2f} s of {len(seconds)}")  # fmt: skip


def _gather(world: World, number: int) -> float:
    begun = time.perf_counter()
    with world.database.reading(world.town) as session:
        found = report.gather(session, world.town, period.fiscal_year(2026), now=NOW)
    took = time.perf_counter() - begun
    counted = {table.code: sum(row.value or 0 for row in table.rows) for table in found.tables}
    if not counted["1.2"] == counted["2.2"] == counted["4.1"] == counted["5.1"] == counted["6.3"] == number:
        raise RuntimeError(f"not every case was counted: {counted}")
    return took


@contextmanager
def _town(server: Any, folder: Path, count: int) -> Iterator[World]:
    folder.mkdir()
    create_key_file(folder / "k.key")
    with server.database() as url:
        sealer = Sealer(f"sqlite:///{folder}/keys.db", read_key_file(folder / "k.key"))
        database = Database(url, info={"sealer": sealer})
        Base.metadata.create_all(database.writer)
        world = found_world(database, NOW)
        with database.writing(world.town) as session:
            session.add(account := Account(id=new_id(), custodian=world.town, name="perf", platform="line"))
        for first in range(0, count, _BATCH):
            _fill(world, sealer, account.id, range(first, min(count, first + _BATCH)), count)
        with database.writer.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("ANALYZE")
        try:
            yield world
        finally:
            database.close()
            sealer.close()


def _fill(world: World, sealer: Sealer, account: uuid.UUID, numbers: range, count: int) -> None:
    """Write one batch of cases past the use cases, as a town's year would leave them."""
    chance = random.Random(numbers.start)
    rows: dict[str, list[dict[str, Any]]] = {}
    subjects, letters = [], []

    def add(table: str, **values: Any) -> uuid.UUID:
        key = values.setdefault("id", new_id())
        rows.setdefault(table, []).append({"custodian": world.town, **values})
        return uuid.UUID(str(key))

    for number in numbers:
        at = _BEGINS + timedelta(days=364) * (number / count)
        contact = add("contact", device_watched=False, made_at=at)
        point = add("contact_point", contact_id=contact, account_id=account, address_sealed=b"", reachable=True,
                    address_index=number.to_bytes(32), language="", made_at=at)  # fmt: skip
        for minute in range(4):
            said = at + timedelta(minutes=minute)
            add("message", contact_id=contact, point_id=point, author="resident", kind="text", said_at=said, made_at=said)
        closed = number % 2 == 0
        case = add(
            "consultation_case", contact_id=contact, point_id=point, receipt=f"{number:06}", ground="request",
            state="closed" if closed else "taken", consent="given", route="handoff", need=chance.randrange(4), crises=[],
            reasons=chance.sample([reason.value for reason in Reason], 2), desk_id=world.desk_id, opened_at=at,
            topics=chance.sample([topic.value for topic in Topic], 2), owner_id=world.people["yamada"], version=1,
            taken_at=at, outcome="informed" if closed else None, closed_at=at if closed else None, walled=False,
            routing_reason="", present=False,
        )  # fmt: skip
        subjects.append(case)
        for later, move in ((0, "open"), (chance.randrange(600), "take"), (700, "note"), (900, "close")):
            add("case_event", case_id=case, at=at + timedelta(minutes=later), move=move, detail={})
        for code in ("main_worry", "issues", "route"):
            options = [option.code for option in forms.fields()[code].options]
            value: Any = chance.sample(options, 3) if code == "issues" else chance.choice(options)
            field = add("case_sheet_field", case_id=case, code=code, manner="written", version=1, changed_at=at,
                        counted=value if code in COUNTED else None)  # fmt: skip
            place = Place(world.town, case, SheetField.__tablename__, "value_sealed", field)
            letters.append((place, json.dumps(value)))
        if number % 10 == 0:
            _course(add, world, case, at, chance)
    _keys(sealer, world.town, subjects)
    for row, sealed in zip(rows["case_sheet_field"], sealer.seal_all(letters), strict=True):
        row["value_sealed"] = sealed
    sealer._keys.clear()
    sealer._newest.clear()
    with world.database.writer.begin() as connection:
        for name in rows:
            table: Table = Base.metadata.tables[name]
            connection.execute(insert(table), rows[name])


def _course(add: Any, world: World, case: uuid.UUID, at: datetime, chance: random.Random) -> None:
    """Add what one case in ten has: a plan, a meeting, offers, visits, an alarm and a gap."""
    who = world.people["yamada"]
    add("support_plan", case_id=case, state="ended", made_by=who, made_at=at, decided_on=at.date(), evaluated_at=at,
        result="finished", ended_at=at, **_PLAN)  # fmt: skip
    add("meeting", case_id=case, kind="layered", held_at=at, state="held", convened_by=who, made_at=at)
    for state in ("accepted", "declined", "declined"):
        add("referral", case_id=case, from_kind="", kind=chance.choice(["legal", "council", "medical"]), recipient="other",
            words_sealed=b"", shares=[], offered_by=who, offered_at=at, answer_by=at.date(), state=state, answered_at=at,
            reason="" if state == "accepted" else "full", walled=False)  # fmt: skip
    for means in ("visit", "call", "letter"):
        add("outreach_contact", case_id=case, at=at, means=means, result="met", by=who, made_at=at)
    add("alarm", case_id=case, crisis="self_harm", watch="office", state="acknowledged", began_at=at,
        acknowledged_at=at + timedelta(minutes=chance.randrange(20)))  # fmt: skip
    add("gap", case_id=case, topics=["food"], kinds=[], area=f"{chance.randrange(5)}区", age_band="", state="open",
        noted_by=who, noted_at=at, compared_at=at)  # fmt: skip


def _keys(sealer: Sealer, town: str, subjects: list[uuid.UUID]) -> None:
    """Make the keys of many cases at once; made one by one they would take an hour."""
    made = []
    for subject in subjects:
        key = os.urandom(32)
        master, wrapped = sealer._wrap(key, subject)
        made.append({"id": new_id(), "subject": subject, "generation": 1, "custodian": town, "master": master,
                     "wrapped": wrapped, "made_at": datetime.now(UTC)})  # fmt: skip
        sealer._newest[subject], sealer._keys[subject, 1] = 1, AESGCM(key)
    with sealer._engine.begin() as connection:
        connection.execute(insert(SealingKey), made)
