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
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

# What tells whether somebody changed the tables themselves: every row that describes them, and who wrote it last.
_SHAPE = " UNION ALL ".join(
    f"SELECT count(*), sum(xmin::text::bigint) FROM {catalogue}"
    for catalogue in ("pg_class", "pg_attribute", "pg_trigger", "pg_constraint", "pg_proc")
)


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
    spare: list[str] = field(default_factory=list)
    shapes: dict[str, list[tuple[Any, ...]]] = field(default_factory=dict)

    @contextmanager
    def lent(self, template: str) -> Iterator[str]:
        """Lend a copy of a database; emptied, it serves the next test too, because copying is what takes long."""
        name = self.spare.pop() if self.spare else self._create(template)
        try:
            yield self._url(name)
        finally:
            if self._emptied(name, template):
                self.spare.append(name)
            else:
                self._drop(name)

    @contextmanager
    def database(self, template: str = "") -> Iterator[str]:
        """Make a database, empty or a copy of another, and drop it afterwards."""
        name = self._create(template)
        try:
            yield self._url(name)
        finally:
            self._drop(name)

    def stop(self) -> None:
        """Stop the server at once and remove its data."""
        command = [_program("pg_ctl"), "-D", str(self.folder), "-m", "immediate", "stop"]
        subprocess.run(_as_owner(command), check=True, capture_output=True)
        shutil.rmtree(self.folder)

    def _create(self, template: str) -> str:
        name = f"test_{uuid.uuid4().hex}"
        model = template or "template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'"
        self._run("postgres", f"CREATE DATABASE {name} TEMPLATE {model}")
        return name

    def _drop(self, name: str) -> None:
        self._run("postgres", f"DROP DATABASE {name} WITH (FORCE)")

    def _emptied(self, name: str, template: str) -> bool:
        """Remove all rows and whoever is still connected; False when not even the tables are as they were."""
        if template not in self.shapes:
            self.shapes[template] = self._run(template, _SHAPE)
        others = "datname = current_database() AND pid <> pg_backend_pid()"
        self._run(name, f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE {others}")
        if self._run(name, _SHAPE) != self.shapes[template]:
            return False
        tables = self._run(name, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        removing = (f'DELETE FROM "{table}"' for (table,) in tables)
        # No key and no trigger is asked: in the end nothing is left that could point to anything.
        self._run(name, "; ".join(("SET session_replication_role = replica", *removing)))
        return True

    def _run(self, database: str, statement: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self._dsn(database), autocommit=True) as connection:
            answer = connection.execute(statement)
            return answer.fetchall() if answer.description else []

    def _url(self, name: str) -> str:
        return f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/{name}"

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
    settings = (
        f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c max_connections=200 "
        "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c autovacuum=off"
    )
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
