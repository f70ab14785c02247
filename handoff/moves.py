"""What the desk does with a case: take it, hand it back, end it; exactly one owner at any time."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from handoff import alarms
from handoff.cases import Case, record
from handoff.casework import endings, returning, unfinished
from handoff.casework.endings import NOTHING_TOLD, Details
from handoff.states import CaseState, NotAllowed, Outcome, after
from resources.access import Actor


class AlreadyTaken(NotAllowed):
    """この相談は、先にほかの担当者が受けました。"""


class NotYours(NotAllowed):
    """この操作は、受けている担当者だけができます。記録は変わっていません。"""


class SecondPersonNeeded(NotAllowed):
    """この終わり方には、もう一人の確認が必要です。相談はまだ終わっていません。確認を頼んだことを記録しました。"""


def take(session: Session, case: Case, *, actor: Actor, now: datetime) -> Case:
    """Make one person the owner; of two who try, exactly one succeeds and the other sees who was first."""
    if case.owner_id not in (None, actor.staff_id):
        raise AlreadyTaken(AlreadyTaken.__doc__)
    state = after(CaseState(case.state), "take")
    taken = session.execute(
        update(Case)
        .where(Case.id == case.id, Case.state == CaseState.WAITING, Case.owner_id.is_(None))
        .values(
            state=state, owner_id=actor.staff_id, taken_at=now, present=True, present_seen_at=now,
            away_until=None, absence_told_at=None, version=Case.version + 1,
        )
        .execution_options(synchronize_session=False)
    )  # fmt: skip
    session.refresh(case)
    if taken.rowcount != 1:  # type: ignore[attr-defined]
        raise AlreadyTaken(AlreadyTaken.__doc__)
    record(session, case, "take", now=now, staff_id=actor.staff_id)
    returning.taken(session, case, actor=actor, now=now)
    alarms.acknowledge(session, case, now=now, staff_id=actor.staff_id)
    return case


def give_back(session: Session, case: Case, *, actor: Actor, now: datetime) -> Case:
    """Return a case to the queue and the conversation to the bot; the matter stays open."""
    only_owner(case, actor)
    return free(session, case, now=now, staff_id=actor.staff_id)


def free(session: Session, case: Case, *, now: datetime, staff_id: uuid.UUID | None = None, why: str = "") -> Case:
    """Put a case back into the queue without an owner; without `staff_id` nobody did it, the matter itself demands it."""
    _move(session, case, "return", staff_id=staff_id, now=now, detail={"why": why} if why else None)
    case.owner_id, case.present, case.waiting_since = None, False, case.waiting_since or now
    case.away_until = case.absence_told_at = case.closing_asked_by = case.outcome = None
    return case


def close(
    session: Session, case: Case, outcome: Outcome, *, actor: Actor, now: datetime, details: Details = NOTHING_TOLD
) -> Case:
    """End a case with one of the outcomes and what that needs; two need a second person: SecondPersonNeeded after asking."""
    after(CaseState(case.state), "close")
    unfinished.settled(session, case, outcome)
    agreed = case.closing_asked_by not in (None, actor.staff_id) and case.outcome == outcome
    if not (outcome.needs_second_person and agreed):
        only_owner(case, actor)
        endings.require(session, case, outcome, details, actor=actor, now=now)
    if outcome.needs_second_person and not agreed:
        case.closing_asked_by, case.outcome = actor.staff_id, outcome
        endings.ask(session, case, outcome, details, by=actor.staff_id, now=now)
        record(session, case, "close_asked", now=now, staff_id=actor.staff_id, detail={"outcome": outcome})
        session.flush()
        raise SecondPersonNeeded(SecondPersonNeeded.__doc__)
    _move(session, case, "close", staff_id=actor.staff_id, now=now, detail={"outcome": outcome})
    endings.write_down(session, case, outcome, details, by=actor.staff_id, now=now)
    case.outcome, case.closed_at, case.present, case.waiting_since = outcome, now, False, None
    case.away_until = case.absence_told_at = None
    return case


def reached(session: Session, case: Case, *, actor: Actor, now: datetime) -> None:
    """Stop the waiting clock because somebody spoke with the person by telephone or visit; a note says how."""
    case.waiting_since = None
    record(session, case, "reached", now=now, staff_id=actor.staff_id)


def only_owner(case: Case, actor: Actor) -> None:
    """Refuse everybody but the owner; raises NotYours."""
    if case.owner_id != actor.staff_id:
        raise NotYours(NotYours.__doc__)


def _move(
    session: Session,
    case: Case,
    move: str,
    *,
    staff_id: uuid.UUID | None,
    now: datetime,
    detail: dict[str, Any] | None = None,
) -> None:
    case.state = after(CaseState(case.state), move)
    case.version += 1
    record(session, case, move, now=now, staff_id=staff_id, detail=detail)
