"""Agrees with a person on a rhythm in which they are asked how they are; it is their wish, or it is nothing."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import update
from sqlalchemy.orm import Session

from handoff import presses
from handoff.cases import Case, record
from handoff.casework import room
from handoff.casework.check_ins import CheckInPlan, Standing, running
from handoff.casework.rhythm import Rhythm
from handoff.casework.room import NoSuchRhythm
from handoff.moves import only_owner
from handoff.states import CaseState, NotAllowed
from resources.access import Actor
from resources.db import new_id
from resources.sealing import seal
from resources.slots import JAPAN

LONGEST: Final = 500
_FARTHEST: Final = timedelta(days=366)


class NotWorkedOn(NotAllowed):
    """おたずねは、対応中の相談だけで約束できます。先に相談を受けてください。まだ約束していません。"""


class NoSuchWait(NotAllowed):
    """返事を待つ日数は、1日から、おたずねの間隔までにしてください。まだ約束していません。"""


class AgreementNeeded(NotAllowed):
    """本人とどう約束したかを、500文字までで書いてください。本人が望まない人には送れません。まだ約束していません。"""


class ChangedMeanwhile(NotAllowed):
    """この画面を開いたあとに、おたずねの約束が変わりました。いまの約束を確かめてください。あなたの操作では何も変わっていません。"""


@dataclass(frozen=True)
class Wish:
    """What a person and their worker agreed on."""

    rhythm: Rhythm
    answer_within: int
    words: str


def agree(
    session: Session, case: Case, wish: Wish, *, replaces: uuid.UUID | None, key: str, actor: Actor, now: datetime
) -> CheckInPlan | None:
    """Keep an agreement in place of the one the worker saw, if any; None when this press was counted already.

    It is the person's wish or it is nothing; raises what is in the way, with the next day that has room.
    """
    if presses.counted(session, case, key):
        return None
    known = running(session, case)
    _check(case, wish, actor=actor, now=now)
    if (known.id if known else None) != replaces:
        raise ChangedMeanwhile(ChangedMeanwhile.__doc__)
    next_at = room.first(session, case, wish.rhythm, now=now)
    if not presses.first(session, case, key, actor=actor, now=now):
        return None
    if known is not None:
        _end(session, known, by=actor.staff_id, now=now)
    plan = CheckInPlan(
        id=new_id(), custodian=case.custodian, case_id=case.id, every=wish.rhythm.every, weekday=wish.rhythm.weekday,
        opens=wish.rhythm.opens, closes=wish.rhythm.closes, first=wish.rhythm.first, until=wish.rhythm.until,
        answer_within=wish.answer_within, agreed_by=actor.staff_id, agreed_at=now, next_at=next_at,
    )  # fmt: skip
    seal(session, plan, "agreed_sealed", wish.words.strip())
    session.add(plan)
    record(session, case, "check_in_agreed", now=now, staff_id=actor.staff_id)
    session.flush()
    return plan


def stop(session: Session, case: Case, plan_id: uuid.UUID, *, actor: Actor, now: datetime) -> None:
    """End an agreement; raises ChangedMeanwhile when it is not the one that runs."""
    only_owner(case, actor)
    known = running(session, case)
    if known is None or known.id != plan_id:
        raise ChangedMeanwhile(ChangedMeanwhile.__doc__)
    _end(session, known, by=actor.staff_id, now=now)
    record(session, case, "check_in_stopped", now=now, staff_id=actor.staff_id)


def _check(case: Case, wish: Wish, *, actor: Actor, now: datetime) -> None:
    only_owner(case, actor)
    if case.state not in (CaseState.TAKEN, CaseState.REFERRED):
        raise NotWorkedOn(NotWorkedOn.__doc__)
    today = now.astimezone(JAPAN).date()
    if not wish.rhythm.sound or not today <= wish.rhythm.first <= today + _FARTHEST:
        raise NoSuchRhythm(NoSuchRhythm.__doc__)
    if not 1 <= wish.answer_within <= wish.rhythm.every:
        raise NoSuchWait(NoSuchWait.__doc__)
    if not wish.words.strip() or len(wish.words.strip()) > LONGEST:
        raise AgreementNeeded(AgreementNeeded.__doc__)


def _end(session: Session, plan: CheckInPlan, *, by: uuid.UUID, now: datetime) -> None:
    ended = session.execute(
        update(CheckInPlan)
        .where(CheckInPlan.id == plan.id, CheckInPlan.standing == Standing.RUNNING)
        .values(standing=Standing.ENDED, next_at=None, ended_at=now, ended_by=by)
        .execution_options(synchronize_session=False)
    )
    session.refresh(plan)
    if ended.rowcount != 1:  # type: ignore[attr-defined]
        raise ChangedMeanwhile(ChangedMeanwhile.__doc__)
