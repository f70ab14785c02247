"""What is said in danger keeps the open question open and the numbers at hand."""

from __future__ import annotations

from dataclasses import replace

from bot.dialogue import plans
from bot.dialogue.memory import Memory, Next
from bot.dialogue.plans import Plan
from bot.dialogue.turn import Turn
from bot.reply import Bubble, Choice
from handoff import cases, intake
from resources.desks import Desk
from resources.places import Municipality

ANSWERS = ("yes", "no", "unsure")


def ask(turn: Turn, bubbles: tuple[Bubble, ...], memory: Memory, plan: Plan, asked: str) -> Next:
    """Say the first words of a plan and put its one question."""
    choices = [turn.choice(f"urgent.choice.{answer}", f"urgent:{answer}") for answer in _answers(asked)]
    reply = turn.reply(*bubbles, choices=choices, crisis=True)
    following = replace(memory, step="urgent", asked=asked, plan=plan.name, choices=(), misses=0)
    return Next(reply, following)


def hold(turn: Turn, bubbles: tuple[Bubble, ...], memory: Memory) -> Next:
    """Say something more in the same danger: the open question stays open, and the numbers stay at hand."""
    choices: list[Choice] = []
    if memory.asked in ("danger", "safe", "call", "screen"):
        choices = [turn.choice(f"urgent.choice.{answer}", f"urgent:{answer}") for answer in _answers(memory.asked)]
    elif memory.asked == "desk":
        choices = _desks(turn)
    elif plans.by_name(memory.plan).lines and memory.asked not in ("number", "who_not"):
        choices = [turn.choice("urgent.choice.lines", "urgent:lines")]
    reply = turn.reply(*bubbles, choices=choices, crisis=True)
    return Next(reply, replace(memory, step="urgent", choices=()))


def offered(turn: Turn) -> dict[str, Desk]:
    """Return the desks made for violence between which this resident may choose."""
    case = cases.open_of(turn.session, turn.contact.id)
    return intake.violence_desks(turn.session, turn.town, case.crises if case is not None else ())


def _desks(turn: Turn) -> list[Choice]:
    """Return the desks that can be chosen, by the names of the town and the prefecture."""
    places = {tier: turn.session.get_one(Municipality, desk.municipality_code).name for tier, desk in offered(turn).items()}
    named = [turn.choice(f"urgent.choice.{tier}", f"urgent:{tier}", place=place) for tier, place in places.items()]
    return [*named, turn.choice("urgent.choice.undecided", "urgent:undecided")]


def _answers(asked: str) -> tuple[str, ...]:
    return {"screen": ("yes", "later", "other_screen"), "call": ("yes", "no"), "story": ()}.get(asked, ANSWERS)
