"""Nearest first: a place that was sent, a 町名, a 小学校区 or a postcode; and kindly, when it lies elsewhere."""

from __future__ import annotations

from dataclasses import replace
from math import asin, cos, radians, sin, sqrt

from bot.dialogue import asking, browsing, connecting, happening, searching, taking_part
from bot.dialogue.memory import Memory, Next
from bot.dialogue.said import Said
from bot.dialogue.turn import Turn
from bot.reply import Choice, Press
from resources import addresses, areas
from resources.areas import Spot

# Beyond this from the town's centre a place belongs to another town, also in the widest municipality.
_OUTSIDE_KM = 45.0
_EARTH_KM = 6371.0
# The name of a place alone is short; a longer message says more.
_SHORT = 16


def begin(turn: Turn, memory: Memory) -> Next:
    """Ask where the resident is."""
    return Next(turn.reply(turn.says("place.ask"), choices=_ways(turn)), replace(memory, step="place", asked="where"))


def located(turn: Turn, near: tuple[float, float], memory: Memory) -> Next:
    """Narrow to what is near a place that was sent."""
    memory = replace(memory, step="listening", asked="")
    if _outside(turn, near):
        return Next(turn.reply(turn.says("place.outside"), choices=connecting.ways(turn)), memory)
    memory = replace(memory, near=near, area="", offset=0)
    if not memory.query:
        asked = replace(memory, step="browsing", asked="kind")
        return Next(turn.reply(turn.says("place.what"), choices=browsing.choices(turn)), asked)
    return happening.again(turn, memory) or taking_part.again(turn, memory) or searching.places(turn, memory.query, memory)


def pressed(turn: Turn, memory: Memory, what: str) -> Next | None:
    """Begin, or go back to the question."""
    if what == "nearest":
        return begin(turn, memory)
    if what == "back":
        return Next(turn.reply(turn.says("greeting.consult"), choices=asking.fields(turn)), replace(memory, step="listening"))
    if what == "send":
        return begin(turn, memory)
    return None


def spoken(turn: Turn, said: Said, memory: Memory) -> Next | None:
    """Take the words as a 町名, 小学校区 or postcode; words that mean something else go on to be heard."""
    assert said.alone is not None
    found = named(turn, said.words, memory)
    if found is not None:
        return found
    if said.alone.route in ("answer", "handoff"):
        return None
    return Next(turn.reply(turn.says("place.unknown"), choices=_ways(turn)), memory)


def alone(turn: Turn, said: Said, memory: Memory) -> Next | None:
    """Narrow to the place that is all a message says; None when it says more, or names none."""
    if said.alone is None or len(said.words) > _SHORT:
        return None
    called = said.act is not None and said.act.kind == "place"
    spot = areas.locate(turn.session, turn.town.code, said.words)
    if spot is not None and (called or not addresses.beside(said.words, (spot.name,))):
        return _near(turn, spot, memory)
    if spot is None and addresses.postcodes(said.words) and not addresses.beside(said.words, ()):
        return Next(turn.reply(turn.says("place.unknown"), choices=_ways(turn)), replace(memory, step="place", asked="where"))
    return None


def named(turn: Turn, words: str, memory: Memory) -> Next | None:
    """Narrow to a 町名, 小学校区 or postcode that is among the words; None when they name none."""
    spot = areas.locate(turn.session, turn.town.code, words)
    return _near(turn, spot, memory) if spot is not None else None


def _near(turn: Turn, spot: Spot, memory: Memory) -> Next:
    near = (spot.latitude, spot.longitude)
    memory = replace(memory, near=near, area=spot.name, offset=0, step="listening", asked="")
    if not memory.query:
        asked = replace(memory, step="browsing", asked="kind")
        return Next(turn.reply(turn.says("place.what"), choices=browsing.choices(turn)), asked)
    return happening.again(turn, memory) or taking_part.again(turn, memory) or searching.places(turn, memory.query, memory)


def _ways(turn: Turn) -> tuple[Choice, ...]:
    send = turn.choice("place.choice.send", "place:send", Press.LOCATION)
    return (send, turn.choice("place.choice.back", "place:back"))


def _outside(turn: Turn, near: tuple[float, float]) -> bool:
    if turn.town.latitude is None or turn.town.longitude is None:
        return False
    return _km(near, (turn.town.latitude, turn.town.longitude)) > _OUTSIDE_KM


def _km(here: tuple[float, float], there: tuple[float, float]) -> float:
    (lat, lon), (lat2, lon2) = (tuple(map(radians, point)) for point in (here, there))
    half = sin((lat2 - lat) / 2) ** 2 + cos(lat) * cos(lat2) * sin((lon2 - lon) / 2) ** 2
    return 2 * _EARTH_KM * asin(sqrt(min(1.0, half)))
