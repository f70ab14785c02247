"""A PostgreSQL server of the tests' own, from the programs the machine has."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg


def _program(name: str) -> str | None:
    found = shutil.which(name)
    if found:
        return found
    versions = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return str(versions[-1]) if versions else None


def missing() -> str:
    """Return why there is no PostgreSQL here; empty when there is."""
    return "" if _program("initdb") and _program("pg_ctl") else "PostgreSQL's initdb and pg_ctl are not installed"


@dataclass(frozen=True)
class Server:
    """A running server on loopback."""

    folder: Path
    port: int

    @contextmanager
    def database(self, template: str = "") -> Iterator[str]:
        """Make a database, empty or a copy of another, and drop it afterwards."""
        name = f"test_{uuid.uuid4().hex}"
        with psycopg.connect(self._dsn("postgres"), autocommit=True) as connection:
            model = template or "template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'"
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {model}")
        try:
            yield f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/{name}"
        finally:
            with psycopg.connect(self._dsn("postgres"), autocommit=True) as connection:
                connection.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def stop(self) -> None:
        """Stop the server at once and remove its data."""
        command = [_program("pg_ctl"), "-D", str(self.folder), "-m", "immediate", "stop"]
        subprocess.run(_as_owner(command), check=True, capture_output=True)
        shutil.rmtree(self.folder)

    def _dsn(self, name: str) -> str:
        return f"host=127.0.0.1 port={self.port} user=postgres dbname={name}"


def start() -> Server:
    """Start a server with its data in a folder of its own.

    Not below pytest's folder: every new pytest run closes that one to other users, and PostgreSQL never runs as root.
    """
    folder = Path(tempfile.mkdtemp(prefix="uketome-postgresql-"))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    if os.getuid() == 0:
        owner = pwd.getpwnam("postgres")
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    settings = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off -c max_connections=200"
    log = str(folder / "server.log")
    for command in (
        [_program("initdb"), "-D", str(folder), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C"],
        [_program("pg_ctl"), "-D", str(folder), "-w", "-l", log, "-o", settings, "start"],
    ):
        subprocess.run(_as_owner(command), check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return Server(folder, port)


def _as_owner(command: list[str | None]) -> list[str]:
    # PostgreSQL refuses to run as root.
    plain = [part for part in command if part is not None]
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", *plain] if os.getuid() == 0 else plain
