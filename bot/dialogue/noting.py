"""What of a turn is noted for those who keep the directory: searches without words, and masked words nobody understood.

In danger, and where somebody may read along, nothing is noted but that there was a search.
"""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Final

from bot.dialogue.memory import Memory
from bot.dialogue.turn import Turn
from handoff import cases
from handoff.transcript import Kind
from intents import Assessment, Topic
from intents.masking import letters, masked
from resources import near_misses, search_log, unmatched
from resources.search import Looked
from resources.search_log import Choice
from resources.town_words import SHORTEST
from resources.unmatched import Why

# Below this a subject is only one of many that were thought of.
_LEANS: Final = 0.25
_SHOWN: Final = 3
_CHOICES: Final = {
    "listening:more": Choice.MORE,
    "listening:wrong": Choice.WRONG,
    "place:nearest": Choice.NEAR,
    "greeting:person": Choice.PERSON,
}


def searched(turn: Turn, looked: Looked, memory: Memory, assessment: Assessment | None) -> Memory:
    """Note a search with its answer; what is chosen next belongs to it."""
    quiet, area = _quiet(turn, memory, assessment) or Topic.VIOLENCE in looked.topics, memory.area or looked.area
    if quiet:
        looked, area = Looked([], hits=looked.hits), ""
    near_misses.record(
        turn.session, looked.missed, municipality=turn.town.code, topics=looked.topics, kinds=looked.kinds, now=turn.now
    )
    made = search_log.record(
        turn.session, municipality=turn.town.code, topics=looked.topics, kinds=looked.kinds, area=area, hits=looked.hits,
        shown=[hit.id for hit in looked.found[:_SHOWN]], lacks=[miss.reason for miss in looked.missed], now=turn.now,
    )  # fmt: skip
    return replace(memory, searched=made.hex)


def chosen(turn: Turn, data: str, memory: Memory) -> None:
    """Note what was done with the answer to the last search."""
    choice = _CHOICES.get(data)
    if data.startswith("report:") and data.count(":") > 1:
        choice = Choice.RIGHT if data.endswith(":right") else Choice.REPORTED
    if choice is not None and memory.searched:
        search_log.choose(turn.session, uuid.UUID(hex=memory.searched), choice)


def missed(turn: Turn, memory: Memory, why: Why, *heard: Assessment | None) -> None:
    """Keep what was written for the editors, without what points at a person; nothing of what a desk knows already."""
    written, ear = turn.heard, turn.tools.ear
    if written.data or written.kind != Kind.TEXT or written.file_name or not written.words.strip():
        return
    if ear.hear_act(written.words.strip()) is not None or _quiet(turn, memory, *heard):
        return
    words = masked(written.words, ear.words)
    if letters(words) >= SHORTEST and cases.open_of(turn.session, turn.contact.id) is None:
        unmatched.keep(turn.session, words, town=turn.town.code, why=why, now=turn.now)


def _quiet(turn: Turn, memory: Memory, *heard: Assessment | None) -> bool:
    """Whether danger or violence is or was spoken of in this matter, or somebody may look over the resident's shoulder."""
    if memory.told or memory.plan or memory.standing.crises or turn.contact.device_watched:
        return True
    if Topic.VIOLENCE in (*memory.topics, *memory.subjects):
        return True
    if any(one is not None and (one.crises or Topic.VIOLENCE in _about(one)) for one in heard):
        return True
    case = cases.open_of(turn.session, turn.contact.id)
    return case is not None and bool(case.walled or case.crises)


def _about(assessment: Assessment) -> set[Topic]:
    leaning = (score for score in assessment.candidates if score.weight >= _LEANS)
    return {score.topic for score in (*assessment.topics, *leaning)}
