"""Looking for a place: what kind, in the resident's words or from a short list."""

from __future__ import annotations

from dataclasses import replace

from bot.dialogue import searching
from bot.dialogue.memory import Memory, Next
from bot.dialogue.said import Said
from bot.dialogue.turn import Turn
from bot.reply import Choice

_KINDS = ("gathering", "food", "children", "elders", "desk")


def begin(turn: Turn, memory: Memory) -> Next:
    """Ask what kind of place is looked for."""
    reply = turn.reply(turn.says("browsing.ask"), choices=choices(turn))
    return Next(reply, replace(memory, step="browsing", asked="kind", misses=0))


def choices(turn: Turn) -> tuple[Choice, ...]:
    """Return the kinds of places as buttons."""
    return tuple(turn.choice(f"browsing.choice.{kind}", f"browsing:{kind}") for kind in _KINDS)


def pressed(turn: Turn, memory: Memory, what: str) -> Next | None:
    """Show places of one kind."""
    if what not in _KINDS:
        return None
    return searching.places(turn, turn.tools.texts.say(f"browsing.query.{what}"), replace(memory, misses=0, offset=0))


def spoken(turn: Turn, said: Said, memory: Memory) -> Next | None:
    """Take free words as what is looked for, unless they call for more than a place."""
    assert said.alone is not None
    if said.alone.route != "clarify":
        return None
    found = searching.cards(turn, said.words)
    if found is None:
        return None
    return searching.places(turn, said.words, replace(memory, misses=0, offset=0))
