"""Whether anybody, in any process, has written to the database since we last looked."""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from typing import Any

from sqlalchemy import Text, cast, func, select
from sqlalchemy.exc import SQLAlchemyError

from resources.db import Database

# What may go wrong while looking: the database is away for a while.
AWAY = (SQLAlchemyError, sqlite3.Error, OSError)


class Changes:
    """Looks at a mark that moves with every commit; one connection for a whole process, and only while somebody looks.

    SQLite's mark (PRAGMA data_version) tells one connection of the writes of all others, so that connection is kept.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._kept: Any = None

    def mark(self) -> str:
        """Return the mark; raises one of AWAY while the database cannot be asked."""
        if not self._database.is_sqlite:
            with self._database.reader.connect() as connection:
                return str(connection.scalar(select(cast(func.pg_current_snapshot(), Text))))
        if self._kept is None:
            self._kept = self._database.reader.raw_connection()
        # Without a transaction: inside of one, the mark would stand still.
        return str(self._kept.cursor().execute("PRAGMA data_version").fetchone()[0])

    def close(self) -> None:
        """Give the connection back; the next look takes another."""
        kept, self._kept = self._kept, None
        if kept is not None:
            with suppress(*AWAY):
                kept.close()
