"""What every test may ask for: a real database (SQLite and PostgreSQL), a real ear, a town with a desk."""

from __future__ import annotations

import gc
import os
import shutil
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
from tests import sparing
from tests.postgresql import Server, missing, start

JST = ZoneInfo("Asia/Tokyo")
# A Tuesday morning on which every desk reads.
NOW = datetime(2026, 11, 24, 10, 5, tzinfo=JST)
TOWN = "990019"


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest, so that no worker is left alone with it at the end."""
    slow = ("soak", "browser")
    for item in items:
        if item.get_closest_marker("browser") and not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(300))
    items.sort(key=lambda item: next((at for at, name in enumerate(slow) if item.get_closest_marker(name)), len(slow)))


@pytest.fixture(scope="session", autouse=True)
def _made_once() -> Iterator[None]:
    with sparing.made_once():
        yield


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
    with _postgresql(request).database() as url:
        yield url


def _postgresql(request: pytest.FixtureRequest) -> Server:
    server: Server | None = request.getfixturevalue("postgresql_server")
    if server is None:
        if os.environ.get("CI"):
            pytest.fail("CI must have PostgreSQL")
        pytest.skip(missing())
    return server


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with all tables, to be copied: making them anew takes a hundred times as long."""
    path = tmp_path_factory.mktemp("template") / "tables.db"
    _with_tables(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgresql_template(postgresql_server: Server | None) -> Iterator[str]:
    """The name of a PostgreSQL database with all tables, to be copied."""
    if postgresql_server is None:
        yield ""
        return
    with postgresql_server.database() as url:
        sparing.ENGINES.meet(url)
        _with_tables(url)
        yield url.rsplit("/", 1)[1]


def _with_tables(url: str) -> None:
    made = Database(url)
    Base.metadata.create_all(made.writer)
    made.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path, sealer: Sealer) -> Iterator[Database]:
    """A database with all tables; a test that asks for it runs on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        yield from _copied(request.getfixturevalue("sqlite_template"), tmp_path / "uketome.db", sealer)
        return
    with _postgresql(request).lent(request.getfixturevalue("postgresql_template")) as url:
        made = Database(url, info={"sealer": sealer})
        yield made
        made.close()


@pytest.fixture
def sqlite_database(sqlite_template: Path, tmp_path: Path, sealer: Sealer) -> Iterator[Database]:
    """A SQLite database with all tables, for tests that have nothing to do with the kind of database."""
    yield from _copied(sqlite_template, tmp_path / "only.db", sealer)


def _copied(template: Path, path: Path, sealer: Sealer) -> Iterator[Database]:
    shutil.copyfile(template, path)
    made = Database(f"sqlite:///{path}", info={"sealer": sealer})
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
