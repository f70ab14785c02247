"""Finds the one question that tells most when several subjects come into question."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from math import exp, log2

from intents.assessment import Assessment, TopicScore
from intents.codes import Topic

# At most so many answers, and what one more must tell, in bits.
_MOST = 4
_WORTH = 0.2
# How much likelier a subject is that weighs a tenth more.
_STEEP = 8.0
# As likely as this it is something nobody thought of.
_NONE = 0.3
# A subject or a kind of place is named from here on, a subject beyond doubt from there; nearer than this is as likely.
_SURE = 0.5
_PLAIN = 0.65
_CLOSE = 0.2


def torn(heard: Assessment) -> bool:
    """Whether a message could be answered, but with nothing sure: no kind of place named, no subject well before the next."""
    # Other languages are heard by whole phrases, which are sure.
    if heard.language != "ja" or any(lead.weight > _SURE for lead in heard.leads):
        return False
    first, *others = heard.candidates or (TopicScore(Topic.OTHER, 0.0),)
    return first.weight <= _SURE or (first.weight < _PLAIN and any(first.weight - one.weight < _CLOSE for one in others))


def separating(candidates: Sequence[TopicScore], behind: Callable[[Topic], Hashable]) -> tuple[Topic, ...]:
    """The subjects to choose from, the likeliest first; none when no choice would lead to other places than the rest.

    `behind` names the places that answer a subject; a subject nobody answers, or the same places as a likelier one, is no choice.
    """
    mass: dict[Hashable, float] = {None: exp(_STEEP * _NONE)}
    named: dict[Hashable, Topic] = {}
    for score in candidates:
        places = behind(score.topic) if score.topic is not Topic.OTHER else None
        mass[places] = mass.get(places, 0.0) + exp(_STEEP * score.weight)
        if places:
            named.setdefault(places, score.topic)
    chosen: list[Hashable] = []
    for places in sorted(named, key=lambda places: -mass[places]):
        if len(chosen) < _MOST and _told([*chosen, places], mass) - _told(chosen, mass) > _WORTH:
            chosen.append(places)
    return tuple(named[places] for places in chosen) if len(chosen) > 1 else ()


def _told(chosen: Sequence[Hashable], mass: dict[Hashable, float]) -> float:
    """How many bits the answer to a question with these choices tells; all the rest is one more answer."""
    whole = sum(mass.values())
    parts = [mass[one] / whole for one in chosen]
    return -sum(part * log2(part) for part in (*parts, 1 - sum(parts)) if part > 1e-9)
