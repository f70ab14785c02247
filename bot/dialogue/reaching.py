"""How a person may be reached once a matter is at a desk: here or by telephone, when, and by what name."""

from __future__ import annotations

from dataclasses import replace

from bot.dialogue.memory import Memory, Next
from bot.dialogue.said import Said
from bot.dialogue.turn import Turn
from bot.reply import Bubble, Choice
from handoff import cases, contacts, intake

# Each question with its words and its buttons.
QUESTIONS = {
    "contact": ("connecting.ask_contact", ("phone", "here_only")),
    "phone": ("connecting.ask_phone", ("skip",)),
    "name": ("connecting.ask_name", ("skip",)),
}
_NO_CALLS = ("connecting.heard_no_voice", "connecting.heard_no_calls")
_LONGEST_NAME = 30
# A longer message is more of the story, no answer about telephone and time.
_LONGEST_ANSWER = 12
_PHONE_DIGITS = 9


def begin(turn: Turn, before: tuple[Bubble, ...], memory: Memory, *, told: str) -> Next:
    """Ask how the person may be reached; who told that telephones are of no use is not asked about one."""
    memory = replace(memory, step="connecting", query="", understood="")
    if turn.holds("connecting.heard_no_voice", told):
        turn.contact.call_allowed = False
        return _ask(turn, "name", memory, before, key="connecting.ask_name_no_calls")
    return _ask(turn, "contact", memory, before)


def pressed(turn: Turn, memory: Memory, what: str) -> Next | None:
    """Take a button under one of the questions."""
    if memory.asked == "contact" and what in QUESTIONS["contact"][1]:
        turn.contact.call_allowed = what == "phone"
        return _ask(turn, "phone" if what == "phone" else "name", memory)
    if memory.asked == "phone" and what == "skip":
        return _ask(turn, "name", memory)
    if memory.asked == "name" and what == "skip":
        return _done(turn, memory, "connecting.done")
    return None


def spoken(turn: Turn, said: Said, memory: Memory) -> Next | None:
    """Take free words as an answer, as more of the story, or, when they ask for something, as a question of their own."""
    assert said.alone is not None
    if turn.holds("connecting.heard_withdrawn", said.words):
        intake.add_wish(turn.session, turn.contact, said.words)
        return _done(turn, memory, "connecting.enough")
    if sum(sign.isdigit() for sign in said.words) >= _PHONE_DIGITS:
        intake.keep_phone(turn.session, turn.contact, said.words)
        turn.contact.call_allowed = True
        return _ask(turn, "name", memory)
    if memory.asked != "name" and any(turn.holds(key, said.words) for key in _NO_CALLS):
        turn.contact.call_allowed = False
        return _ask(turn, "name", memory, key="connecting.ask_name_no_calls")
    if memory.asked == "contact" and turn.holds("connecting.heard_calls", said.words):
        return pressed(turn, memory, "phone")
    if turn.holds("urgent.heard_asking", said.words):
        return None
    if said.alone.route in ("answer", "handoff"):
        return _story(turn, memory)
    if memory.asked == "name":
        if len(said.words) > _LONGEST_NAME:
            return None
        contacts.name_person(turn.session, turn.contact, said.words)
        return _done(turn, memory, "connecting.done")
    if len(said.words) > _LONGEST_ANSWER:
        return _story(turn, memory)
    intake.add_wish(turn.session, turn.contact, said.words)
    return _ask(turn, "name", memory)


def _ask(turn: Turn, question: str, memory: Memory, before: tuple[Bubble, ...] = (), *, key: str = "") -> Next:
    words, buttons = QUESTIONS[question]
    choices = [turn.choice(f"connecting.choice.{way}", f"connecting:{way}") for way in buttons]
    reply = turn.reply(*before, turn.says(key or words), choices=choices)
    return Next(reply, replace(memory, asked=question))


def _story(turn: Turn, memory: Memory) -> Next:
    """Take words that go on with the story, and put the open question once more."""
    case = cases.open_of(turn.session, turn.contact.id)
    kept = (turn.says("connecting.added", receipt=case.receipt),) if case is not None else ()
    return _ask(turn, memory.asked, memory, kept)


def _done(turn: Turn, memory: Memory, key: str) -> Next:
    choices: tuple[Choice, ...] = (
        turn.choice("connecting.choice.status", "connecting:status"),
        turn.choice("connecting.choice.places", "greeting:places"),
    )
    return Next(turn.reply(turn.says(key), choices=choices), replace(memory, step="listening", asked=""))
