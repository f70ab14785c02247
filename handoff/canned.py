"""Prepared replies of a town: what is often said, written once and chosen at the desk."""

from __future__ import annotations

import tomllib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from typing import Final

from sqlalchemy import ForeignKey, Index, Integer, String, Text, Uuid, func, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from handoff import fields
from handoff.replying import LONGEST
from handoff.states import NotAllowed
from resources import journal
from resources.access import Actor
from resources.db import Base, new_id
from resources.desks import Desk

TITLE: Final = 40
_KIND: Final = "canned_reply"


class NothingWritten(NotAllowed):
    """名前と本文の両方を書いてください。保存していません。"""


class TooLong(NotAllowed):
    """名前は40文字、本文は2,000文字までです。保存していません。"""


class NoSuchDesk(NotAllowed):
    """その窓口は、この町にありません。保存していません。"""


class ChangedMeanwhile(NotAllowed):
    """先にほかの人がこの定型文を変えました。いまの内容を確かめてから、もう一度保存してください。保存していません。"""


class CannedReply(Base):
    """One prepared reply of a town, for one desk or for all of them."""

    __tablename__ = "canned_reply"
    __table_args__ = (Index("ix_canned_reply_municipality_code_position", "municipality_code", "position"),)

    id: Mapped[uuid.UUID] = mapped_column(Uuid(), primary_key=True, default=new_id)
    municipality_code: Mapped[str] = mapped_column(ForeignKey("municipality.code"))
    desk_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("desk.id"))
    title: Mapped[str] = mapped_column(String(TITLE))
    words: Mapped[str] = mapped_column(Text())
    position: Mapped[int] = mapped_column(Integer())
    active: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int] = mapped_column(Integer(), default=1)
    changed_at: Mapped[datetime] = mapped_column()
    changed_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("staff.id"))


@dataclass(frozen=True)
class Draft:
    """A prepared reply as somebody writes it."""

    title: str
    words: str
    desk_id: uuid.UUID | None = None


def listed(session: Session, town: str) -> list[CannedReply]:
    """Return all prepared replies of a town in their order, those switched off too."""
    query = select(CannedReply).where(CannedReply.municipality_code == town)
    return list(session.scalars(query.order_by(CannedReply.position, CannedReply.id)))


def find(session: Session, town: str, canned_id: uuid.UUID) -> CannedReply | None:
    """Return one of the town's prepared replies; another town's does not exist."""
    query = select(CannedReply).where(CannedReply.municipality_code == town, CannedReply.id == canned_id)
    return session.scalars(query).first()


def for_desk(session: Session, town: str, desk_id: uuid.UUID | None) -> list[CannedReply]:
    """Return what the people at a desk may choose from."""
    query = select(CannedReply).where(
        CannedReply.municipality_code == town,
        CannedReply.active,
        or_(CannedReply.desk_id.is_(None), CannedReply.desk_id == desk_id),
    )
    return list(session.scalars(query.order_by(CannedReply.position, CannedReply.id)))


def add(session: Session, town: str, draft: Draft, *, actor: Actor, now: datetime) -> CannedReply:
    """Add a prepared reply behind the others; raises NothingWritten, TooLong, UnknownField, NoSuchDesk."""
    _check(session, town, draft)
    made = _added(session, town, draft, now=now, by=actor.staff_id)
    _note(session, "canned.add", made, actor=actor, now=now)
    return made


def change(session: Session, canned: CannedReply, draft: Draft, *, version: int, actor: Actor, now: datetime) -> None:
    """Change a prepared reply that still is what its editor saw; raises ChangedMeanwhile and what `add` raises."""
    _check(session, canned.municipality_code, draft)
    _write(
        session, canned, version, title=draft.title.strip(), words=draft.words.strip(), desk_id=draft.desk_id,
        changed_at=now, changed_by=actor.staff_id,
    )  # fmt: skip
    _note(session, "canned.change", canned, actor=actor, now=now)


def switch(session: Session, canned: CannedReply, *, on: bool, version: int, actor: Actor, now: datetime) -> None:
    """Offer a prepared reply at the desk or no more; raises ChangedMeanwhile."""
    _write(session, canned, version, active=on, changed_at=now, changed_by=actor.staff_id)
    _note(session, "canned.on" if on else "canned.off", canned, actor=actor, now=now)


def move(session: Session, canned: CannedReply, *, up: bool, actor: Actor, now: datetime) -> None:
    """Put a prepared reply one place higher or lower; at the end of the list nothing happens."""
    order = listed(session, canned.municipality_code)
    at = order.index(canned)
    other = at - 1 if up else at + 1
    if not 0 <= other < len(order):
        return
    order[at], order[other] = order[other], order[at]
    for position, one in enumerate(order, start=1):
        one.position = position
    _note(session, "canned.move", canned, actor=actor, now=now)


def ready_made() -> list[Draft]:
    """Return the prepared replies we offer to every town."""
    raw = tomllib.loads(files("handoff").joinpath("canned.toml").read_text(encoding="utf-8"))
    return [Draft(one["title"], one["words"].strip()) for one in raw["canned"]]


def offered(session: Session, town: str) -> list[Draft]:
    """Return those of our prepared replies that a town does not have yet, by their names."""
    known = {canned.title for canned in listed(session, town)}
    return [draft for draft in ready_made() if draft.title not in known]


def take_over(session: Session, town: str, *, actor: Actor, now: datetime) -> int:
    """Add what is offered to a town's own; returns how many were added."""
    return len([add(session, town, draft, actor=actor, now=now) for draft in offered(session, town)])


def furnish(session: Session, town: str, drafts: Sequence[Draft], *, now: datetime) -> None:
    """Put prepared replies into a new town, by nobody's hand."""
    for draft in drafts:
        _added(session, town, draft, now=now, by=None)


def _check(session: Session, town: str, draft: Draft) -> None:
    title, words = draft.title.strip(), draft.words.strip()
    if not title or not words:
        raise NothingWritten(NothingWritten.__doc__)
    if len(title) > TITLE or len(words) > LONGEST:
        raise TooLong(TooLong.__doc__)
    desk = session.get(Desk, draft.desk_id) if draft.desk_id else None
    if draft.desk_id is not None and (desk is None or desk.municipality_code != town):
        raise NoSuchDesk(NoSuchDesk.__doc__)
    fields.check(words)


def _added(session: Session, town: str, draft: Draft, *, now: datetime, by: uuid.UUID | None) -> CannedReply:
    last = session.scalar(select(func.max(CannedReply.position)).where(CannedReply.municipality_code == town))
    made = CannedReply(
        id=new_id(), municipality_code=town, desk_id=draft.desk_id, title=draft.title.strip(),
        words=draft.words.strip(), position=(last or 0) + 1, changed_at=now, changed_by=by,
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


def _write(session: Session, canned: CannedReply, version: int, **values: object) -> None:
    changed = session.execute(
        update(CannedReply)
        .where(CannedReply.id == canned.id, CannedReply.version == version)
        .values(version=version + 1, **values)
        .execution_options(synchronize_session=False)
    )
    session.refresh(canned)
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        raise ChangedMeanwhile(ChangedMeanwhile.__doc__)


def _note(session: Session, act: str, canned: CannedReply, *, actor: Actor, now: datetime) -> None:
    journal.record(
        session, act, municipality=canned.municipality_code, subject_kind=_KIND, subject_id=canned.id,
        staff_id=actor.staff_id, now=now,
    )  # fmt: skip
