"""Brings a database to the shape of this version, step by step; only those who do it load what it takes."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, func, select

from bot import schema
from bot.models import metadata
from resources.db import Database

_UPGRADING: Final = 7_365_021


def upgrade(database: Database) -> bool:
    """Bring the database to this version's shape; returns whether anything had to be done."""
    before = schema.current(database)
    schema.refuse_newer(before)
    if before == schema.newest():
        return False
    # One transaction for all steps: who comes second waits for its end, and finds nothing left to do. On SQLite that is
    # the wait for the one writer; between two steps another process could slip in and do the next one, too.
    with database.writer.begin() as connection:
        if not database.is_sqlite:
            connection.execute(select(func.pg_advisory_xact_lock(_UPGRADING)))
        command.upgrade(config(connection), "head")
    return True


def differences(database: Database) -> list[object]:
    """Return what the models say and the database lacks, or the other way round; empty when they agree."""
    with database.reader.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, metadata))


def write_step(database: Database, message: str, revision: str) -> None:
    """Write a new step from the difference between models and database (for maintainers)."""
    with database.writer.connect() as connection:
        command.revision(config(connection), message, autogenerate=True, rev_id=revision)
        connection.rollback()


def config(connection: Connection | None = None) -> Config:
    """Return how alembic finds the steps."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config
