"""What every test may ask for: a real database (SQLite and PostgreSQL), a real ear, a town with a desk."""

from __future__ import annotations

import gc
import os
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

import bot.models  # noqa: F401  every table, so that they can be created
from intents import Ear
from resources import places
from resources.db import Base, Database, new_id
from resources.desks import Desk
from resources.places import Relay
from resources.sealing import Sealer, create_key_file, read_key_file
from resources.staff import DeskMembership, Role, Staff, StaffRole
from tests.postgresql import Server, missing, start

JST = ZoneInfo("Asia/Tokyo")
# A Tuesday morning on which every desk reads.
NOW = datetime(2026, 11, 24, 10, 5, tzinfo=JST)
TOWN = "990019"


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest, so that no worker is left alone with it at the end."""
    slow = ("soak", "browser")
    items.sort(key=lambda item: next((at for at, name in enumerate(slow) if item.get_closest_marker(name)), len(slow)))


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("UKETOME_")]:
        monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def ear() -> Ear:
    """The real ear, loaded once; what is loaded by now is left alone by the collector, as a suite's heap is no server's."""
    made = Ear.standard()
    gc.collect()
    gc.freeze()
    return made


@pytest.fixture
def now() -> datetime:
    """A Tuesday, 10:05 in Japan."""
    return NOW


@pytest.fixture
def sealer(tmp_path: Path) -> Iterator[Sealer]:
    """Real keys in a folder of their own."""
    create_key_file(tmp_path / "test.key")
    made = Sealer(f"sqlite:///{tmp_path}/keys.db", read_key_file(tmp_path / "test.key"))
    yield made
    made.close()


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[Server | None]:
    """A PostgreSQL of the tests' own, or None on a machine without its programs."""
    if missing():
        yield None
        return
    server = start()
    yield server
    server.stop()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database of each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/uketome.db"
        return
    server: Server | None = request.getfixturevalue("postgresql_server")
    if server is None:
        if os.environ.get("CI"):
            pytest.fail("CI must have PostgreSQL")
        pytest.skip(missing())
    with server.database() as url:
        yield url


@pytest.fixture
def database(database_url: str, sealer: Sealer) -> Iterator[Database]:
    """A database with all tables; a test that asks for it runs on SQLite and on PostgreSQL."""
    made = Database(database_url, info={"sealer": sealer})
    Base.metadata.create_all(made.writer)
    yield made
    made.close()


@pytest.fixture
def sqlite_database(tmp_path: Path, sealer: Sealer) -> Iterator[Database]:
    """A SQLite database with all tables, for tests that have nothing to do with the kind of database."""
    made = Database(f"sqlite:///{tmp_path}/only.db", info={"sealer": sealer})
    Base.metadata.create_all(made.writer)
    yield made
    made.close()


@dataclass(frozen=True)
class Town:
    """A small town for tests: one desk, two people at it."""

    code: str
    desk_id: uuid.UUID
    first_id: uuid.UUID
    second_id: uuid.UUID


def found_town(database: Database, now: datetime = NOW, code: str = TOWN, name: str = "みらい市") -> Town:
    """Add a town with a desk that reads on weekdays and two people who sit there."""
    with database.writing(code) as session:
        places.add(session, code, name, now=now, relay=Relay.IN_CHANNEL)
        desk = Desk(
            id=new_id(),
            municipality_code=code,
            name="福祉総合相談課",
            phone="0990-00-1000",
            hours="0Mo0Tu0We0Th0Fr 08:30-17:15 祝休",
        )
        session.add(desk)
        people = [
            Staff(id=new_id(), login=f"{login}@{code}.example.jp", display_name=shown, sender_name=shown, made_at=now)
            for login, shown in (("yamada", "山田"), ("sato", "佐藤"))
        ]
        session.add_all(people)
        session.flush()
        for person in people:
            session.add(StaffRole(staff_id=person.id, municipality_code=code, role=Role.DESK_WORKER))
            session.add(DeskMembership(staff_id=person.id, desk_id=desk.id))
        return Town(code, desk.id, people[0].id, people[1].id)


@pytest.fixture
def town(database: Database, now: datetime) -> Town:
    """みらい市 with one desk and two people."""
    return found_town(database, now)


@pytest.fixture
def count_rows(database: Database):
    """Return a function that counts the rows of a table."""

    def count(table: str) -> int:
        with database.reader.connect() as connection:
            return int(connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())

    return count
