"""Migrations and models say the same on every database, and an interrupted upgrade can be finished."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from alembic import command as alembic
from alembic.script import ScriptDirectory
from sqlalchemy import LargeBinary, Table, Text, UniqueConstraint, text

from bot import migrating, schema
from bot.models import metadata
from resources.db import Base, Database, Held

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def empty(database_url: str):
    made = Database(database_url)
    yield made
    made.close()


def test_models_and_migrations_agree(empty: Database) -> None:
    assert migrating.upgrade(empty)
    assert migrating.differences(empty) == []


def test_the_steps_are_those_of_the_migrations() -> None:
    known = ScriptDirectory.from_config(migrating.config())
    assert list(schema.STEPS) == sorted(script.revision for script in known.walk_revisions())
    assert schema.newest() == known.get_current_head()


def test_second_upgrade_has_nothing_to_do(empty: Database) -> None:
    migrating.upgrade(empty)
    assert not migrating.upgrade(empty)


def test_database_of_a_newer_version_is_refused(empty: Database) -> None:
    migrating.upgrade(empty)
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
        migrating.upgrade(database)
    with database.reader.connect() as connection:
        tables = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'")).scalars().all()
    assert set(tables) <= {"staff", "alembic_version"}
    database.close()


def test_several_processes_upgrade_at_once(database_url: str, tmp_path: Path) -> None:
    settings = {
        "UKETOME_DATABASE_URL": database_url,
        "UKETOME_KEYS_URL": f"sqlite:///{tmp_path}/keys.db",
        "UKETOME_KEY_FILE": f"{tmp_path}/the.key",
    }
    command = [sys.executable, "-m", "bot.cli", "db", "upgrade"]
    running = [
        subprocess.Popen(command, cwd=ROOT, env={**os.environ, **settings}, stderr=subprocess.PIPE) for _ in range(3)
    ]
    said = [process.communicate(timeout=300)[1].decode() for process in running]
    assert [process.returncode for process in running] == [0, 0, 0], said
    assert [file.name for file in tmp_path.glob("*.key*")] == ["the.key"]
    database = Database(database_url)
    assert migrating.differences(database) == []
    database.close()


@pytest.mark.parametrize("reached", ["0001", "0002", "0003"])
def test_an_upgrade_that_was_interrupted_between_steps_is_finished(empty: Database, reached: str) -> None:
    with empty.writer.connect() as connection:
        alembic.upgrade(migrating.config(connection), reached)
        connection.commit()
    with pytest.raises(schema.SchemaBehind):
        schema.require_current(empty)
    assert migrating.upgrade(empty)
    assert migrating.differences(empty) == []


def test_every_row_about_a_person_names_its_custodian_and_so_does_every_key_to_one() -> None:
    held = {mapper.local_table.name: mapper.local_table for mapper in Base.registry.mappers if issubclass(mapper.class_, Held)}
    assert len(held) >= 12
    for table in held.values():
        assert isinstance(table, Table) and not table.c.custodian.nullable, table.name
        uniques = [set(one.columns.keys()) for one in table.constraints if isinstance(one, UniqueConstraint)]
        assert {"custodian", "id"} in uniques, table.name
    for table in metadata.tables.values():
        for key in table.foreign_key_constraints:
            if key.referred_table.name in held:
                assert table.name in held, f"{table.name} points at a person's row without a custodian of its own"
                assert "custodian" in key.column_keys, (table.name, key.column_keys)


def test_every_column_for_words_is_sealed_in_a_row_with_a_custodian() -> None:
    for table in metadata.tables.values():
        for column in table.columns:
            if column.name.endswith("_sealed") and table.name != "staff":
                assert isinstance(column.type, LargeBinary) and "custodian" in table.c, f"{table.name}.{column.name}"
            if isinstance(column.type, Text) and "custodian" in table.c:
                pytest.fail(f"{table.name}.{column.name} would keep words of a person in plain")
