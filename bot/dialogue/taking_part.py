"""Helping, joining, learning, giving: residents who want to take part find where they are needed."""

from __future__ import annotations

from dataclasses import replace

import bot.dialogue.searching as searching
from bot.dialogue import placing
from bot.dialogue.memory import Memory, Next
from bot.dialogue.said import Said
from bot.dialogue.turn import Turn
from resources import needs
from resources.cards import for_answer
from resources.needs import Need
from resources.records import Record
from resources.slots import JAPAN

STEP = "taking_part"
_WAYS = ("volunteer", "gathering", "learning", "giving")
_LOOKED = 12
_NEEDED = {"volunteer": Need.HELPERS, "food": Need.FOOD, "room": Need.ROOM}


def begin(turn: Turn, memory: Memory) -> Next:
    """Ask in which way."""
    choices = [turn.choice(f"taking_part.choice.{way}", f"taking_part:{way}") for way in _WAYS]
    reply = turn.reply(turn.says("taking_part.ask"), choices=choices)
    return Next(reply, replace(memory, step="taking_part", asked="way", misses=0))


def pressed(turn: Turn, memory: Memory, what: str) -> Next | None:
    """Show where that can be done: first where it is asked for."""
    if what == "giving":
        return _giving(turn, memory)
    if what == "more":
        need = needs.offered(memory.query)
        return _needed(turn, replace(memory, offset=memory.offset + searching.SHOWN), need, memory.query) if need else None
    if what in _NEEDED:
        words = turn.tools.texts.say(f"taking_part.query.{what}")
        return _needed(turn, replace(memory, offset=0), _NEEDED[what], words) or _places(turn, words, memory)
    if what not in _WAYS:
        return None
    return _places(turn, turn.tools.texts.say(f"taking_part.query.{what}"), memory)


def spoken(turn: Turn, said: Said, memory: Memory) -> Next | None:
    """Take free words as what the resident would like to do, unless they call for more."""
    assert said.alone is not None
    if said.alone.route not in ("answer", "clarify"):
        return None
    return offered(turn, said, memory) or _places(turn, said.words, memory)


def offered(turn: Turn, said: Said, memory: Memory) -> Next | None:
    """Show the places that need what somebody offers; None when nothing is offered or nobody needs it."""
    if said.alone is None or said.alone.route not in ("answer", "clarify") or said.alone.reasons:
        return None
    need = needs.offered(said.words)
    return _needed(turn, replace(memory, offset=0), need, said.words) if need is not None else None


def again(turn: Turn, memory: Memory) -> Next | None:
    """Show the places in need once more, when a place was named; None when something else was asked."""
    need = needs.offered(memory.query)
    return _needed(turn, memory, need, memory.query) if need is not None else None


def _giving(turn: Turn, memory: Memory) -> Next | None:
    """Ask what is given, where places ask for both; else show who takes things."""
    own = turn.tools.search.own(turn.town.code)
    today = turn.now.astimezone(JAPAN).date()
    asked = [way for way, need in _NEEDED.items() if way != "volunteer" and needs.places(own, (need,), today=today)]
    if len(asked) == 1:
        return pressed(turn, memory, asked[0])
    if not asked:
        return _places(turn, turn.tools.texts.say("taking_part.query.giving"), memory)
    choices = [turn.choice(f"taking_part.choice.{way}", f"taking_part:{way}") for way in asked]
    return Next(turn.reply(turn.says("taking_part.ask"), choices=choices), replace(memory, step="taking_part", asked="way"))


def _needed(turn: Turn, memory: Memory, need: Need, words: str) -> Next | None:
    own, today = turn.tools.search.own(turn.town.code), turn.now.astimezone(JAPAN).date()
    found = _fitting(turn, memory, need, words, needs.places(own, (need,), today=today, near=memory.near))
    told = [for_answer(one, now=turn.now, kinds=turn.tools.kinds) for one in found]
    shown = [place for place in told if place is not None]
    page = shown[memory.offset : memory.offset + searching.SHOWN]
    if not page:
        return None
    cards = placing.bubble(turn, page, reports=True)
    before = () if memory.offset else (turn.says(f"taking_part.needs.{need}", count=len(shown)),)
    going_on = (turn.choice("listening.choice.more", f"{STEP}:more"),) if shown[memory.offset + searching.SHOWN :] else ()
    choices = (*going_on, *searching.next_choices(turn)[1:])
    memory = replace(memory, step="listening", asked="", misses=0, query=words)
    return Next(turn.reply(*before, cards, turn.says("listening.next"), choices=choices), memory)


def _fitting(turn: Turn, memory: Memory, need: Need, words: str, asking: list[Record]) -> list[Record]:
    """Return the places in need in the order of the words; who names what to help with wants nothing else."""
    if need is Need.HELPERS and needs.anywhere(words):
        return asking
    known = {record.id: record for record in asking}
    meant = turn.tools.search.find(words, municipality=turn.town.code, now=turn.now, near=memory.near, limit=_LOOKED)
    first = [known.pop(hit.id) for hit in meant if hit.id in known]
    return first if need is Need.HELPERS else [*first, *known.values()]


def _places(turn: Turn, words: str, memory: Memory) -> Next:
    memory = replace(memory, misses=0, offset=0)
    found = searching.cards(turn, words, near=memory.near)
    if found is None:
        choices = (turn.choice("greeting.choice.person", "greeting:person"),)
        return Next(turn.reply(turn.says("taking_part.offer"), choices=choices), replace(memory, step="listening"))
    before = (turn.says("taking_part.found", count=len(found.cards)),)
    return searching.places(turn, words, memory, before=before)
