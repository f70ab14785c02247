"""Migrations and models say the same on every database, and an interrupted upgrade can be finished."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from bot import schema
from resources.db import Database


@pytest.fixture
def empty(database_url: str):
    made = Database(database_url)
    yield made
    made.close()


def test_models_and_migrations_agree(empty: Database) -> None:
    assert schema.upgrade(empty)
    assert schema.differences(empty) == []


def test_second_upgrade_has_nothing_to_do(empty: Database) -> None:
    schema.upgrade(empty)
    assert not schema.upgrade(empty)


def test_database_of_a_newer_version_is_refused(empty: Database) -> None:
    schema.upgrade(empty)
    with empty.writer.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(schema.SchemaAhead):
        schema.require_current(empty)


def test_empty_database_is_said_to_be_behind(empty: Database) -> None:
    with pytest.raises(schema.SchemaBehind):
        schema.require_current(empty)


def test_upgrade_that_fails_half_way_leaves_nothing_behind(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/half.db")
    with database.writer.begin() as connection:
        connection.execute(text("CREATE TABLE staff (id INTEGER)"))  # in the way of the first step
    with pytest.raises(Exception, match="staff"):
        schema.upgrade(database)
    with database.reader.connect() as connection:
        tables = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'")).scalars().all()
    assert set(tables) <= {"staff", "alembic_version"}
    database.close()
