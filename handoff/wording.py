"""Which sentences of the bot a town has read and approved: a sentence that was changed is a draft again."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint, Uuid, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from handoff.conversation import staff_names
from handoff.states import NotAllowed
from resources import journal
from resources.access import Actor
from resources.db import Base, new_id
from resources.voice import Sentence


class ChangedMeanwhile(NotAllowed):
    """この文は、画面を開いたあとに変わりました。いまの文を読んでから、もう一度押してください。確認ずみにはしていません。"""


class TextReview(Base):
    """Somebody of a town read one sentence in one register and found it good."""

    __tablename__ = "text_review"
    __table_args__ = (UniqueConstraint("municipality_code", "key", "register", "digest"),)

    id: Mapped[uuid.UUID] = mapped_column(Uuid(), primary_key=True, default=new_id)
    municipality_code: Mapped[str] = mapped_column(ForeignKey("municipality.code"))
    key: Mapped[str] = mapped_column(String(80))
    register: Mapped[str] = mapped_column(String(8))
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))  # of the words that were read
    staff_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("staff.id"))
    made_at: Mapped[datetime] = mapped_column()


@dataclass(frozen=True)
class Standing:
    """One sentence in one register, and whether somebody has read it."""

    sentence: Sentence
    mark: str  # changes with the words
    by: str = ""
    at: datetime | None = None
    on: date | None = None  # approved with the product, for all towns

    @property
    def reviewed(self) -> bool:
        """Whether somebody has read these very words."""
        return self.at is not None or self.sentence.reviewed


def digest(sentence: Sentence) -> bytes:
    """Return the mark of a sentence's words."""
    return sha256(sentence.words.encode()).digest()


def standing(session: Session, town: str, sentences: Sequence[Sentence]) -> list[Standing]:
    """Return the sentences of the bot with what a town thinks of them."""
    rows = session.scalars(select(TextReview).where(TextReview.municipality_code == town)).all()
    known = {(row.key, row.register, row.digest): row for row in rows}
    names = staff_names(session, {row.staff_id for row in rows})
    found = []
    for sentence in sentences:
        mark = digest(sentence)
        row = known.get((sentence.key, sentence.register, mark))
        by, at = (names.get(row.staff_id, ""), row.made_at) if row else (sentence.reviewed_by, None)
        found.append(Standing(sentence, mark.hex(), by, at, sentence.reviewed_on))
    return found


def unread(session: Session, town: str, sentences: Sequence[Sentence]) -> int:
    """Return how many sentences nobody has read, in the words they have now."""
    return sum(not one.reviewed for one in standing(session, town, sentences))


def review(
    session: Session, town: str, sentence: Sentence, *, mark: str, actor: Actor, now: datetime
) -> None:
    """Note that somebody read a sentence and found it good; raises ChangedMeanwhile when it is another by now."""
    if digest(sentence).hex() != mark:
        raise ChangedMeanwhile(ChangedMeanwhile.__doc__)
    known = select(TextReview.id).where(
        TextReview.municipality_code == town, TextReview.key == sentence.key,
        TextReview.register == sentence.register, TextReview.digest == digest(sentence),
    )  # fmt: skip
    if session.scalars(known).first() is not None:
        return
    session.add(
        TextReview(
            id=new_id(), municipality_code=town, key=sentence.key, register=sentence.register,
            digest=digest(sentence), staff_id=actor.staff_id, made_at=now,
        )
    )  # fmt: skip
    journal.record(
        session, "text.review", municipality=town, subject_kind="sentence", staff_id=actor.staff_id, now=now,
        detail=f"{sentence.key}:{sentence.register}",
    )  # fmt: skip
    session.flush()


def fits(sentence: Sentence, sought: str) -> bool:
    """Whether a sentence holds what is looked for, in its words or its key."""
    return all(part in sentence.words or part in sentence.key for part in sought.split())
