"""The bytes of files that were brought, and what checking found in them, kept in small pieces until they are settled."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, Final

from sqlalchemy import JSON, ForeignKey, Integer, LargeBinary, String, UniqueConstraint, Uuid, delete, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from resources import staging
from resources.db import Base, Database, new_id
from resources.importing.jobs import MOVING, ImportJob, JobState

ROWS_A_PAGE: Final = 50
_PIECE = 256 * 1024
_KEPT = timedelta(days=30)
_OPEN: Final = frozenset({JobState.WAITING, JobState.CHECKING, JobState.READY})


class ImportPart(Base):
    """A piece of a file."""

    __tablename__ = "import_part"
    __table_args__ = (UniqueConstraint("job_id", "number"),)

    id: Mapped[uuid.UUID] = mapped_column(Uuid(), primary_key=True, default=new_id)
    job_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("import_job.id"))
    number: Mapped[int] = mapped_column(Integer())
    content: Mapped[bytes] = mapped_column(LargeBinary())


class ImportPage(Base):
    """Some rows of what checking found: one heap (added, changed, missing, problems), cut into pages."""

    __tablename__ = "import_page"
    __table_args__ = (UniqueConstraint("job_id", "heap", "number"),)

    id: Mapped[uuid.UUID] = mapped_column(Uuid(), primary_key=True, default=new_id)
    job_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("import_job.id"))
    heap: Mapped[str] = mapped_column(String(12))
    number: Mapped[int] = mapped_column(Integer())  # from 0
    rows: Mapped[list[dict[str, Any]]] = mapped_column(JSON())


def bring(database: Database, data: bytes, name: str, *, municipality: str, by: str, now: datetime) -> uuid.UUID:
    """Keep a file for checking and return its id; the same file brought twice by one person is kept once."""
    told = hashlib.sha256(data).hexdigest()
    with database.writing() as session:
        same = (ImportJob.municipality_code == municipality) & (ImportJob.file_hash == told) & (ImportJob.by == by)
        query = select(ImportJob.id).where(same, ImportJob.state.in_(_OPEN), ImportJob.file_name == name)
        if (there := session.scalars(query.limit(1)).first()) is not None:
            return there
        job = ImportJob(
            id=new_id(), municipality_code=municipality, by=by, made_at=now, file_name=name, file_hash=told, size=len(data)
        )
        session.add(job)
    pieces = [(at, data[first : first + _PIECE]) for at, first in enumerate(range(0, len(data), _PIECE))]

    def write(session: Session, batch: Sequence[tuple[int, bytes]]) -> None:
        rows = [{"id": new_id(), "job_id": job.id, "number": at, "content": piece} for at, piece in batch]
        session.execute(insert(ImportPart), rows)

    staging.in_batches(database, pieces, write)
    with database.writing() as session:
        session.get_one(ImportJob, job.id).state = JobState.WAITING
    return job.id


def bytes_of(session: Session, job_id: uuid.UUID) -> bytes:
    """Return the file again."""
    query = select(ImportPart.content).where(ImportPart.job_id == job_id).order_by(ImportPart.number)
    return b"".join(session.scalars(query))


def keep_rows(database: Database, job_id: uuid.UUID, heaps: dict[str, Iterable[dict[str, Any]]]) -> None:
    """Keep what checking found in place of what an earlier checking found."""
    _clear(database, ImportPage, [job_id])
    pages = [(heap, at, rows) for heap, all_ in heaps.items() for at, rows in enumerate(_cut(all_))]

    def write(session: Session, batch: Sequence[tuple[str, int, list[dict[str, Any]]]]) -> None:
        rows = [{"id": new_id(), "job_id": job_id, "heap": heap, "number": at, "rows": page} for heap, at, page in batch]
        session.execute(insert(ImportPage), rows)

    staging.in_batches(database, pages, write)


def _cut(rows: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    left = iter(rows)
    while some := list(islice(left, ROWS_A_PAGE)):
        yield some


def page(session: Session, job_id: uuid.UUID, heap: str, number: int) -> list[dict[str, Any]]:
    """Return one page of a heap, empty beyond its end."""
    query = select(ImportPage.rows).where(ImportPage.job_id == job_id, ImportPage.heap == heap)
    return session.scalars(query.where(ImportPage.number == number)).first() or []


def sweep(database: Database, now: datetime) -> None:
    """Give up files that nobody settled for a month, and let go of the bytes of those that are settled."""
    with database.reading() as session:
        old = select(ImportJob.id).where(ImportJob.made_at < now - _KEPT, ImportJob.state.not_in(MOVING))
        forgotten = list(session.scalars(old.where(ImportJob.state.in_((JobState.READY, JobState.FAILED)))))
        lost = ImportJob.made_at < now - timedelta(days=1)
        broken = list(session.scalars(select(ImportJob.id).where(ImportJob.state == JobState.ARRIVING, lost)))
        settled = (JobState.APPLIED, JobState.UNDONE, JobState.DISCARDED)
        ended = select(ImportJob.id).where(ImportJob.state.in_(settled))
        parts = select(ImportPart.job_id).distinct().where(ImportPart.job_id.in_(ended))
        pages = select(ImportPage.job_id).distinct().where(ImportPage.job_id.in_(old))
        bytes_too, rows_too = list(session.scalars(parts)), list(session.scalars(pages))
    _clear(database, ImportPart, [*bytes_too, *forgotten, *broken])
    _clear(database, ImportPage, rows_too)

    def give_up(session: Session, batch: Sequence[uuid.UUID]) -> None:
        for job_id in batch:
            session.get_one(ImportJob, job_id).state = JobState.DISCARDED

    staging.in_batches(database, [*forgotten, *broken], give_up)


def _clear(database: Database, table: type[ImportPart | ImportPage], jobs: Sequence[uuid.UUID]) -> None:
    with database.reading() as session:
        ids = list(session.scalars(select(table.id).where(table.job_id.in_(jobs)))) if jobs else []

    def remove(session: Session, batch: Sequence[uuid.UUID]) -> None:
        session.execute(delete(table).where(table.id.in_(batch)))

    staging.in_batches(database, ids, remove)


def newest(session: Session, towns: Iterable[str], *, limit: int = 20) -> Iterator[ImportJob]:
    """Return the latest files of some towns."""
    query = select(ImportJob).where(ImportJob.municipality_code.in_(towns), ImportJob.state != JobState.ARRIVING)
    yield from session.scalars(query.order_by(ImportJob.made_at.desc(), ImportJob.id.desc()).limit(limit))
