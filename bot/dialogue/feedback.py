"""The one question after an ending: its answer is kept, and only who is still troubled opens the case again by it."""

from __future__ import annotations

from dataclasses import replace

from bot.dialogue import connecting, greeting, reporting
from bot.dialogue.memory import Memory, Next
from bot.dialogue.said import Said
from bot.dialogue.turn import Turn
from handoff import cases
from handoff.casework import endings
from handoff.casework.endings import Felt
from handoff.states import CaseState
from intents import canonical

_STEP = "feedback"


def heard(turn: Turn, said: Said) -> Said:
    """Keep the answer where a message is one, and return what was said as the button it means."""
    ending = endings.questioned(turn.session, turn.contact.id, now=turn.now)
    felt = _felt(turn, said, first=ending is not None and ending.felt is None)
    if ending is None or felt is None:
        return said
    endings.answer(ending, felt, now=turn.now)
    return replace(said, data=f"{_STEP}:{felt}")


def leaves_closed(turn: Turn, said: Said) -> bool:
    """Whether a message leaves a closed case as it is: the answer that it helped, plain thanks after the question, a report."""
    if said.data in (f"{_STEP}:{Felt.YES}", f"{_STEP}:{Felt.LITTLE}") or said.data.startswith(f"{reporting.STEP}:"):
        return _closed(turn)
    thanks = said.alone is not None and said.alone.social_kind == "thanks"
    return thanks and _closed(turn) and endings.questioned(turn.session, turn.contact.id, now=turn.now) is not None


def pressed(turn: Turn, memory: Memory, what: str) -> Next | None:
    """Thank for the answer; who is still troubled reads that a person takes it up again."""
    if what not in list(Felt) or endings.questioned(turn.session, turn.contact.id, now=turn.now) is None:
        return None
    memory = replace(memory, step="listening", asked="")
    if what == Felt.TROUBLED:
        return Next(turn.reply(turn.says("feedback.troubled"), choices=connecting.ways(turn)[1:]), memory)
    return Next(turn.reply(turn.says(f"feedback.{what}"), choices=greeting.choices(turn)), memory)


def spoken(turn: Turn, said: Said, memory: Memory) -> Next | None:
    """Leave free words to listening; they go on as any other message."""
    return None


def _felt(turn: Turn, said: Said, *, first: bool) -> Felt | None:
    step, _, what = said.data.partition(":")
    if step == _STEP:
        return Felt(what) if what in list(Felt) else None
    if not first or said.data or said.alone is None or said.alone.crises:
        return None
    # Only these very words: 「ちょっと聞きたい」 is no answer, and whoever asks for more is heard by a person.
    plain = canonical(said.words).rstrip("。.!?")
    for felt in Felt:
        named = (turn.words(f"feedback.choice.{felt}"), turn.abroad(f"feedback.choice.{felt}") or "")
        if plain in (*turn.tools.texts.say(f"feedback.heard.{felt}").split(), *map(canonical, named)):
            return felt
    return None


def _closed(turn: Turn) -> bool:
    case = cases.latest_of(turn.session, turn.contact.id)
    return case is not None and case.state == CaseState.CLOSED
