"""Whether our words arrive at a person, and what the desk is told when they do not."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from handoff import cases, contacts, transcript
from handoff.accounts import Account
from handoff.contacts import ContactPoint
from handoff.outbox import Outgoing
from handoff.states import Delivery
from handoff.transcript import Author

# Why a delivery failed: the person has blocked us or left the platform.
BLOCKED = "blocked"
_LOST = "ブロックまたは退会により、いまはこの方にメッセージが届きません。"
_BACK = "この方に、またメッセージが届くようになりました。"


def find_point(session: Session, account: Account, address: str) -> ContactPoint | None:
    """Return the contact point of a sender we have met."""
    index = contacts.lane(session, account, address)
    query = select(ContactPoint).where(ContactPoint.account_id == account.id, ContactPoint.address_index == index)
    return session.scalars(query).first()


def lose(session: Session, point: ContactPoint, *, now: datetime) -> None:
    """Note that nothing arrives there any more; what waits has failed, and the desk reads so in the conversation."""
    if not point.reachable:
        return
    contacts.mark_reachable(point, False, now=now)
    session.execute(
        update(Outgoing)
        .where(Outgoing.point_id == point.id, Outgoing.state == Delivery.WAITING)
        .values(state=Delivery.FAILED, reason=BLOCKED)
        .execution_options(synchronize_session=False)
    )
    _tell_desk(session, point, _LOST, now)


def regain(session: Session, point: ContactPoint, *, now: datetime) -> None:
    """Note that the person can be reached again; staff words and help in danger that failed for it are tried anew."""
    if point.reachable:
        return
    contacts.mark_reachable(point, True, now=now)
    session.execute(
        update(Outgoing)
        .where(
            Outgoing.point_id == point.id,
            Outgoing.state == Delivery.FAILED,
            Outgoing.reason == BLOCKED,
            or_(Outgoing.author == Author.STAFF, Outgoing.crisis),
        )
        .values(state=Delivery.WAITING, reason="", not_before=None)
        .execution_options(synchronize_session=False)
    )
    _tell_desk(session, point, _BACK, now)


def _tell_desk(session: Session, point: ContactPoint, words: str, now: datetime) -> None:
    if cases.open_of(session, point.contact_id) is not None:
        transcript.note(session, point, words, now=now)
