"""Reminds of offers before the day of their answer and after it, and ends those that nobody answers or that may not be told."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff.cases import Case
from handoff.casework import prefecture_requests, referral_tasks, referring
from handoff.casework.referrals import NO_ANSWER, Referral, ReferralState, tellable
from handoff.states import CaseState
from resources.db import EVERYWHERE, Database
from resources.slots import JAPAN

# No office rests longer than this.
_RESTS_AT_MOST: Final = timedelta(days=14)
# Tells the resident of a case one approved sentence.
Tells = Callable[[Session, Any, str, Mapping[str, str], datetime], None]


def due(database: Database, now: datetime, *, tells: Tells) -> int:
    """Look after every offer that waits, each in a transaction of its own; returns how many something was done for."""
    with database.reading(EVERYWHERE) as session:
        waiting = select(Referral, Case).join(
            Case, (Case.id == Referral.case_id) & (Case.custodian == Referral.custodian)
        ).where(Referral.state == ReferralState.OFFERED)
        found = [
            (one.id, one.custodian) for one, case in session.execute(waiting) if _step(session, one, case, now) is not None
        ]
    done = 0
    for referral_id, custodian in found:
        with database.writing(custodian) as session:
            done += look_after(session, referral_id, tells=tells, now=now)
    return done


def look_after(session: Session, referral_id: uuid.UUID, *, tells: Tells, now: datetime) -> bool:
    """Look after one offer; returns whether something was done for it."""
    referral = session.scalars(select(Referral).where(Referral.id == referral_id)).one()
    case = session.scalars(select(Case).where(Case.id == referral.case_id).with_for_update()).one()
    session.refresh(referral)  # Somebody may have answered while the case was waited for.
    step = _step(session, referral, case, now) if referral.state == ReferralState.OFFERED else None
    if step is None:
        return False
    step(session, referral, case, tells, now)
    return True


Step = Callable[[Session, Referral, Case, Tells, datetime], None]


def _step(session: Session, referral: Referral, case: Case, now: datetime) -> Step | None:
    """Return what is to be done for an offer now."""
    today = now.astimezone(JAPAN).date()
    if case.state != CaseState.REFERRED:
        return _let_go
    if not tellable(session, referral, case):
        return _take_back
    if referral.ends_at <= now:
        return _expire
    if referral.answer_by < today and referral.overdue_at is None:
        return _tell_owner
    if referral.desk_id is not None and referral.reminded_at is None and today >= _eve(referral.answer_by):
        return _remind
    return None


def _let_go(session: Session, referral: Referral, case: Case, tells: Tells, now: datetime) -> None:
    # The case ended or began anew while the answer was awaited.
    referral.state, referral.answered_at, referral.token_hash = ReferralState.WITHDRAWN, now, None
    referral_tasks.settle(session, referral, now=now)


def _take_back(session: Session, referral: Referral, case: Case, tells: Tells, now: datetime) -> None:
    referring.take_back(session, case, referral, now=now)
    _say(session, case, referral, tells, now)


def _expire(session: Session, referral: Referral, case: Case, tells: Tells, now: datetime) -> None:
    referring.end(session, case, referral, ReferralState.EXPIRED, "refer_expired", now=now, reason=NO_ANSWER)
    words = referral_tasks.UNANSWERED.format(days=referral.waits_days)
    referral_tasks.for_owner(session, case, words, referral, now=now)
    prefecture_requests.ask(session, case, now=now)
    _say(session, case, referral, tells, now)


def _say(session: Session, case: Case, referral: Referral, tells: Tells, now: datetime) -> None:
    if told := referring.news(session, case, referral):
        tells(session, case, *told, now)


def _tell_owner(session: Session, referral: Referral, case: Case, tells: Tells, now: datetime) -> None:
    referral.overdue_at = now
    referral_tasks.for_owner(session, case, referral_tasks.LATE, referral, now=now)


def _remind(session: Session, referral: Referral, case: Case, tells: Tells, now: datetime) -> None:
    referral.reminded_at = now
    referral_tasks.for_desk(session, case, referral, now=now)


def _eve(answer_by: date) -> date:
    """Return the last working day before a day."""
    day = answer_by - timedelta(days=1)
    while not referring.is_working_day(day) and answer_by - day < _RESTS_AT_MOST:
        day -= timedelta(days=1)
    return day
