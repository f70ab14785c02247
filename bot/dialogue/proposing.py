"""Proposing a place or an event: a few questions that can all be left, the whole once more, and it goes to the editors."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Final

from bot.dialogue import greeting, placing
from bot.dialogue.memory import Memory, Next
from bot.dialogue.proposing_words import Reading, read
from bot.dialogue.said import Said, topics_of
from bot.dialogue.turn import Turn
from bot.reply import Bubble, Choice
from handoff import proposers
from handoff.accounts import Platform
from resources import directory, own_places, personal_words
from resources.cards import for_answer
from resources.proposals import LONGEST, Sort
from resources.proposals import Said as Proposed
from resources.proposed_entries import days_in
from resources.slots import JAPAN

STEP: Final = "proposing"
_PARTS: Final = ("sort", "name", "held", "place", "whom", "reach")
_WHOLE: Final = "whole"
_OURS: Final = (Platform.BROWSER, Platform.TERMINAL)
_COMPANY: Final = frozenset({"gathering", "volunteer"})
_LOOKED_FOR: Final = frozenset(
    {
        "browsing:gathering", "browsing:elders", "browsing:children", "taking_part:gathering", "taking_part:volunteer",
        "greeting:join",
    }
)  # fmt: skip


def begin(turn: Turn, memory: Memory) -> Next:
    """Say what comes, and ask the first question."""
    return _ask(turn, replace(memory, step=STEP, proposing=(), misses=0), turn.says("proposing.begin"))


def asked(turn: Turn, said: Said, memory: Memory) -> Next | None:
    """Begin where somebody says that they have a place, wish to make one or to make it known; end where they say so."""
    assert said.alone is not None
    if memory.step == STEP:
        # Here やめる means the questions, and ちがう the whole that is shown; elsewhere they mean other things.
        if read(turn, said, memory.asked) is Reading.STOP:
            return _stopped(turn, memory)
        wrong = memory.asked == _WHOLE and said.act is not None and said.act.kind == "wrong"
        return _settled(turn, memory, "mend") if wrong else None
    if memory.busy or said.alone.route not in ("answer", "clarify"):
        return None
    if turn.holds("proposing.heard_question", said.words):
        return None
    return begin(turn, memory) if own_places.told(said.words) else None


def pressed(turn: Turn, memory: Memory, what: str) -> Next | None:
    """Take a button of this step; one from before an interruption leads back to the question that is open."""
    if what.startswith("shown."):
        return _shown(turn, memory, what.removeprefix("shown."))
    if what == "begin":
        return begin(turn, memory)
    if not memory.proposing and memory.step != STEP:
        return None
    if what == "back":
        return _stopped(turn, memory)
    if memory.step != STEP or what == "on":
        return _ask(turn, replace(memory, step=STEP))
    if memory.asked == _WHOLE:
        return _settled(turn, memory, what)
    if what == "undo":
        return _ask(turn, replace(memory, proposing=memory.proposing[:-1]))
    if what == "skip" and memory.asked != "name":
        return _taken(turn, memory, "")
    if memory.asked == "sort" and what in list(Sort):
        return _taken(turn, memory, what)
    if memory.asked == "whom" and what == "anybody":
        return _taken(turn, memory, turn.words("proposing.choice.anybody"))
    return None


def spoken(turn: Turn, said: Said, memory: Memory) -> Next | None:
    """Take free words as the answer to the open question; what is none is answered as usual."""
    reading = read(turn, said, memory.asked)
    if memory.asked == _WHOLE:
        return _settled(turn, memory, {Reading.YES: "send", Reading.NO: "mend"}.get(reading, ""))
    if memory.asked not in _PARTS or reading in (Reading.ELSE, Reading.YES, Reading.NO):
        return None
    if reading is Reading.SKIP:
        return _ask(turn, memory) if memory.asked == "name" else _taken(turn, memory, "")
    if memory.asked == "sort":
        event, plan = turn.holds("proposing.heard_event", said.words), turn.holds("proposing.heard_plan", said.words)
        return _taken(turn, memory, Sort.EVENT if event else Sort.PLAN if plan else Sort.PLACE)
    if len(said.words) > LONGEST[memory.asked]:
        return _ask(turn, memory, turn.says("proposing.too_long"))
    if memory.asked != "reach" and personal_words.reachable(said.words):
        return _ask(turn, memory, turn.says("proposing.personal"))
    return _taken(turn, memory, said.words)


def beside(turn: Turn, said: Said, memory: Memory, following: Next) -> Next:
    """Offer to go on with a proposal that was left, or to propose one where somebody looked for company."""
    reply, after = following.reply, following.memory
    if reply is None or reply.crisis or after.busy:
        return following
    answered = said.alone is not None and said.alone.route == "answer"
    company = said.data in _LOOKED_FOR or (answered and bool(_COMPANY & set(topics_of(said.alone))))
    if after.proposing:
        choice = turn.choice("proposing.choice.on", f"{STEP}:on")
    elif company:
        choice = turn.choice("proposing.choice.begin", f"{STEP}:begin")
    else:
        return following
    return replace(following, reply=replace(reply, choices=(*reply.choices, choice)))


def _ask(turn: Turn, memory: Memory, *before: Bubble) -> Next:
    """Ask for what is not known yet; when all was asked, show the whole."""
    told = dict(memory.proposing)
    part = next((part for part in _PARTS if part not in told), "")
    if not part:
        return _whole(turn, memory, told)
    key = f"held_{told.get('sort') or Sort.PLACE}" if part == "held" else part
    choices: list[Choice] = []
    if part == "sort":
        choices += [turn.choice(f"proposing.choice.{sort}", f"{STEP}:{sort}") for sort in Sort]
    elif part == "whom":
        choices.append(turn.choice("proposing.choice.anybody", f"{STEP}:anybody"))
    if part != "name":
        choices.append(turn.choice("proposing.choice.skip", f"{STEP}:skip"))
    if memory.proposing:
        choices.append(turn.choice("proposing.choice.undo", f"{STEP}:undo"))
    choices.append(turn.choice("proposing.choice.stop", f"{STEP}:back"))
    return Next(turn.reply(*before, turn.says(f"proposing.ask.{key}"), choices=choices), replace(memory, asked=part))


def _taken(turn: Turn, memory: Memory, words: str) -> Next:
    """Keep an answer and go on."""
    return _ask(turn, replace(memory, proposing=(*memory.proposing, (memory.asked, words))))


def _whole(turn: Turn, memory: Memory, told: dict[str, str]) -> Next:
    """Show what will be sent: on another company's channel only which questions were answered, never the words again."""
    ours = turn.account.platform in _OURS and not turn.contact.device_watched
    lines = []
    for part in _PARTS:
        words = turn.words(f"proposing.choice.{told[part]}") if part == "sort" and told[part] else told[part]
        name = turn.words(f"proposing.part.{part}")
        if words:
            key = "proposing.line" if ours else "proposing.line_told"
            lines.append(turn.words(key, name=name, **({"words": words} if ours else {})))
    bubbles = [turn.says("proposing.summary" if ours else "proposing.summary_elsewhere"), Bubble("\n".join(lines))]
    if any(personal_words.of_somebody(words) for words in told.values()):
        bubbles.append(turn.says("proposing.about_somebody"))
    ways = (("send", "send"), ("mend", "mend"), ("stop", "back"))
    choices = [turn.choice(f"proposing.choice.{what}", f"{STEP}:{data}") for what, data in ways]
    return Next(turn.reply(*bubbles, choices=choices), replace(memory, asked=_WHOLE))


def _settled(turn: Turn, memory: Memory, what: str) -> Next | None:
    """Send the whole, or ask again for one part of it."""
    if what == "send":
        return _sent(turn, memory)
    if what == "mend":
        choices = [turn.choice(f"proposing.part.{part}", f"{STEP}:again.{part}") for part in _PARTS]
        return Next(turn.reply(turn.says("proposing.mend"), choices=choices), memory)
    part = what.removeprefix("again.")
    if part not in _PARTS:
        return None
    return _ask(turn, replace(memory, proposing=tuple(one for one in memory.proposing if one[0] != part)))


def _sent(turn: Turn, memory: Memory) -> Next:
    """Keep the proposal for the editors; only then say so."""
    told = dict(memory.proposing)
    days = days_in(told["held"], today=turn.now.astimezone(JAPAN).date()) if told["sort"] == Sort.EVENT else ()
    words = {part: told[part] for part in _PARTS[1:]}
    proposed = Proposed(Sort(told["sort"] or Sort.PLACE), dates=tuple(map(str, days)), **words)
    try:
        proposers.propose(turn.session, turn.point, proposed, town=turn.town.code, now=turn.now)
    except proposers.TooManyWait:
        return Next(turn.reply(turn.says("proposing.too_many"), choices=greeting.choices(turn)), _over(memory))
    return Next(turn.reply(turn.says("proposing.kept"), choices=greeting.choices(turn)), _over(memory))


def _stopped(turn: Turn, memory: Memory) -> Next:
    return Next(turn.reply(turn.says("proposing.stopped"), choices=greeting.choices(turn)), _over(memory))


def _over(memory: Memory) -> Memory:
    return replace(memory, step="listening", asked="", proposing=())


def _shown(turn: Turn, memory: Memory, written: str) -> Next | None:
    """Show the entry that came of a proposal, as everybody sees it."""
    try:
        record = directory.get(turn.session, uuid.UUID(hex=written))
    except (ValueError, directory.NoSuchEntry):
        return None
    place = for_answer(record, now=turn.now, kinds=turn.tools.kinds)
    if place is None:
        return None
    bubbles = (turn.says("proposing.shown"), placing.bubble(turn, [place], reports=True))
    return Next(turn.reply(*bubbles, choices=greeting.choices(turn)), replace(memory, step="listening", asked=""))
