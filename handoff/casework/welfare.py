"""A wish to apply for 生活保護: kept verbatim with its time, told to the welfare office, never judged here."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import and_, exists, or_, select, update
from sqlalchemy.orm import Session

from handoff import presses
from handoff.cases import TROUBLED, Case, record
from handoff.casework import tasks
from handoff.casework.tasks import NOBODY_YET, Doer, Origin, Task
from handoff.casework.welfare_tables import IntentState, WelfareIntent
from handoff.conversation import staff_names
from handoff.spoken import Means
from handoff.states import NotAllowed
from handoff.transcript import Message
from intents.codes import Reason
from resources.access import Actor
from resources.db import new_id
from resources.desks import Desk, reading_hours
from resources.sealing import reveal, seal
from resources.slots import JAPAN

LONGEST: Final = 4000
_NAME: Final = 120
_TELL: Final = "生活保護の申請の意思を福祉事務所に伝え、「通告・通報」に記録する"
# The office answers an application within 30 days (生活保護法24条): until then, words about it are no new wish.
_DECIDED_WITHIN: Final = timedelta(days=30)
_STANDS = (IntentState.UNTOLD, IntentState.TOLD)


class NothingSaid(NotAllowed):
    """本人のことばを、聞いたとおりに書いてください。いつ、どこで聞いたかも選んでください。まだ記録していません。"""


class OfficeNeeded(NotAllowed):
    """伝えた福祉事務所、受けた人、伝えた日時を書いてください。まだ記録していません。"""


class NotYet(NotAllowed):
    """これから先の日時は記録できません。日時を確かめてください。まだ記録していません。"""


class DateNeeded(NotAllowed):
    """申請日を入れてください。これから先の日は入れられません。まだ記録していません。"""


class OwnWordsNeeded(NotAllowed):
    """取り下げは、本人のことばだけで記録できます。本人が言ったとおりに書いてください。申請の意思は残っています。"""


class MovedOn(NotAllowed):
    """この申請の意思は、先にほかの人が記録しています。いまの状態を下で確かめてください。あなたの操作では何も変わっていません。"""


@dataclass(frozen=True)
class Office:
    """Whom at the welfare office somebody spoke with, and when."""

    name: str
    received_by: str
    at: datetime | None


@dataclass(frozen=True)
class Intent:
    """One wish to apply, ready to be read."""

    row: WelfareIntent
    words: str
    source: str
    office: str
    received_by: str
    told_by: str
    withdrawal: str

    @property
    def state(self) -> IntentState:
        """Where it stands."""
        return self.row.standing

    @property
    def stands(self) -> bool:
        """Whether it is neither applied for nor taken back."""
        return self.state in _STANDS


def written(session: Session, case: Case, message: Message, words: str, *, now: datetime) -> WelfareIntent | None:
    """Keep the resident's own written words; None while an earlier wish of this case stands or is being decided."""
    decided = now.astimezone(JAPAN).date() - _DECIDED_WITHIN
    pending = and_(WelfareIntent.state == IntentState.APPLIED, WelfareIntent.applied_on > decided)
    earlier = exists().where(WelfareIntent.case_id == case.id, or_(WelfareIntent.state.in_(_STANDS), pending))
    if session.scalar(select(earlier)):
        return None
    return _keep(session, case, words, said_at=message.said_at, now=now, message_id=message.id)


def known(session: Session, case: Case) -> bool:
    """Whether any wish to apply is kept for a case."""
    return bool(session.scalar(select(exists().where(WelfareIntent.case_id == case.id))))


def spoken(
    session: Session, case: Case, words: str, *, means: str, at: datetime | None, key: str, actor: Actor, now: datetime
) -> WelfareIntent | None:
    """Keep what somebody said by telephone or face to face, as they said it; None when this press was counted."""
    if not words.strip() or means not in list(Means) or at is None:
        raise NothingSaid(NothingSaid.__doc__)
    if at > now:
        raise NotYet(NotYet.__doc__)
    if not presses.first(session, case, key, actor=actor, now=now):
        return None
    case.reasons = list(dict.fromkeys((*case.reasons, Reason.APPLY_INTENT.value)))
    case.need = min(case.need, TROUBLED)
    return _keep(session, case, words.strip(), said_at=at, now=now, means=means, by=actor.staff_id)


def tell(session: Session, case: Case, intent_id: uuid.UUID, office: Office, *, actor: Actor, now: datetime) -> WelfareIntent:
    """Record that the welfare office was told, whom, when, and who took it."""
    if not office.name.strip() or not office.received_by.strip() or office.at is None:
        raise OfficeNeeded(OfficeNeeded.__doc__)
    if office.at > now:
        raise NotYet(NotYet.__doc__)
    intent = _held(session, case, intent_id, (IntentState.UNTOLD,))
    intent.state, intent.told_at, intent.told_by = IntentState.TOLD, office.at, actor.staff_id
    seal(session, intent, "office_sealed", office.name.strip()[:_NAME])
    seal(session, intent, "received_by_sealed", office.received_by.strip()[:_NAME])
    _done(session, case, intent, "apply_told", actor=actor, now=now)
    return intent


def apply(session: Session, case: Case, intent_id: uuid.UUID, day: date | None, *, actor: Actor, now: datetime) -> None:
    """Record the day of the application (申請日)."""
    if day is None or day > now.astimezone(JAPAN).date():
        raise DateNeeded(DateNeeded.__doc__)
    intent = _held(session, case, intent_id, _STANDS)
    intent.state, intent.applied_on, intent.applied_by = IntentState.APPLIED, day, actor.staff_id
    _done(session, case, intent, "apply_applied", actor=actor, now=now)


def withdraw(session: Session, case: Case, intent_id: uuid.UUID, words: str, *, actor: Actor, now: datetime) -> None:
    """Record that the person took the wish back, in their own words; nobody else can."""
    if not words.strip():
        raise OwnWordsNeeded(OwnWordsNeeded.__doc__)
    intent = _held(session, case, intent_id, _STANDS)
    intent.state, intent.withdrawn_at, intent.withdrawn_by = IntentState.WITHDRAWN, now, actor.staff_id
    seal(session, intent, "withdrawal_sealed", words.strip()[:LONGEST])
    _done(session, case, intent, "apply_withdrawn", actor=actor, now=now)


def of_case(session: Session, case: Case) -> list[Intent]:
    """Return the wishes of a case, the newest first."""
    query = select(WelfareIntent).where(WelfareIntent.case_id == case.id).order_by(WelfareIntent.id.desc())
    rows = list(session.scalars(query))
    names = staff_names(session, {row.told_by for row in rows} | {row.heard_by for row in rows})
    return [
        Intent(
            row, reveal(session, row, "words_sealed") or "",
            f"{Means(row.means).label}で{names.get(row.heard_by, '') if row.heard_by else ''}が聞いた" if row.means
            else "本人が書いた",
            reveal(session, row, "office_sealed") or "", reveal(session, row, "received_by_sealed") or "",
            names.get(row.told_by, "") if row.told_by else "", reveal(session, row, "withdrawal_sealed") or "",
        )
        for row in rows
    ]  # fmt: skip


def _keep(
    session: Session,
    case: Case,
    words: str,
    *,
    said_at: datetime,
    now: datetime,
    message_id: uuid.UUID | None = None,
    means: str = "",
    by: uuid.UUID | None = None,
) -> WelfareIntent:
    intent = WelfareIntent(
        id=new_id(), custodian=case.custodian, case_id=case.id, message_id=message_id, means=means, said_at=said_at,
        heard_by=by, state=IntentState.UNTOLD, made_at=now,
    )  # fmt: skip
    seal(session, intent, "words_sealed", words[:LONGEST])
    session.add(intent)
    desk = session.get(Desk, case.desk_id) if case.desk_id else None
    tasks.add(
        session, case, _TELL, now=now, by=by, doer=Doer(desk_id=desk.id) if desk else NOBODY_YET,
        due_on=_business_day(session, desk, now), origin=Origin.REPORT, origin_id=intent.id,
    )  # fmt: skip
    record(session, case, "apply_intent", now=now, staff_id=by)
    session.flush()
    return intent


def _business_day(session: Session, desk: Desk | None, now: datetime) -> date:
    """Return today while the desk still reads, else the day it reads next."""
    hours = reading_hours(session, desk, now=now) if desk else None
    opens = now if hours is None or hours.is_open or hours.next is None else hours.next
    return opens.astimezone(JAPAN).date()


def _held(session: Session, case: Case, intent_id: uuid.UUID, states: tuple[IntentState, ...]) -> WelfareIntent:
    query = select(WelfareIntent).where(WelfareIntent.id == intent_id, WelfareIntent.case_id == case.id)
    intent = session.scalars(query.with_for_update()).first()
    if intent is None or intent.state not in states:
        raise MovedOn(MovedOn.__doc__)
    return intent


def _done(session: Session, case: Case, intent: WelfareIntent, move: str, *, actor: Actor, now: datetime) -> None:
    session.execute(
        update(Task)
        .where(Task.origin_id == intent.id, Task.origin == Origin.REPORT, Task.done_at.is_(None))
        .values(done_at=now, done_by=actor.staff_id)
    )
    record(session, case, move, now=now, staff_id=actor.staff_id)
    session.flush()
