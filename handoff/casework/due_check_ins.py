"""Asks people how they are when the agreed time has come; where that may not be said in writing, somebody calls instead."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff.accounts import Account, Platform
from handoff.cases import Case, record
from handoff.casework import calling, rhythm
from handoff.casework.check_ins import Asked, CheckIn, CheckInPlan, Standing
from handoff.casework.rhythm import OpenDays
from handoff.contacts import Contact, ContactPoint
from handoff.later import is_wary
from handoff.outbox import Outgoing
from handoff.presence import is_present
from handoff.states import CaseState
from resources.db import EVERYWHERE, Database, new_id
from resources.desks import Desk
from resources.slots import JAPAN

Ask = Callable[[Session, ContactPoint, datetime], Outgoing]
_AT_ONCE: Final = 50
# What of a month's messages is kept for answers that people wait for.
_RESERVE_SHARE: Final = 10
_RESERVE_LEAST: Final = 20


def due(database: Database, now: datetime, *, ask: Ask) -> int:
    """Ask everybody whose time has come, each in a transaction of its own; returns how many were asked in writing."""
    with database.reading(EVERYWHERE) as session:
        ripe = select(CheckInPlan.id, CheckInPlan.custodian).where(
            CheckInPlan.standing == Standing.RUNNING, CheckInPlan.next_at <= now
        )
        found = session.execute(ripe.order_by(CheckInPlan.next_at).limit(_AT_ONCE)).all()
    asked = 0
    for plan_id, custodian in found:
        with database.writing(custodian) as session:
            query = select(CheckInPlan).where(
                CheckInPlan.id == plan_id, CheckInPlan.standing == Standing.RUNNING, CheckInPlan.next_at <= now
            )
            plan = session.scalars(query.with_for_update(skip_locked=True)).first()
            asked += plan is not None and _turn(session, plan, ask=ask, now=now)
    return asked


def _turn(session: Session, plan: CheckInPlan, *, ask: Ask, now: datetime) -> bool:
    """Do what is due of one agreement; whatever a long stop has left behind, only the newest counts."""
    case = session.scalars(select(Case).where(Case.id == plan.case_id)).one()
    if case.state == CaseState.CLOSED:
        _end(plan, now=now)
        return False
    there = rhythm.open_days(session, session.get(Desk, case.desk_id) if case.desk_id else None)
    day, asked = _newest(plan, there, now), False
    if day is not None:
        at = plan.rhythm.begins(day)
        asked = _ask(session, case, plan, at, late=plan.rhythm.ends(day) <= now, ask=ask, now=now)
    plan.next_at = _following(plan, there, day, now)
    if plan.next_at is None:
        _end(plan, now=now)
        calling.add(session, case, calling.OVER, plan.id, now=now)
    return asked


def _newest(plan: CheckInPlan, there: OpenDays, now: datetime) -> date | None:
    """Return the newest day whose hours have begun, None where all that began will be made good today."""
    assert plan.next_at is not None
    today, since = now.astimezone(JAPAN).date(), plan.next_at.astimezone(JAPAN).date()
    coming = list(rhythm.days(plan.rhythm, there, after=since - timedelta(days=1), to=today))
    return coming[-1] if coming and plan.rhythm.begins(coming[-1]) <= now else None


def _following(plan: CheckInPlan, there: OpenDays, done: date | None, now: datetime) -> datetime | None:
    if done is None or done < now.astimezone(JAPAN).date():
        return rhythm.upcoming(plan.rhythm, there, now=now)
    return rhythm.upcoming(plan.rhythm, there, now=plan.rhythm.ends(done))


def _ask(
    session: Session, case: Case, plan: CheckInPlan, at: datetime, *, late: bool, ask: Ask, now: datetime
) -> bool:
    made = CheckIn(
        id=new_id(), custodian=case.custodian, case_id=case.id, plan_id=plan.id, at=at, made_at=now, state=Asked.SENT,
        answer_by=now + timedelta(days=plan.answer_within),
    )  # fmt: skip
    session.add(made)
    if case.owner_id is not None and is_present(case, now=now):
        made.state, made.settled_at = Asked.SPOKEN, now
        return False
    point = session.scalars(select(ContactPoint).where(ContactPoint.id == case.point_id)).first() if case.point_id else None
    reason = "late" if late else _in_the_way(session, case, point)
    if reason or point is None:
        made.state, made.reason, made.settled_at = Asked.BY_CALL, reason, now
        calling.add(session, case, reason, plan.id, now=now)
        return False
    made.outgoing_id = ask(session, point, now).id
    record(session, case, "check_in_sent", now=now)
    return True


def _in_the_way(session: Session, case: Case, point: ContactPoint | None) -> str:
    """Return why somebody may not be asked in writing now, as a code; empty when they may."""
    if is_wary(session, case):
        return "wary"
    if point is None:
        return "no_channel"
    concerned = session.scalars(select(Contact).where(Contact.id.in_((case.contact_id, point.contact_id)))).all()
    if any(one.device_watched for one in concerned):
        return "wary"
    if any(one.pushes_stopped_at is not None for one in concerned):
        return "stopped"
    account = session.get_one(Account, point.account_id)
    if not point.reachable or not account.active:
        return "unreachable"
    return "quota" if _short(account) else ""


def _short(account: Account) -> bool:
    """Whether so few messages are left this month that they are kept for answers."""
    if account.platform != Platform.LINE or account.quota_limit is None:
        return False
    left = account.quota_limit - (account.quota_used or 0)
    return left < max(_RESERVE_LEAST, account.quota_limit // _RESERVE_SHARE)


def _end(plan: CheckInPlan, *, now: datetime, by: uuid.UUID | None = None) -> None:
    plan.standing, plan.next_at, plan.ended_at, plan.ended_by = Standing.ENDED, None, now, by
