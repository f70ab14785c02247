"""Where somebody says to live: the 町字 decides which desk of the town takes a matter."""

from __future__ import annotations

from bot.dialogue.memory import Memory
from bot.dialogue.turn import Turn
from handoff import intake
from resources import areas
from resources.areas import Area


def area(turn: Turn, memory: Memory, words: str) -> Area | None:
    """Return the area told in these words, else the one that was told earlier."""
    told = intake.area_told(turn.session, turn.town.code, words) if words else None
    if told is not None or not memory.area:
        return told
    return areas.find(turn.session, turn.town.code, memory.area)
