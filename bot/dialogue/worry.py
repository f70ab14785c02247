"""A worry about somebody else's household: thanked, never questioned about oneself, never told what is known."""

from __future__ import annotations

from dataclasses import replace

from bot.dialogue import living, reading
from bot.dialogue.memory import Memory, Next
from bot.dialogue.said import Said
from bot.dialogue.turn import Turn
from handoff import cases, intake
from handoff.intake import Matter
from handoff.states import Ground
from resources.desks import Desk


def begin(turn: Turn, said: Said, memory: Memory) -> Next:
    """Thank, name 110 and 119, keep the worry where the desk sees it, and ask when and what."""
    reasons = said.reasons
    matter = Matter("handoff", reasons=reasons, topics=said.topics, complaint=said.together or said.words)
    area = living.area(turn, memory, said.together)
    case = intake.receive(turn.session, turn.point, matter, ground=Ground.THIRD_PARTY, now=turn.now, area=area)
    desk = turn.session.get(Desk, case.desk_id) if case.desk_id else None
    kept = turn.says("worry.kept", desk=desk.name if desk else turn.town.name, receipt=case.receipt)
    bubbles = (turn.says("worry.thanks"), kept, reading.when(turn, desk), turn.says("worry.ask"))
    memory = replace(memory, step="worry", asked="story", misses=0, reasons=tuple(dict.fromkeys((*memory.reasons, *reasons))))
    return Next(turn.reply(*bubbles), memory)


def pressed(turn: Turn, memory: Memory, what: str) -> Next | None:
    """End the account."""
    if what != "enough":
        return None
    return Next(turn.reply(turn.says("worry.enough")), replace(memory, step="listening", asked=""))


def spoken(turn: Turn, said: Said, memory: Memory) -> Next | None:
    """Take more of the account; it is in the transcript that the desk reads."""
    if cases.open_of(turn.session, turn.contact.id) is None:
        return None
    enough = turn.choice("worry.choice.enough", "worry:enough")
    return Next(turn.reply(turn.says("worry.added"), choices=(enough,)), memory)
