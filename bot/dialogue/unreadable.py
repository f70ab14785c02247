"""Stickers, voices and pictures: kindly said that they cannot be read, and where a person can see them."""

from __future__ import annotations

from dataclasses import replace

from bot.dialogue import connecting, holding, reading
from bot.dialogue.memory import Memory, Next
from bot.dialogue.turn import Turn
from handoff import cases, intake
from handoff.intake import Matter
from handoff.states import Ground
from resources.desks import Desk

_NAME = "unreadable"


def explain(turn: Turn, memory: Memory) -> Next:
    """Say that it cannot be read; it stands at the desk as something nobody has read yet."""
    case = cases.open_of(turn.session, turn.contact.id)
    if case is None:
        matter = Matter("handoff", reasons=("person_requested",))
        case = intake.receive(turn.session, turn.point, matter, ground=Ground.REQUEST, now=turn.now)
    again, memory = memory.last == _NAME, replace(memory, misses=0, last=_NAME)
    if memory.step == "urgent" and memory.plan:
        # The question that is open in danger stays open.
        kept = turn.says("leaving.unreadable_kept", place=reading.town_phone(turn))
        bubbles = (turn.says("leaving.unreadable_again"),) if again else (turn.says("leaving.unreadable"), kept)
        return holding.hold(turn, bubbles, memory)
    if again:
        return Next(turn.reply(turn.says("leaving.unreadable_again"), choices=connecting.ways(turn)), memory)
    kept = turn.says("leaving.unreadable_kept", place=reading.town_phone(turn))
    when = reading.when(turn, turn.session.get(Desk, case.desk_id) if case.desk_id else None)
    return Next(turn.reply(turn.says("leaving.unreadable"), kept, when, choices=connecting.ways(turn)), memory)
