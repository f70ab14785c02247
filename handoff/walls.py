"""Dv and sexual violence: a case that only the desks made for them see, and an owner the person is talking with."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff import moves
from handoff.cases import Case, record
from handoff.presence import is_present
from handoff.routing import Route
from handoff.states import CaseState
from resources.desks import Desk
from resources.staff import DeskMembership


def put_up(session: Session, case: Case, route: Route, *, now: datetime) -> None:
    """Close an open case to everybody else, from the moment such violence was told in it."""
    case.walled, case.desk_id = True, route.desk.id if route.desk else None
    case.routing_reason, case.routing_rule_id = route.reason, route.rule_id
    record(session, case, "wall", now=now, detail={"desk": str(case.desk_id)} if case.desk_id else {})
    leave_to(session, case, route.desk, now=now)


def leave_to(session: Session, case: Case, desk: Desk | None, *, now: datetime) -> None:
    """Let a walled case wait at its desk, unless its owner is in the conversation or sits there.

    Whoever is talking with the person stays with them. An owner who is not there did not hear it and cannot act: the
    desk must be able to take the case.
    """
    if desk is None or case.owner_id is None or case.state != CaseState.TAKEN or is_present(case, now=now):
        return
    sits = select(DeskMembership.desk_id).where(
        DeskMembership.staff_id == case.owner_id, DeskMembership.desk_id == desk.id
    )
    if session.scalars(sits).first() is None:
        moves.free(session, case, now=now)
