"""Whether a desk can take one more: somebody sits there, is there now, and it is not full."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from handoff.cases import Case
from handoff.routing_table import Asked
from handoff.states import CaseState
from resources import attendance, desks
from resources.attendance import Seat
from resources.desks import Desk

# What counts against the capacity of a desk: a case that waits there, and one somebody there has taken.
_OPEN = (CaseState.WAITING, CaseState.TAKEN)


@dataclass
class Room:
    """The desks that come into question, as they stand at one moment for one matter."""

    session: Session
    about: Asked
    now: datetime | None
    at: uuid.UUID | None
    known: dict[uuid.UUID, Desk]
    seats: dict[uuid.UUID, list[Seat]]
    counts: dict[uuid.UUID, int] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        session: Session,
        towns: Iterable[str | None],
        named: Iterable[uuid.UUID],
        *,
        about: Asked,
        now: datetime | None,
        at: uuid.UUID | None,
    ) -> Room:
        """Look at the desks of some towns and those that are named, in two statements."""
        wanted = or_(Desk.municipality_code.in_([town for town in towns if town]), Desk.id.in_(list(named)))
        known = {desk.id: desk for desk in session.scalars(select(Desk).where(wanted).order_by(Desk.name, Desk.id))}
        return cls(session, about, now, at, known, attendance.seats(session, known, now=now))

    def desk(self, desk_id: uuid.UUID) -> Desk | None:
        """Return a desk that comes into question."""
        return self.known.get(desk_id)

    def desks(self, town: str) -> list[Desk]:
        """Return the desks of one town by name."""
        return [desk for desk in self.known.values() if desk.municipality_code == town]

    def usable(self, desk: Desk) -> bool:
        """Whether a case may go there at all: somebody active sits there, and it may see the matter."""
        return desk.active and bool(self.seats[desk.id]) and (not self.about.walled or desk.for_violence)

    def present(self, desk: Desk) -> bool:
        """Whether somebody of the desk is not away."""
        return any(seat.present for seat in self.seats[desk.id])

    def full(self, desk: Desk) -> bool:
        """Whether the desk has as many open cases as it can; in danger, and for its own cases, it never is."""
        if desk.capacity is None or self.about.crises or desk.id == self.at:
            return False
        if desk.id not in self.counts:
            self.counts[desk.id] = open_cases(self.session, desk)
        return self.counts[desk.id] >= desk.capacity

    def free(self, desk: Desk) -> bool:
        """Whether a case is best sent there."""
        return self.usable(desk) and self.present(desk) and not self.full(desk)

    def refusal(self, desk: Desk) -> str:
        """Return in a word why a case is not sent there; empty when it is."""
        if not desk.active:
            return "休止中"
        if not self.seats[desk.id]:
            return "担当者なし"
        if not self.usable(desk):
            return "DV・性暴力の専用窓口ではない"
        return "全員不在" if not self.present(desk) else "定員" if self.full(desk) else ""

    def is_open(self, desk_id: uuid.UUID) -> bool | None:
        """Whether somebody reads at a desk at this moment; None without a moment or a desk."""
        desk = self.known.get(desk_id)
        if desk is None or self.now is None:
            return None
        return desks.reading_hours(self.session, desk, now=self.now).is_open


def open_cases(session: Session, desk: Desk) -> int:
    """Return how many cases of the towns this session may see wait or are worked on at a desk."""
    query = select(func.count()).select_from(Case).where(Case.desk_id == desk.id, Case.state.in_(_OPEN))
    return session.scalar(query) or 0
