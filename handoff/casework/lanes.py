"""Lanes: who may read a note, a task or a paper of a case."""

from __future__ import annotations

from typing import Final

from sqlalchemy import ColumnElement, or_
from sqlalchemy.orm import InstrumentedAttribute

from handoff.casework import meeting_members
from resources.access import Actor

# Everybody who may see the case. Other lanes are named by the id of the desk whose own they are, or by a meeting.
SHARED: Final = "shared"


def readable(actor: Actor) -> tuple[str, ...]:
    """Return the lanes of a case this person may read by where they sit: the shared one and those of their own desks."""
    return (SHARED, *(str(desk) for desk in actor.desks))


def may_read(lane: InstrumentedAttribute[str], actor: Actor) -> ColumnElement[bool]:
    """Return the condition that a person may read a row of this lane: by where they sit, or as a member of a meeting."""
    return or_(lane.in_(readable(actor)), lane.in_(meeting_members.lanes_of(actor)))
