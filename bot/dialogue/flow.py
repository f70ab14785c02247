"""How one message is answered: danger first, then a person who is present, then what was meant."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.channels.base import Act as Event
from bot.dialogue import (
    abroad,
    alongside,
    applying,
    asking,
    browsing,
    checking_in,
    connecting,
    feedback,
    greeting,
    happening,
    leaving,
    listening,
    noting,
    place,
    proposing,
    reading,
    reporting,
    signing_up,
    taking_part,
    unreadable,
    urgent,
    worry,
)
from bot.dialogue.memory import Memory, Next, keep, recall
from bot.dialogue.said import Said, listen
from bot.dialogue.turn import Turn
from bot.reply import Reply

Pressed = Callable[[Turn, Memory, str], Next | None]
Spoken = Callable[[Turn, Said, Memory], Next | None]


@dataclass(frozen=True)
class Step:
    """What a step does with its buttons, and with free words while it waits for an answer; None: not for this step."""

    pressed: Pressed
    spoken: Spoken


STEPS: dict[str, Step] = {
    "greeting": Step(greeting.pressed, greeting.spoken),
    "listening": Step(listening.pressed, listening.spoken),
    "browsing": Step(browsing.pressed, browsing.spoken),
    "place": Step(place.pressed, place.spoken),
    "connecting": Step(connecting.pressed, connecting.spoken),
    "urgent": Step(urgent.pressed, urgent.spoken),
    "taking_part": Step(taking_part.pressed, taking_part.spoken),
    "worry": Step(worry.pressed, worry.spoken),
    "leaving": Step(leaving.pressed, leaving.spoken),
    "feedback": Step(feedback.pressed, feedback.spoken),
    reporting.STEP: Step(reporting.pressed, reporting.spoken),
    happening.STEP: Step(happening.pressed, happening.spoken),
    signing_up.STEP: Step(signing_up.pressed, signing_up.spoken),
    proposing.STEP: Step(proposing.pressed, proposing.spoken),
}


def answer(turn: Turn) -> Reply | None:
    """Return what the bot says to what was heard; None when it says nothing."""
    event = turn.heard.act
    if event is Event.GROUP:
        return greeting.in_group(turn)
    if event not in (Event.SPEAK, Event.EDIT, Event.FOLLOW) or not turn.heard.may_answer:
        return None
    memory = recall(turn)
    if event is Event.FOLLOW:
        following = Next(None, memory) if _person(turn) else greeting.meet(turn, memory)
    else:
        said = feedback.heard(turn, listen(turn, memory))
        reopened = None if feedback.leaves_closed(turn, said) else alongside.reopened(turn)
        memory = replace(memory, standing=said.standing) if said.alone is not None else memory
        memory = abroad.noticed(turn, said, memory)
        following = alongside.with_reopening(turn, said, _follow(turn, said, memory), reopened)
        applying.keep_wish(turn, said)
    following = replace(following, reply=abroad.never_alone(turn, following.reply))
    keep(turn, following)
    return following.reply


def apologise(turn: Turn) -> Reply | None:
    """Return what is said when a message could not be answered: a person will see it."""
    if _person(turn):
        return None
    return turn.reply(
        turn.says("leaving.broken", place=reading.town_phone(turn)),
        turn.says("leaving.emergency"),
        choices=connecting.ways(turn),
    )


def _follow(turn: Turn, said: Said, memory: Memory) -> Next:
    danger = urgent.notice(turn, said, memory)
    if danger is not None:
        return danger
    alongside.enrich(turn, said, memory)
    if _person(turn):
        leaving.quietly(turn, said)
        return Next(None, reporting.quietly(turn, said, memory))
    answered = checking_in.answered(turn, said, memory)
    if answered is not None:
        return answered
    away = alongside.owner_away(turn, said, memory)
    if away is not None:
        return away
    following = alongside.with_person_still_offered(turn, memory, _meant(turn, said, memory))
    following = proposing.beside(turn, said, memory, following)
    following = unreadable.beside(turn, asking.with_easy_offer(turn, said, following))
    return abroad.with_way(turn, greeting.introduced(turn, memory, following))


def _meant(turn: Turn, said: Said, memory: Memory) -> Next:
    """Ask each in turn whether the message is meant for it; listening takes what is left."""
    if said.unreadable:
        return unreadable.explain(turn, memory)
    if said.near is not None:
        return place.located(turn, said.near, memory)
    if said.data:
        return _pressed(turn, said.data, memory)
    if said.alone is None:
        # Blanks alone: somebody is there and has not found words yet.
        return asking.back(turn, said, memory)
    return (
        proposing.asked(turn, said, memory)
        or leaving.asked(turn, said, memory)
        or signing_up.taken_back(turn, said, memory)
        or happening.asked(turn, said, memory)
        or STEPS.get(memory.step, STEPS["listening"]).spoken(turn, said, memory)
        or asking.nodded(turn, said, memory)
        or taking_part.offered(turn, said, memory)
        or listening.heard(turn, said, memory)
    )


def _pressed(turn: Turn, data: str, memory: Memory) -> Next:
    name, _, what = data.partition(":")
    step = STEPS.get(name)
    noting.chosen(turn, data, memory)
    following = step.pressed(turn, memory, what) if step is not None else None
    if following is None:
        # An old button, or one somebody made up: neither is a reason to say nothing.
        return Next(turn.reply(turn.says("leaving.stale"), choices=greeting.choices(turn)), replace(memory, asked=""))
    return following


def _person(turn: Turn) -> bool:
    return turn.presence is not None and turn.presence.present
