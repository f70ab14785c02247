"""Reaching people who do not come: each try by means and result, over months, until they are linked."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import LargeBinary, String, Uuid, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from handoff import presses
from handoff.cases import Case, record
from handoff.casework import tasks
from handoff.casework.tasks import Doer, Origin, Task
from handoff.conversation import staff_names
from handoff.states import CaseState, NotAllowed
from resources.access import Actor
from resources.db import Base, Held, held_args, new_id
from resources.sealing import reveal, seal
from resources.slots import JAPAN

LONGEST: Final = 2000
_OLDEST: Final = timedelta(days=366)
_FARTHEST: Final = timedelta(days=366)


class Means(StrEnum):
    """How somebody was sought."""

    VISIT = "visit"
    CALL = "call"
    LETTER = "letter"
    CHAT = "chat"
    THROUGH = "through"
    OTHER = "other"

    @property
    def label(self) -> str:
        """The means as staff read it."""
        return _MEANS[self]


class Result(StrEnum):
    """What came of it."""

    MET = "met"
    TALKED = "talked"
    RESPONDED = "responded"
    ABSENT = "absent"
    REFUSED = "refused"
    LINKED = "linked"  # the outreach has reached its end

    @property
    def label(self) -> str:
        """The result as staff read it."""
        return _RESULTS[self]


_MEANS = {
    Means.VISIT: "訪問", Means.CALL: "電話", Means.LETTER: "手紙", Means.CHAT: "SNS・チャット",
    Means.THROUGH: "関係者を通じて", Means.OTHER: "その他",
}  # fmt: skip
_RESULTS = {
    Result.MET: "会えた", Result.TALKED: "話せた", Result.RESPONDED: "反応あり", Result.ABSENT: "不在・反応なし",
    Result.REFUSED: "断られた", Result.LINKED: "つながった",
}  # fmt: skip
# The person themself was heard; somebody who says no has been heard too.
REACHED: Final = (Result.MET, Result.TALKED, Result.RESPONDED, Result.REFUSED, Result.LINKED)


class ChooseBoth(NotAllowed):
    """手段と結果を選んでください。まだ記録していません。"""


class NoSuchTime(NotAllowed):
    """日時を確かめてください。これから先の日時と、1年より前の日時は記録できません。まだ記録していません。"""


class NoSuchNextTry(NotAllowed):
    """「次に試す日」は、今日から1年以内の日にしてください。「つながった」ときは空にしてください。まだ記録していません。"""


class TooLong(NotAllowed):
    """ようすは2,000文字までです。短くしてください。まだ記録していません。"""


class CaseEnded(NotAllowed):
    """この相談は終了しています。書いたことは残っていません。本人から連絡があれば「電話・来所を記録」から再開できます。"""


class OutreachContact(Held, Base):
    """One try to reach a person."""

    __tablename__ = "outreach_contact"
    __table_args__ = held_args(case_id="consultation_case")
    seal_subject = "case_id"

    case_id: Mapped[uuid.UUID] = mapped_column(Uuid(), index=True)
    at: Mapped[datetime] = mapped_column()
    means: Mapped[Means] = mapped_column(String(12))
    result: Mapped[Result] = mapped_column(String(12))
    words_sealed: Mapped[bytes | None] = mapped_column(LargeBinary())
    by: Mapped[uuid.UUID] = mapped_column(Uuid())
    next_on: Mapped[date | None] = mapped_column()
    made_at: Mapped[datetime] = mapped_column()


@dataclass(frozen=True)
class Try:
    """One try as the desk reads it."""

    id: uuid.UUID
    at: datetime
    means: Means
    result: Result
    words: str
    by: str
    next_on: date | None

    @property
    def reached(self) -> bool:
        """Whether the person themself was heard."""
        return self.result in REACHED


@dataclass(frozen=True)
class Month:
    """The tries of one month: how many by each means and with each result."""

    year: int
    month: int
    means: Counter[Means]
    results: Counter[Result]

    @property
    def total(self) -> int:
        """All tries of the month."""
        return self.means.total()


def note_down(
    session: Session,
    case: Case,
    *,
    at: datetime | None,
    means: str,
    result: str,
    words: str,
    next_on: date | None,
    key: str,
    actor: Actor,
    now: datetime,
) -> OutreachContact | None:
    """Write down one try; None when this press was counted already.

    The next try becomes a task and takes the place of the one before; who is linked is not sought any more.
    """
    _check(case, at=at, means=means, result=result, words=words, next_on=next_on, now=now)
    assert at is not None
    if not presses.first(session, case, key, actor=actor, now=now):
        return None
    contact = OutreachContact(
        id=new_id(), custodian=case.custodian, case_id=case.id, at=at, means=Means(means), result=Result(result),
        by=actor.staff_id, next_on=next_on, made_at=now,
    )  # fmt: skip
    seal(session, contact, "words_sealed", words.strip() or None)
    session.add(contact)
    _finish_earlier(session, case, actor=actor, now=now)
    if next_on is not None:
        tasks.add(
            session, case, "次の働きかけ（アウトリーチ）", now=now, by=actor.staff_id, doer=Doer(staff_id=actor.staff_id),
            due_on=next_on, origin=Origin.OUTREACH, origin_id=contact.id,
        )  # fmt: skip
    move = "outreach_linked" if contact.result == Result.LINKED else "outreach"
    record(session, case, move, now=now, staff_id=actor.staff_id)
    session.flush()
    return contact


def of_case(session: Session, case: Case) -> list[Try]:
    """Return the tries of a case, newest first."""
    query = select(OutreachContact).where(OutreachContact.case_id == case.id)
    rows = list(session.scalars(query.order_by(OutreachContact.at.desc(), OutreachContact.id.desc())))
    names = staff_names(session, {row.by for row in rows})
    return [
        Try(
            row.id, row.at, Means(row.means), Result(row.result), reveal(session, row, "words_sealed") or "",
            names.get(row.by, ""), row.next_on,
        )
        for row in rows
    ]  # fmt: skip


def goes_on(tries: list[Try]) -> bool:
    """Whether somebody is still sought: tried, and not linked since. `tries` stand newest first."""
    return bool(tries) and tries[0].result is not Result.LINKED


def by_month(tries: Iterable[Try]) -> list[Month]:
    """Return the figures of each month in which something was tried, newest first."""
    found: dict[tuple[int, int], Month] = {}
    for one in tries:
        local = one.at.astimezone(JAPAN)
        month = found.setdefault((local.year, local.month), Month(local.year, local.month, Counter(), Counter()))
        month.means[one.means] += 1
        month.results[one.result] += 1
    return [found[key] for key in sorted(found, reverse=True)]


def _check(
    case: Case, *, at: datetime | None, means: str, result: str, words: str, next_on: date | None, now: datetime
) -> None:
    if case.state == CaseState.CLOSED:
        raise CaseEnded(CaseEnded.__doc__)
    if means not in list(Means) or result not in list(Result):
        raise ChooseBoth(ChooseBoth.__doc__)
    if at is None or not now - _OLDEST <= at <= now:
        raise NoSuchTime(NoSuchTime.__doc__)
    today = now.astimezone(JAPAN).date()
    if next_on is not None and (result == Result.LINKED or not today <= next_on <= today + _FARTHEST):
        raise NoSuchNextTry(NoSuchNextTry.__doc__)
    if len(words.strip()) > LONGEST:
        raise TooLong(TooLong.__doc__)


def _finish_earlier(session: Session, case: Case, *, actor: Actor, now: datetime) -> None:
    query = select(Task).where(Task.case_id == case.id, Task.origin == Origin.OUTREACH, Task.done_at.is_(None))
    for task in session.scalars(query.with_for_update()):
        task.done_at, task.done_by = now, actor.staff_id
