"""How a case ended: with which outcome, what that needs to be told, who agreed, and whether it was of use."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import Index, LargeBinary, Select, String, Uuid, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from handoff.cases import Case, visible_to
from handoff.casework import plans
from handoff.conversation import staff_names
from handoff.same_person import everybody
from handoff.states import CaseState, NotAllowed, Outcome
from resources import dates
from resources.access import Actor
from resources.db import Base, Held, held_args, new_id
from resources.sealing import reveal, seal
from resources.slots import JAPAN

LONGEST: Final = 2000
# After these endings the person is asked once whether it was of use.
ASKED_ABOUT: Final = frozenset(
    {Outcome.INFORMED, Outcome.ACCEPTED_ELSEWHERE, Outcome.RESIDENT_ENOUGH, Outcome.PLAN_COMPLETED}
)
# So long an answer belongs to the question.
OPEN_FOR: Final = timedelta(days=14)


class NotEnoughTold(NotAllowed):
    """この終わり方に要ることが、まだ書かれていません。相談はまだ終わっていません。"""


class Felt(StrEnum):
    """What the person answered to the one question."""

    YES = "yes"
    LITTLE = "little"
    TROUBLED = "troubled"  # the case is opened again

    @property
    def label(self) -> str:
        """The answer as staff read it."""
        return {"yes": "はい", "little": "すこし", "troubled": "まだ困っている"}[self]


@dataclass(frozen=True)
class Details:
    """What is told of an ending; which of it is needed depends on the outcome."""

    accepted_by: str = ""  # the person, by name and place of work
    first_contact: str = ""  # days are kept as 2026-11-30
    to_town: str = ""
    attempts: str = ""
    known_on: str = ""
    same_as: str = ""  # the receipt number of the case that goes on

    @classmethod
    def read(cls, form: Mapping[str, str]) -> Details:
        """Return what a form tells."""
        return cls(**{name: form.get(name, "").strip()[:LONGEST] for name in cls.__dataclass_fields__})


NOTHING_TOLD: Final = Details()
NEEDS: Final[Mapping[Outcome, tuple[str, ...]]] = {
    Outcome.ACCEPTED_ELSEWHERE: ("accepted_by", "first_contact"),
    Outcome.LOST_CONTACT: ("attempts",),
    Outcome.NOT_A_CONSULTATION: ("attempts",),
    Outcome.MOVED: ("to_town", "accepted_by"),
    Outcome.DECEASED: ("known_on",),
    Outcome.DUPLICATE: ("same_as",),
}
LABELS: Final[Mapping[str, str]] = {
    "accepted_by": "受け入れた方（所属と名前）",
    "first_contact": "最初に会う・連絡する日",
    "to_town": "引き継いだ町",
    "attempts": "試みた連絡と、その結果",
    "known_on": "亡くなったことを知った日",
    "same_as": "続ける方の受付番号",
}
_LACKS: Final[Mapping[str, str]] = {
    "accepted_by": "受け入れた方の所属と名前を書いてください。",
    "first_contact": "受け入れ先が最初に会う・連絡する日を入れてください。",
    "to_town": "どの町に引き継いだかを書いてください。",
    "attempts": "いつ、どの手段で連絡を試み、どうだったかを書いてください。",
    "known_on": "亡くなったことを知った日を、きょうまでの日付で入れてください。",
    "same_as": "重複している、もう一方の相談の受付番号を入れてください。同じ町の、あなたが見られる相談に限ります。",
}
_NO_PLAN: Final = "「プランを終えた」で終えるには、先に「プラン」のページで評価を書き、結果を「終結」にしてください。"
_STILL_OPEN: Final = "相談はまだ終わっていません。"


class Ending(Held, Base):
    """One ending of a case, or the wish for one until a second person agrees; earlier ones stay when it is opened again."""

    __tablename__ = "case_ending"
    __table_args__ = held_args(
        Index(
            "ix_case_ending_ask_from",
            "ask_from",
            sqlite_where=text("ask_from IS NOT NULL"),
            postgresql_where=text("ask_from IS NOT NULL"),
        ),
        case_id="consultation_case",
    )
    seal_subject = "case_id"

    case_id: Mapped[uuid.UUID] = mapped_column(Uuid(), index=True)
    outcome: Mapped[Outcome] = mapped_column(String(24))
    details_sealed: Mapped[bytes | None] = mapped_column(LargeBinary())
    asked_by: Mapped[uuid.UUID] = mapped_column(Uuid())
    asked_at: Mapped[datetime] = mapped_column()
    agreed_by: Mapped[uuid.UUID | None] = mapped_column(Uuid())
    ended_at: Mapped[datetime | None] = mapped_column()  # none while a second person is asked
    # The one question: from when it may be asked, when it was, and what was answered.
    ask_from: Mapped[datetime | None] = mapped_column()
    questioned_at: Mapped[datetime | None] = mapped_column()
    felt: Mapped[Felt | None] = mapped_column(String(12))
    felt_at: Mapped[datetime | None] = mapped_column()


@dataclass(frozen=True)
class Told:
    """One ending as the desk reads it."""

    ending: Ending
    details: list[tuple[str, str]]
    asked_by: str
    agreed_by: str

    @property
    def outcome(self) -> Outcome:
        """How it ended."""
        return Outcome(self.ending.outcome)

    @property
    def felt(self) -> Felt | None:
        """What the person answered to the one question."""
        return Felt(self.ending.felt) if self.ending.felt else None


def require(session: Session, case: Case, outcome: Outcome, details: Details, *, actor: Actor, now: datetime) -> None:
    """Pass when everything an outcome needs is told or done; raises NotEnoughTold with what is missing."""
    if outcome is Outcome.PLAN_COMPLETED and not plans.completed(session, case):
        raise NotEnoughTold(f"{_NO_PLAN}{_STILL_OPEN}")
    for name in NEEDS.get(outcome, ()):
        if not _holds(session, case, name, getattr(details, name), actor, now):
            raise NotEnoughTold(f"{_LACKS[name]}{_STILL_OPEN}")


def ask(session: Session, case: Case, outcome: Outcome, details: Details, *, by: uuid.UUID, now: datetime) -> Ending:
    """Keep how a case is to end until a second person agrees; a new wish takes the place of the one before."""
    ending = awaited(session, case)
    if ending is None:
        ending = Ending(id=new_id(), custodian=case.custodian, case_id=case.id)
        session.add(ending)
    ending.outcome, ending.asked_by, ending.asked_at = outcome, by, now
    needed = {name: value for name, value in asdict(details).items() if name in NEEDS.get(outcome, ())}
    seal(session, ending, "details_sealed", json.dumps(needed, ensure_ascii=False) if needed else None)
    session.flush()
    return ending


def write_down(session: Session, case: Case, outcome: Outcome, details: Details, *, by: uuid.UUID, now: datetime) -> Ending:
    """Write down that a case ended; where a second person had been asked, this one agreed."""
    ending = awaited(session, case) if case.closing_asked_by not in (None, by) else None
    if ending is not None and ending.outcome == outcome:
        ending.agreed_by = by
    else:
        ending = ask(session, case, outcome, details, by=by, now=now)
    ending.ended_at = now
    ending.ask_from = _next_day(now) if outcome in ASKED_ABOUT else None
    session.flush()
    return ending


def awaited(session: Session, case: Case) -> Ending | None:
    """Return the ending a second person was asked to agree to."""
    return session.scalars(_of(case).where(Ending.ended_at.is_(None))).first()


def awaited_told(session: Session, case: Case) -> Told | None:
    """Return the ending a second person is asked to agree to now, as the desk reads it."""
    ending = awaited(session, case) if case.closing_asked_by and case.state != CaseState.CLOSED else None
    return None if ending is None else _told(session, [ending])[0]


def of_case(session: Session, case: Case) -> list[Told]:
    """Return how a case ended, each time, the last first."""
    ended = _of(case).where(Ending.ended_at.is_not(None)).order_by(Ending.ended_at.desc(), Ending.id.desc())
    return _told(session, list(session.scalars(ended)))


def questioned(session: Session, contact_id: uuid.UUID, *, now: datetime) -> Ending | None:
    """Return the ending about which a person was asked, while an answer still belongs to the question."""
    mine = select(Case.id).where(Case.contact_id.in_(everybody(session, contact_id)))
    query = select(Ending).where(Ending.case_id.in_(mine), Ending.questioned_at > now - OPEN_FOR)
    return session.scalars(query.order_by(Ending.questioned_at.desc()).limit(1)).first()


def answer(ending: Ending, felt: Felt, *, now: datetime) -> None:
    """Keep what was answered to the one question; a second thought takes the place of the first."""
    ending.felt, ending.felt_at = felt, now


def _of(case: Case) -> Select[Ending]:
    return select(Ending).where(Ending.case_id == case.id)


def _told(session: Session, found: list[Ending]) -> list[Told]:
    names = staff_names(session, {one.asked_by for one in found} | {one.agreed_by for one in found if one.agreed_by})
    return [
        Told(one, _details(session, one), names.get(one.asked_by, ""), names.get(one.agreed_by, "") if one.agreed_by else "")
        for one in found
    ]


def _details(session: Session, ending: Ending) -> list[tuple[str, str]]:
    told = json.loads(reveal(session, ending, "details_sealed") or "{}")
    return [(LABELS[name], value) for name, value in told.items()]


def _holds(session: Session, case: Case, name: str, value: str, actor: Actor, now: datetime) -> bool:
    if name == "same_as":
        other = visible_to(actor).where(Case.receipt == value, Case.custodian == case.custodian, Case.id != case.id)
        return bool(value) and session.scalars(other.with_only_columns(Case.id)).first() is not None
    if name in ("first_contact", "known_on"):
        day = dates.read(value)
        return day is not None and (name == "first_contact" or day <= dates.day_of(now))
    return bool(value)


def _next_day(now: datetime) -> datetime:
    return now.astimezone(JAPAN).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
