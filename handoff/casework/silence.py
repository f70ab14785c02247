"""Notices that somebody does not answer: after the first time somebody calls, after the next somebody goes there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff import outbox
from handoff.cases import Case, record
from handoff.casework import calling, contact_times
from handoff.casework.check_ins import Asked, CheckIn, CheckInPlan
from handoff.outbox import Outgoing
from handoff.states import CaseState, Delivery
from resources.db import EVERYWHERE, Database

# Not in writing after all: it did not arrive, or it waits for a choice of the town.
_LOST: Final = (Delivery.FAILED, Delivery.HELD)


def settle(database: Database, now: datetime) -> int:
    """Settle the check-ins of which is known by now how they ended; returns how many people kept silent."""
    with database.reading(EVERYWHERE) as session:
        open_ones = list(session.scalars(select(CheckIn).where(CheckIn.state == Asked.SENT)))
        heard = contact_times.last_contacts(session, {one.case_id for one in open_ones}, from_person=True)
        deliveries = _deliveries(session, open_ones)
    silent = 0
    for one in open_ones:
        after = _after(one, heard.get(one.case_id), deliveries, now)
        if after is None:
            continue
        with database.writing(one.custodian) as session:
            query = select(CheckIn).where(CheckIn.id == one.id, CheckIn.state == Asked.SENT)
            check_in = session.scalars(query.with_for_update(skip_locked=True)).first()
            if check_in is not None:
                silent += _settle(session, check_in, after, now) is Asked.MISSED
    return silent


def _after(
    one: CheckIn, heard: datetime | None, deliveries: Mapping[object, Delivery], now: datetime
) -> Asked | None:
    """Return how a check-in ended, None while it is open."""
    if heard is not None and heard > one.made_at:
        return Asked.ANSWERED
    state = deliveries.get(one.outgoing_id)
    if state is Delivery.WITHDRAWN:
        return Asked.SPOKEN
    if state in _LOST:
        return Asked.BY_CALL
    if one.answer_by > now:
        return None
    return Asked.MISSED if state is Delivery.SENT else Asked.BY_CALL


def _settle(session: Session, check_in: CheckIn, after: Asked, now: datetime) -> Asked:
    case = session.scalars(select(Case).where(Case.id == check_in.case_id)).one()
    plan = session.scalars(select(CheckInPlan).where(CheckInPlan.id == check_in.plan_id).with_for_update()).one()
    if case.state == CaseState.CLOSED and after is not Asked.ANSWERED:
        after = Asked.DROPPED
    check_in.state, check_in.settled_at = after, now
    if after is Asked.ANSWERED:
        plan.misses = 0
    elif after is Asked.BY_CALL:
        check_in.reason = "undelivered"
        if check_in.outgoing_id is not None:
            outbox.withdraw(session, [check_in.outgoing_id], "late")
        calling.add(session, case, check_in.reason, plan.id, now=now)
    elif after is Asked.MISSED:
        plan.misses += 1
        record(session, case, "check_in_missed", now=now)
        if plan.misses <= 2 or not calling.is_open(session, case, plan.id):
            calling.add(session, case, calling.SILENT if plan.misses == 1 else calling.VISIT, plan.id, now=now)
    return after


def _deliveries(session: Session, open_ones: list[CheckIn]) -> dict[object, Delivery]:
    wanted = [one.outgoing_id for one in open_ones if one.outgoing_id is not None]
    found = session.execute(select(Outgoing.id, Outgoing.state).where(Outgoing.id.in_(wanted))) if wanted else ()
    return {key: Delivery(state) for key, state in found}
