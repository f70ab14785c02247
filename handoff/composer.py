"""What lies at hand for whoever answers a resident: prepared replies, names to speak under, and replies kept for later."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from handoff import canned, fields, glance, later, speaking
from handoff.cases import Case
from handoff.fields import Field
from handoff.later import Plan, Planned
from handoff.speaking import Speaker
from resources import dates
from resources.access import Actor


@dataclass(frozen=True)
class Prepared:
    """One prepared reply with its fields filled for one case."""

    id: uuid.UUID
    title: str
    words: str
    blanks: tuple[Field, ...]


@dataclass(frozen=True)
class Composer:
    """What may be chosen beside the field for words."""

    canned: list[Prepared]
    names: dict[Speaker, str]
    usual: Speaker
    planned: list[Planned]
    earliest: str  # days for the field of a date, in Japan
    latest: str

    @property
    def waiting(self) -> list[Planned]:
        """What still waits for its time."""
        return [one for one in self.planned if one.state is Plan.PLANNED]

    @property
    def withheld(self) -> list[Planned]:
        """What was not said, and why."""
        return [one for one in self.planned if one.state is Plan.WITHHELD]


def gather(session: Session, case: Case, *, actor: Actor, now: datetime) -> Composer:
    """Return what lies at hand for one case; the prepared replies only for its owner."""
    mine = case.owner_id == actor.staff_id
    return Composer(
        canned=prepared(session, case, actor=actor) if mine else [],
        names=speaking.names(session, case, actor=actor),
        usual=speaking.usual(session, case, actor=actor),
        planned=later.listed(session, case) if glance.of_case(session, case, actor=actor, now=now).planned else [],
        earliest=dates.iso(now),
        latest=dates.iso(now + later.FARTHEST - timedelta(days=1)),
    )


def prepared(session: Session, case: Case, *, actor: Actor) -> list[Prepared]:
    """Return the prepared replies for a case's desk, filled."""
    values = fields.of_case(session, case, sender=actor.sender_name)
    found = []
    for one in canned.for_desk(session, case.custodian, case.desk_id):
        filled = fields.fill(one.words, values)
        found.append(Prepared(one.id, one.title, filled.words, filled.blanks))
    return found


def appended(typed: str, words: str) -> str:
    """Return prepared words behind what was typed already."""
    return f"{typed.rstrip()}\n{words}" if typed.strip() else words
