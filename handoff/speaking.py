"""Under whose name a reply arrives: the worker's or the desk's."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy.orm import Session

from handoff.cases import Case
from handoff.casework import voices
from handoff.states import NotAllowed
from resources import journal
from resources.access import Actor
from resources.desks import Desk

# What LINE shows above a message.
LONGEST: Final = 20


class NoSuchSpeaker(NotAllowed):
    """窓口と、だれの名前で届けるかを選んでください。変わっていません。"""


class Speaker(StrEnum):
    """Whose name it is."""

    PERSON = "person"
    DESK = "desk"

    @property
    def label(self) -> str:
        """The choice as staff read it."""
        return "窓口の名前" if self is Speaker.DESK else "担当者の名前"


def usual(session: Session, case: Case, *, actor: Actor) -> Speaker:
    """Return what the desk of a case has chosen for its replies; an agency on its team speaks under its own name."""
    if voices.speaks_for(session, case, actor):
        return Speaker.DESK
    desk = _desk(session, case)
    return Speaker.DESK if desk is not None and desk.speaks_as == Speaker.DESK else Speaker.PERSON


def chosen(session: Session, case: Case, written: str, *, actor: Actor) -> Speaker:
    """Return what somebody chose for one reply, the desk's usual one for anything else."""
    return Speaker(written) if written in list(Speaker) else usual(session, case, actor=actor)


def name(session: Session, case: Case, speaker: Speaker, *, actor: Actor) -> str:
    """Return the name residents see, never longer than a platform shows; a case without a desk has only people."""
    return names(session, case, actor=actor).get(speaker, actor.sender_name[:LONGEST])


def name_of(session: Session, case: Case, speaker: Speaker, *, person: str) -> str:
    """Return the name residents see for somebody who may not be at the desk now."""
    desk = _desk(session, case)
    return (desk.name if speaker is Speaker.DESK and desk is not None else person)[:LONGEST]


def names(session: Session, case: Case, *, actor: Actor) -> dict[Speaker, str]:
    """Return the names to choose from: that of the person, and that of the desk they speak for."""
    member = voices.speaks_for(session, case, actor)
    desk = session.get(Desk, member.desk_id) if member else _desk(session, case)
    found = {Speaker.PERSON: actor.sender_name[:LONGEST]}
    if desk is not None:
        found[Speaker.DESK] = desk.name[:LONGEST]
    return found


def choose(
    session: Session, town: str, desk_id: uuid.UUID | None, speaks_as: str, *, actor: Actor, now: datetime
) -> None:
    """Choose under whose name the replies of a desk arrive; raises NoSuchSpeaker."""
    desk = session.get(Desk, desk_id) if desk_id else None
    if desk is None or desk.municipality_code != town or speaks_as not in list(Speaker):
        raise NoSuchSpeaker(NoSuchSpeaker.__doc__)
    desk.speaks_as = Speaker(speaks_as)
    journal.record(
        session, "desk.speaks_as", municipality=town, subject_kind="desk", subject_id=desk.id, staff_id=actor.staff_id,
        now=now, detail=speaks_as,
    )  # fmt: skip


def _desk(session: Session, case: Case) -> Desk | None:
    return session.get(Desk, case.desk_id) if case.desk_id else None
