"""What changed in the directory, by whom, before and after, so that any change can be taken back."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, Select, String, Text, Uuid, and_, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from resources.db import Base, new_id
from resources.places import Municipality
from resources.services import Service


class ChangeSetState(StrEnum):
    """How far a set of changes has come."""

    BUILDING = "building"  # -> visible, abandoned
    VISIBLE = "visible"  # -> undone
    UNDONE = "undone"
    ABANDONED = "abandoned"


class ChangeSet(Base):
    """Changes that become visible together: one import of a file, or the undoing of one."""

    __tablename__ = "change_set"
    __table_args__ = (Index("ix_change_set_municipality_code_made_at", "municipality_code", "made_at"),)

    id: Mapped[uuid.UUID] = mapped_column(Uuid(), primary_key=True, default=new_id)
    municipality_code: Mapped[str] = mapped_column(ForeignKey("municipality.code"))
    act: Mapped[str] = mapped_column(String(16), default="import")
    state: Mapped[ChangeSetState] = mapped_column(String(12), default=ChangeSetState.BUILDING)
    file_name: Mapped[str] = mapped_column(Text(), default="")
    file_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32))  # SHA-256 of the bytes
    layout: Mapped[str] = mapped_column(String(60), default="")
    mapping: Mapped[dict[str, Any]] = mapped_column(JSON(), default=dict)  # heading -> field, as it was read
    counts: Mapped[dict[str, Any]] = mapped_column(JSON(), default=dict)
    by: Mapped[str] = mapped_column(String(120))
    undoes_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("change_set.id"))
    made_at: Mapped[datetime] = mapped_column()
    visible_at: Mapped[datetime | None] = mapped_column()


class Revision(Base):
    """One entry before and after one change, as exchange fields (resources.drafts)."""

    __tablename__ = "revision"
    __table_args__ = (
        Index("ix_revision_service_id_at", "service_id", "at"),
        Index("ix_revision_change_set_id_service_id", "change_set_id", "service_id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(Uuid(), primary_key=True, default=new_id)
    service_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("service.id"))
    change_set_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("change_set.id"))
    at: Mapped[datetime] = mapped_column()
    by: Mapped[str] = mapped_column(String(120))
    act: Mapped[str] = mapped_column(String(16))  # added, changed, retired, undone
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    after: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))


def record(
    session: Session,
    service_id: uuid.UUID,
    *,
    act: str,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
    by: str,
    now: datetime,
) -> None:
    """Write one change of one entry, made by hand."""
    session.add(Revision(service_id=service_id, at=now, by=by, act=act, before=before, after=after))


def bump(session: Session, municipality: str | Select[str]) -> None:
    """Move the directory version of a town, or of the towns a query names: their search indexes are out of date."""
    moved = Municipality.directory_version + 1
    which = Municipality.code == municipality if isinstance(municipality, str) else Municipality.code.in_(municipality)
    session.execute(
        update(Municipality).where(which).values(directory_version=moved), execution_options={"synchronize_session": False}
    )


def changed_since(session: Session, since: datetime, *, towns: Sequence[str]) -> set[uuid.UUID]:
    """Return the entries of towns that were added or changed since a moment, by hand or by a file that took effect then."""
    by_file = select(ChangeSet.id).where(ChangeSet.state == ChangeSetState.VISIBLE, ChangeSet.visible_at >= since)
    by_hand = and_(Revision.change_set_id.is_(None), Revision.at >= since)
    query = select(Revision.service_id).join(Service, Service.id == Revision.service_id)
    query = query.where(or_(by_hand, Revision.change_set_id.in_(by_file)), Service.municipality_code.in_(towns))
    return set(session.scalars(query))


def history(session: Session, service_id: uuid.UUID) -> list[Revision]:
    """Return the changes of an entry that took effect, newest first."""
    query = select(Revision).outerjoin(ChangeSet).where(Revision.service_id == service_id)
    in_force = Revision.change_set_id.is_(None) | ChangeSet.state.in_((ChangeSetState.VISIBLE, ChangeSetState.UNDONE))
    return list(session.scalars(query.where(in_force).order_by(Revision.at.desc(), Revision.id.desc())))
