"""What tests of the desk may ask for: a town whose people can sign in, and its console on a loopback port."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest

from resources.db import Database
from tests.desk import Browser, World, found_world, served


@pytest.fixture
def world(database: Database, now: datetime) -> World:
    """みらい市 with its desks and people, on SQLite and on PostgreSQL."""
    return found_world(database, now)


@pytest.fixture
def small_world(sqlite_database: Database, now: datetime) -> World:
    """The same town for tests that have nothing to do with the kind of database."""
    return found_world(sqlite_database, now)


def _browsers(world: World) -> Iterator[Callable[[str], Browser]]:
    opened: list[Browser] = []
    with served(world) as address:

        def enter(name: str = "") -> Browser:
            browser = Browser(address)
            opened.append(browser)
            if name:
                assert browser.sign_in(name).status_code == 303
            return browser

        yield enter
        for browser in opened:
            browser.close()


@pytest.fixture
def enter(world: World) -> Iterator[Callable[[str], Browser]]:
    """Return a function that opens a browser, signed in when a name is given."""
    yield from _browsers(world)


@pytest.fixture
def enter_small(small_world: World) -> Iterator[Callable[[str], Browser]]:
    """The same for the small world."""
    yield from _browsers(small_world)
