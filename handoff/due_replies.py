"""Lets replies for later go when their time has come, or withholds them when they must not be said any more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff import outbox, speaking
from handoff.cases import Case, point_of, record
from handoff.later import Plan, PlannedReply, is_wary
from handoff.speaking import Speaker
from handoff.states import CaseState
from handoff.transcript import Author, Kind
from resources.db import EVERYWHERE, Database
from resources.sealing import reveal
from resources.staff import Staff

_AT_ONCE: Final = 50


def due(database: Database, now: datetime, *, compose: Callable[[str, str], str]) -> int:
    """Put the replies whose time has come into the outbox, each in a transaction of its own; returns how many went."""
    with database.reading(EVERYWHERE) as session:
        ripe = select(PlannedReply.id, PlannedReply.custodian).where(
            PlannedReply.state == Plan.PLANNED, PlannedReply.at <= now
        )
        found = session.execute(ripe.order_by(PlannedReply.at).limit(_AT_ONCE)).all()
    gone = 0
    for planned_id, custodian in found:
        with database.writing(custodian) as session:
            query = select(PlannedReply).where(PlannedReply.id == planned_id, PlannedReply.state == Plan.PLANNED)
            planned = session.scalars(query.with_for_update(skip_locked=True)).first()
            gone += planned is not None and _release(session, planned, compose=compose, now=now)
    return gone


def _release(session: Session, planned: PlannedReply, *, compose: Callable[[str, str], str], now: datetime) -> bool:
    """Say a reply whose time has come, or withhold it; whether the channel may have it is asked again when it is sent.

    It was not written to what the person said last, so it neither stops the waiting clock nor counts as being there.
    """
    if planned.at > now:
        return False
    case = session.scalars(select(Case).where(Case.id == planned.case_id)).one()
    reason = _in_the_way(session, case, planned)
    if reason:
        planned.state, planned.reason, planned.ended_at, planned.version = Plan.WITHHELD, reason, now, planned.version + 1
        record(session, case, "planned_withheld", now=now)
        return False
    words = reveal(session, planned, "words_sealed") or ""
    staff = session.get_one(Staff, planned.staff_id)
    named = speaking.name_of(session, case, Speaker(planned.speaks_as), person=staff.sender_name or staff.display_name)
    outbox.say(
        session, point_of(session, case), body=compose(words, named), bubbles=[outbox.Bubble(Kind.TEXT, words)],
        author=Author.STAFF, staff_id=planned.staff_id, confidential=True, now=now,
    )  # fmt: skip
    planned.state, planned.ended_at, planned.version, planned.words_sealed = Plan.LEFT, now, planned.version + 1, None
    record(session, case, "planned_left", now=now)
    return True


def _in_the_way(session: Session, case: Case, planned: PlannedReply) -> str:
    if planned.words_sealed is None:
        return "erased"
    if case.state == CaseState.CLOSED and not planned.after_close:
        return "closed"
    if is_wary(session, case) and not planned.wary:
        return "wary"
    return "" if session.get_one(Staff, planned.staff_id).active else "inactive"
