"""What the person allowed: to whom, for what, how it was said, and when it was taken back."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import JSON, String, Uuid, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from handoff.cases import Case, record
from handoff.states import Consent
from resources.db import Base, Held, held_args, new_id
from resources.reading import once

DESK = "desk"  # the consultation desk itself
# How a person said it, as staff record it.
MEANS = {"oral": "口頭で同意した", "chat": "この会話で同意した", "written": "書面で同意した"}


class ConsentRecord(Held, Base):
    """One answer to one question of consent, for one recipient."""

    __tablename__ = "consent_record"
    __table_args__ = held_args(case_id="consultation_case", contact_id="contact")

    case_id: Mapped[uuid.UUID] = mapped_column(Uuid(), index=True)
    contact_id: Mapped[uuid.UUID] = mapped_column(Uuid())
    recipient: Mapped[str] = mapped_column(String(40))
    state: Mapped[Consent] = mapped_column(String(12))
    scope: Mapped[list[str]] = mapped_column(JSON(), default=list)
    means: Mapped[str] = mapped_column(String(12))  # chat, oral, written
    given_at: Mapped[datetime] = mapped_column()
    withdrawn_at: Mapped[datetime | None] = mapped_column()
    by: Mapped[uuid.UUID | None] = mapped_column(Uuid())


def give(
    session: Session,
    case: Case,
    state: Consent,
    *,
    recipient: str = DESK,
    scope: tuple[str, ...] = (),
    means: str = "chat",
    now: datetime,
    by: uuid.UUID | None = None,
    said_at: datetime | None = None,
) -> ConsentRecord:
    """Record an answer to a question of consent, given now or at `said_at`; refusing never stops help."""
    answer = ConsentRecord(
        id=new_id(), custodian=case.custodian, case_id=case.id, contact_id=case.contact_id, recipient=recipient,
        state=state, scope=list(scope), means=means, given_at=said_at or now, by=by,
    )  # fmt: skip
    session.add(answer)
    if recipient == DESK:
        case.consent = state
    record(session, case, "consent", now=now, staff_id=by, detail={"recipient": recipient, "state": state})
    session.flush()
    return answer


def withdraw(session: Session, case: Case, answer: ConsentRecord, *, now: datetime, by: uuid.UUID | None = None) -> None:
    """Take an answer back from now on; it stays on record, and so does what was told while it held."""
    answer.withdrawn_at = now
    if answer.recipient == DESK:
        case.consent = Consent.UNCONFIRMED
    record(session, case, "consent_withdrawn", now=now, staff_id=by, detail={"recipient": answer.recipient})
    session.flush()


def answers(session: Session, case: Case) -> list[ConsentRecord]:
    """Return every answer to a question of consent, those taken back too, oldest first."""
    query = select(ConsentRecord).where(ConsentRecord.case_id == case.id).order_by(ConsentRecord.id)
    return once(session, lambda: list(session.scalars(query)), "answers", case.id)


def current(session: Session, case: Case, recipient: str) -> ConsentRecord | None:
    """Return the last answer about one recipient, None when it was taken back or never given."""
    last = next((one for one in reversed(answers(session, case)) if one.recipient == recipient), None)
    return None if last is None or last.withdrawn_at else last


def latest(session: Session, case: Case, recipient: str) -> Consent:
    """Return what the person said last about one recipient; taken back or never asked is unconfirmed."""
    last = current(session, case, recipient)
    return Consent.UNCONFIRMED if last is None else Consent(last.state)


def may_be_told(session: Session, case: Case, recipient: str) -> frozenset[str]:
    """Return the codes of what one recipient may be told by consent; empty without one."""
    last = current(session, case, recipient)
    return frozenset(last.scope) if last is not None and last.state == Consent.GIVEN else frozenset()
