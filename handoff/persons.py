"""The person of a case: their contacts, and where they write, in one question."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from handoff.accounts import Account
from handoff.contacts import Contact, ContactPoint
from handoff.same_person import SamePerson, remember
from resources.reading import once


@dataclass(frozen=True)
class Person:
    """Everything a person is known by; the contact under which they are read comes first."""

    contacts: list[Contact]
    places: list[tuple[ContactPoint, Account]]


def of_contact(session: Session, contact_id: uuid.UUID) -> Person:
    """Return the person a contact belongs to."""
    return once(session, lambda: _of_contact(session, contact_id), "person", contact_id)


def _of_contact(session: Session, contact_id: uuid.UUID) -> Person:
    head = select(SamePerson.person_id).where(SamePerson.contact_id == contact_id)
    others = select(SamePerson.contact_id).where(or_(SamePerson.person_id == contact_id, SamePerson.person_id.in_(head)))
    rows = session.execute(
        select(Contact, SamePerson.person_id, ContactPoint, Account)
        .outerjoin(SamePerson, SamePerson.contact_id == Contact.id)
        .outerjoin(ContactPoint, ContactPoint.contact_id == Contact.id)
        .outerjoin(Account, Account.id == ContactPoint.account_id)
        .where(or_(Contact.id == contact_id, Contact.id.in_(head), Contact.id.in_(others)))
        .order_by(SamePerson.id.is_not(None), SamePerson.id, ContactPoint.id)
    ).all()
    found = Person(
        list(dict.fromkeys(contact for contact, _, _, _ in rows)),
        [(point, account) for _, _, point, account in rows if point is not None and account is not None],
    )
    remember(session, [contact.id for contact in found.contacts])
    return found
