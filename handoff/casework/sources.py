"""What of a case the forms are filled from: the resident's own messages, and what was taken down at the reception."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Final

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from handoff import cases, contacts, conversation, intake, transcript
from handoff.accounts import Account
from handoff.cases import Case
from handoff.casework import proposals
from handoff.casework.proposals import Known, Proposal, Told
from handoff.contacts import Contact, ContactPoint
from handoff.transcript import Author, Kind, Message
from resources import areas

# Of a very long conversation its beginning and its end are read: who somebody is stands at one, how it goes at the other.
_READ: Final = 200
_AROUND: Final = 20
_SPOKEN: Final = (Kind.CALL, Kind.CAME, Kind.WENT)


def told(session: Session, case: Case) -> list[Told]:
    """Return what the resident said and did not take back, oldest first."""
    query = select(Message).where(*_own(session, case))
    first = session.scalars(query.order_by(Message.id).limit(_READ)).all()
    last = session.scalars(query.order_by(Message.id.desc()).limit(_READ)).all() if len(first) == _READ else []
    both = {message.id: message for message in (*first, *last)}
    return [Told(key, transcript.words(session, both[key]), both[key].crisis is not None) for key in sorted(both)]


def known(session: Session, case: Case, said: Sequence[Told]) -> Known:
    """Return what is known of a case beside the conversation."""
    contact = session.scalars(select(Contact).where(Contact.id == case.contact_id)).one()
    parts = areas.of_town(session, case.custodian)
    named = [(one.message, area) for one in said if parts and (area := intake.area_among(parts, one.words))]
    return Known(
        topics=case.topics,
        crises=case.crises,
        reasons=case.reasons,
        understood=cases.understood(session, case),
        complaint=cases.complaint(session, case),
        phone=contacts.phone(session, contact),
        channel=_channel(session, case),
        need=case.need,
        places=[(message, area.name, area.catchment) for message, area in named],
    )


def proposed(session: Session, case: Case) -> dict[str, Proposal]:
    """Return what the forms may say by the conversation as it stands now."""
    said = told(session, case)
    return proposals.propose(said, known(session, case, said))


def links(session: Session, case: Case, wanted: set[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Return for each message the address of its line in the conversation."""
    if not wanted:
        return {}
    query = select(Message.id).where(Message.contact_id.in_(conversation.people(session, case)))
    newest = list(session.scalars(query.order_by(Message.id.desc())))
    found = {}
    for at, message in enumerate(newest):
        if message in wanted:
            page = f"?before={newest[at - _AROUND]}" if at >= conversation.PAGE else ""
            found[message] = f"/desk/cases/{case.id}{page}#line-{message}"
    return found


def _own(session: Session, case: Case) -> tuple[ColumnElement[bool], ...]:
    return (
        Message.contact_id.in_(conversation.people(session, case)),
        Message.author == Author.RESIDENT,
        Message.kind.in_((Kind.TEXT, Kind.MET, *_SPOKEN)),
        Message.words_sealed.is_not(None),
        Message.withdrawn_at.is_(None),
        Message.erased_at.is_(None),
    )


def _channel(session: Session, case: Case) -> str:
    if case.point_id is not None:
        query = select(Account.platform).join(ContactPoint, ContactPoint.account_id == Account.id)
        return str(session.scalar(query.where(ContactPoint.id == case.point_id)) or "")
    spoken = select(Message.kind).where(Message.contact_id == case.contact_id, Message.kind.in_(_SPOKEN))
    return str(session.scalar(spoken.order_by(Message.id).limit(1)) or "")
