"""What a 民生委員 is asked to do, with just what they need to know; they may say no, and there is no deadline."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import JSON, LargeBinary, Select, String, Uuid, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from handoff import consent, contacts, notes
from handoff.casefile import REQUEST_READ
from handoff.cases import Case, complaint, record
from handoff.contacts import Contact
from handoff.moves import only_owner
from handoff.states import CaseState, Consent, NotAllowed
from resources import journal
from resources.access import Actor
from resources.db import Base, Held, held_args, new_id
from resources.sealing import reveal, seal
from resources.staff import Role, Staff, StaffRole

LONGEST: Final = 500
COMMISSIONER: Final = "commissioner"  # the recipient as records of consent name it


class Share(StrEnum):
    """What of a case the person asked may see beside the request itself."""

    NAME = "name"
    PHONE = "phone"
    COMPLAINT = "complaint"

    @property
    def label(self) -> str:
        """The share as staff read it."""
        return {"name": "呼び名", "phone": "電話番号", "complaint": "本人のことば"}[self]


class RequestState(StrEnum):
    """Where a request stands."""

    ASKED = "asked"  # -> asked
    ACCEPTED = "accepted"  # asked -> accepted
    REFUSED = "refused"  # asked -> refused: no reason is asked
    DONE = "done"  # accepted -> done
    WITHDRAWN = "withdrawn"  # asked or accepted -> withdrawn: the desk, a withdrawn consent, or the end of the case

    @property
    def label(self) -> str:
        """The state as staff read it."""
        return _LABELS[self]


_LABELS = {
    RequestState.ASKED: "返事を待っています", RequestState.ACCEPTED: "引き受けてもらいました",
    RequestState.REFUSED: "今回は難しいとのことです", RequestState.DONE: "終わりました", RequestState.WITHDRAWN: "取り下げました",
}  # fmt: skip
_AFTER = {
    (RequestState.ASKED, "accept"): RequestState.ACCEPTED,
    (RequestState.ASKED, "refuse"): RequestState.REFUSED,
    (RequestState.ACCEPTED, "finish"): RequestState.DONE,
    (RequestState.ASKED, "withdraw"): RequestState.WITHDRAWN,
    (RequestState.ACCEPTED, "withdraw"): RequestState.WITHDRAWN,
}
OPEN: Final = (RequestState.ASKED, RequestState.ACCEPTED)


class NeverForViolence(NotAllowed):
    """DV・性暴力の相談は、民生委員にお願いできません。何も伝えていません。"""


class ConsentNeeded(NotAllowed):
    """民生委員に伝えることへの本人の同意が、まだ記録されていません。同意を確かめてから、お願いしてください。"""


class NothingAsked(NotAllowed):
    """お願いの内容を、500文字までで書いてください。まだ何も伝えていません。"""


class NobodyThere(NotAllowed):
    """その人は、いま民生委員として登録されていません。もう一度選んでください。まだ何も伝えていません。"""


class NoLongerOpen(NotAllowed):
    """このお願いは、もう返事がすんでいるか、取り下げられています。"""


class HelpRequest(Held, Base):
    """One request to one 民生委員 about one case."""

    __tablename__ = "help_request"
    __table_args__ = held_args(case_id="consultation_case")
    seal_subject = "case_id"

    case_id: Mapped[uuid.UUID] = mapped_column(Uuid(), index=True)
    helper_id: Mapped[uuid.UUID] = mapped_column(Uuid(), index=True)
    asked_by: Mapped[uuid.UUID] = mapped_column(Uuid())
    words_sealed: Mapped[bytes] = mapped_column(LargeBinary())
    shares: Mapped[list[str]] = mapped_column(JSON(), default=list)
    state: Mapped[RequestState] = mapped_column(String(12), default=RequestState.ASKED)
    asked_at: Mapped[datetime] = mapped_column()
    answered_at: Mapped[datetime | None] = mapped_column()
    ended_at: Mapped[datetime | None] = mapped_column()

    @property
    def standing(self) -> RequestState:
        """Where the request stands, with its words for staff."""
        return RequestState(self.state)


@dataclass(frozen=True)
class Asked:
    """A request as the person asked reads it: what the desk chose to tell, and nothing else."""

    request: HelpRequest
    words: str
    name: str
    phone: str
    complaint: str

    @property
    def state(self) -> RequestState:
        """Where the request stands."""
        return self.request.standing


def helpers(session: Session, case: Case) -> list[Staff]:
    """Return the active 民生委員 of the case's town, by name."""
    holds = select(StaffRole.staff_id).where(
        StaffRole.municipality_code == case.custodian, StaffRole.role == Role.COMMISSIONER
    )
    return list(session.scalars(select(Staff).where(Staff.id.in_(holds), Staff.active).order_by(Staff.display_name)))


def agreed(session: Session, case: Case) -> bool:
    """Whether the person allows that a 民生委員 hears of the case."""
    return consent.latest(session, case, COMMISSIONER) is Consent.GIVEN


def obstacle(session: Session, case: Case, *, actor: Actor) -> str:
    """Return why nobody can be asked on a case just now, empty when somebody can."""
    if case.walled:
        return NeverForViolence.__doc__ or ""
    if case.owner_id != actor.staff_id or case.state == CaseState.CLOSED:
        return "お願いできるのは、終わっていない相談の担当者です。"
    nobody = "この町には、まだ民生委員が登録されていません。登録は、町の設定をする人に頼んでください。"
    return "" if helpers(session, case) else nobody


def ask(
    session: Session, case: Case, helper_id: uuid.UUID, words: str, shares: Sequence[Share], *, actor: Actor, now: datetime
) -> HelpRequest:
    """Ask one 民生委員; the person's own consent to that is on record before."""
    only_owner(case, actor)
    words = words.strip()
    if case.walled:
        raise NeverForViolence(NeverForViolence.__doc__)
    if not agreed(session, case):
        raise ConsentNeeded(ConsentNeeded.__doc__)
    if not words or len(words) > LONGEST:
        raise NothingAsked(NothingAsked.__doc__)
    if helper_id not in {helper.id for helper in helpers(session, case)}:
        raise NobodyThere(NobodyThere.__doc__)
    asked = HelpRequest(
        id=new_id(), custodian=case.custodian, case_id=case.id, helper_id=helper_id, asked_by=actor.staff_id,
        shares=[share.value for share in shares], asked_at=now,
    )  # fmt: skip
    seal(session, asked, "words_sealed", words)
    session.add(asked)
    record(session, case, "help_asked", now=now, staff_id=actor.staff_id)
    session.flush()
    return asked


def withdraw(session: Session, case: Case, request_id: uuid.UUID, *, actor: Actor, now: datetime) -> None:
    """Take a request back: from now on the person asked sees nothing of it."""
    query = select(HelpRequest).where(HelpRequest.id == request_id, HelpRequest.case_id == case.id)
    asked = session.scalars(query.with_for_update()).first()
    if asked is None:
        raise NoLongerOpen(NoLongerOpen.__doc__)
    _move(asked, "withdraw", now=now)
    record(session, case, "help_withdrawn", now=now, staff_id=actor.staff_id)


def of_case(session: Session, case: Case) -> list[tuple[HelpRequest, str]]:
    """Return the requests of a case with their words, oldest first."""
    query = select(HelpRequest).where(HelpRequest.case_id == case.id).order_by(HelpRequest.id)
    return [(asked, reveal(session, asked, "words_sealed") or "") for asked in session.scalars(query)]


def of_helper(session: Session, actor: Actor) -> list[Asked]:
    """Return what a person is asked now: open requests of open cases that were not walled off since."""
    return [_shown(session, asked, case) for asked, case in session.execute(_open_to(actor).order_by(HelpRequest.id))]


def find(session: Session, actor: Actor, request_id: uuid.UUID, *, to_change: bool = False) -> Asked | None:
    """Return one open request to this person, or None: anybody else's does not exist."""
    query = _open_to(actor).where(HelpRequest.id == request_id)
    found = session.execute(query.with_for_update() if to_change else query).first()
    return _shown(session, *found) if found else None


def answer(session: Session, asked: Asked, *, yes: bool, actor: Actor, now: datetime) -> None:
    """Say yes or no to a request; no needs no reason."""
    _move(asked.request, "accept" if yes else "refuse", now=now)
    record(session, _case(session, asked), "help_accepted" if yes else "help_refused", now=now, staff_id=actor.staff_id)


def report(session: Session, asked: Asked, words: str, *, done: bool, actor: Actor, now: datetime) -> None:
    """Tell the desk how it went; the words stand among the notes of the case."""
    case, words = _case(session, asked), words.strip()
    if asked.state is not RequestState.ACCEPTED or not words:
        raise NoLongerOpen(NoLongerOpen.__doc__)
    notes.write(session, case, words[:4000], actor=actor, now=now)
    if done:
        _move(asked.request, "finish", now=now)
        record(session, case, "help_done", now=now, staff_id=actor.staff_id)


def note_reading(session: Session, asked: Asked, *, actor: Actor, now: datetime) -> None:
    """Write down that the person asked read what was told of the case."""
    journal.record(
        session, REQUEST_READ, municipality=asked.request.custodian, subject_kind="case", subject_id=asked.request.case_id,
        staff_id=actor.staff_id, now=now,
    )  # fmt: skip


def _open_to(actor: Actor) -> Select[HelpRequest, Case]:
    towns = tuple(actor.towns_as(Role.COMMISSIONER))
    return (
        select(HelpRequest, Case)
        .join(Case, (Case.id == HelpRequest.case_id) & (Case.custodian == HelpRequest.custodian))
        .where(
            HelpRequest.helper_id == actor.staff_id,
            HelpRequest.custodian.in_(towns),
            HelpRequest.state.in_(OPEN),
            Case.state != CaseState.CLOSED,
            ~Case.walled,
        )
    )


def _shown(session: Session, asked: HelpRequest, case: Case) -> Asked:
    contact = session.scalars(select(Contact).where(Contact.id == case.contact_id)).one()
    told = set(asked.shares) if agreed(session, case) else set()
    return Asked(
        asked,
        reveal(session, asked, "words_sealed") or "",
        contacts.called(session, contact) if Share.NAME in told else "",
        (reveal(session, contact, "phone_sealed") or "") if Share.PHONE in told else "",
        complaint(session, case) if Share.COMPLAINT in told else "",
    )


def _case(session: Session, asked: Asked) -> Case:
    return session.scalars(select(Case).where(Case.id == asked.request.case_id)).one()


def _move(asked: HelpRequest, move: str, *, now: datetime) -> None:
    after = _AFTER.get((RequestState(asked.state), move))
    if after is None:
        raise NoLongerOpen(NoLongerOpen.__doc__)
    asked.state = after
    if asked.answered_at is None and move in ("accept", "refuse"):
        asked.answered_at = now
    if after not in OPEN:
        asked.ended_at = now
