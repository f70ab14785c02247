"""Who proposed a place in the chat, kept only until they have been answered."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Final

from sqlalchemy import Uuid, delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from handoff.contacts import ContactPoint
from resources import deciding_proposals, proposals
from resources.db import EVERYWHERE, Base, Database, Held, held_args, new_id
from resources.proposals import Proposal, Said, State

# So many of one person may wait for an answer at a time.
MOST: Final = 5
_AT_ONCE: Final = 50

# Says in approved words what became of a proposal.
Tell = Callable[[Session, ContactPoint, Proposal, datetime], None]


class TooManyWait(RuntimeError):
    """One person's proposals wait for an answer already; more are taken once these were looked at."""


class Proposer(Held, Base):
    """Where the answer to one proposal goes; the proposal itself does not know."""

    __tablename__ = "proposer"
    __table_args__ = held_args(contact_id="contact", point_id="contact_point")

    contact_id: Mapped[uuid.UUID] = mapped_column(Uuid(), index=True)
    point_id: Mapped[uuid.UUID] = mapped_column(Uuid())
    # No foreign key: an editor's side may delete the proposal without knowing of this row.
    proposal_id: Mapped[uuid.UUID] = mapped_column(Uuid(), unique=True)


def propose(session: Session, point: ContactPoint, said: Said, *, town: str, now: datetime) -> Proposal:
    """Keep what a resident proposes, and where they are to be answered; raises TooManyWait."""
    mine = select(func.count()).select_from(Proposer).where(Proposer.contact_id == point.contact_id)
    if (session.scalar(mine) or 0) >= MOST:
        raise TooManyWait(TooManyWait.__doc__)
    proposal = proposals.keep(session, said, town=town, now=now)
    session.add(
        Proposer(
            id=new_id(), custodian=point.custodian, contact_id=point.contact_id, point_id=point.id, proposal_id=proposal.id
        )
    )
    session.flush()
    return proposal


def take_back(session: Session, contact_id: uuid.UUID) -> None:
    """Delete what a person proposed and nobody has decided, and forget that they proposed anything."""
    for row in session.scalars(select(Proposer).where(Proposer.contact_id == contact_id)).all():
        deciding_proposals.take_back(session, row.proposal_id)
        session.delete(row)
    session.flush()


def due(database: Database, now: datetime, *, tell: Tell) -> int:
    """See which proposals became entries, answer who proposed what is decided, and forget them; returns how many were told."""
    _settle(database, now)
    over = select(Proposal.id).where(Proposal.state.in_((State.ACCEPTED, State.DECLINED)))
    ripe = Proposer.proposal_id.in_(over) | Proposer.proposal_id.not_in(select(Proposal.id))
    with database.reading(EVERYWHERE) as session:
        found = session.execute(select(Proposer.id, Proposer.custodian).where(ripe).order_by(Proposer.id).limit(_AT_ONCE)).all()
    told = 0
    for row_id, custodian in found:
        with database.writing(custodian) as session:
            told += _answer(session, row_id, tell=tell, now=now)
    return told


def _settle(database: Database, now: datetime) -> None:
    with database.reading() as session:
        writing = list(session.scalars(select(Proposal.id).where(Proposal.state == State.WRITING)))
    for proposal_id in writing:
        with database.writing() as session:
            query = select(Proposal).where(Proposal.id == proposal_id).with_for_update(skip_locked=True)
            if (proposal := session.scalars(query).first()) is not None:
                deciding_proposals.settle(session, proposal, now=now)


def _answer(session: Session, row_id: uuid.UUID, *, tell: Tell, now: datetime) -> bool:
    row = session.scalars(select(Proposer).where(Proposer.id == row_id).with_for_update(skip_locked=True)).first()
    if row is None:
        return False
    proposal = session.get(Proposal, row.proposal_id)
    if proposal is not None:
        point = session.scalars(select(ContactPoint).where(ContactPoint.id == row.point_id)).one()
        tell(session, point, proposal, now)
    session.execute(delete(Proposer).where(Proposer.id == row_id))
    return proposal is not None
