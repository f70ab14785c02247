"""Whether the database has the shape this version needs; `bot.migrating` is the way there."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from sqlalchemy import column, inspect, select, table

from resources.db import Database

STEPS: Final = tuple(sorted(path.name[:4] for path in (Path(__file__).parent / "migrations" / "versions").glob("[0-9]*.py")))
_REACHED: Final = table("alembic_version", column("version_num"))


class SchemaBehind(RuntimeError):
    """データベースがこの版より古いままです。`uketome db upgrade` を実行してください。記録はそのまま残っています。"""


class SchemaMissing(SchemaBehind):
    """データベースはまだ空です。`uketome db upgrade` を実行してください。何も変えていません。"""


class SchemaAhead(RuntimeError):
    """データベースはこの版より新しい版で作られています。新しい版の Uketome を使ってください。何も変えていません。"""


def current(database: Database) -> str | None:
    """Return the step the database stands at, None when it is empty."""
    with database.reader.connect() as connection:
        if not inspect(connection).has_table(_REACHED.name):
            return None
        reached: str | None = connection.scalar(select(_REACHED.c.version_num))
        return reached


def newest() -> str:
    """Return the newest step of this version."""
    return STEPS[-1]


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
    if found is not None and found not in STEPS:
        raise SchemaAhead(SchemaAhead.__doc__)
