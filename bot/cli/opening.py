"""How every command opens the database, and what it says when it cannot."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from bot import schema
from bot.cli.saying import fail, fail_with
from bot.settings import Settings
from bot.store import ClockInProduction, NetworkDisk, Store, open_store
from resources.places import Municipality
from resources.sealing import KeyFileMissing, KeyFileOpen


@contextmanager
def explained(settings: Settings) -> Iterator[None]:
    """Turn what can go wrong at opening into one sentence and exit code 1."""
    try:
        yield
    except KeyFileMissing:
        fail("failed.key_file_missing", path=settings.key_file)
    except KeyFileOpen:
        fail("failed.key_file_open", path=settings.key_file)
    except NetworkDisk as error:
        fail("failed.network_disk", path=error.path)
    except ClockInProduction:
        fail("failed.clock_in_production")
    except (schema.SchemaBehind, schema.SchemaAhead) as error:
        fail_with(str(error))


@contextmanager
def opened(settings: Settings | None = None) -> Iterator[Store]:
    """Open a database that is up to date, and close it afterwards."""
    settings = settings or Settings()
    with explained(settings):
        store = open_store(settings)
        try:
            schema.require_current(store.database)
            yield store
        finally:
            store.close()


def known_town(session: Session, code: str) -> Municipality:
    """Return a municipality, or say that it is not registered."""
    return session.get(Municipality, code) or fail("failed.no_such_town", code=code)
