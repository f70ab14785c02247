"""Danger: numbers that answer now, an honest time, one question, and a case at the desk before anything is said."""

from __future__ import annotations

from dataclasses import replace

from bot.dialogue import answering, living, plans, reading, searching, unsaying
from bot.dialogue.holding import ANSWERS, ask, hold, offered
from bot.dialogue.memory import Memory, Next
from bot.dialogue.plans import Plan
from bot.dialogue.said import Said, understood
from bot.dialogue.turn import Turn
from bot.reply import Bubble
from handoff import cases, intake
from handoff.cases import Case
from handoff.intake import Matter
from handoff.states import Ground
from intents import Assessment
from resources.areas import Area
from resources.desks import Desk

_PHONE_DIGITS = 9
_CARE = ("community_general_support_center",)
# Shorter words tell nothing about how somebody reads.
_TELLING = 6


def notice(turn: Turn, said: Said, memory: Memory) -> Next | None:
    """Return the reply to danger in this message or in what it adds up to; None when there is none."""
    if said.alone is None or said.joined is None:
        return None
    if said.unsaid and not said.joined.crises:
        return unsaying.heard(turn, said, memory)
    crises = tuple(code.value for code in dict.fromkeys((*said.alone.crises, *said.joined.crises)))
    if "dv" in memory.told:
        # The same person hits again, whether named or not: it stays behind the question about the screen.
        crises = tuple(dict.fromkeys("dv" if code == "family_violence" else code for code in crises))
    # Who repeats that life is in danger is not asked about a second danger beside it.
    repeated = "emergency" in memory.told and any(code.value == "emergency" for code in said.alone.crises)
    new = () if repeated else tuple(code for code in crises if code not in memory.told)
    if not new and not said.alone.crises:
        return None
    if new == ("emergency",) and memory.asked == "danger" and answering.answer(turn, said, memory) == "yes":
        # A yes in one's own words to the question of danger has its own reply, with what to say to 119.
        return None
    source = said.alone if said.alone.crises else said.joined
    heard = (*said.joined.crises, *said.alone.crises)
    first = next((code.value for code in heard if code.value in (new or crises)), crises[0])
    memory = _in_their_words(turn, said, source, replace(memory, minor=memory.minor or source.minor))
    area = living.area(turn, memory, said.together)
    memory = replace(memory, area=area.name if area is not None else memory.area)
    case = _open(turn, said, area, source, first, crises)
    plan = plans.choose(first, plans.role(source, first), minor=memory.minor, crises=crises)
    # 119 and 110 answer nothing but the emergency: what lies beneath it gets its own words when it is told again.
    covered = (first,) if plan.name == "emergency" else crises
    memory = replace(memory, told=tuple(dict.fromkeys((*memory.told, *covered))))
    if "dv" in crises:
        turn.contact.device_watched = True
    if turn.presence is not None and turn.presence.present:
        return _beside_a_person(turn, plan, memory, told_before=not new)
    if not new:
        return _again(turn, said, memory)
    return begin(turn, plan, case, memory, crisis=first)


def begin(turn: Turn, plan: Plan, case: Case, memory: Memory, *, crisis: str) -> Next:
    """Give the first reply of a plan; the case is already in the database."""
    machine = reading.machine(turn, _desk_of(turn, case), crisis)
    bubbles = [turn.says(f"urgent.{plan.name}.first")]
    if plan.asks == "screen":
        # Somebody may read along: nothing is pushed, nothing is named, no number before a yes.
        turn.contact.device_watched = True
        return ask(turn, (*bubbles, machine), memory, plan, "screen")
    for part in ("more", "voiceless"):
        if turn.tools.texts.has(f"urgent.{plan.name}.{part}"):
            bubbles.append(turn.says(f"urgent.{plan.name}.{part}"))
    danger = turn.abroad("abroad.danger")
    if danger is not None and len(bubbles) == 1:
        bubbles.append(Bubble(danger))
    if plan.lines:
        bubbles.append(plans.contacts(turn, plan, minor=memory.minor))
    bubbles += [machine, turn.says(f"urgent.{plan.name}.ask")]
    return ask(turn, tuple(bubbles), memory, plan, plan.asks)


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
    plan, case = plans.by_name(memory.plan), cases.open_of(turn.session, turn.contact.id)
    if what == "lines" and plan.lines:
        return hold(turn, (plans.contacts(turn, plan, minor=memory.minor),), memory)
    if what == "call":
        return hold(turn, (turn.says("urgent.call_wished"),), replace(memory, asked="number"))
    if what == "here":
        return hold(turn, (answering.heard(turn, memory, case),), replace(memory, asked="", replies=memory.replies + 1))
    if what == "unclear":
        return hold(turn, (answering.heard(turn, memory, case),), replace(memory, replies=memory.replies + 1))
    if memory.asked == "screen" and what in ("yes", "later", "other_screen"):
        return _screen(turn, memory, what)
    if memory.asked == "desk" and what in ("town", "prefecture", "undecided"):
        return _desk(turn, memory, what)
    if memory.asked == "call" and what in ("yes", "no"):
        return hold(turn, (turn.says(f"urgent.emergency.{what}"),), replace(memory, asked=""))
    if memory.asked in ("danger", "safe") and what in ANSWERS:
        return _answered(turn, plan, memory, what)
    return None


def spoken(turn: Turn, said: Said, memory: Memory) -> Next | None:
    """Take free words after a first reply: every one is acknowledged, and none meets the same block again."""
    assert said.alone is not None
    case = cases.open_of(turn.session, turn.contact.id)
    if memory.asked == "number":
        return _number(turn, said, memory, case)
    if memory.asked == "who_not":
        intake.add_wish(turn.session, turn.contact, said.words)
        return hold(turn, (turn.says("urgent.dv.noted"),), replace(memory, asked=""))
    if memory.asked == "screen":
        return _still(turn, memory)
    answer = answering.answer(turn, said, memory)
    if answer:
        return pressed(turn, memory, answer)
    if turn.holds("urgent.heard_no_phone", said.words) and memory.last != "no_phone":
        return _no_phone(turn, memory)
    where = turn.holds("urgent.heard_where", said.words) and memory.last != "where"
    if answering.needs_now(said) or (answering.wants_place(turn, said) and not where):
        return None
    if answering.wants_person(said):
        return _person(turn, memory, case, "urgent.person_wished")
    if where:
        return _person(turn, replace(memory, last="where"), case, "urgent.where")
    if memory.asked == "story":
        return hold(turn, (turn.says("urgent.told"),), replace(memory, asked=""))
    bubble, memory = answering.acknowledged(turn, said, memory, case)
    return hold(turn, (bubble,), memory)


def _no_phone(turn: Turn, memory: Memory) -> Next:
    """Whoever cannot call, or has nothing to call with, is told how others call, and who can be written to."""
    plan = plans.by_name(memory.plan)
    bubbles = (turn.says("urgent.no_phone"), *plans.voiceless(turn, plan, minor=memory.minor))
    return hold(turn, bubbles, replace(memory, asked="" if memory.asked == "call" else memory.asked, last="no_phone"))


def _open(turn: Turn, said: Said, area: Area | None, source: Assessment, crisis: str, crises: tuple[str, ...]) -> Case:
    matter = Matter(
        route="urgent",
        crisis=crisis,
        crises=crises,
        reasons=tuple(reason.value for reason in said.standing.reasons),
        topics=said.topics,
        complaint=said.words,
        understood=understood(source),
        proposed_desk=source.desk.value if source.desk else None,
        persons=said.standing.persons,
    )
    case = intake.receive(turn.session, turn.point, matter, ground=Ground.LIFE_BODY, now=turn.now, area=area)
    if turn.message is not None:
        turn.message.crisis = crisis
    return case


def _in_their_words(turn: Turn, said: Said, heard: Assessment, memory: Memory) -> Memory:
    """Answer at once in easy words where somebody writes in kana alone."""
    kana = heard.hiragana_only and len(said.words) >= _TELLING
    if turn.conversation.register == "easy" or memory.register_chosen or not kana:
        return memory
    turn.conversation.register = "easy"
    return replace(memory, easy_offered=True)


def _beside_a_person(turn: Turn, plan: Plan, memory: Memory, *, told_before: bool) -> Next:
    """While a person is present the machine gives the numbers, shortly, and nothing else."""
    if plan.name == "dv" and memory.plan == "dv_safe":
        plan = plans.by_name(memory.plan)
    watched = plan.asks == "screen" or memory.plan == "dv"
    bubbles = [turn.says("urgent.dv_beside" if watched else "urgent.present")]
    if not watched and plan.lines and not told_before:
        bubbles.append(plans.contacts(turn, plan, minor=memory.minor))
    return Next(turn.reply(*bubbles, crisis=True), replace(memory, plan=plan.name))


def _again(turn: Turn, said: Said, memory: Memory) -> Next:
    if memory.asked == "screen" or memory.plan == "dv":
        return _still(turn, replace(memory, asked="screen"))
    if turn.holds("urgent.heard_called", said.words):
        return hold(turn, (turn.says("urgent.kind.called"),), answering.called(memory))
    return hold(turn, (answering.again(turn, memory),), replace(memory, repeats=memory.repeats + 1))


def _still(turn: Turn, memory: Memory) -> Next:
    if memory.last in ("later", "other_screen"):
        # Whoever comes back is asked as at the beginning.
        return hold(turn, (turn.says("urgent.dv.first"),), replace(memory, last=""))
    return hold(turn, (answering.still(turn, memory),), replace(memory, replies=memory.replies + 1))


def _number(turn: Turn, said: Said, memory: Memory, case: Case | None) -> Next:
    memory = replace(memory, asked="")
    if sum(sign.isdigit() for sign in said.words) < _PHONE_DIGITS:
        intake.add_wish(turn.session, turn.contact, said.words)
        return hold(turn, (turn.says("urgent.told"),), memory)
    intake.keep_phone(turn.session, turn.contact, said.words)
    turn.contact.call_allowed = True
    return hold(turn, (turn.says("urgent.number_noted"), reading.when(turn, _desk_of(turn, case))), memory)


def _person(turn: Turn, memory: Memory, case: Case | None, first: str) -> Next:
    """A person or a place to turn to is wished for: when one of ours reads, and who answers until then."""
    bubbles = [turn.says(first), reading.when(turn, _desk_of(turn, case))]
    plan = plans.by_name(memory.plan)
    if plan.lines:
        bubbles.append(plans.contacts(turn, plan, minor=memory.minor))
    return hold(turn, tuple(bubbles), memory)


def _desk_of(turn: Turn, case: Case | None) -> Desk | None:
    return turn.session.get(Desk, case.desk_id) if case is not None and case.desk_id else None


def _screen(turn: Turn, memory: Memory, what: str) -> Next:
    if what != "yes":
        reply = turn.reply(turn.says(f"urgent.dv.{what}"), crisis=True)
        return Next(reply, replace(memory, step="urgent", asked="screen", choices=(), last=what))
    plan = plans.PLANS[("dv", "safe")]
    memory = replace(memory, plan=plan.name)
    bubbles = (turn.says("urgent.dv.yes"), turn.says("urgent.dv.danger"), plans.contacts(turn, plan, minor=memory.minor))
    return _offer_desks(turn, bubbles, memory)


def _offer_desks(turn: Turn, bubbles: tuple[Bubble, ...], memory: Memory) -> Next:
    """Let the resident choose town or prefecture before any detail; without a choice the story may go on."""
    if len(offered(turn)) < 2:
        return hold(turn, bubbles, replace(memory, asked=""))
    return hold(turn, (*bubbles, turn.says("urgent.dv.ask_desk")), replace(memory, asked="desk"))


def _desk(turn: Turn, memory: Memory, what: str) -> Next:
    case = cases.open_of(turn.session, turn.contact.id)
    desk = offered(turn).get(what)
    memory = replace(memory, asked="who_not")
    if case is None or desk is None:
        return hold(turn, (turn.says("urgent.dv.desk_later"),), memory)
    intake.choose(turn.session, case, desk, now=turn.now)
    return hold(turn, (turn.says("urgent.dv.desk_chosen"), reading.when(turn, desk)), memory)


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
        return hold(turn, (turn.says(key),), memory)
    key = next(key for key in _keys(plan, "safe", what) if turn.tools.texts.has(key))
    bubbles: tuple[Bubble, ...] = (turn.says(key),)
    if case is not None and case.walled and plan.lines:
        return _offer_desks(turn, bubbles, memory)
    if plan.name == "carer":
        area = living.area(turn, memory, "")
        near = (area.latitude, area.longitude) if area and area.latitude is not None and area.longitude is not None else None
        found = searching.cards(turn, turn.tools.texts.say("listening.query.care_center"), limit=1, near=near, kinds=_CARE)
        choices = [turn.choice(f"urgent.choice.{what}", f"urgent:{what}") for what in ("call", "here")]
        reply = turn.reply(*bubbles, *([found] if found else []), choices=choices, crisis=True)
        return Next(reply, replace(memory, step="urgent"))
    return hold(turn, bubbles, memory)


def _keys(plan: Plan, outcome: str, what: str) -> tuple[str, ...]:
    if what == "unsure":
        return (f"urgent.{plan.name}.unsure", "urgent.unsure")
    return (f"urgent.{plan.name}.{what}", f"urgent.{plan.name}.{outcome}", f"urgent.violence_self.{outcome}")
