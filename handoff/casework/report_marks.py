"""What a list and a case show of reports that press: how long safety may still wait, and a welfare office not told yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final

from sqlalchemy import ColumnElement, ScalarSelect, exists, func, select
from sqlalchemy.orm import Session

from handoff.cases import Case, record
from handoff.casework import tasks
from handoff.casework.report_tables import StatutoryReport
from handoff.casework.tasks import NOBODY_YET, Doer, Origin
from handoff.casework.welfare_tables import IntentState, WelfareIntent
from resources.db import EVERYWHERE, Database
from resources.slots import JAPAN

NEAR: Final = timedelta(hours=12)
_AT_ONCE: Final = 50
_HURRY: Final = "子どもの安全確認の期限まで12時間を切りました。担当者と確かめ、「通告・通報」に記録する"


@dataclass(frozen=True)
class Clock:
    """How a safety check stands to its hour; every hour counts, nights and holidays too."""

    due_at: datetime
    late: bool
    near: bool
    words: str


def clock(due_at: datetime | None, *, now: datetime) -> Clock | None:
    """Return the clock of the safety check that is due first; None where none is open."""
    if due_at is None:
        return None
    late = due_at <= now
    minutes = int(abs(due_at - now) / timedelta(minutes=1))
    span = f"{minutes // 60}時間{minutes % 60}分" if minutes % 60 else f"{minutes // 60}時間"
    words = f"安全確認：期限を{span}超過" if late else f"安全確認：あと{span}"
    return Clock(due_at, late, not late and due_at - now <= NEAR, words)


@cache
def first_due() -> ScalarSelect[Any]:
    """Return, for a list of cases, until when each one's next safety check is due."""
    query = select(func.min(StatutoryReport.due_at)).where(
        StatutoryReport.case_id == Case.id, StatutoryReport.custodian == Case.custodian,
        StatutoryReport.safety_at.is_(None), StatutoryReport.closed_at.is_(None),
    )  # fmt: skip
    return query.correlate(Case).scalar_subquery()


@cache
def untold() -> ColumnElement[bool]:
    """Return, for a list of cases, whether a welfare office is still to be told of a wish to apply."""
    return exists().where(
        WelfareIntent.case_id == Case.id, WelfareIntent.custodian == Case.custodian,
        WelfareIntent.state == IntentState.UNTOLD,
    ).correlate(Case)  # fmt: skip


def of_case(session: Session, case: Case) -> tuple[datetime | None, bool]:
    """Return until when the next safety check of one case is due, and whether a welfare office is still to be told."""
    due_at, waits = session.execute(select(first_due(), untold()).select_from(Case).where(Case.id == case.id)).one()
    return due_at, bool(waits)


def remind(database: Database, now: datetime) -> int:
    """Put a task before the desk, once, where a safety check is due within twelve hours; returns how many."""
    with database.reading(EVERYWHERE) as session:
        near = select(StatutoryReport.id, StatutoryReport.custodian).where(_nears_its_end(now))
        found = session.execute(near.order_by(StatutoryReport.due_at).limit(_AT_ONCE)).all()
    reminded = 0
    for report_id, custodian in found:
        with database.writing(custodian) as session:
            query = select(StatutoryReport).where(StatutoryReport.id == report_id, _nears_its_end(now))
            report = session.scalars(query.with_for_update(skip_locked=True)).first()
            reminded += report is not None and _remind(session, report, now)
    return reminded


def _nears_its_end(now: datetime) -> ColumnElement[bool]:
    return (
        (StatutoryReport.due_at <= now + NEAR)
        & StatutoryReport.safety_at.is_(None)
        & StatutoryReport.closed_at.is_(None)
        & StatutoryReport.reminded_at.is_(None)
    )


def _remind(session: Session, report: StatutoryReport, now: datetime) -> bool:
    case = session.scalars(select(Case).where(Case.id == report.case_id)).one()
    report.reminded_at = now
    due = (report.due_at or now).astimezone(JAPAN).date()
    doer = Doer(desk_id=case.desk_id) if case.desk_id else NOBODY_YET
    tasks.add(session, case, _HURRY, now=now, by=None, doer=doer, due_on=due, origin=Origin.REPORT, origin_id=report.id)
    record(session, case, "report_near", now=now)
    return True
