"""What an editor has typed and not saved yet: kept on the server, one sheet a person and entry."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint, Uuid, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from resources.access import Actor
from resources.db import Base, new_id

# A list of half-written entries longer than this is no list any more.
MOST: Final = 20
# Beside the cells stands which screen they were typed on.
SCREEN: Final = "screen"
# What stands in place of a fingerprint where nobody may go on with the form of a new entry.
_ENDED: Final = "ended"


class KeptSheet(Base):
    """The cells of a form as they stood when they were typed last; without cells there is nothing to go on with.

    `service_id` is empty as long as the entry is new; once it was made, the row remembers which one it became, so that a second
    press makes no second entry. `seen` is the fingerprint of the entry as it stood when typing began.
    """

    __tablename__ = "kept_sheet"
    __table_args__ = (UniqueConstraint("staff_id", "service_id"),)

    id: Mapped[uuid.UUID] = mapped_column(Uuid(), primary_key=True, default=new_id)
    municipality_code: Mapped[str] = mapped_column(ForeignKey("municipality.code"))
    staff_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("staff.id"))
    service_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("service.id"))
    seen: Mapped[str] = mapped_column(String(64), default="")
    cells: Mapped[dict[str, str]] = mapped_column(JSON())
    kept_at: Mapped[datetime] = mapped_column()


def of_entry(session: Session, service_id: uuid.UUID, *, actor: Actor, to_change: bool = False) -> KeptSheet | None:
    """Return what a person typed over an entry."""
    query = select(KeptSheet).where(KeptSheet.staff_id == actor.staff_id, KeptSheet.service_id == service_id)
    return session.scalars(query.with_for_update() if to_change else query).first()


def of_new(session: Session, key: uuid.UUID, *, actor: Actor, to_change: bool = False) -> KeptSheet | None:
    """Return what a person typed into the form of a new entry, under the key of that form."""
    query = select(KeptSheet).where(KeptSheet.staff_id == actor.staff_id, KeptSheet.id == key)
    return session.scalars(query.with_for_update() if to_change else query).first()


def new_ones(session: Session, *, town: str, actor: Actor) -> list[KeptSheet]:
    """Return the new entries of a town that a person began and did not make, the newest first."""
    query = select(KeptSheet).where(
        KeptSheet.staff_id == actor.staff_id, KeptSheet.municipality_code == town, KeptSheet.service_id.is_(None)
    )
    rows = session.scalars(query.order_by(KeptSheet.kept_at.desc(), KeptSheet.id).limit(MOST))
    return [row for row in rows if row.cells]


def keep(
    session: Session, service_id: uuid.UUID, cells: Mapping[str, str], *, town: str, seen: str, actor: Actor, now: datetime
) -> KeptSheet:
    """Keep what is typed over an entry."""
    row = of_entry(session, service_id, actor=actor, to_change=True)
    if row is None:
        made = KeptSheet(
            id=new_id(), municipality_code=town, staff_id=actor.staff_id, service_id=service_id, cells={}, kept_at=now
        )
        row = _added(session, made) or of_entry(session, service_id, actor=actor, to_change=True)
    assert row is not None
    row.cells, row.seen, row.kept_at = dict(cells), seen, now
    return row


def keep_new(
    session: Session, key: uuid.UUID, cells: Mapping[str, str], *, town: str, actor: Actor, now: datetime
) -> KeptSheet | None:
    """Keep what is typed for a new entry; None when the key belongs to somebody else's form, or to one that was ended."""
    row = of_new(session, key, actor=actor, to_change=True)
    if row is None:
        made = KeptSheet(id=key, municipality_code=town, staff_id=actor.staff_id, cells={}, kept_at=now)
        row = _added(session, made) or of_new(session, key, actor=actor, to_change=True)
    if row is not None and row.seen == _ENDED:
        return None
    if row is not None and row.service_id is None:
        row.cells, row.municipality_code, row.kept_at = dict(cells), town, now
    return row


def fingerprint(row: KeptSheet | None) -> str:
    """Return a name for what a person has typed so far; empty where nothing is kept."""
    if row is None or not row.cells:
        return ""
    said = json.dumps(row.cells, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()[:32]


def is_elsewhere(row: KeptSheet | None, known: str, screen: str) -> bool:
    """Say whether the same person is typing on another screen, too: what is kept came from there, and this one never saw it."""
    return row is not None and bool(row.cells) and row.cells.get(SCREEN, "") != screen and fingerprint(row) != known


def let_go(row: KeptSheet | None) -> None:
    """Forget what was typed: it was saved, or is not wanted any more."""
    if row is not None:
        row.cells, row.seen = {}, ""


def end(row: KeptSheet) -> None:
    """Forget what was typed for a new entry, and let none be made of it any more."""
    row.cells, row.seen = {}, _ENDED


def _added(session: Session, row: KeptSheet) -> KeptSheet | None:
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        return None  # The same form came twice in one moment; the other one's row is there now.
    return row
