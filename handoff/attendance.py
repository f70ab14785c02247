"""Whether somebody is at their desk at all: leaving it leaves all their conversations, and coming back comes back to all."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff import presence
from handoff.cases import Case
from handoff.states import CaseState
from resources.access import Actor
from resources.staff import Staff


def leave(session: Session, *, actor: Actor, now: datetime) -> int:
    """Leave the desk; returns how many conversations were left."""
    session.get_one(Staff, actor.staff_id).away = True
    left = [case for case in _own(session, actor) if case.present]
    for case in left:
        presence.step_away(session, case, actor=actor, now=now)
    return len(left)


def come_back(session: Session, *, actor: Actor, now: datetime) -> int:
    """Be at the desk again; returns to how many conversations."""
    session.get_one(Staff, actor.staff_id).away = False
    waiting = [case for case in _own(session, actor) if not case.present]
    for case in waiting:
        presence.come_back(session, case, actor=actor, now=now)
    return len(waiting)


def _own(session: Session, actor: Actor) -> list[Case]:
    held = (CaseState.TAKEN, CaseState.REFERRED)
    query = select(Case).where(Case.owner_id == actor.staff_id, Case.state.in_(held), Case.custodian.in_(tuple(actor.custodians)))
    return list(session.scalars(query.order_by(Case.id).with_for_update()))
