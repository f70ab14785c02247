"""Tasks that take the place of a check-in: somebody calls, and when silence goes on somebody goes there."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff.cases import Case, record
from handoff.casework import rhythm, tasks
from handoff.casework.tasks import NOBODY_YET, Doer, Origin, Task
from handoff.contacts import Contact
from resources.desks import Desk
from resources.slots import JAPAN

OVER: Final = "over"
SILENT: Final = "silent"
VISIT: Final = "visit"
_WHY: Final = {
    "wary": "端末を見られる恐れがあるか、専用窓口の相談のため、自動では送っていません",
    "no_channel": "チャットの宛先がありません",
    "stopped": "本人が通知を止めています",
    "unreachable": "いまはメッセージが届きません",
    "undelivered": "おたずねが届きませんでした",
    "quota": "LINEの今月の残りが少ないため、自動では送っていません",
    "late": "決めた時間に送れませんでした",
    SILENT: "おたずねに返事がありません",
}


def add(session: Session, case: Case, reason: str, origin_id: uuid.UUID, *, now: datetime) -> Task:
    """Give the worker of a case, or its desk, something to do because of a check-in."""
    today = now.astimezone(JAPAN).date()
    desk = session.get(Desk, case.desk_id) if case.desk_id else None
    if reason == OVER:
        words = "おたずねの期間が終わりました。続けるかどうかを本人と決める"
    elif reason == VISIT:
        words = "訪問してようすを確かめる：おたずねへの返事が続けてありません"
    else:
        words = f"{_by_which_means(session, case)}ようすを確かめる：{_WHY[reason]}"
    due_on = rhythm.open_days(session, desk).next(today + timedelta(days=1)) if reason == VISIT else today
    if reason != OVER:
        record(session, case, "check_in_visit" if reason == VISIT else "check_in_call", now=now)
    return tasks.add(
        session, case, words, now=now, by=None, doer=_doer(case), due_on=due_on or today, origin=Origin.CHECK_IN,
        origin_id=origin_id,
    )  # fmt: skip


def is_open(session: Session, case: Case, origin_id: uuid.UUID) -> bool:
    """Whether something is still to be done because of an agreement."""
    query = select(Task.id).where(
        Task.case_id == case.id, Task.origin == Origin.CHECK_IN, Task.origin_id == origin_id, Task.done_at.is_(None)
    )
    return session.scalars(query.limit(1)).first() is not None


def _doer(case: Case) -> Doer:
    if case.owner_id is not None:
        return Doer(staff_id=case.owner_id)
    return Doer(desk_id=case.desk_id) if case.desk_id is not None else NOBODY_YET


def _by_which_means(session: Session, case: Case) -> str:
    contact = session.scalars(select(Contact).where(Contact.id == case.contact_id)).one()
    return "電話以外の方法で（本人は電話を望んでいません）" if contact.call_allowed is False else "電話で"
