"""The boxes of the approval sheet: who in a town stamps a record that goes round, as the town words it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, Session, mapped_column

from handoff import settings
from handoff.states import NotAllowed
from resources.access import Actor
from resources.db import Base

USUAL: Final = ("課長", "係長", "担当")
MOST, LONGEST = 8, 12


class BadBoxes(NotAllowed):
    """欄は1つから8つまで、1つ12文字までで、1行に1つずつ、ちがう名前で書いてください。まだ変えていません。"""


class ApprovalBoxes(Base):
    """The boxes of one town, from the left."""

    __tablename__ = "approval_boxes"

    municipality_code: Mapped[str] = mapped_column(String(6), ForeignKey("municipality.code"), primary_key=True)
    labels: Mapped[list[str]] = mapped_column(JSON())


def of_town(session: Session, town: str) -> Sequence[str]:
    """Return the boxes of a town, the usual ones where it has decided nothing."""
    row = session.get(ApprovalBoxes, town)
    return row.labels if row else USUAL


def change(session: Session, town: str, written: str, *, seen: str, actor: Actor, now: datetime) -> None:
    """Decide which boxes there are; `seen` are those on the writer's screen. Raises BadBoxes, ChangedMeanwhile."""
    labels = ["".join(line.split()) for line in written.splitlines() if line.strip()]
    if not 1 <= len(labels) <= MOST or len(set(labels)) < len(labels) or any(len(label) > LONGEST for label in labels):
        raise BadBoxes(BadBoxes.__doc__)
    row = session.get(ApprovalBoxes, town, with_for_update=True)
    if seen != "\n".join(row.labels if row else USUAL):
        raise settings.ChangedMeanwhile(settings.ChangedMeanwhile.__doc__)
    if row is None:
        session.add(ApprovalBoxes(municipality_code=town, labels=labels))
    else:
        row.labels = labels
    settings.note(session, "approval.change", town, actor=actor, now=now, boxes=len(labels))
    session.flush()
