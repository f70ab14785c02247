"""Free words after a first reply in danger: an answer to the open question, thanks, an apology, or more of the story."""

from __future__ import annotations

from dataclasses import replace

from bot.dialogue import reading
from bot.dialogue.memory import Memory
from bot.dialogue.said import Said
from bot.dialogue.turn import Turn
from bot.reply import Bubble
from handoff.cases import Case
from resources.desks import Desk

_ORDER = ("first", "second", "third", "fourth", "fifth", "sixth")
# The first piece of a message counts as its answer: 「はい、さっき」.
_PIECES = str.maketrans(dict.fromkeys("。、！？,.!? \n", " ") | {"\u3000": " "})
_AT_ONCE = frozenset({"immediate_need", "apply_intent"})


def answer(turn: Turn, said: Said, memory: Memory) -> str:
    """Return yes or no when free words answer the question that is open, empty when they do not."""
    if memory.asked == "danger" and turn.holds("urgent.heard_harm", said.words):
        return "yes"
    if memory.asked == "safe" and turn.holds("urgent.heard_unsafe", said.words):
        return "no"
    if memory.asked not in ("danger", "safe", "call") or turn.holds("urgent.heard_despair", said.words):
        return ""
    first = said.words.translate(_PIECES).split(" ")[0]
    act = turn.tools.ear.hear_act(first) if first else None
    if act is None or act.kind not in ("yes", "no"):
        return ""
    fine = memory.asked == "danger" and act.kind == "yes" and turn.holds("urgent.heard_fine", first)
    return "no" if fine else act.kind


def needs_now(said: Said) -> bool:
    """Whether the writer needs something today, or wishes to apply; that has its own answer also after danger."""
    assert said.alone is not None
    about_others = said.joined is not None and said.joined.third_person
    return bool({reason.value for reason in said.alone.reasons} & _AT_ONCE) and not about_others


def wants_place(turn: Turn, said: Said) -> bool:
    """Whether words after danger ask for a place; everything else is part of the story."""
    assert said.alone is not None
    return said.alone.route == "answer" and turn.holds("urgent.heard_asking", said.words)


def wants_person(said: Said) -> bool:
    """Whether a person is asked for in the midst of danger."""
    assert said.alone is not None
    return any(reason.value == "person_requested" for reason in said.alone.reasons)


def acknowledged(turn: Turn, said: Said, memory: Memory, case: Case | None) -> tuple[Bubble, Memory]:
    """Return one sentence for what was written: thanks, an apology, an end, or simply that it was read."""
    kind = _kind(turn, said)
    if memory.asked == "call" and not kind and memory.last != "first":
        return turn.says("urgent.heard_first"), replace(memory, last="first")
    if kind and memory.last != kind:
        memory = called(memory) if kind == "called" else memory
        return turn.says(f"urgent.kind.{kind}"), replace(memory, last=kind)
    return heard(turn, memory, case), replace(memory, replies=memory.replies + 1, last="")


def called(memory: Memory) -> Memory:
    """Whoever has called is not asked any more whether they can."""
    return replace(memory, asked="" if memory.asked == "call" else memory.asked)


def heard(turn: Turn, memory: Memory, case: Case | None) -> Bubble:
    """Say that it was read, never twice in a row in the same words."""
    nth = _ORDER[memory.replies % len(_ORDER)]
    if nth != "fourth":
        return turn.says(f"urgent.heard.{nth}")
    when = reading.next_reading(turn, turn.session.get(Desk, case.desk_id) if case is not None and case.desk_id else None)
    return turn.says("urgent.heard_when", when=when) if when else turn.says("urgent.heard.second")


def again(turn: Turn, memory: Memory) -> Bubble:
    """Answer danger that is told once more, in other words than before."""
    return turn.says(f"urgent.again.{_ORDER[memory.repeats % 4]}")


def still(turn: Turn, memory: Memory) -> Bubble:
    """Ask again whether the screen is safe, without a number and in other words than before."""
    return turn.says(f"urgent.dv_still.{_ORDER[memory.replies % 3]}")


def _kind(turn: Turn, said: Said) -> str:
    if said.alone is not None and said.alone.social_kind == "thanks":
        return "thanks"
    if turn.holds("urgent.heard_called", said.words):
        return "called"
    if turn.holds("urgent.heard_sorry", said.words):
        return "sorry"
    return "enough" if turn.holds("urgent.heard_enough", said.words) else ""
