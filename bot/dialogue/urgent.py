"""Danger: numbers that answer now, an honest time, one question, and a case at the desk before anything is said."""

from __future__ import annotations

import json
from dataclasses import replace

from bot.dialogue import plans, reading, searching
from bot.dialogue.memory import Memory, Next
from bot.dialogue.plans import Plan
from bot.dialogue.said import Said, topics_of
from bot.dialogue.turn import Turn
from bot.reply import Bubble, Choice
from handoff import cases, intake
from handoff.cases import Case
from handoff.intake import Matter
from handoff.states import Ground
from intents import Assessment
from resources.desks import Desk

_WALLED = frozenset({"dv", "sexual_violence"})
_ORDER = ("first", "second", "third")
_ANSWERS = ("yes", "no", "unsure")


def notice(turn: Turn, said: Said, memory: Memory) -> Next | None:
    """Return the reply to danger in this message or in what it adds up to; None when there is none."""
    if said.alone is None or said.joined is None:
        return None
    crises = tuple(code.value for code in dict.fromkeys((*said.alone.crises, *said.joined.crises)))
    new = tuple(code for code in crises if code not in memory.told)
    if not new and not said.alone.crises:
        return None
    source = said.alone if said.alone.crises else said.joined
    first = next(code.value for code in (*said.joined.crises, *said.alone.crises) if code.value in (new or crises))
    minor = memory.minor or _minor_writes(source, first)
    case = _open(turn, said, source, first, crises)
    memory = replace(memory, minor=minor, told=tuple(dict.fromkeys((*memory.told, *crises))))
    plan = plans.choose(first, _role(source, first), minor=minor, crises=crises)
    if "dv" in crises:
        turn.contact.device_watched = True
    if turn.presence is not None and turn.presence.present:
        return _beside_a_person(turn, plan, memory, told_before=not new)
    if not new:
        return _again(turn, memory)
    return begin(turn, plan, case, memory, crisis=first, language=source.language)


def begin(turn: Turn, plan: Plan, case: Case, memory: Memory, *, crisis: str, language: str = "ja") -> Next:
    """Give the first reply of a plan; the case is already in the database."""
    desk = turn.session.get(Desk, case.desk_id) if case.desk_id else None
    machine = reading.machine(turn, desk, crisis)
    bubbles = [turn.says(f"urgent.{plan.name}.first")]
    if plan.asks == "screen":
        # Somebody may read along: nothing is pushed, nothing is named, no number before a yes.
        turn.contact.device_watched = True
        return _next(turn, (*bubbles, machine), memory, plan, "screen")
    for part in ("more", "voiceless"):
        if turn.tools.texts.has(f"urgent.{plan.name}.{part}"):
            bubbles.append(turn.says(f"urgent.{plan.name}.{part}"))
    foreign = turn.tools.texts.abroad(language, "danger")
    if foreign is not None:
        bubbles = [*bubbles[:1], Bubble(foreign)]
    if plan.lines:
        bubbles.append(plans.contacts(turn, plan, minor=memory.minor))
    bubbles += [machine, turn.says(f"urgent.{plan.name}.ask")]
    return _next(turn, tuple(bubbles), memory, plan, plan.asks)


def begin_emergency(turn: Turn, memory: Memory, words: str) -> Next:
    """Open a case for somebody who pressed that body or life is in danger."""
    matter = Matter("urgent", "emergency", ("emergency",), ("crisis",), complaint=words)
    case = intake.receive(turn.session, turn.point, matter, ground=Ground.LIFE_BODY, now=turn.now)
    memory = replace(memory, told=tuple(dict.fromkeys((*memory.told, "emergency"))))
    return begin(turn, plans.PLANS[("emergency", "self")], case, memory, crisis="emergency")


def pressed(turn: Turn, memory: Memory, what: str) -> Next | None:
    """Take the answer to the one question that was asked."""
    if not memory.plan:
        return None
    plan = plans.by_name(memory.plan)
    if what == "lines" and plan.lines:
        return _stay(turn, (plans.contacts(turn, plan, minor=memory.minor),), memory)
    if what == "call":
        return _stay(turn, (turn.says("urgent.call_wished"),), replace(memory, asked="number"))
    if what == "here":
        return _stay(turn, (_heard(turn, memory),), replace(memory, asked="", replies=memory.replies + 1))
    if memory.asked == "screen" and what in ("yes", "later", "other_screen"):
        return _screen(turn, memory, what)
    if memory.asked == "desk" and what in ("town", "prefecture", "undecided"):
        return _desk(turn, memory, what)
    if memory.asked == "call" and what in ("yes", "no"):
        return _stay(turn, (turn.says(f"urgent.emergency.{what}"),), replace(memory, asked=""))
    if memory.asked in ("danger", "safe") and what in _ANSWERS:
        return _answered(turn, plan, memory, what)
    return None


def spoken(turn: Turn, said: Said, memory: Memory) -> Next | None:
    """Take free words after a first reply: every one is acknowledged, and none meets the same block again."""
    assert said.alone is not None
    case = cases.open_of(turn.session, turn.contact.id)
    if memory.asked == "number":
        intake.keep_phone(turn.session, turn.contact, said.words)
        turn.contact.call_allowed = True
        desk = turn.session.get(Desk, case.desk_id) if case is not None and case.desk_id else None
        when = reading.next_reading(turn, desk)
        bubble = turn.says("urgent.number_noted", when=when) if when else turn.says("urgent.told")
        return _stay(turn, (bubble,), replace(memory, asked=""))
    if memory.asked == "who_not":
        intake.add_wish(turn.session, turn.contact, said.words)
        return _stay(turn, (turn.says("urgent.dv.noted"),), replace(memory, asked=""))
    if memory.asked == "screen":
        return _next(turn, (turn.says("urgent.dv.first"),), memory, plans.by_name("dv"), "screen")
    if memory.asked == "story":
        return _stay(turn, (turn.says("urgent.told"),), replace(memory, asked=""))
    if said.alone.route in ("clarify", "social"):
        return _stay(turn, (_heard(turn, memory),), replace(memory, replies=memory.replies + 1))
    return None


def _open(turn: Turn, said: Said, source: Assessment, crisis: str, crises: tuple[str, ...]) -> Case:
    told = {"explanation": [[e.kind, e.code, e.words, e.rule] for e in source.explanation],
            "household": [member.as_dict() for member in source.household]}  # fmt: skip
    matter = Matter(
        route="urgent",
        crisis=crisis,
        crises=crises,
        reasons=tuple(reason.value for reason in source.reasons),
        topics=topics_of(source),
        complaint=said.words,
        understood=json.dumps(told, ensure_ascii=False),
        proposed_desk=source.desk.value if source.desk else None,
    )
    case = intake.receive(turn.session, turn.point, matter, ground=Ground.LIFE_BODY, now=turn.now)
    if turn.message is not None:
        turn.message.crisis = crisis
    return case


def _role(heard: Assessment, crisis: str) -> str | None:
    """Whose danger it is; without somebody else being named it is taken as the writer's own."""
    if heard.crisis_role == "someone_else" and not heard.household and not heard.third_person:
        return "self"
    if crisis == "dv" and heard.crisis_role != "doer" and not heard.third_person and len(heard.household) <= 1:
        return "self"
    if crisis in ("sexual_violence", "child_abuse") and heard.hiragana_only and heard.crisis_role == "someone_else":
        # A child who writes about somebody at home writes about what happens to itself.
        return "self" if len(heard.household) <= 1 else heard.crisis_role
    return heard.crisis_role


def _minor_writes(heard: Assessment, crisis: str) -> bool:
    """Whether the writer is a child; where a household is told of, the child in it may be somebody else."""
    victim = _role(heard, crisis) in ("self", "victim")
    return victim and (crisis == "child_abuse" or (heard.minor and not heard.household))


def _beside_a_person(turn: Turn, plan: Plan, memory: Memory, *, told_before: bool) -> Next:
    """While a person is present the machine gives the numbers, shortly, and nothing else."""
    bubbles = [turn.says("urgent.present")]
    if plan.asks == "screen":
        turn.contact.device_watched = True
    elif plan.lines and not told_before:
        bubbles.append(plans.contacts(turn, plan, minor=memory.minor))
    return Next(turn.reply(*bubbles, crisis=True), replace(memory, plan=plan.name))


def _again(turn: Turn, memory: Memory) -> Next:
    plan = plans.by_name(memory.plan)
    if memory.asked == "screen":
        return _next(turn, (turn.says("urgent.dv.first"),), memory, plan, "screen")
    bubble = turn.says(f"urgent.again.{_ORDER[memory.repeats % 3]}")
    return _stay(turn, (bubble,), replace(memory, repeats=memory.repeats + 1))


def _heard(turn: Turn, memory: Memory) -> Bubble:
    return turn.says(f"urgent.heard.{_ORDER[memory.replies % 3]}")


def _screen(turn: Turn, memory: Memory, what: str) -> Next:
    if what != "yes":
        reply = turn.reply(turn.says(f"urgent.dv.{what}"), crisis=True)
        return Next(reply, replace(memory, step="urgent", asked="screen", choices=()))
    plan = plans.PLANS[("dv", "safe")]
    memory = replace(memory, plan=plan.name)
    bubbles = (turn.says("urgent.dv.yes"), turn.says("urgent.dv.danger"), plans.contacts(turn, plan, minor=memory.minor))
    return _offer_desks(turn, bubbles, memory)


def _offer_desks(turn: Turn, bubbles: tuple[Bubble, ...], memory: Memory) -> Next:
    """Let the resident choose town or prefecture before any detail; without a choice the story may go on."""
    offered = intake.violence_desks(turn.session, turn.town)
    if len(offered) < 2:
        return _stay(turn, bubbles, replace(memory, asked=""))
    choices = [turn.choice(f"urgent.choice.{what}", f"urgent:{what}") for what in (*offered, "undecided")]
    reply = turn.reply(*bubbles, turn.says("urgent.dv.ask_desk"), choices=choices, crisis=True)
    return Next(reply, replace(memory, step="urgent", asked="desk"))


def _desk(turn: Turn, memory: Memory, what: str) -> Next:
    case = cases.open_of(turn.session, turn.contact.id)
    desk = intake.violence_desks(turn.session, turn.town).get(what)
    memory = replace(memory, asked="who_not")
    if case is None or desk is None:
        return _stay(turn, (turn.says("urgent.dv.desk_later"),), memory)
    intake.choose(turn.session, case, desk, now=turn.now)
    chosen = turn.says("urgent.dv.desk_chosen")
    return _stay(turn, (chosen, reading.when(turn, desk)), memory)


def _answered(turn: Turn, plan: Plan, memory: Memory, what: str) -> Next:
    danger = what == ("yes" if plan.asks == "danger" else "no")
    memory = replace(memory, asked="")
    case = cases.open_of(turn.session, turn.contact.id)
    if case is not None:
        cases.record(turn.session, case, "danger_answer", now=turn.now, detail={"answer": what, "danger": danger})
    if danger:
        if case is not None and "emergency" not in case.crises:
            case.crises = [*case.crises, "emergency"]
        key = next(key for key in _keys(plan, "danger", what) if turn.tools.texts.has(key))
        return _stay(turn, (turn.says(key),), memory)
    key = next(key for key in _keys(plan, "safe", what) if turn.tools.texts.has(key))
    bubbles: tuple[Bubble, ...] = (turn.says(key),)
    if case is not None and case.walled and plan.lines:
        return _offer_desks(turn, bubbles, memory)
    if plan.name == "carer":
        found = searching.cards(turn, turn.tools.texts.say("listening.query.care_center"), limit=1)
        choices = [turn.choice(f"urgent.choice.{what}", f"urgent:{what}") for what in ("call", "here")]
        reply = turn.reply(*bubbles, *([found] if found else []), choices=choices, crisis=True)
        return Next(reply, replace(memory, step="urgent"))
    return _stay(turn, bubbles, memory)


def _keys(plan: Plan, outcome: str, what: str) -> tuple[str, ...]:
    return (f"urgent.{plan.name}.{what}", f"urgent.{plan.name}.{outcome}", f"urgent.violence_self.{outcome}")


def _next(turn: Turn, bubbles: tuple[Bubble, ...], memory: Memory, plan: Plan, asked: str) -> Next:
    choices = [turn.choice(f"urgent.choice.{answer}", f"urgent:{answer}") for answer in _answers(asked)]
    reply = turn.reply(*bubbles, choices=choices, crisis=True)
    following = replace(memory, step="urgent", asked=asked, plan=plan.name, choices=(), misses=0)
    return Next(reply, following)


def _answers(asked: str) -> tuple[str, ...]:
    return {"screen": ("yes", "later", "other_screen"), "call": ("yes", "no"), "story": ()}.get(asked, _ANSWERS)


def _stay(turn: Turn, bubbles: tuple[Bubble, ...], memory: Memory) -> Next:
    """Say something more in the same danger, with a way back to the numbers."""
    choices: list[Choice] = []
    if memory.asked in ("danger", "safe", "call"):
        choices = [turn.choice(f"urgent.choice.{answer}", f"urgent:{answer}") for answer in _answers(memory.asked)]
    elif plans.by_name(memory.plan).lines and memory.asked not in ("number", "who_not"):
        choices = [turn.choice("urgent.choice.lines", "urgent:lines")]
    reply = turn.reply(*bubbles, choices=choices, crisis=True)
    return Next(reply, replace(memory, step="urgent", choices=()))
