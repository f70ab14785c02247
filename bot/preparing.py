"""Before something is said: may it still be said, by which means, and what may ride along?"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import reply
from bot.channels import line_rendering
from bot.channels.base import Parcel
from bot.channels.limits import LINE_MESSAGES
from bot.hearing import NAMELESS
from handoff import accounts, contacts, dispatch, outbox, reach, relay
from handoff.accounts import Account, Platform
from handoff.contacts import Contact, ContactPoint
from handoff.outbox import Outgoing
from handoff.presence import person_present
from handoff.relay import Surface
from handoff.states import Delivery
from handoff.transcript import Author

_SPARE: Final = timedelta(seconds=1)
_FAR: Final = timedelta(hours=6)


@dataclass(frozen=True)
class Credentials:
    """What is needed to open an account's channel."""

    account_id: uuid.UUID
    platform: Platform
    token: str
    base_url: str


@dataclass(frozen=True)
class Job:
    """One step of sending: usually one delivery; several where they ride one reply token."""

    holder: str
    outgoing: tuple[uuid.UUID, ...]
    custodian: str
    credentials: Credentials
    parcel: Parcel
    callback_id: str = ""


@dataclass(frozen=True)
class Moment:
    """Who prepares, and the times that count: the product's, the real one, and the database's."""

    holder: str
    now: datetime
    wall: datetime
    clock: datetime
    lease: timedelta


def lease_for(send_timeout: float) -> timedelta:
    """Return how long a delivery stays with its sender: a call, its place in line, the notes before and after it.

    A sender that needs longer has died, and the person waits no longer than this. `send_timeout` is in seconds.
    """
    return timedelta(seconds=15 + 2 * send_timeout)


def prepare(session: Session, head: Outgoing, at: Moment) -> Job | None:
    """Return what to send for a claimed delivery; None when it was settled or has to wait."""
    point = _own_point(session, head)
    if point is None:
        dispatch.hand_back(head)
        return None
    account = accounts.by_id(session, point.account_id)
    known = Credentials(account.id, Platform(account.platform), accounts.token(session, account), account.api_base_url)
    address = contacts.address(session, point)
    if head.callback_id:
        return _press(session, head, account, known, address, at)
    if settle_unwanted(session, head, point, account, now=at.now):
        return None
    token, rows, pushed_before = "", [head], head.pushed
    if account.platform == Platform.LINE:
        token, rows = _means(session, head, point, account, at)
        if not token and address.startswith(NAMELESS):
            outbox.settle(head, Delivery.FAILED, now=at.now, reason="no_address")
            return None
    else:
        outbox.change_means(head)
    if not token and not pushed_before and _must_wait(session, head, account, at):
        return None
    parcel = Parcel(
        address=address,
        replies=tuple(reply.from_json(outbox.body(session, row)) for row in rows),
        retry_key=str(head.retry_key),
        reply_token=token,
        repeat=any(row.ambiguous for row in rows),
        marked=head.marked,
        first_part=head.parts_sent,
    )
    return Job(at.holder, tuple(row.id for row in rows), head.custodian, known, parcel)


def settle_unwanted(session: Session, row: Outgoing, point: ContactPoint, account: Account, *, now: datetime) -> bool:
    """Settle what must not be said (now), and say whether it was so."""
    if not account.active:
        outbox.settle(row, Delivery.FAILED, now=now, reason="account_closed")
    elif not point.reachable:
        outbox.settle(row, Delivery.FAILED, now=now, reason=reach.BLOCKED)
    elif row.body_sealed is None:
        outbox.settle(row, Delivery.WITHDRAWN, now=now, reason="taken_back")
    elif relay.surface_for(session, account, row) is not Surface.CHANNEL:
        outbox.settle(row, Delivery.HELD, now=now, reason="relay")
    elif row.author == Author.BOT and not row.crisis and person_present(session, row.contact_id, now=now).present:
        outbox.settle(row, Delivery.WITHDRAWN, now=now, reason="person_present")
    else:
        return False
    return True


def point_of(session: Session, row: Outgoing) -> ContactPoint:
    """Return where a delivery goes."""
    return session.scalars(select(ContactPoint).where(ContactPoint.id == row.point_id)).one()


def _own_point(session: Session, row: Outgoing) -> ContactPoint | None:
    """Return where a delivery goes, locked; None while a turn of this person is about to change it.

    The turn may bring a fresh reply token or withdraw this very delivery, and waiting for it could stop both.
    """
    query = select(ContactPoint).where(ContactPoint.id == row.point_id)
    return session.scalars(query.with_for_update(skip_locked=True)).first()


def push_next(row: Outgoing) -> None:
    """Give up the reply token: the next attempt is a push, at once."""
    row.state, row.leased_by, row.leased_until, row.not_before = Delivery.WAITING, None, None, None
    row.reply_token_sealed, row.pushed = None, True
    outbox.change_means(row)


def _press(
    session: Session, head: Outgoing, account: Account, known: Credentials, address: str, at: Moment
) -> Job | None:
    """A pressed button is answered once; whether a dead sender did it nobody can see, and it does not matter."""
    if head.ambiguous or relay.surface_for(session, account, head) is not Surface.CHANNEL:
        outbox.settle(head, Delivery.WITHDRAWN, now=at.now, reason="late")
        return None
    parcel = Parcel(address, (), str(head.retry_key))
    return Job(at.holder, (head.id,), head.custodian, known, parcel, head.callback_id)


def _means(
    session: Session, head: Outgoing, point: ContactPoint, account: Account, at: Moment
) -> tuple[str, list[Outgoing]]:
    """Return the reply token to use, empty for a push, and all deliveries that go with it."""
    alive = at.wall + _SPARE
    token = outbox.reply_token(session, head)
    if token and head.reply_until is not None and head.reply_until > alive:
        mates = [row for row in dispatch.behind(session, head) if outbox.reply_token(session, row) == token]
        for row in mates:
            dispatch.lend(row, holder=at.holder, until=at.clock + at.lease)
        return token, [head, *mates]
    if head.pushed:
        return "", [head]
    # The first attempt, or a token that died with an attempt under way: then a fresh one carries a marked repeat.
    outbox.change_means(head)
    fresh = contacts.use_reply_token(session, point, at=alive)
    if fresh is None:
        head.reply_token_sealed, head.pushed = None, True
        return "", [head]
    rows = [head, *_riders(session, head, point, account, at)]
    for row in rows:
        outbox.assign_reply_token(session, row, fresh[0], until=fresh[1])
    return fresh[0], rows


def _riders(session: Session, head: Outgoing, point: ContactPoint, account: Account, at: Moment) -> list[Outgoing]:
    """Return what may ride along: the next deliveries in order, as long as all fit into one reply."""
    riders: list[Outgoing] = []
    size = _size(session, head)
    for row in dispatch.behind(session, head):
        doubtful = row.ambiguous or row.marked or row.state == Delivery.SENDING
        if doubtful or row.callback_id or row.pushed or row.parts_sent or head.parts_sent or head.marked:
            break
        if settle_unwanted(session, row, point, account, now=at.now):
            continue
        size += _size(session, row)
        if size > LINE_MESSAGES:
            break
        dispatch.lend(row, holder=at.holder, until=at.clock + at.lease)
        riders.append(row)
    return riders


def _must_wait(session: Session, row: Outgoing, account: Account, at: Moment) -> bool:
    """Whether this would be a push to somebody who wants none, or whose phone others read: it waits for their word."""
    contact = session.scalars(select(Contact).where(Contact.id == row.contact_id)).one()
    if contact.pushes_stopped_at is None and not contact.device_watched:
        return False
    answers = row.event_id is not None and account.platform != Platform.LINE
    if answers or account.platform in (Platform.BROWSER, Platform.TERMINAL):
        return False
    row.pushed = False
    outbox.try_again(row, at=at.clock + _FAR, ambiguous=False, reason="no_push")
    return True


def _size(session: Session, row: Outgoing) -> int:
    return len(line_rendering.render(reply.from_json(outbox.body(session, row))))
