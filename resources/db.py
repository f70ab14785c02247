"""Where everything is kept: one database, aware times, ids made here, and a guard that asks whose data it is."""

from __future__ import annotations

import re
import sqlite3
import threading
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext, suppress
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, ClassVar, Final

from sqlalchemy import (
    DateTime,
    Dialect,
    Engine,
    ForeignKey,
    ForeignKeyConstraint,
    MetaData,
    String,
    TypeDecorator,
    UniqueConstraint,
    Uuid,
    create_engine,
    event,
    func,
    inspect,
    make_url,
    select,
)
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    ORMExecuteState,
    Session,
    UOWTransaction,
    declared_attr,
    mapped_column,
    with_loader_criteria,
)
from uuid6 import uuid7

from resources.statements import touched

# A session bound to EVERYWHERE serves the worker and the administrator's command line, which look after all towns.
EVERYWHERE: Final = frozenset({"*"})
_WORD: Final = re.compile("[a-z_]+")


class NoCustodian(RuntimeError):
    """A statement on personal rows was tried without saying which town's data it concerns."""


class CustodianChanged(RuntimeError):
    """A row about a person never changes its custodian: a move is an accepted hand-over to new rows."""


class IsAppendOnly(RuntimeError):
    """What is written in a book that is only ever added to is never changed or removed."""


class UTCDateTime(TypeDecorator[datetime]):
    """An aware time, kept in UTC; a naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without zone cannot be kept")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """What every table has in common: an id made by the application, ordered by time (UUIDv7)."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: UTCDateTime, uuid.UUID: Uuid()}


def new_id() -> uuid.UUID:
    """Return a fresh UUIDv7: unique everywhere, sorted by the time it was made."""
    return uuid.UUID(int=uuid7().int)


class Held:
    """A row about a person: it names its custodian, the town or prefecture answerable for it.

    `seal_subject` names the column whose id owns the sealing key (a contact or a case).
    """

    seal_subject: str = "id"

    id: Mapped[uuid.UUID] = mapped_column(Uuid(), primary_key=True, default=new_id)

    @declared_attr
    def custodian(cls) -> Mapped[str]:
        return mapped_column(String(6), ForeignKey("municipality.code"), nullable=False, active_history=True)


class AppendOnly:
    """A row that is only ever added: neither a change nor a removal passes."""


def held_args(*more: Any, **links: str) -> tuple[Any, ...]:
    """Return table arguments of a held row; `contact_id="contact"` becomes a foreign key that includes the custodian."""
    keys = [
        ForeignKeyConstraint(["custodian", column], [f"{table}.custodian", f"{table}.id"])
        for column, table in links.items()
    ]
    return (UniqueConstraint("custodian", "id"), *keys, *more)


class Guarded(Session):
    """A session that asks, at every statement, whose rows it touches."""


class Database:
    """The one database: short writing transactions, reading ones that cannot write."""

    def __init__(self, url: str, *, info: dict[str, Any] | None = None) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.info = info or {}
        self.writer = make_engine(url)
        self.reader = make_engine(url, reading=True)
        # SQLite has one writer at a time. Queueing here is fair and quick; its own busy handler polls.
        self._turn = threading.Lock() if self.is_sqlite else None

    @contextmanager
    def writing(self, custodians: frozenset[str] | str | None = None) -> Iterator[Session]:
        """Open one transaction: committed at the end, rolled back on any error."""
        with self._turn or nullcontext(), self._session(self.writer, custodians) as session, session.begin():
            yield session

    @contextmanager
    def reading(self, custodians: frozenset[str] | str | None = None) -> Iterator[Session]:
        """Open a session that can only SELECT: the database itself refuses anything else."""
        with self._session(self.reader, custodians) as session:
            yield session

    @contextmanager
    def rehearsing(self, custodians: frozenset[str] | str | None = None) -> Iterator[Session]:
        """Open a transaction that is always rolled back: for trying what would happen."""
        with self._turn or nullcontext(), self._session(self.writer, custodians) as session:
            try:
                yield session
            finally:
                session.rollback()

    def _session(self, engine: Engine, custodians: frozenset[str] | str | None) -> Session:
        session = Guarded(engine, expire_on_commit=False, info={**self.info, "reads_only": engine is self.reader})
        if custodians is not None:
            bind_custodian(session, custodians)
        return session

    def close(self) -> None:
        """Close all connections; on SQLite the file then holds everything, and a copy of it alone is whole."""
        self.reader.dispose()
        if self.is_sqlite:
            with suppress(SQLAlchemyError, sqlite3.Error), closing(self.writer.raw_connection()) as connection:
                connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self.writer.dispose()


def database_clock(session: Session) -> datetime:
    """Return the database's own time: leases are compared by it across processes and machines."""
    if session.get_bind().dialect.name == "sqlite":
        return datetime.now(UTC)  # It has no clock of its own, and all its processes share this machine's.
    told: datetime = session.scalars(select(func.clock_timestamp())).one()
    return told.astimezone(UTC)


def bind_custodian(session: Session, custodians: frozenset[str] | str) -> None:
    """Say whose personal rows this session may touch."""
    session.info["custodians"] = frozenset({custodians}) if isinstance(custodians, str) else custodians


@event.listens_for(Guarded, "do_orm_execute")
def _guard_statement(state: ORMExecuteState) -> None:
    if state.is_column_load or state.is_relationship_load:
        return
    if state.is_update or state.is_delete:
        _guard_change(state.statement, state.parameters, updates=state.is_update)
    bound: frozenset[str] | None = state.session.info.get("custodians")
    if bound == EVERYWHERE:
        return
    about, held = touched(state.statement), _tables(Held)
    own = _target(state.statement) if state.is_insert or state.is_update or state.is_delete else ""
    # Rows added or changed in bulk, and tables named past their classes, carry no criteria: nobody says whose they are.
    in_bulk = own in held and (state.is_insert or isinstance(state.parameters, list))
    past = (about.bare - {own if state.is_orm_statement else ""}) & held
    if in_bulk or past or held & set(_WORD.findall(about.written.lower())):
        raise NoCustodian(NoCustodian.__doc__)
    if not bound and (own in held or about.mapped & held):
        raise NoCustodian(NoCustodian.__doc__)
    towns = tuple(sorted(bound or ()))
    state.statement = state.statement.options(
        with_loader_criteria(Held, lambda cls: cls.custodian.in_(towns), include_aliases=True)
    )


def _guard_change(statement: Any, parameters: Any, *, updates: bool) -> None:
    if _target(statement) in _tables(AppendOnly):
        raise IsAppendOnly(IsAppendOnly.__doc__)
    if updates and _target(statement) in _tables(Held):
        named = {getattr(column, "key", column) for column in statement._values or ()}
        told = parameters if isinstance(parameters, list) else [parameters or {}]
        if "custodian" in named.union(*told):
            raise CustodianChanged(CustodianChanged.__doc__)


def _target(statement: Any) -> str:
    return str(statement.table.name)


@lru_cache(maxsize=2)
def _tables(kind: type) -> frozenset[str]:
    return frozenset(str(mapper.local_table.description) for mapper in Base.registry.mappers if issubclass(mapper.class_, kind))


@event.listens_for(Guarded, "before_flush")
def _guard_flush(session: Session, context: UOWTransaction, instances: Any) -> None:
    bound: frozenset[str] | None = session.info.get("custodians")
    for row in (*session.new, *session.dirty, *session.deleted):
        if not isinstance(row, Held):
            continue
        if not bound or (bound != EVERYWHERE and row.custodian not in bound):
            raise NoCustodian(NoCustodian.__doc__)
    if any(isinstance(row, AppendOnly) for row in (*session.dirty, *session.deleted)):
        raise IsAppendOnly(IsAppendOnly.__doc__)
    for row in session.dirty:
        if isinstance(row, Held) and inspect(row).attrs.custodian.history.deleted:
            raise CustodianChanged(CustodianChanged.__doc__)


def make_engine(url: str, *, reading: bool = False) -> Engine:
    """Return an engine with the settings this product relies on; the only place that makes one."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        engine = create_engine(parsed, hide_parameters=True, connect_args={"check_same_thread": False, "timeout": 30})
        event.listen(engine, "connect", _prepare_sqlite_reader if reading else _prepare_sqlite)
        event.listen(engine, "begin", _begin_reading if reading else _begin_writing)
        return engine
    # Statements here are many and short: compiling one to machine code costs more than it saves. Counting a year wants room.
    options = "-c jit=off -c work_mem=32MB" + (" -c default_transaction_read_only=on" if reading else "")
    return create_engine(
        parsed, hide_parameters=True, connect_args={"options": options}, pool_pre_ping=True, pool_size=10, max_overflow=10
    )


def _prepare_sqlite(connection: Any, record: Any) -> None:
    # The driver's own transaction handling is switched off so that BEGIN IMMEDIATE can be said below.
    connection.isolation_level = None
    for pragma in (
        "PRAGMA journal_mode=WAL",
        "PRAGMA synchronous=FULL",
        "PRAGMA foreign_keys=ON",
        "PRAGMA secure_delete=ON",
        "PRAGMA trusted_schema=OFF",
        "PRAGMA busy_timeout=30000",
    ):
        connection.execute(pragma)


def _prepare_sqlite_reader(connection: Any, record: Any) -> None:
    _prepare_sqlite(connection, record)
    connection.execute("PRAGMA query_only=ON")


def _begin_writing(connection: Any) -> None:
    # A transaction that begins as a reader and writes later can fail half way; this one waits at its start.
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _begin_reading(connection: Any) -> None:
    connection.exec_driver_sql("BEGIN")
