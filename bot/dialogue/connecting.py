"""Handing over to a person: what goes to whom, consent, how to be reached, a receipt, and an honest time."""

from __future__ import annotations

import uuid
from dataclasses import replace

from bot.dialogue import answering, holding, living, opening, reaching, reading, searching
from bot.dialogue.memory import Memory, Next
from bot.dialogue.said import Said, earlier_words, understood
from bot.dialogue.turn import Turn
from bot.reply import Bubble, Choice
from handoff import cases, intake
from handoff.cases import Case
from handoff.intake import Matter
from handoff.routing import choose_desk
from handoff.states import Consent, Ground
from intents import Assessment
from resources.desks import Desk

# The first that applies gives the words; all are kept on the case.
_FIRST = ("immediate_need", "apply_intent", "bounced", "gap", "wide_area", "complex", "person_requested")
# A wish to apply and a need of today stand in the books before any question is answered.
_AT_ONCE = frozenset({"immediate_need", "apply_intent"})
# Who can help on the same day; a group that meets next week cannot.
_FOR_TODAY = ("self_reliance_desk", "welfare_office", "food_pantry", "social_welfare_council", "night_medical")
_WHILE_APPLYING = ("self_reliance_desk", "food_pantry", "night_medical")
_CONSENT = {"yes": Consent.GIVEN, "no": Consent.REFUSED, "undecided": Consent.UNCONFIRMED}
_STATES = {Consent.GIVEN: "given", Consent.REFUSED: "refused", Consent.UNCONFIRMED: "unconfirmed"}


def ways(turn: Turn) -> tuple[Choice, ...]:
    """Return a person, and a place, as buttons."""
    return (
        turn.choice("greeting.choice.person", "greeting:person"),
        turn.choice("connecting.choice.places", "greeting:places"),
    )


def wished(turn: Turn, memory: Memory) -> Next:
    """A person is wished for, by a button."""
    told = "\n".join(earlier_words(turn))
    matter = Matter("handoff", reasons=("person_requested",), topics=memory.subjects, complaint=told)
    return _offer(turn, matter, memory, ())


def offer(turn: Turn, said: Said, assessment: Assessment, memory: Memory) -> Next:
    """Say why a person takes this, what goes to whom, and ask for consent."""
    reasons = said.reasons
    matter = Matter(
        route="handoff",
        reasons=reasons,
        topics=said.topics,
        complaint=said.together or said.words,
        understood=understood(assessment),
        proposed_desk=said.standing.desk.value if said.standing.desk else None,
        persons=said.standing.persons,
    )
    first = next((reason for reason in _FIRST if reason in reasons), "person_requested")
    before: tuple[Bubble, ...] = opening.why(turn, first)
    if first == "apply_intent":
        before += opening.way_to_apply(turn)
    elif "apply_intent" in reasons and "apply_intent" not in memory.reasons:
        before = opening.way_to_apply(turn, "applying.today")
    if first == "immediate_need":
        before += _for_today(turn, said, assessment, memory, matter)
    return _offer(turn, matter, memory, before)


def added(turn: Turn, said: Said, memory: Memory) -> Next:
    """Take more words for a matter a person has or will have; without a case, offer one."""
    case = cases.open_of(turn.session, turn.contact.id)
    if case is None:
        return _offer(turn, _matter(said), memory, opening.why(turn, "person_requested"))
    if case.ground == Ground.LIFE_BODY and memory.plan:
        # After danger nobody hears of numbers and books; the words are acknowledged as before.
        if memory.plan == "dv":
            following = replace(memory, asked="screen", replies=memory.replies + 1)
            return holding.hold(turn, (answering.still(turn, memory),), following)
        bubble, memory = answering.acknowledged(turn, said, memory, case)
        return holding.hold(turn, (bubble,), memory)
    bubbles = (turn.says("connecting.added", receipt=case.receipt), reading.when(turn, _desk(turn, case)))
    choices = (turn.choice("connecting.choice.status", "connecting:status"), *ways(turn)[1:])
    return Next(turn.reply(*bubbles, choices=choices), replace(memory, step="listening", asked="", misses=0))


def status(turn: Turn, memory: Memory) -> Next:
    """Say what became of a consultation, and nothing the desk has not decided."""
    case = cases.open_of(turn.session, turn.contact.id)
    if case is None:
        reply = turn.reply(turn.says("status.none"), choices=ways(turn)[:1])
        return Next(reply, replace(memory, step="listening", asked=""))
    person = turn.presence.owner_name if turn.presence and turn.presence.owner_name else turn.words("status.worker")
    values = {"receipt": case.receipt} | ({} if case.owner_id is None else {"person": person})
    key = "waiting" if case.owner_id is None else "referred" if case.state == "referred" else "taken"
    bubbles = [turn.says(f"status.{key}", **values)]
    if case.owner_id is None:
        bubbles += [_queue(turn, case), reading.when(turn, _desk(turn, case))]
    reply = turn.reply(*bubbles, choices=ways(turn)[1:], confidential=True)
    return Next(reply, replace(memory, step="listening", asked=""))


def pressed(turn: Turn, memory: Memory, what: str) -> Next | None:
    """Take a button of this step."""
    if what == "status":
        return status(turn, memory)
    if what in _CONSENT and (memory.asked == "consent" or _undecided(turn)):
        return _consented(turn, memory, _CONSENT[what])
    return reaching.pressed(turn, memory, what)


def spoken(turn: Turn, said: Said, memory: Memory) -> Next | None:
    """Take free words while a question is open; words that are no answer are part of the story."""
    assert said.alone is not None
    if memory.asked == "consent":
        if turn.holds("connecting.heard_withdrawn", said.words):
            return _withdrawn(turn, memory)
        if said.alone.route == "answer" and turn.holds("urgent.heard_asking", said.words):
            return None
        told = intake.area_told(turn.session, turn.town.code, said.words)
        if told is not None and said.alone.route == "clarify":
            # Another place may mean another desk: it is named before anybody agrees to it.
            return _offer(turn, _pending(memory), replace(memory, area=told.name), (turn.says("connecting.place_noted"),))
        # Going on with the story is neither a yes nor a no: the case is opened and consent stays unconfirmed.
        return _consented(turn, memory, Consent.UNCONFIRMED, words=said.words)
    return reaching.spoken(turn, said, memory) if memory.asked in reaching.QUESTIONS else None


def _offer(turn: Turn, matter: Matter, memory: Memory, before: tuple[Bubble, ...]) -> Next:
    before = before or opening.why(turn, "person_requested")
    reasons = tuple(dict.fromkeys((*memory.reasons, *matter.reasons)))
    memory = replace(memory, step="connecting", asked="consent", reasons=reasons, misses=0)
    area = living.area(turn, memory, matter.complaint)
    memory = replace(memory, area=area.name if area is not None else memory.area)
    known, was = cases.open_of(turn.session, turn.contact.id), None
    if known is not None or _AT_ONCE & set(matter.reasons):
        ground, was = (Ground(known.ground), known.desk_id) if known is not None else (Ground.REQUEST, None)
        # Whoever refused was told that this desk alone reads.
        stays = known is not None and known.consent == Consent.REFUSED
        case = intake.receive(turn.session, turn.point, matter, ground=ground, now=turn.now, area=area, stays=stays)
        # In danger nothing is asked that help would have to wait for.
        asked = known is not None and (known.consent != Consent.UNCONFIRMED or case.ground == Ground.LIFE_BODY)
        if asked or case.walled:
            return _already(turn, case, memory, before, moved=was is not None and case.desk_id != was)
    desk = _target(turn, matter, memory)
    consent = turn.says("connecting.ask_consent", desk=desk.name if desk else turn.town.name)
    memory = replace(
        memory,
        query=matter.complaint or memory.query,
        understood=matter.understood,
        proposed=matter.proposed_desk or "",
        desk=str(desk.id) if desk is not None else "",
    )
    bubbles = (*before, consent)
    if len(bubbles) < 5:
        bubbles = (*bubbles, turn.says("connecting.refuse_ok"))
    choices = [turn.choice(f"connecting.choice.{answer}", f"connecting:{answer}") for answer in _CONSENT]
    return Next(turn.reply(*bubbles, choices=choices), memory)


def _for_today(turn: Turn, said: Said, assessment: Assessment, memory: Memory, matter: Matter) -> tuple[Bubble, ...]:
    """Return who helps today; whoever wishes to apply has been shown the way to do so, and no loans beside it."""
    tonight = opening.tonight(turn, _target(turn, matter, memory))
    applies = "apply_intent" in matter.reasons
    if applies and tonight:
        return tonight
    kinds = _WHILE_APPLYING if applies else _FOR_TODAY
    found = searching.cards(
        turn, said.words, assessment=assessment, near=memory.near, kinds=kinds, soonest=True, noted=memory
    )
    return (*((found,) if found else ()), *tonight)


def _already(turn: Turn, case: Case, memory: Memory, before: tuple[Bubble, ...], *, moved: bool) -> Next:
    desk = _desk(turn, case)
    known = turn.says("connecting.already", receipt=case.receipt)
    if moved and desk is not None and not case.walled:
        known = turn.says("connecting.moved", receipt=case.receipt, desk=desk.name)
    bubbles = (*before[:3], known, reading.when(turn, desk))
    choices = (turn.choice("connecting.choice.status", "connecting:status"), *ways(turn)[1:])
    return Next(turn.reply(*bubbles[:5], choices=choices), replace(memory, step="listening", asked=""))


def _consented(turn: Turn, memory: Memory, answer: Consent, *, words: str = "") -> Next:
    """Open the case with the answer, and only then tell the receipt number."""
    complaint = "\n".join(part for part in (memory.query, words) if part)
    matter = replace(_pending(memory), complaint=complaint)
    ground = Ground.CONSENT if answer is Consent.GIVEN else Ground.REQUEST
    agreed = turn.session.get(Desk, uuid.UUID(memory.desk)) if memory.desk else None
    area = living.area(turn, memory, complaint)
    case = intake.receive(turn.session, turn.point, matter, ground=ground, now=turn.now, area=area, agreed=agreed)
    intake.agree(turn.session, case, answer, now=turn.now)
    desk = _desk(turn, case)
    name = desk.name if desk else turn.town.name
    bubbles = [turn.says(f"connecting.{_STATES[answer]}", desk=name), turn.says("connecting.receipt", receipt=case.receipt)]
    if desk is None:
        bubbles.append(turn.says("connecting.nobody", place=reading.town_phone(turn)))
    else:
        bubbles += [reading.when(turn, desk), _queue(turn, case)]
    return reaching.begin(turn, tuple(bubbles), memory, told=complaint)


def _withdrawn(turn: Turn, memory: Memory) -> Next:
    """Whoever no longer wishes for a person is not handed over; what stands in the books already stays with its desk."""
    if cases.open_of(turn.session, turn.contact.id) is not None:
        return _consented(turn, memory, Consent.REFUSED)
    following = replace(memory, step="listening", asked="", query="", understood="", last="withdrawn")
    return Next(turn.reply(turn.says("connecting.withdrawn"), choices=ways(turn)), following)


def _queue(turn: Turn, case: Case) -> Bubble:
    count = intake.ahead_of(turn.session, case)
    return turn.says("reading.queue", count=count) if count else turn.says("reading.queue_first")


def _pending(memory: Memory) -> Matter:
    """Return the matter for which consent is being asked."""
    return Matter(
        "handoff",
        reasons=memory.reasons,
        topics=memory.subjects,
        complaint=memory.query,
        understood=memory.understood,
        proposed_desk=memory.proposed or None,
    )


def _undecided(turn: Turn) -> bool:
    """Whether a case waits for an answer about consent that may still be given."""
    case = cases.open_of(turn.session, turn.contact.id)
    return case is not None and case.ground == Ground.REQUEST and case.consent == Consent.UNCONFIRMED


def _target(turn: Turn, matter: Matter, memory: Memory) -> Desk | None:
    """Return the desk that has the case, or the one that will get it: it is named with the question of consent."""
    case = cases.open_of(turn.session, turn.contact.id)
    if case is not None and case.desk_id is not None:
        return _desk(turn, case)
    reasons, topics = (*memory.reasons, *matter.reasons), (*memory.subjects, *matter.topics)
    area = living.area(turn, memory, matter.complaint)
    return choose_desk(turn.session, turn.town.code, reasons=reasons, topics=topics, area=area, now=turn.now).desk


def _desk(turn: Turn, case: Case) -> Desk | None:
    return turn.session.get(Desk, case.desk_id) if case.desk_id else None


def _matter(said: Said) -> Matter:
    return Matter("handoff", reasons=("person_requested",), topics=said.topics, complaint=said.together)
