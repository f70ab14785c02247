"""The first words: a machine, from which town, what is kept and who sees it, emergency numbers, four choices."""

from __future__ import annotations

from dataclasses import replace

from bot.dialogue import asking, browsing, connecting, taking_part
from bot.dialogue.memory import Memory, Next
from bot.dialogue.said import Said
from bot.dialogue.turn import Turn
from bot.reply import Choice, Reply

# With the introduction a reply still fits into the five bubbles a platform takes at once.
_ROOM = 5


def choices(turn: Turn) -> tuple[Choice, ...]:
    """Return the four ways in."""
    return tuple(turn.choice(f"greeting.choice.{way}", f"greeting:{way}") for way in ("consult", "places", "join", "person"))


def meet(turn: Turn, memory: Memory) -> Next:
    """Introduce ourselves to somebody who comes for the first time or comes back."""
    turn.conversation.greeted_at = turn.now
    bubbles = [turn.says(f"greeting.{part}") for part in ("hello", "kept", "hours", "ask")]
    return Next(turn.reply(*bubbles, choices=choices(turn)), replace(memory, step="listening", asked=""))


def introduced(turn: Turn, before: Memory, following: Next) -> Next:
    """Put the introduction before the first answer of a conversation; danger does not wait for it."""
    reply = following.reply
    told = before.told or following.memory.told
    # After danger nobody is introduced in the middle of it; the next conversation begins with it.
    if reply is None or reply.crisis or told or turn.conversation.greeted_at is not None:
        return following
    turn.conversation.greeted_at = turn.now
    first = (turn.says("greeting.brief"), turn.says("greeting.kept"))
    bubbles = (*first, *reply.bubbles)
    if len(bubbles) > _ROOM:
        bubbles = (first[0], *reply.bubbles)[:_ROOM]
    return replace(following, reply=replace(reply, bubbles=bubbles))


def in_group(turn: Turn) -> Reply:
    """Explain once that a group is no place for a consultation."""
    return turn.reply(turn.says("greeting.group"))


def pressed(turn: Turn, memory: Memory, what: str) -> Next | None:
    """Follow one of the four ways in."""
    if what == "consult":
        reply = turn.reply(turn.says("greeting.consult"), choices=asking.fields(turn))
        return Next(reply, replace(memory, step="listening", asked="", misses=0))
    if what == "places":
        return browsing.begin(turn, memory)
    if what == "join":
        return taking_part.begin(turn, memory)
    if what == "person":
        return connecting.wished(turn, memory)
    return None


def spoken(turn: Turn, said: Said, memory: Memory) -> Next | None:
    """Free words need no greeting first."""
    return None
