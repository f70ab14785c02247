"""Stickers, voices and pictures: kindly said that they cannot be read, and where a person can see them."""

from __future__ import annotations

from dataclasses import replace

from bot.dialogue import connecting, reading
from bot.dialogue.memory import Memory, Next
from bot.dialogue.turn import Turn
from handoff import cases, intake
from handoff.intake import Matter
from handoff.states import Ground


def explain(turn: Turn, memory: Memory) -> Next:
    """Say that it cannot be read; it stands at the desk as something nobody has read yet."""
    first = cases.open_of(turn.session, turn.contact.id) is None
    if first:
        matter = Matter("handoff", reasons=("person_requested",))
        intake.receive(turn.session, turn.point, matter, ground=Ground.REQUEST, now=turn.now)
    bubbles = (turn.says("leaving.unreadable"), turn.says("leaving.unreadable_kept", place=reading.town_phone(turn)))
    return Next(turn.reply(*bubbles, choices=connecting.ways(turn)), replace(memory, misses=0))
