"""Which workers are alive, so that the work of one that died is taken up at once by another."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import String, delete, func, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from handoff.attachments import Attachment, FileState
from handoff.inbox import EventState, InboundEvent
from handoff.outbox import Outgoing
from handoff.states import Delivery
from resources.db import Base

SILENT_AFTER = timedelta(seconds=20)


class WorkerBeat(Base):
    """The last sign of life of one worker process, by the database's clock."""

    __tablename__ = "worker_beat"

    worker: Mapped[str] = mapped_column(String(64), primary_key=True)
    seen_at: Mapped[datetime] = mapped_column()


def beat(session: Session, worker: str, *, clock: datetime) -> None:
    """Give a sign of life."""
    known = session.get(WorkerBeat, worker)
    if known is None:
        session.add(WorkerBeat(worker=worker, seen_at=clock))
    else:
        known.seen_at = clock


def gone(session: Session, *, clock: datetime) -> list[str]:
    """Return the workers that have been silent for too long."""
    return list(session.scalars(select(WorkerBeat.worker).where(WorkerBeat.seen_at < clock - SILENT_AFTER)))


def known(session: Session) -> list[str]:
    """Return all workers that ever gave a sign and were not bid farewell."""
    return list(session.scalars(select(WorkerBeat.worker)))


def last_beat(session: Session) -> datetime | None:
    """Return the newest sign of life of any worker."""
    return session.scalar(select(func.max(WorkerBeat.seen_at)))


def farewell(session: Session, workers: Collection[str]) -> None:
    """Free everything the threads of these workers held (they sign as "worker/thread"): they ended, or died."""
    if not workers:
        return
    session.execute(
        update(InboundEvent)
        .where(or_(*(InboundEvent.leased_by.startswith(f"{worker}/") for worker in workers)))
        .where(InboundEvent.state == EventState.WAITING)
        .values(leased_by=None, leased_until=None)
        .execution_options(synchronize_session=False)
    )
    session.execute(
        update(Outgoing)
        .where(or_(*(Outgoing.leased_by.startswith(f"{worker}/") for worker in workers)))
        .where(Outgoing.state.in_((Delivery.WAITING, Delivery.SENDING)))
        .values(leased_by=None, leased_until=None)
        .execution_options(synchronize_session=False)
    )
    session.execute(
        update(Attachment)
        .where(or_(*(Attachment.leased_by.startswith(f"{worker}/") for worker in workers)))
        .where(Attachment.state == FileState.WAITING)
        .values(leased_by=None, leased_until=None)
        .execution_options(synchronize_session=False)
    )
    session.execute(delete(WorkerBeat).where(WorkerBeat.worker.in_(workers)))
