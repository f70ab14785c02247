"""Houses for tests of the doors: one a test, checked at the end that no rule of a platform was broken."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from resources.db import Database
from resources.sealing import Sealer
from tests.bot.house import House, open_house
from tests.conftest import Town, found_town


@pytest.fixture
def house(database: Database, sealer: Sealer, town: Town) -> Iterator[House]:
    with open_house(database, sealer, town.code) as opened:
        yield opened
        assert opened.line_stub.violations == []
        assert opened.telegram_stub.violations == []


@pytest.fixture
def lite(sqlite_database: Database, sealer: Sealer) -> Iterator[House]:
    town = found_town(sqlite_database)
    with open_house(sqlite_database, sealer, town.code) as opened:
        yield opened
        assert opened.line_stub.violations == []
        assert opened.telegram_stub.violations == []


@pytest.fixture
def open_one(sqlite_database: Database, sealer: Sealer) -> Iterator[Callable[..., House]]:
    town = found_town(sqlite_database)
    opened: list[object] = []

    def make(**settings: object) -> House:
        context = open_house(sqlite_database, sealer, town.code, **settings)  # type: ignore[arg-type]
        house = context.__enter__()
        opened.append((context, house))
        return house

    yield make
    for context, house in opened:  # type: ignore[misc]
        context.__exit__(None, None, None)
        assert house.line_stub.violations == []
        assert house.telegram_stub.violations == []
