"""Lanes: who may read a note, a task or a paper of a case."""

from __future__ import annotations

from typing import Final

from resources.access import Actor

# Everybody who may see the case. Other lanes are named by the id of the desk whose own they are.
SHARED: Final = "shared"


def readable(actor: Actor) -> tuple[str, ...]:
    """Return the lanes of a case this person may read: the shared one and those of their own desks."""
    return (SHARED, *(str(desk) for desk in actor.desks))
