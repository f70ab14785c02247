"""How every command reads its settings and opens the database, and what it says when it cannot."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from pydantic import ValidationError
from sqlalchemy.exc import DatabaseError, InterfaceError, OperationalError
from sqlalchemy.orm import Session

from bot import schema
from bot.cli.saying import fail, fail_with
from bot.settings import Settings
from bot.store import (
    ClockInProduction,
    DatabaseMissing,
    KeysBesideData,
    KeysForeign,
    KeysMissing,
    NetworkDisk,
    Store,
    open_store,
)
from resources.alerts import BadEndpoints
from resources.places import Municipality
from resources.sealing import KeyFileBroken, KeyFileForeign, KeyFileMissing, KeyFileOpen


def settings() -> Settings:
    """Read the settings, or name the ones that cannot be used (never their values: some are secret)."""
    try:
        return Settings()
    except ValidationError as error:
        names = sorted({f"UKETOME_{str(problem['loc'][0]).upper()}" for problem in error.errors()})
        fail("failed.settings", names="・".join(names))
    except UnicodeDecodeError:
        fail("failed.settings", names=".env")


@contextmanager
def explained(chosen: Settings) -> Iterator[None]:
    """Turn what can go wrong with files and databases into one sentence and exit code 1."""
    try:
        yield
    except KeyFileMissing:
        fail("failed.key_file_missing", path=chosen.key_file)
    except KeyFileOpen:
        fail("failed.key_file_open", path=chosen.key_file)
    except KeyFileBroken:
        fail("failed.key_file_broken", path=chosen.key_file)
    except KeyFileForeign:
        fail("failed.key_file_foreign", path=chosen.key_file)
    except DatabaseMissing as error:
        fail("failed.database_missing", path=error)
    except KeysMissing as error:
        fail("failed.keys_missing", path=error)
    except KeysBesideData:
        fail("failed.keys_beside_data")
    except KeysForeign:
        fail("failed.keys_foreign")
    except NetworkDisk as error:
        fail("failed.network_disk", path=error.path)
    except BadEndpoints as error:
        fail("failed.alerts_file", path=chosen.alerts_file, where=error)
    except ClockInProduction:
        fail("failed.clock_in_production")
    except (schema.SchemaBehind, schema.SchemaAhead) as error:
        fail_with(str(error))
    except (DatabaseError, InterfaceError) as error:
        if type(error) not in (DatabaseError, OperationalError, InterfaceError):
            raise  # a fault of ours, not of the machine
        # The driver's first line names the cause (refused, locked, read-only, full); statements and words are not in it.
        fail("failed.database", why=str(error.orig).strip().split("\n")[0])


@contextmanager
def opened(chosen: Settings | None = None) -> Iterator[Store]:
    """Open a database that is up to date, and close it afterwards."""
    chosen = chosen or settings()
    with explained(chosen):
        store = open_store(chosen)
        try:
            schema.require_current(store.database)
            yield store
        finally:
            store.close()


def known_town(session: Session, code: str) -> Municipality:
    """Return a municipality, or say that it is not registered."""
    return session.get(Municipality, code) or fail("failed.no_such_town", code=code)
