"""One person who writes in two places: their conversations are read as one, and each keeps its own key."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import UniqueConstraint, Uuid, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from resources.db import Base, Held, held_args
from resources.reading import once


class SamePerson(Held, Base):
    """A contact that was found to be the same person as another one, by whom and when; taking it away undoes it.

    Nothing is moved and nothing sealed anew: words stay under the key of the contact they were said by, so that letting
    go of a person is letting go of the keys of all their contacts.
    """

    __tablename__ = "same_person"
    __table_args__ = held_args(UniqueConstraint("contact_id"), contact_id="contact", person_id="contact")

    contact_id: Mapped[uuid.UUID] = mapped_column(Uuid())
    person_id: Mapped[uuid.UUID] = mapped_column(Uuid(), index=True)  # the contact under which all is read
    closed_case_id: Mapped[uuid.UUID | None] = mapped_column(Uuid())  # the second case, ended as a duplicate by this
    staff_id: Mapped[uuid.UUID] = mapped_column(Uuid())
    made_at: Mapped[datetime] = mapped_column()


def everybody(session: Session, contact_id: uuid.UUID) -> list[uuid.UUID]:
    """Return all contacts that are this person, the one under which they are read first."""
    return once(session, lambda: _everybody(session, contact_id), "everybody", contact_id)


def remember(session: Session, contacts: list[uuid.UUID]) -> None:
    """Keep, while a page is read, that these contacts are one person."""
    for one in contacts:
        once(session, lambda: contacts, "everybody", one)


def _everybody(session: Session, contact_id: uuid.UUID) -> list[uuid.UUID]:
    head = select(SamePerson.person_id).where(SamePerson.contact_id == contact_id)
    links = session.execute(
        select(SamePerson.person_id, SamePerson.contact_id)
        .where(or_(SamePerson.person_id == contact_id, SamePerson.person_id.in_(head)))
        .order_by(SamePerson.id)
    ).all()
    return [links[0][0], *(other for _, other in links)] if links else [contact_id]


def person_of(session: Session, contact_id: uuid.UUID) -> uuid.UUID:
    """Return the contact under which a person is read."""
    return everybody(session, contact_id)[0]
