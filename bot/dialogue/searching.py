"""Places for an answer: at most three cards, the whole answer in one sentence, and what can be asked next."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import datetime, timedelta

from bot.dialogue import noting, placing, reading
from bot.dialogue.memory import Memory, Next
from bot.dialogue.turn import Turn
from bot.reply import Bubble, Choice
from intents import Assessment, Topic
from resources import events
from resources.cards import PlaceCard, for_answer
from resources.search import Looked
from resources.unmatched import Why

SHOWN = 3
# Beside a place that fits well, one that fits less than this share of it is noise.
_LEAST = 0.3
# How many more are looked at for what opens soon, and how soon that is.
_WIDER = 3
_SOON = timedelta(days=3)
_EVENTS_AHEAD = timedelta(days=60)


def places(
    turn: Turn,
    words: str,
    memory: Memory,
    *,
    before: tuple[Bubble, ...] = (),
    assessment: Assessment | None = None,
) -> Next:
    """Answer with up to three places and the next question; without any, offer a person instead of an end."""
    # The same words narrowed to a place were noted when they were answered first.
    notes = memory.offset == 0 and (memory.near is None or words != memory.query)
    memory = replace(memory, step="listening", asked="", query=words)
    looked = _look(turn, words, near=memory.near, offset=memory.offset, assessment=assessment)
    if notes:
        memory = noting.searched(turn, looked, memory, assessment)
    found = _bubble(turn, looked)
    if found is None:
        if notes:
            noting.missed(turn, memory, Why.NOTHING, assessment)
        choices = (
            turn.choice("listening.choice.person", "greeting:person"),
            turn.choice("listening.choice.again", "listening:again"),
        )
        return Next(turn.reply(*before, turn.says("listening.nothing_found"), choices=choices), memory)
    if memory.near is not None:
        area = memory.area or turn.words("place.here")
        before = (*before, turn.says("listening.near", area=area, count=len(found.cards)))
    elif not before:
        before = (turn.says("listening.here", count=len(found.cards)),)
    after = turn.says("listening.check_hours" if _unsure(found) else "listening.next")
    return Next(turn.reply(*before, found, after, choices=next_choices(turn)), memory)


def more(turn: Turn, memory: Memory) -> Next:
    """Show the next three, or say that these were all."""
    memory = replace(memory, step="listening", asked="", offset=memory.offset + SHOWN)
    found = cards(turn, memory.query, near=memory.near, offset=memory.offset)
    if found is None:
        choices = (
            turn.choice("listening.choice.person", "greeting:person"),
            turn.choice("listening.choice.wrong", "listening:wrong"),
        )
        return Next(turn.reply(turn.says("listening.no_more"), choices=choices), memory)
    bubbles = (turn.says("listening.more"), found, turn.says("listening.next"))
    return Next(turn.reply(*bubbles, choices=next_choices(turn)), memory)


def cards(
    turn: Turn,
    words: str,
    *,
    near: tuple[float, float] | None = None,
    limit: int = SHOWN,
    offset: int = 0,
    assessment: Assessment | None = None,
    kinds: tuple[str, ...] = (),
    soonest: bool = False,
    noted: Memory | None = None,
) -> Bubble | None:
    """Return one bubble of cards, None when nothing fits; `soonest` puts what opens within days before the rest.

    `noted`: it is the answer to what a resident wrote in this matter, and noted as a search.
    """
    wider = limit * _WIDER if soonest else limit
    looked = _look(turn, words, near=near, limit=wider, offset=offset, assessment=assessment, kinds=kinds)
    if noted is not None:
        noting.searched(turn, looked, noted, assessment)
    return _bubble(turn, looked, soonest=limit if soonest else 0)


def note(turn: Turn, words: str, memory: Memory, assessment: Assessment) -> Memory:
    """Note a question that is answered from what is on as the search it is, with what it nearly finds."""
    return noting.searched(turn, _look(turn, words, near=memory.near, assessment=assessment), memory, assessment)


def _look(
    turn: Turn,
    words: str,
    *,
    near: tuple[float, float] | None = None,
    limit: int = SHOWN,
    offset: int = 0,
    assessment: Assessment | None = None,
    kinds: tuple[str, ...] = (),
) -> Looked:
    return turn.tools.search.look(
        words,
        municipality=turn.town.code,
        now=turn.now,
        assessment=assessment,
        near=near,
        nearest=near is not None,
        limit=limit,
        offset=offset,
        kinds=kinds,
        least=0.0 if kinds else _LEAST,
    )


def _bubble(turn: Turn, looked: Looked, *, soonest: int = 0) -> Bubble | None:
    told = [
        for_answer(hit.record, now=turn.now, kinds=turn.tools.kinds, distance_m=hit.distance_m, note=hit.note)
        for hit in looked.found
    ]
    shown = [place for place in told if place is not None]
    if soonest:
        shown = sorted(shown, key=lambda place: _opens(turn, place) > turn.now + _SOON)[:soonest]
    return placing.bubble(turn, shown, reports=True, coming=_coming(turn, shown)) if shown else None


def behind(turn: Turn, topic: Topic) -> tuple[uuid.UUID, ...]:
    """Return the places that answer a subject first, to see whether two subjects lead to different ones."""
    found = turn.tools.search.find("", municipality=turn.town.code, now=turn.now, topics=(topic.value,), limit=SHOWN)
    return tuple(place.id for place in found)


def next_choices(turn: Turn) -> tuple[Choice, ...]:
    """Return what can be done with an answer."""
    return (
        turn.choice("listening.choice.more", "listening:more"),
        turn.choice("listening.choice.near", "place:nearest"),
        turn.choice("listening.choice.person", "greeting:person"),
        turn.choice("listening.choice.wrong", "listening:wrong"),
    )


def _coming(turn: Turn, shown: list[PlaceCard]) -> dict[uuid.UUID, str]:
    """Return the next event of each place to meet among those shown."""
    meeting = {kind.code for kind in turn.tools.kinds.of_group("gathering")}
    ids = [place.id for place in shown if place.kind in meeting]
    if not ids:
        return {}
    found = events.upcoming(turn.session, {turn.town.code}, start=turn.now, end=turn.now + _EVENTS_AHEAD, service_ids=ids)
    told: dict[uuid.UUID, str] = {}
    for one in found:
        when = reading.moment(turn, one.date.starts_at)
        told.setdefault(one.service_id or one.event.id, turn.words("happening.coming", name=one.event.name, when=when))
    return told


def _opens(turn: Turn, place: PlaceCard) -> datetime:
    if place.opening.is_open:
        return turn.now
    return place.opening.next or turn.now + _SOON


def _unsure(bubble: Bubble) -> bool:
    """Whether any of the places asks to be called first: it shows no certain hours."""
    return any(not card.lines for card in bubble.cards)
