"""Helping, joining, learning: residents who want to take part find where."""

from __future__ import annotations

from dataclasses import replace

import bot.dialogue.searching as searching
from bot.dialogue.memory import Memory, Next
from bot.dialogue.said import Said
from bot.dialogue.turn import Turn

_WAYS = ("volunteer", "gathering", "learning", "giving")


def begin(turn: Turn, memory: Memory) -> Next:
    """Ask in which way."""
    choices = [turn.choice(f"taking_part.choice.{way}", f"taking_part:{way}") for way in _WAYS]
    reply = turn.reply(turn.says("taking_part.ask"), choices=choices)
    return Next(reply, replace(memory, step="taking_part", asked="way", misses=0))


def pressed(turn: Turn, memory: Memory, what: str) -> Next | None:
    """Show where that can be done."""
    if what not in _WAYS:
        return None
    return _places(turn, turn.tools.texts.say(f"taking_part.query.{what}"), memory)


def spoken(turn: Turn, said: Said, memory: Memory) -> Next | None:
    """Take free words as what the resident would like to do, unless they call for more."""
    assert said.alone is not None
    if said.alone.route not in ("answer", "clarify"):
        return None
    return _places(turn, said.words, memory)


def _places(turn: Turn, words: str, memory: Memory) -> Next:
    memory = replace(memory, misses=0, offset=0)
    found = searching.cards(turn, words, near=memory.near)
    if found is None:
        choices = (turn.choice("greeting.choice.person", "greeting:person"),)
        return Next(turn.reply(turn.says("taking_part.offer"), choices=choices), replace(memory, step="listening"))
    before = (turn.says("taking_part.found", count=len(found.cards)),)
    return searching.places(turn, words, memory, before=before)
