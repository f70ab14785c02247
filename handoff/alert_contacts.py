"""Whom a town can alert: a role such as 「当直」, and the names of the endpoints that reach it."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint, Uuid, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from resources import journal
from resources.access import Actor
from resources.db import Base, new_id
from resources.journal import JournalEntry

LONGEST: Final = 40
_KIND: Final = "alert_contact"
_TRIAL: Final = "alert_contact.trial"
# A second test so soon after the first tells nothing new, and somebody's telephone rings.
_REST: Final = timedelta(seconds=30)


class ContactRefused(ValueError):
    """連絡先は変わっていません。"""


class NameNeeded(ContactRefused):
    """連絡先の名前を、40文字までで入れてください（例：当直）。連絡先は変わっていません。"""


class NameTaken(ContactRefused):
    """同じ名前の連絡先が、もうあります。別の名前にするか、前からある連絡先を直してください。連絡先は変わっていません。"""


class WayNeeded(ContactRefused):
    """知らせを送る方法を、一つ以上選んでください。選べるものがないときは、サーバーの管理者に頼んでください。連絡先は変わっていません。"""


class TriedJustNow(ContactRefused):
    """30秒以内に試験を送っています。届いたかどうかを確かめてから、もう一度お試しください。"""


class AlertContact(Base):
    """One role that can be alerted; addresses stand only in the operator's list."""

    __tablename__ = "alert_contact"
    __table_args__ = (UniqueConstraint("municipality_code", "name"),)

    id: Mapped[uuid.UUID] = mapped_column(Uuid(), primary_key=True, default=new_id)
    municipality_code: Mapped[str] = mapped_column(ForeignKey("municipality.code"))
    name: Mapped[str] = mapped_column(String(LONGEST))
    endpoints: Mapped[list[str]] = mapped_column(JSON(), default=list)
    changed_at: Mapped[datetime] = mapped_column()


def of_town(session: Session, municipality: str) -> list[AlertContact]:
    """Return the contacts of a town by name."""
    query = select(AlertContact).where(AlertContact.municipality_code == municipality)
    return list(session.scalars(query.order_by(AlertContact.name)))


def find(session: Session, towns: Collection[str], contact_id: uuid.UUID, *, to_change: bool = False) -> AlertContact | None:
    """Return a contact of one of these towns, or None: another town's does not exist. `to_change` holds it."""
    query = select(AlertContact).where(AlertContact.id == contact_id, AlertContact.municipality_code.in_(tuple(towns)))
    return session.scalars(query.with_for_update() if to_change else query).first()


def add(
    session: Session, municipality: str, name: str, endpoints: Sequence[str], *,
    offered: Collection[str], actor: Actor, now: datetime,
) -> AlertContact:  # fmt: skip
    """Add a contact; only endpoints the operator offers to this town can be named."""
    contact = AlertContact(id=new_id(), municipality_code=municipality, name="", endpoints=[], changed_at=now)
    change(session, contact, name, endpoints, offered=offered, actor=actor, now=now, act="added")
    return contact


def change(
    session: Session, contact: AlertContact, name: str, endpoints: Sequence[str], *,
    offered: Collection[str], actor: Actor, now: datetime, act: str = "changed",
) -> None:  # fmt: skip
    """Give a contact another name or other ways."""
    plain, chosen = " ".join(name.split()), [one for one in dict.fromkeys(endpoints) if one in offered]
    if not plain or len(plain) > LONGEST:
        raise NameNeeded(NameNeeded.__doc__)
    if any(other.name == plain and other.id != contact.id for other in of_town(session, contact.municipality_code)):
        raise NameTaken(NameTaken.__doc__)
    if not chosen:
        raise WayNeeded(WayNeeded.__doc__)
    contact.name, contact.endpoints, contact.changed_at = plain, chosen, now
    session.add(contact)
    _record(session, f"{_KIND}.{act}", contact, actor=actor, now=now)
    session.flush()


def note_trial(session: Session, contact: AlertContact, *, actor: Actor, now: datetime) -> None:
    """Write down that a test alert goes out now; raises TriedJustNow."""
    query = select(JournalEntry.id).where(
        JournalEntry.subject_kind == _KIND, JournalEntry.subject_id == contact.id,
        JournalEntry.act == _TRIAL, JournalEntry.at > now - _REST,
    )  # fmt: skip
    if session.scalars(query.limit(1)).first() is not None:
        raise TriedJustNow(TriedJustNow.__doc__)
    _record(session, _TRIAL, contact, actor=actor, now=now)


def _record(session: Session, act: str, contact: AlertContact, *, actor: Actor, now: datetime) -> None:
    journal.record(
        session, act, municipality=contact.municipality_code, subject_kind=_KIND, subject_id=contact.id,
        staff_id=actor.staff_id, now=now, detail=",".join(contact.endpoints)[:200],
    )  # fmt: skip
