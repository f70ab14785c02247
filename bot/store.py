"""Opening what is kept: the database, and the keys that make it readable."""

from __future__ import annotations

import os
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import inspect, make_url, select

import bot.models  # noqa: F401  every table, so that a key to one of them is understood
from bot import clock, schema
from bot.settings import Settings
from handoff import accounts
from handoff.accounts import Account
from resources.db import EVERYWHERE, Database
from resources.sealing import KeyFileMissing, Sealer, Unreadable, create_key_file, read_key_file
from resources.sealing_keys import SealingKey

_NETWORK_DISKS = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "fuse.sshfs", "glusterfs", "ceph"})


class NetworkDisk(RuntimeError):
    """SQLite needs a disk of this machine."""

    def __init__(self, path: Path) -> None:
        super().__init__(str(path))
        self.path = path


class DatabaseMissing(RuntimeError):
    """There is no database where the settings say; opening it must not make an empty one."""


class KeysMissing(RuntimeError):
    """There are data, but the store of their keys is gone; opening it must not make an empty one."""


class KeysBesideData(RuntimeError):
    """Whoever copies the database would copy the keys with it."""


class KeysForeign(RuntimeError):
    """The store of keys is not the one with which these data were sealed."""


class ClockInProduction(RuntimeError):
    """A fixed clock is for trying; in production it would tell residents wrong hours."""


@dataclass(frozen=True)
class Store:
    """The open database with its keys and its clock."""

    settings: Settings
    database: Database
    sealer: Sealer
    now: clock.Clock

    def close(self) -> None:
        """Close everything."""
        self.database.close()
        self.sealer.close()


def open_store(settings: Settings) -> Store:
    """Open what is there; raises one of the errors above or of resources.sealing, and makes nothing."""
    _refuse_unsafe(settings)
    masters = read_key_file(settings.key_file)
    data, keys = (sqlite_file(url) for url in (settings.database_url, settings.keys_url))
    if data is not None and not data.exists():
        raise DatabaseMissing(str(data))
    if keys is not None and not keys.exists():
        raise KeysMissing(str(keys))
    sealer = Sealer(settings.keys_url, masters)
    database = Database(settings.database_url, info={"sealer": sealer})
    store = Store(settings, database, sealer, clock.fixed(settings.now) if settings.now else clock.real)
    with ExitStack() as refused:
        refused.callback(store.close)
        sealer.check()
        _refuse_wrong_keys(database)
        refused.pop_all()
    return store


def upgrade(settings: Settings) -> tuple[Store, bool, bool]:
    """Bring the database to this version; returns the store, whether it was new, whether anything changed.

    Only an empty database gets a key file: making one beside existing data would hide that the right one is lost.
    """
    _refuse_unsafe(settings)
    data, keys = (sqlite_file(url) for url in (settings.database_url, settings.keys_url))
    if new := _is_new(settings, data):
        # Looked at in this order, because another process that prepares the same folder makes the key file first.
        holds_keys = keys is not None and keys.exists() and bool(keys.stat().st_size)
        if holds_keys and not settings.key_file.exists():
            raise KeyFileMissing(KeyFileMissing.__doc__)
        with suppress(FileExistsError):
            create_key_file(settings.key_file)
        for file in (data, keys):
            _make_private(file)
    store = open_store(settings)
    from bot import migrating

    return store, new, migrating.upgrade(store.database)


def _refuse_wrong_keys(database: Database) -> None:
    """Raise KeysBesideData when the keys lie in the data's own database, however it was spelt, KeysForeign for others' keys."""
    tables = set(inspect(database.reader).get_table_names())
    if SealingKey.__tablename__ in tables:
        raise KeysBesideData
    if Account.__tablename__ not in tables:
        return
    with database.reading(EVERYWHERE) as session:
        sealed = session.scalars(select(Account).where(Account.secret_sealed.is_not(None)).limit(1)).first()
        try:
            if sealed is not None:
                accounts.secret(session, sealed)
        except Unreadable as error:
            raise KeysForeign from error


def sqlite_file(url: str) -> Path | None:
    """Return the file of a SQLite address, None for another kind of database."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        return None
    return Path(parsed.database).absolute()


def _is_new(settings: Settings, data: Path | None) -> bool:
    if data is not None and not data.exists():
        return True
    probe = Database(settings.database_url)
    try:
        return schema.current(probe) is None
    finally:
        probe.close()


def _refuse_unsafe(settings: Settings) -> None:
    if settings.production and settings.now is not None:
        raise ClockInProduction(ClockInProduction.__doc__)
    data, keys = (_whereabouts(url) for url in (settings.database_url, settings.keys_url))
    if data == keys:
        raise KeysBesideData(KeysBesideData.__doc__)
    for url in (settings.database_url, settings.keys_url):
        file = sqlite_file(url)
        if file is not None and _disk_kind(file.parent) in _NETWORK_DISKS:
            raise NetworkDisk(file.parent)


def _whereabouts(url: str) -> tuple[object, ...]:
    parsed, file = make_url(url), sqlite_file(url)
    return (file.resolve(),) if file is not None else (parsed.host, parsed.port or 5432, parsed.database)


def _make_private(file: Path | None) -> None:
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(file, os.O_RDWR | os.O_CREAT, 0o600))  # SQLite's companion files take over this mode


def _disk_kind(folder: Path) -> str:
    mounts = Path("/proc/mounts")
    if not mounts.exists():
        return ""
    rows = [line.split(" ") for line in mounts.read_text(encoding="utf-8").splitlines()]
    holding = [(row[1], row[2]) for row in rows if folder.is_relative_to(row[1].replace("\\040", " "))]
    return max(holding, key=lambda row: len(row[0]), default=("", ""))[1]
