"""What is kept of a wish to apply for 生活保護: the person's own words, when they were said, and what became of them."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import LargeBinary, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from resources.db import Base, Held, held_args


class IntentState(StrEnum):
    """Where a wish to apply stands."""

    UNTOLD = "untold"  # said -> untold: the welfare office does not know of it yet
    TOLD = "told"  # untold -> told: the welfare office knows
    APPLIED = "applied"  # untold or told -> applied
    WITHDRAWN = "withdrawn"  # untold or told -> withdrawn: by the person's own words and nothing else

    @property
    def label(self) -> str:
        """The state as staff read it."""
        return {"untold": "未連絡", "told": "連絡済", "applied": "申請済", "withdrawn": "本人が取り下げた"}[self]


class WelfareIntent(Held, Base):
    """One wish to apply, word for word."""

    __tablename__ = "welfare_intent"
    __table_args__ = held_args(UniqueConstraint("case_id", "message_id"), case_id="consultation_case")
    seal_subject = "case_id"

    case_id: Mapped[uuid.UUID] = mapped_column(Uuid(), index=True)
    message_id: Mapped[uuid.UUID | None] = mapped_column(Uuid())  # none where it was said by telephone or face to face
    means: Mapped[str] = mapped_column(String(8), default="")  # of handoff.spoken, where it was not written
    words_sealed: Mapped[bytes] = mapped_column(LargeBinary())
    said_at: Mapped[datetime] = mapped_column()
    heard_by: Mapped[uuid.UUID | None] = mapped_column(Uuid())
    state: Mapped[IntentState] = mapped_column(String(12), default=IntentState.UNTOLD)
    office_sealed: Mapped[bytes | None] = mapped_column(LargeBinary())  # to whom at the welfare office
    received_by_sealed: Mapped[bytes | None] = mapped_column(LargeBinary())
    told_at: Mapped[datetime | None] = mapped_column()
    told_by: Mapped[uuid.UUID | None] = mapped_column(Uuid())
    applied_on: Mapped[date | None] = mapped_column()
    applied_by: Mapped[uuid.UUID | None] = mapped_column(Uuid())  # who recorded it
    withdrawal_sealed: Mapped[bytes | None] = mapped_column(LargeBinary())
    withdrawn_at: Mapped[datetime | None] = mapped_column()
    withdrawn_by: Mapped[uuid.UUID | None] = mapped_column(Uuid())  # who recorded it
    made_at: Mapped[datetime] = mapped_column()

    @property
    def standing(self) -> IntentState:
        """Where it stands, with its words for staff."""
        return IntentState(self.state)
