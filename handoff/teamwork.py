"""What colleagues on one case see of each other, and what one of them may do next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from handoff import drafts, glance, handing_over, looking, merging
from handoff.cases import Case
from handoff.casework import team, voices
from handoff.casework.team import Agency
from handoff.drafts import Draft, Writing
from handoff.merging import Joined, Way
from resources.access import Actor


@dataclass(frozen=True)
class Kept:
    """A draft, ready to be shown."""

    words: str
    other: str  # what another tab had kept
    version: int
    at: datetime


@dataclass(frozen=True)
class Team:
    """One case as the people who work on it together see it."""

    looking: str
    may_hand_over: bool
    reply: Kept | None
    note: Kept | None
    joined: list[Joined]
    ways: list[Way]
    agencies: list[Agency]  # beside the one that leads
    agency: str  # for which this person may speak although they are not the owner


def gather(session: Session, case: Case, *, actor: Actor, now: datetime) -> Team:
    """Return who else looks, who may receive the case, what is half written, and where the person can be answered."""
    agencies = team.of_case(session, case)
    mine = voices.speaks_for(session, case, actor) if agencies else None
    beside = glance.of_case(session, case, actor=actor, now=now)
    written = drafts.both(session, case, actor=actor) if beside.drafts else {}
    others = looking.lookers(session, case, actor=actor, now=now) if beside.lookers else []
    return Team(
        looking=looking.told(others),
        may_hand_over=handing_over.may_hand_over(case, actor, now=now),
        reply=_kept(session, written.get(Writing.REPLY)),
        note=_kept(session, written.get(Writing.NOTE)),
        joined=merging.joined(session, case),
        ways=merging.ways(session, case),
        agencies=agencies,
        agency=next((one.desk for one in agencies if mine and one.member.id == mine.id), ""),
    )


def _kept(session: Session, draft: Draft | None) -> Kept | None:
    if draft is None:
        return None
    return Kept(drafts.words(session, draft), drafts.other(session, draft), draft.version, draft.kept_at)
