"""Who writes: a person (contact) and the ways they reach us (contact points)."""

from __future__ import annotations

import unicodedata
import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import LargeBinary, String, UniqueConstraint, Uuid, select
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy.orm.attributes import flag_modified

from handoff.accounts import Account
from resources.db import Base, Held, held_args, new_id
from resources.sealing import reveal, seal, sealer


class Contact(Held, Base):
    """A person who writes to us."""

    __tablename__ = "contact"
    __table_args__ = held_args()

    name_sealed: Mapped[bytes | None] = mapped_column(LargeBinary())  # the name to call them by
    name_index: Mapped[bytes | None] = mapped_column(LargeBinary(32), index=True)
    phone_sealed: Mapped[bytes | None] = mapped_column(LargeBinary())
    phone_index: Mapped[bytes | None] = mapped_column(LargeBinary(32), index=True)
    wishes_sealed: Mapped[bytes | None] = mapped_column(LargeBinary())  # how and when contact is allowed, in their words
    call_allowed: Mapped[bool | None] = mapped_column()
    family_may_know: Mapped[bool | None] = mapped_column()
    # Somebody else may read this person's phone: nothing is pushed, nothing is named.
    device_watched: Mapped[bool] = mapped_column(default=False)
    pushes_stopped_at: Mapped[datetime | None] = mapped_column()
    made_at: Mapped[datetime] = mapped_column()


class ContactPoint(Held, Base):
    """One LINE, Telegram or browser identity of a contact."""

    __tablename__ = "contact_point"
    __table_args__ = held_args(
        UniqueConstraint("account_id", "address_index"), contact_id="contact", account_id="account"
    )
    seal_subject = "contact_id"

    contact_id: Mapped[uuid.UUID] = mapped_column(Uuid(), index=True)
    account_id: Mapped[uuid.UUID] = mapped_column(Uuid())
    address_sealed: Mapped[bytes] = mapped_column(LargeBinary())  # the platform's user id
    address_index: Mapped[bytes] = mapped_column(LargeBinary(32))
    reachable: Mapped[bool] = mapped_column(default=True)
    unreachable_since: Mapped[datetime | None] = mapped_column()
    language: Mapped[str] = mapped_column(String(12), default="")
    # The newest unused reply token: whatever is said next rides it, free of charge.
    reply_token_sealed: Mapped[bytes | None] = mapped_column(LargeBinary())
    reply_until: Mapped[datetime | None] = mapped_column()
    made_at: Mapped[datetime] = mapped_column()


@dataclass(frozen=True)
class NoPoint:
    """A contact that came by telephone or on foot: there is nowhere to answer in writing."""

    custodian: str
    contact_id: uuid.UUID
    id: None = None


def lane(session: Session, account: Account, address: str) -> bytes:
    """Return the fingerprint by which one sender's messages are found and kept in order."""
    return sealer(session).blind(account.custodian, f"address:{account.id.hex}", address)


def meet(session: Session, account: Account, address: str, *, now: datetime) -> ContactPoint:
    """Return the contact point of a sender; a new person gets a contact of their own."""
    index = lane(session, account, address)
    query = select(ContactPoint).where(ContactPoint.account_id == account.id, ContactPoint.address_index == index)
    point = session.scalars(query).first()
    if point is not None:
        return point
    contact = Contact(id=new_id(), custodian=account.custodian, made_at=now)
    point = ContactPoint(
        id=new_id(),
        custodian=account.custodian,
        contact_id=contact.id,
        account_id=account.id,
        address_index=index,
        made_at=now,
    )
    seal(session, point, "address_sealed", address)
    session.add(contact)
    session.flush()
    session.add(point)
    session.flush()
    return point


def address(session: Session, point: ContactPoint) -> str:
    """Return the platform's user id of a contact point."""
    return reveal(session, point, "address_sealed") or ""


def mark_reachable(point: ContactPoint, reachable: bool, *, now: datetime) -> None:
    """Remember that messages do or do not arrive there."""
    if point.reachable != reachable:
        point.reachable, point.unreachable_since = reachable, None if reachable else now


def keep_reply_token(session: Session, point: ContactPoint, token: str, *, until: datetime) -> None:
    """Remember the platform's permission to answer once without charge, until it dies."""
    seal(session, point, "reply_token_sealed", token)
    point.reply_until = until
    # Written even when it is the same as before: the sender may have cleared it since we looked.
    flag_modified(point, "reply_until")


def use_reply_token(session: Session, point: ContactPoint, *, at: datetime) -> tuple[str, datetime] | None:
    """Hand out the reply token for its one use, with its end; None when there is none that still lives at `at`."""
    token, until = reveal(session, point, "reply_token_sealed"), point.reply_until
    point.reply_token_sealed = point.reply_until = None
    return (token, until) if token and until is not None and until > at else None


def name_person(session: Session, contact: Contact, name: str) -> None:
    """Keep the name to call a person by, so that it can be found again without being readable."""
    seal(session, contact, "name_sealed", name or None)
    contact.name_index = sealer(session).blind(contact.custodian, "name", name) if name else None


def called(session: Session, contact: Contact) -> str:
    """Return the name to call a person by, empty when none was given."""
    return reveal(session, contact, "name_sealed") or ""


def come(session: Session, contact_id: uuid.UUID, custodian: str, *, now: datetime) -> Contact:
    """Add a person who came by telephone or on foot, under an id of their own."""
    contact = Contact(id=contact_id, custodian=custodian, made_at=now)
    session.add(contact)
    session.flush()
    return contact


def keep_phone(session: Session, contact: Contact, words: str) -> None:
    """Keep the number to call, so that it can be found again without being readable."""
    digits = figures(words)
    seal(session, contact, "phone_sealed", digits or None)
    contact.phone_index = phone_index(session, contact.custodian, digits)


def phone_index(session: Session, custodian: str, words: str) -> bytes | None:
    """Return the fingerprint of a number, the same with and without dashes; None where there is no number."""
    plain = figures(words).replace("-", "")
    return sealer(session).blind(custodian, "phone", plain) if plain else None


def figures(words: str) -> str:
    """Return the number to dial in what somebody wrote."""
    plain = unicodedata.normalize("NFKC", words)
    return "".join(sign for sign in plain if sign.isdigit() or sign in "-+")[:20]


def phone(session: Session, contact: Contact) -> str:
    """Return the number to call, empty when none was given."""
    return reveal(session, contact, "phone_sealed") or ""
