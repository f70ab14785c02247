"""What the prefecture is asked when nobody takes a case on: the picture without the person, and the advice that comes back."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import JSON, LargeBinary, Select, String, Uuid, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from handoff import consent, notes, picture
from handoff.casefile import REQUEST_READ, called
from handoff.cases import Case, complaint, record, understood
from handoff.casework import agency_kinds, referral_tasks, referrals
from handoff.moves import only_owner
from handoff.states import CaseState, Consent, NotAllowed
from resources import journal
from resources.access import Actor
from resources.db import Base, Held, held_args, new_id
from resources.desks import Desk
from resources.places import Level, Municipality
from resources.sealing import reveal, seal
from resources.staff import Role

LONGEST: Final = 2000
RECIPIENT: Final = "prefecture"
# From which age each band begins, and what it is called.
_BANDS: Final = (
    (75, "75歳以上"), (65, "65〜74歳"), (60, "60〜64歳"), (50, "50代"), (40, "40代"), (30, "30代"), (18, "18〜29歳"),
    (0, "18歳未満"),
)  # fmt: skip


class NothingWritten(NotAllowed):
    """助言を、2,000文字までで書いてください。まだ町には伝えていません。"""


class AlreadyAnswered(NotAllowed):
    """この相談には、先にほかの人が答えています。あなたの書いたことは、まだ町に伝わっていません。"""


class TooSoon(NotAllowed):
    """都道府県に相談できるのは、つなぎ先が引き受けられないと答えたあとです。まだ相談していません。"""


class NoPrefecture(NotAllowed):
    """この町の都道府県は、ここに登録されていません。電話などで相談してください。まだ相談していません。"""


class PrefectureRequest(Held, Base):
    """One question to the prefecture about one case; codes only, no words of or about the person."""

    __tablename__ = "prefecture_request"
    __table_args__ = held_args(case_id="consultation_case")
    seal_subject = "case_id"

    case_id: Mapped[uuid.UUID] = mapped_column(Uuid(), index=True)
    prefecture_code: Mapped[str] = mapped_column(String(6), index=True)
    topics: Mapped[list[str]] = mapped_column(JSON(), default=list)
    reasons: Mapped[list[str]] = mapped_column(JSON(), default=list)
    ages: Mapped[list[str]] = mapped_column(JSON(), default=list)
    tried: Mapped[list[list[str]]] = mapped_column(JSON(), default=list)  # the kind of each agency, and why not
    asked_at: Mapped[datetime] = mapped_column()
    answer_sealed: Mapped[bytes | None] = mapped_column(LargeBinary())
    answered_at: Mapped[datetime | None] = mapped_column()
    answered_by: Mapped[uuid.UUID | None] = mapped_column(Uuid())


@dataclass(frozen=True)
class Asked:
    """A question as the prefecture reads it; the last three only where the person allowed it."""

    request: PrefectureRequest
    town: str
    topics: list[str]
    reasons: list[str]
    tried: list[tuple[str, str]]
    answer: str
    receipt: str = ""
    name: str = ""
    complaint: str = ""


def ask(session: Session, case: Case, *, now: datetime) -> PrefectureRequest | None:
    """Ask the prefecture of the town, once at a time; None where the town belongs to none here."""
    town = session.get_one(Municipality, case.custodian)
    if town.prefecture_code is None:
        return None
    query = select(PrefectureRequest).where(PrefectureRequest.case_id == case.id, PrefectureRequest.answered_at.is_(None))
    request = session.scalars(query.order_by(PrefectureRequest.id.desc()).limit(1)).first()
    if request is None:
        request = PrefectureRequest(
            id=new_id(), custodian=case.custodian, case_id=case.id, prefecture_code=town.prefecture_code, asked_at=now
        )
        session.add(request)
        record(session, case, "prefecture_asked", now=now)
        journal.record(
            session, "case.prefecture_asked", municipality=case.custodian, subject_kind="case", subject_id=case.id, now=now
        )
    request.topics, request.reasons = list(case.topics), list(case.reasons)
    request.ages = _ages(understood(session, case))
    request.tried = [[one.kind, one.reason] for one in referrals.declined(session, case)]
    session.flush()
    return request


def ask_by_hand(session: Session, case: Case, *, actor: Actor, now: datetime) -> None:
    """Ask before the third decline; raises NotYours, NoPrefecture or TooSoon."""
    only_owner(case, actor)
    if not referrals.declined(session, case):
        raise TooSoon(TooSoon.__doc__)
    if ask(session, case, now=now) is None:
        raise NoPrefecture(NoPrefecture.__doc__)


def prefectures(session: Session, actor: Actor) -> frozenset[str]:
    """Return the prefectures somebody works for, by role or by desk."""
    desks = select(Desk.municipality_code).where(Desk.id.in_(tuple(actor.desks)))
    mine = or_(Municipality.code.in_(tuple(actor.towns_as(Role.PREFECTURE))), Municipality.code.in_(desks))
    query = select(Municipality.code).where(mine, Municipality.level == Level.PREFECTURE)
    return frozenset(session.scalars(query))


def towns(session: Session, codes: frozenset[str]) -> frozenset[str]:
    """Return the towns of prefectures: whose rows their questions are."""
    query = select(Municipality.code).where(Municipality.prefecture_code.in_(tuple(codes)))
    return frozenset(session.scalars(query))


def listed(session: Session, actor: Actor, codes: frozenset[str]) -> list[Asked]:
    """Return the questions to prefectures, those without an answer first, without anything about a person."""
    query = _open_to(actor, codes).order_by(PrefectureRequest.answered_at.is_not(None), PrefectureRequest.id.desc())
    return [_shown(session, one) for one in session.scalars(query.limit(100))]


def find(session: Session, actor: Actor, codes: frozenset[str], request_id: uuid.UUID) -> Asked | None:
    """Return one question with what the person allowed to be told, or None: any other does not exist."""
    request = session.scalars(_open_to(actor, codes).where(PrefectureRequest.id == request_id)).first()
    if request is None:
        return None
    case = session.scalars(select(Case).where(Case.id == request.case_id)).one()
    if consent.latest(session, case, RECIPIENT) is not Consent.GIVEN:
        return _shown(session, request)
    return _shown(session, request, receipt=case.receipt, name=called(session, case), complaint=complaint(session, case))


def note_reading(session: Session, asked: Asked, *, actor: Actor, now: datetime) -> None:
    """Write down that the prefecture read a question."""
    journal.record(
        session, REQUEST_READ, municipality=asked.request.custodian, subject_kind="case", subject_id=asked.request.case_id,
        staff_id=actor.staff_id, now=now, detail="prefecture",
    )  # fmt: skip


def answer(session: Session, asked: Asked, words: str, *, actor: Actor, now: datetime) -> None:
    """Send advice back to the town: a note on the case, and something to read for who has it."""
    words = words.strip()
    if not words or len(words) > LONGEST:
        raise NothingWritten(NothingWritten.__doc__)
    case = session.scalars(select(Case).where(Case.id == asked.request.case_id).with_for_update()).one()
    answered = session.execute(
        update(PrefectureRequest)
        .where(PrefectureRequest.id == asked.request.id, PrefectureRequest.answered_at.is_(None))
        .values(answered_at=now, answered_by=actor.staff_id)
        .execution_options(synchronize_session=False)
    )
    session.refresh(asked.request)
    if answered.rowcount != 1:  # type: ignore[attr-defined]
        raise AlreadyAnswered(AlreadyAnswered.__doc__)
    seal(session, asked.request, "answer_sealed", words)
    notes.write(session, case, f"都道府県からの助言：{words}", actor=actor, now=now)
    record(session, case, "prefecture_answered", now=now, staff_id=actor.staff_id)
    if case.state != CaseState.CLOSED:
        referral_tasks.for_advice(session, case, asked.request.id, now=now)


def of_case(session: Session, case: Case) -> list[Asked]:
    """Return the questions about a case with their answers, the newest first."""
    query = select(PrefectureRequest).where(PrefectureRequest.case_id == case.id)
    return [_shown(session, one) for one in session.scalars(query.order_by(PrefectureRequest.id.desc()))]


def _open_to(actor: Actor, codes: frozenset[str]) -> Select[PrefectureRequest]:
    query = (
        select(PrefectureRequest)
        .join(Case, (Case.id == PrefectureRequest.case_id) & (Case.custodian == PrefectureRequest.custodian))
        .where(PrefectureRequest.prefecture_code.in_(tuple(codes)))
    )
    # What was told of violence is read at the desks made for it only, also without a name.
    return query if actor.violence_desks else query.where(~Case.walled)


def _shown(session: Session, request: PrefectureRequest, *, receipt: str = "", name: str = "", complaint: str = "") -> Asked:
    return Asked(
        request,
        session.get_one(Municipality, request.custodian).name,
        picture.topics(request.topics),
        picture.reasons(request.reasons),
        [(agency_kinds.label(kind), referrals.reason_label(reason)) for kind, reason in request.tried],
        reveal(session, request, "answer_sealed") or "",
        receipt,
        name,
        complaint,
    )


def _ages(understood: str) -> list[str]:
    """Return the age bands of a household as it was told; whatever is no number of years is left out."""
    try:
        told = json.loads(understood)
    except ValueError:
        return []
    household = told.get("household") if isinstance(told, dict) else None
    years = [member.get("age") for member in household or [] if isinstance(member, dict)]
    return list(_banded(year for year in years if isinstance(year, int)))


def _banded(years: Iterable[Any]) -> Iterable[str]:
    return (next(name for since, name in _BANDS if year >= since) for year in years if year >= 0)
