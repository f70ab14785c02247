"""Whether the database has the shape this version needs, and the way there."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, func, select

from bot.models import metadata
from resources.db import Database

_UPGRADING: Final = 7_365_021


class SchemaBehind(RuntimeError):
    """データベースがこの版より古いままです。`uketome db upgrade` を実行してください。記録はそのまま残っています。"""


class SchemaMissing(SchemaBehind):
    """データベースはまだ空です。`uketome db upgrade` を実行してください。何も変えていません。"""


class SchemaAhead(RuntimeError):
    """データベースはこの版より新しい版で作られています。新しい版の Uketome を使ってください。何も変えていません。"""


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def current(database: Database) -> str | None:
    """Return the step the database stands at, None when it is empty."""
    with database.reader.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def newest() -> str:
    """Return the newest step of this version."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    assert head is not None, "a release without migrations"
    return head


def upgrade(database: Database) -> bool:
    """Bring the database to this version's shape; returns whether anything had to be done."""
    before = current(database)
    refuse_newer(before)
    if before == newest():
        return False
    with database.writer.connect() as connection:
        if not database.is_sqlite:
            # Who comes second waits here, and finds nothing left to do; SQLite has one writer anyway.
            connection.execute(select(func.pg_advisory_xact_lock(_UPGRADING)))
        command.upgrade(_config(connection), "head")
        connection.commit()
    return True


def require_current(database: Database) -> None:
    """Raise SchemaMissing, SchemaBehind or SchemaAhead unless the database has exactly this version's shape."""
    found = current(database)
    if found is None:
        raise SchemaMissing(SchemaMissing.__doc__)
    refuse_newer(found)
    if found != newest():
        raise SchemaBehind(SchemaBehind.__doc__)


def refuse_newer(found: str | None) -> None:
    """Raise SchemaAhead when the database was made by a version that this one does not know."""
    known = {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
    if found is not None and found not in known:
        raise SchemaAhead(SchemaAhead.__doc__)


def differences(database: Database) -> list[object]:
    """Return what the models say and the database lacks, or the other way round; empty when they agree."""
    with database.reader.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, metadata))


def write_step(database: Database, message: str, revision: str) -> None:
    """Write a new step from the difference between models and database (for maintainers)."""
    with database.writer.connect() as connection:
        command.revision(_config(connection), message, autogenerate=True, rev_id=revision)
        connection.rollback()
