"""Words in another language: a prepared answer in that language and the way to the foreign residents' desk."""

from __future__ import annotations

from dataclasses import replace

from bot.dialogue import searching
from bot.dialogue.memory import Memory, Next
from bot.dialogue.said import Said
from bot.dialogue.turn import Turn
from bot.reply import Bubble, Choice


def answered(turn: Turn, said: Said, memory: Memory) -> Next | None:
    """Return the prepared answer once a conversation; None for Japanese and for languages nobody has prepared."""
    assert said.alone is not None
    language, texts = said.alone.language, turn.tools.texts
    welcome = texts.abroad(language, "welcome", town=turn.town.name)
    known = turn.point.language == language
    if welcome is None or (known and said.alone.route in ("answer", "handoff")):
        return None
    if known:
        return _known(turn, memory, language)
    turn.point.language = language
    danger, person, easy = (texts.abroad(language, key) or "" for key in ("danger", "person", "easy"))
    desk = searching.cards(turn, texts.say("listening.query.foreign"), limit=1, kinds=("foreign_residents_desk",))
    way = (texts.abroad(language, "desk", desk=desk.cards[0].title) if desk else texts.abroad(language, "no_desk")) or ""
    bubbles = [Bubble(welcome), Bubble(danger), Bubble(way), *([desk] if desk else [])]
    choices = (Choice(person, "greeting:person"), Choice(easy, "leaving:easy"))
    turn.conversation.greeted_at = turn.conversation.greeted_at or turn.now
    return Next(turn.reply(*bubbles, choices=choices), replace(memory, step="listening", asked=""))


def _known(turn: Turn, memory: Memory, language: str) -> Next:
    """Whoever has read the prepared sentences is offered a person, once more with the numbers for danger."""
    texts = turn.tools.texts
    person, danger, help_ = (texts.abroad(language, key) or "" for key in ("person", "danger", "no_desk"))
    bubbles = (Bubble(help_),) if memory.last != "abroad" else (Bubble(danger), turn.says("listening.offer_person"))
    following = replace(memory, step="listening", asked="person", last="abroad" if memory.last != "abroad" else "")
    return Next(turn.reply(*bubbles, choices=(Choice(person, "greeting:person"),)), following)
