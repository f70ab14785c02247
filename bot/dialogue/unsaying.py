"""A danger taken back in words: it no longer interrupts, the desk still sees it, and new words of it are a new alarm."""

from __future__ import annotations

from dataclasses import replace

from bot.dialogue import asking
from bot.dialogue.memory import Memory, Next
from bot.dialogue.said import Said
from bot.dialogue.turn import Turn
from handoff import cases


def heard(turn: Turn, said: Said, memory: Memory) -> Next:
    """Thank for the word, record it with the case, and go on as before the danger."""
    case = cases.open_of(turn.session, turn.contact.id)
    if case is not None:
        cases.record(turn.session, case, "danger_unsaid", now=turn.now, detail={"crisis": said.unsaid[0]})
    memory = replace(memory, told=tuple(code for code in memory.told if code not in said.unsaid))
    if turn.presence is not None and turn.presence.present:
        return Next(None, memory)
    # Who may be watched stays in the careful words.
    rests = not (memory.told or turn.contact.device_watched)
    memory = replace(memory, step="listening", plan="") if rests else memory
    return Next(turn.reply(turn.says("urgent.unsaid"), choices=asking.person(turn)), replace(memory, asked="", choices=()))
