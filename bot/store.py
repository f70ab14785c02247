"""Opening what is kept: the database, and the keys that make it readable."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import make_url

from bot import clock, schema
from bot.settings import Settings
from resources.db import Database
from resources.sealing import Sealer, create_key_file, read_key_file

_NETWORK_DISKS = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "fuse.sshfs", "glusterfs", "ceph"})


class NetworkDisk(RuntimeError):
    """SQLite needs a disk of this machine."""

    def __init__(self, path: Path) -> None:
        super().__init__(str(path))
        self.path = path


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
    """Open the database; raises KeyFileMissing, KeyFileOpen, NetworkDisk or ClockInProduction."""
    if settings.production and settings.now is not None:
        raise ClockInProduction(ClockInProduction.__doc__)
    for url in (settings.database_url, settings.keys_url):
        _prepare_folder(url)
    sealer = Sealer(settings.keys_url, read_key_file(settings.key_file))
    database = Database(settings.database_url, info={"sealer": sealer})
    return Store(settings, database, sealer, clock.fixed(settings.now) if settings.now else clock.real)


def upgrade(settings: Settings) -> tuple[Store, bool, bool]:
    """Bring the database to this version; returns the store, whether it was new, whether anything changed.

    Only an empty database gets a key file: making one beside existing data would hide that the right one is lost.
    """
    _prepare_folder(settings.database_url)
    probe = Database(settings.database_url)
    new = schema.current(probe) is None
    probe.close()
    if new:
        with suppress(FileExistsError):
            create_key_file(settings.key_file)
    store = open_store(settings)
    return store, new, schema.upgrade(store.database)


def _prepare_folder(url: str) -> None:
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        return
    folder = Path(parsed.database).absolute().parent
    folder.mkdir(parents=True, exist_ok=True)
    if _disk_kind(folder) in _NETWORK_DISKS:
        raise NetworkDisk(folder)


def _disk_kind(folder: Path) -> str:
    mounts = Path("/proc/mounts")
    if not mounts.exists():
        return ""
    rows = [line.split(" ") for line in mounts.read_text(encoding="utf-8").splitlines()]
    holding = [(row[1], row[2]) for row in rows if folder.is_relative_to(row[1].replace("\\040", " "))]
    return max(holding, key=lambda row: len(row[0]), default=("", ""))[1]
