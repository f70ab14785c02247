"""Words in another language: which one it is, the way to the foreign residents' desk, and no reply in Japanese alone."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.dialogue import searching
from bot.dialogue.memory import Memory, Next
from bot.dialogue.said import Said
from bot.dialogue.turn import Turn
from bot.reply import Bubble, Press, Reply
from intents import canonical

_ROOM = 5
# Shorter words tell nothing about how somebody reads.
_TELLING = 6
_NO_SENTENCE = ("name", "phone", "number")
_JAPANESE = re.compile(r"(?=.*[\u4e00-\u9fff])(?:.*[\u3041-\u3096\u30a1-\u30fa]){4}", re.DOTALL)


def noticed(turn: Turn, said: Said, memory: Memory) -> Memory:
    """Keep the language somebody writes in, and answer beside it in easy Japanese."""
    if said.alone is None or memory.asked in _NO_SENTENCE:
        return memory
    known, heard = turn.point.language, said.alone.language
    if heard == "ja":
        if known and said.act is None and _JAPANESE.match(said.words):
            turn.point.language = ""
            turn.conversation.register = turn.conversation.register if memory.register_chosen else "normal"
        if not memory.register_chosen and len(said.words) >= _TELLING and turn.tools.ear.languages.in_kana(canonical(said.words)):
            # Japanese in Latin letters is a learner's.
            turn.conversation.register = "easy"
            return replace(memory, easy_offered=True)
        return memory
    doubtful = bool(known) and known != heard and not turn.tools.ear.languages.sure(canonical(said.words), heard)
    if doubtful or (said.act is not None and memory.choices):
        return memory
    turn.point.language = heard
    if not memory.register_chosen:
        turn.conversation.register = "easy"
    return replace(memory, easy_offered=True)


def with_way(turn: Turn, following: Next) -> Next:
    """Show the way to the foreign residents' desk once in each language, below the first answer."""
    reply, memory, language = following.reply, following.memory, turn.tools.texts.prepared(turn.point.language)
    if reply is None or reply.crisis or memory.told or not language or memory.abroad == language:
        return following
    desk = searching.cards(turn, turn.tools.texts.say("listening.query.foreign"), limit=1, kinds=("foreign_residents_desk",))
    way = turn.abroad("abroad.no_desk")
    if desk is not None:
        card = desk.cards[0]
        phone = next((button.data for button in card.buttons if button.press is Press.CALL), "")
        way = turn.abroad("abroad.desk", desk=f"{card.title} {phone}".strip())
    bubbles = reply.bubbles
    if len(bubbles) < _ROOM:
        bubbles = (*bubbles, Bubble(way or ""))
    else:
        bubbles = (*bubbles[:-1], replace(bubbles[-1], words=f"{bubbles[-1].words}\n{way}"))
    if desk is not None and len(bubbles) < _ROOM:
        bubbles = (*bubbles, desk)
    return Next(replace(reply, bubbles=bubbles), replace(memory, abroad=language))


def never_alone(turn: Turn, reply: Reply | None) -> Reply | None:
    """Put one sentence in the resident's language under an answer that has none."""
    told = turn.abroad("abroad.in_japanese")
    if reply is None or told is None:
        return reply
    if any(turn.tools.texts.speaks(turn.point.language, bubble.words) for bubble in reply.bubbles):
        return reply
    last = reply.bubbles[-1]
    return replace(reply, bubbles=(*reply.bubbles[:-1], replace(last, words=f"{last.words}\n{told}")))


def query(turn: Turn, words: str, topics: tuple[str, ...]) -> str:
    """What is looked for in the directory, in Japanese, when it was asked in other words or letters."""
    if turn.point.language and topics:
        return " ".join(turn.tools.texts.say(f"topic.{topic}") for topic in topics)
    return turn.tools.ear.languages.in_kana(canonical(words)) or words
