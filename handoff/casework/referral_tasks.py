"""What is to be done because of an offer: answer it, ask again, see that the first contact took place, find who is in charge."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from handoff.cases import Case
from handoff.casework import tasks
from handoff.casework.referrals import Referral
from handoff.casework.tasks import Doer, Origin, Task
from resources.staff import Role, Staff, StaffRole

ANSWER: Final = "つなぎの依頼に返事をする（つなぎの一覧から）"
LATE: Final = "つなぎ先から、期限までに返事がない。電話などで確かめるか、取り下げる"
UNANSWERED: Final = "つなぎ先から返事がないまま{days}日たった。次の手を考える"
UNTELLABLE: Final = "同意の取り消しなどで、つなぎ先に伝えられなくなった。次の手を考える"
CONTACT: Final = "本人に最初の連絡をする"
FIRST_CONTACT: Final = "つなぎ先から最初の連絡があったか、本人に確かめる"
CO_ORDINATE: Final = "2か所から引き受けられないと返事があった。受け持つところを、関係する機関と決める"
ADVICE: Final = "都道府県からの助言を読む（つなぎのページ）"


def for_desk(session: Session, case: Case, referral: Referral, *, now: datetime) -> Task:
    """Ask the receiving desk to answer; the words say nothing of the case."""
    return _add(session, case, ANSWER, Doer(desk_id=referral.desk_id), referral.id, referral.answer_by, now)


def for_owner(
    session: Session, case: Case, words: str, referral: Referral, *, now: datetime, due_on: date | None = None
) -> Task:
    """Tell the owner what comes next."""
    return _add(session, case, words, Doer(staff_id=case.owner_id), referral.id, due_on, now)


def for_coordinator(session: Session, case: Case, referral: Referral, *, now: datetime) -> Task:
    """Ask who co-ordinates in the town to find who is in charge; the desk itself for a case they may not see."""
    doer = Doer(staff_id=_coordinator(session, case)) if not case.walled else Doer(desk_id=case.desk_id)
    return _add(session, case, CO_ORDINATE, doer, referral.id, None, now)


def for_advice(session: Session, case: Case, request_id: uuid.UUID, *, now: datetime) -> Task:
    """Ask who has the case to read what the prefecture advises."""
    doer = Doer(staff_id=case.owner_id) if case.owner_id else Doer(desk_id=case.desk_id)
    return _add(session, case, ADVICE, doer, request_id, None, now)


def settle(session: Session, referral: Referral, *, now: datetime) -> None:
    """Take away what was to be done while an answer was awaited."""
    session.execute(
        update(Task)
        .where(Task.case_id == referral.case_id, Task.origin_id == referral.id, Task.done_at.is_(None))
        .values(done_at=now)
        .execution_options(synchronize_session="fetch")
    )


def _coordinator(session: Session, case: Case) -> uuid.UUID | None:
    """Return who co-ordinates: one who is there before one who is away, else who oversees the town."""
    wanted = (Role.COORDINATOR, Role.SUPERVISOR)
    query = (
        select(Staff.id, StaffRole.role)
        .join(StaffRole, StaffRole.staff_id == Staff.id)
        .where(StaffRole.municipality_code == case.custodian, StaffRole.role.in_(wanted), Staff.active)
    )
    found = session.execute(query.order_by(Staff.away, Staff.display_name, Staff.id)).all()
    ordered = sorted(found, key=lambda row: wanted.index(row.role))
    return ordered[0].id if ordered else None


def _add(
    session: Session, case: Case, words: str, doer: Doer, origin_id: uuid.UUID, due_on: date | None, now: datetime
) -> Task:
    return tasks.add(
        session, case, words, now=now, by=None, doer=doer, due_on=due_on, origin=Origin.REFERRAL, origin_id=origin_id
    )
