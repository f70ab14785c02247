"""A file on its way into the directory: brought, checked, looked at, taken in, taken back; one at a time in a town."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import JSON, ForeignKey, Index, Integer, String, Text, Uuid, select, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from resources import places
from resources.change_sets import ChangeSet, ChangeSetState
from resources.db import Base, Database, database_clock, new_id
from resources.importing.sheets import CannotRead

# A process that works on a file says every second that it lives; one that is silent for so long has died.
LEASE: Final = timedelta(seconds=60)
_TELL_EVERY = 0.7
_FELL = (
    "読んでいる途中で止まりました。台帳は変わっていません。中身が異常に大きいファイルのことがあります。"
    "必要なシートだけをCSVで保存し直すか、もう一度お試しください。"
)


class JobState(StrEnum):
    """How far a file has come."""

    ARRIVING = "arriving"  # -> waiting
    WAITING = "waiting"  # -> checking
    CHECKING = "checking"  # -> ready, failed
    READY = "ready"  # -> to_apply, waiting, discarded
    TO_APPLY = "to_apply"  # -> applying
    APPLYING = "applying"  # -> applied, ready, failed
    APPLIED = "applied"  # -> to_undo
    TO_UNDO = "to_undo"  # -> undoing
    UNDOING = "undoing"  # -> undone, applied
    UNDONE = "undone"
    FAILED = "failed"  # -> waiting, discarded
    DISCARDED = "discarded"


WRITING: Final = frozenset({JobState.TO_APPLY, JobState.APPLYING, JobState.TO_UNDO, JobState.UNDOING})
AT_WORK: Final = frozenset({JobState.CHECKING, JobState.APPLYING, JobState.UNDOING})
MOVING: Final = WRITING | {JobState.ARRIVING, JobState.WAITING, JobState.CHECKING}
_NEXT: Final = {
    JobState.WAITING: JobState.CHECKING, JobState.TO_APPLY: JobState.APPLYING, JobState.TO_UNDO: JobState.UNDOING,
}  # fmt: skip


class ImportJob(Base):
    """One file and what came of it."""

    __tablename__ = "import_job"
    __table_args__ = (
        Index("ix_import_job_municipality_code_made_at", "municipality_code", "made_at"),
        Index("ix_import_job_state", "state"),
        Index(
            "ix_import_job_writing", "municipality_code", unique=True,
            sqlite_where=text("state IN ('to_apply', 'applying', 'to_undo', 'undoing')"),
            postgresql_where=text("state IN ('to_apply', 'applying', 'to_undo', 'undoing')"),
        ),
    )  # fmt: skip

    id: Mapped[uuid.UUID] = mapped_column(Uuid(), primary_key=True, default=new_id)
    municipality_code: Mapped[str] = mapped_column(ForeignKey("municipality.code"))
    by: Mapped[str] = mapped_column(String(120))
    made_at: Mapped[datetime] = mapped_column()
    file_name: Mapped[str] = mapped_column(Text())
    file_hash: Mapped[str] = mapped_column(String(64), default="")
    size: Mapped[int] = mapped_column(Integer(), default=0)
    state: Mapped[JobState] = mapped_column(String(12), default=JobState.ARRIVING)
    trouble: Mapped[str] = mapped_column(Text(), default="")  # why it could not be read, or what moved meanwhile
    columns: Mapped[dict[str, Any]] = mapped_column(JSON(), default=dict)  # the choices it was checked with
    report: Mapped[dict[str, Any]] = mapped_column(JSON(), default=dict)  # what checking found, without the rows
    fingerprint: Mapped[str] = mapped_column(String(64), default="")  # of what was shown
    retire: Mapped[list[str]] = mapped_column(JSON(), default=list)  # ids of missing entries to close, or "all"
    result: Mapped[dict[str, Any]] = mapped_column(JSON(), default=dict)
    done: Mapped[int] = mapped_column(Integer(), default=0)
    total: Mapped[int] = mapped_column(Integer(), default=0)
    change_set_id: Mapped[uuid.UUID | None] = mapped_column(Uuid())
    leased_until: Mapped[datetime | None] = mapped_column()  # by the database's clock
    settled_at: Mapped[datetime | None] = mapped_column()


class Busy(CannotRead):
    """この町の台帳には、いま別のファイルを取り込んでいます。終わるまで待って、もう一度押してください。"""

    def __init__(self, job: ImportJob) -> None:
        super().__init__(f"いま{job.by}さんが「{job.file_name}」を取り込んでいます。終わるまで待って、もう一度お試しください。")


class MovedOn(CannotRead):
    """ほかの人が先にこのファイルを進めました。いまの様子を確かめてください。"""


def move(session: Session, job: ImportJob, *, to: JobState, seen: frozenset[JobState], **values: Any) -> None:
    """Move a file on if it still stands where somebody saw it; raises MovedOn, and Busy when the town is written to."""
    if to in WRITING:
        places.hold(session, job.municipality_code)
        refuse_busy(session, job.municipality_code)
    here = (ImportJob.id == job.id) & ImportJob.state.in_(seen)
    moved = session.execute(
        update(ImportJob).where(here).values(state=to, **values), execution_options={"synchronize_session": False}
    )
    session.expire(job)
    if not moved.rowcount:  # type: ignore[attr-defined]
        raise MovedOn(MovedOn.__doc__ or "")


def refuse_busy(session: Session, municipality: str) -> None:
    """Raise Busy while a file is being written into a town's directory."""
    clear_fallen(session)
    query = select(ImportJob).where(ImportJob.municipality_code == municipality, ImportJob.state.in_(WRITING))
    if (other := session.scalars(query.limit(1)).first()) is not None:
        raise Busy(other)


def claim(session: Session) -> ImportJob | None:
    """Take the file that has waited longest; the process that has it must give signs of life."""
    clear_fallen(session)
    query = select(ImportJob).where(ImportJob.state.in_(_NEXT)).order_by(ImportJob.id).limit(1)
    job = session.scalars(query.with_for_update(skip_locked=True)).first()
    if job is not None:
        job.state = _NEXT[job.state]
        job.leased_until = database_clock(session) + LEASE
        job.done = job.total = 0
    return job


def clear_fallen(session: Session) -> None:
    """Settle files whose process died: what was shown stays shown, everything else did not happen."""
    silent = ImportJob.leased_until < database_clock(session)
    for job in session.scalars(select(ImportJob).where(ImportJob.state.in_(AT_WORK), silent)):
        fall(session, job)


def fall(session: Session, job: ImportJob) -> None:
    """Settle one file whose process died."""
    made = session.get(ChangeSet, job.change_set_id) if job.change_set_id else None
    shown = made is not None and made.state != ChangeSetState.BUILDING
    if job.state == JobState.UNDOING:
        undone = made is not None and made.state == ChangeSetState.UNDONE
        job.state = JobState.UNDONE if undone else JobState.APPLIED
    else:
        job.state = JobState.APPLIED if shown and job.state == JobState.APPLYING else JobState.FAILED
    job.trouble = _FELL if job.state == JobState.FAILED else ""
    session.flush()


@dataclass
class Progress:
    """Says, not too often, how far the work on a file is, and that its process lives."""

    database: Database
    job_id: uuid.UUID
    total: int = 0
    done: int = 0
    _told: float = field(default_factory=time.monotonic)

    def heard(self, more: int) -> None:
        """Count what was written."""
        self.at(self.done + more, self.total)

    def at(self, done: int, total: int) -> None:
        """Say where the work stands."""
        self.done, self.total = done, total
        if time.monotonic() - self._told > _TELL_EVERY:
            self._told = time.monotonic()
            with self.database.writing() as session:
                values = {"done": done, "total": total, "leased_until": database_clock(session) + LEASE}
                session.execute(update(ImportJob).where(ImportJob.id == self.job_id).values(**values))


@contextmanager
def holding(
    database: Database, municipality: str, *, name: str, by: str, now: datetime, change_set_id: uuid.UUID
) -> Iterator[Progress]:
    """Write into a town's directory from outside the console: nobody else does meanwhile; raises Busy."""
    with database.writing() as session:
        places.hold(session, municipality)
        refuse_busy(session, municipality)
        job = ImportJob(
            municipality_code=municipality, by=by, made_at=now, file_name=name, state=JobState.APPLYING,
            change_set_id=change_set_id, leased_until=database_clock(session) + LEASE,
        )  # fmt: skip
        session.add(job)
        session.flush()
    try:
        yield Progress(database, job.id)
    finally:
        with database.writing() as session:
            made = session.get(ChangeSet, change_set_id)
            shown = made is not None and made.state != ChangeSetState.BUILDING
            ended = JobState.APPLIED if shown else JobState.FAILED
            values: dict[str, Any] = {"state": ended, "settled_at": now, "trouble": "" if shown else _FELL}
            if made is not None:
                values["report"] = {"layout_label": made.layout, **made.counts}
            session.execute(update(ImportJob).where(ImportJob.id == job.id).values(**values))


