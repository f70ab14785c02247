"""What is half written: kept sealed for the one who types, until it is sent or given to the team."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Integer, LargeBinary, String, UniqueConstraint, Uuid, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from handoff import notes, presses
from handoff.cases import Case
from handoff.states import NotAllowed
from resources.access import Actor
from resources.db import Base, Held, held_args, new_id
from resources.sealing import reveal, seal

LONGEST = 4000
_PAGE = 64


class NoDraft(NotAllowed):
    """下書きは、もう残っていません。送られたか、別の画面で片づけられました。"""


class Writing(StrEnum):
    """What somebody writes."""

    REPLY = "reply"
    NOTE = "note"


class Draft(Held, Base):
    """Words of one person on one case that are not sent yet; `page` is the tab that kept them last."""

    __tablename__ = "draft"
    __table_args__ = held_args(UniqueConstraint("case_id", "staff_id", "kind"), case_id="consultation_case")
    seal_subject = "case_id"

    case_id: Mapped[uuid.UUID] = mapped_column(Uuid())
    staff_id: Mapped[uuid.UUID] = mapped_column(Uuid())
    kind: Mapped[Writing] = mapped_column(String(8))
    words_sealed: Mapped[bytes] = mapped_column(LargeBinary())
    # What another tab had kept when this one wrote over it.
    other_sealed: Mapped[bytes | None] = mapped_column(LargeBinary())
    page: Mapped[str] = mapped_column(String(_PAGE), default="")
    version: Mapped[int] = mapped_column(Integer(), default=1)
    kept_at: Mapped[datetime] = mapped_column()


def keep(
    session: Session,
    case: Case,
    kind: Writing,
    words: str,
    *,
    key: str,
    seen: int,
    actor: Actor,
    now: datetime,
) -> Draft | None:
    """Keep what is typed; empty words let it go. Returns None where nothing is kept.

    `key` names the form that is being filled in and `seen` the draft it began with: words that came later than their own
    form was sent are late, and words that another tab kept meanwhile are not lost but offered.
    """
    words = words.strip("\n")[:LONGEST]
    if presses.counted(session, case, key):
        return of(session, case, kind, actor=actor)
    draft = of(session, case, kind, actor=actor, to_change=True)
    if draft is None:
        return _begin(session, case, kind, words, key=key, actor=actor, now=now) if words.strip() else None
    before = reveal(session, draft, "words_sealed") or ""
    if draft.page != key and draft.version != seen and before.strip() and before != words:
        seal(session, draft, "other_sealed", before)
    elif not words.strip() and draft.other_sealed is None:
        session.delete(draft)
        session.flush()
        return None
    seal(session, draft, "words_sealed", words)
    draft.page, draft.version, draft.kept_at = key[:_PAGE], draft.version + 1, now
    session.flush()
    return draft


def of(session: Session, case: Case, kind: Writing, *, actor: Actor, to_change: bool = False) -> Draft | None:
    """Return what this person has half written on a case."""
    query = select(Draft).where(Draft.case_id == case.id, Draft.staff_id == actor.staff_id, Draft.kind == kind)
    return session.scalars(query.with_for_update() if to_change else query).first()


def both(session: Session, case: Case, *, actor: Actor) -> dict[Writing, Draft]:
    """Return all this person has half written on a case."""
    query = select(Draft).where(Draft.case_id == case.id, Draft.staff_id == actor.staff_id)
    return {Writing(one.kind): one for one in session.scalars(query)}


def words(session: Session, draft: Draft) -> str:
    """Return the words of a draft."""
    return reveal(session, draft, "words_sealed") or ""


def other(session: Session, draft: Draft) -> str:
    """Return what another tab had kept, empty when there is none."""
    return reveal(session, draft, "other_sealed") or ""


def swap(session: Session, case: Case, kind: Writing, *, actor: Actor, now: datetime) -> None:
    """Go on with what the other tab had kept; the newer words are offered instead."""
    draft = of(session, case, kind, actor=actor, to_change=True)
    if draft is None or draft.other_sealed is None:
        raise NoDraft(NoDraft.__doc__)
    newer, older = words(session, draft), other(session, draft)
    seal(session, draft, "words_sealed", older)
    seal(session, draft, "other_sealed", newer or None)
    draft.version, draft.kept_at, draft.page = draft.version + 1, now, ""
    session.flush()


def remove(session: Session, case: Case, kind: Writing, *, actor: Actor) -> None:
    """Let go of a draft: its words were sent, or are not wanted any more."""
    draft = of(session, case, kind, actor=actor, to_change=True)
    if draft is not None:
        session.delete(draft)
        session.flush()


def give(session: Session, case: Case, kind: Writing, *, actor: Actor, now: datetime) -> None:
    """Give what was half written to the team as a note."""
    draft = of(session, case, kind, actor=actor, to_change=True)
    if draft is None:
        raise NoDraft(NoDraft.__doc__)
    notes.write(session, case, f"（送られなかった下書き）\n{words(session, draft)}", actor=actor, now=now)
    session.delete(draft)
    session.flush()


def _begin(
    session: Session, case: Case, kind: Writing, words: str, *, key: str, actor: Actor, now: datetime
) -> Draft | None:
    draft = Draft(
        id=new_id(), custodian=case.custodian, case_id=case.id, staff_id=actor.staff_id, kind=kind, page=key[:_PAGE],
        version=1, kept_at=now,
    )  # fmt: skip
    seal(session, draft, "words_sealed", words)
    try:
        with session.begin_nested():
            session.add(draft)
    except IntegrityError:
        # The other tab began in this very moment; what is typed here comes again with the next pause.
        return of(session, case, kind, actor=actor)
    return draft
