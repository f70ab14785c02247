"""Handing over to a person: what goes to whom, consent, how to be reached, a receipt, and an honest time."""

from __future__ import annotations

import json
from dataclasses import replace

from bot.dialogue import reading, searching
from bot.dialogue.memory import Memory, Next
from bot.dialogue.said import Said, topics_of
from bot.dialogue.turn import Turn
from bot.reply import Bubble, Choice
from handoff import cases, contacts, intake, presence
from handoff.cases import Case
from handoff.intake import Matter
from handoff.routing import choose_desk
from handoff.states import Consent, Ground
from intents import Assessment
from resources.desks import Desk
from resources.places import Municipality

# The first that applies gives the words; all are kept on the case.
_FIRST = ("immediate_need", "apply_intent", "bounced", "gap", "wide_area", "complex", "person_requested")
# A wish to apply and a need of today stand in the books before any question is answered.
_AT_ONCE = frozenset({"immediate_need", "apply_intent"})
# Who can help on the same day; a group that meets next week cannot.
_FOR_TODAY = ("self_reliance_desk", "welfare_office", "food_pantry", "social_welfare_council", "night_medical")
_CONSENT = {"yes": Consent.GIVEN, "no": Consent.REFUSED, "undecided": Consent.UNCONFIRMED}
_STATES = {Consent.GIVEN: "given", Consent.REFUSED: "refused", Consent.UNCONFIRMED: "unconfirmed"}
_LONGEST_NAME = 30
_PHONE_DIGITS = 9
# The questions after consent, and the buttons under each.
_QUESTIONS = {
    "contact": ("connecting.ask_contact", ("phone", "here_only")),
    "phone": ("connecting.ask_phone", ("skip",)),
    "name": ("connecting.ask_name", ("skip",)),
}


def ways(turn: Turn) -> tuple[Choice, ...]:
    """Return a person, and a place, as buttons."""
    return (
        turn.choice("greeting.choice.person", "greeting:person"),
        turn.choice("connecting.choice.places", "greeting:places"),
    )


def wished(turn: Turn, memory: Memory) -> Next:
    """A person is wished for, by a button."""
    return _offer(turn, Matter("handoff", reasons=("person_requested",), topics=memory.topics), memory, ())


def offer(turn: Turn, said: Said, assessment: Assessment, memory: Memory) -> Next:
    """Say why a person takes this, what goes to whom, and ask for consent."""
    reasons = tuple(reason.value for reason in assessment.reasons if reason.value != "crisis")
    told = {"explanation": [[e.kind, e.code, e.words, e.rule] for e in assessment.explanation],
            "household": [member.as_dict() for member in assessment.household]}  # fmt: skip
    matter = Matter(
        route="handoff",
        reasons=reasons,
        topics=topics_of(assessment),
        complaint=said.together or said.words,
        understood=json.dumps(told, ensure_ascii=False),
        proposed_desk=assessment.desk.value if assessment.desk else None,
    )
    first = next((reason for reason in _FIRST if reason in reasons), "person_requested")
    before: tuple[Bubble, ...] = _opening(turn, first)
    if first == "apply_intent":
        before += _way_to_apply(turn)
    if first == "immediate_need":
        found = searching.cards(turn, said.words, assessment=assessment, near=memory.near, kinds=_FOR_TODAY)
        before += (found,) if found else ()
    return _offer(turn, matter, memory, before)


def added(turn: Turn, said: Said, memory: Memory) -> Next:
    """Take more words for a matter a person has or will have; without a case, offer one."""
    case = cases.open_of(turn.session, turn.contact.id)
    if case is None:
        return _offer(turn, _matter(said), memory, _opening(turn, "person_requested"))
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
    if memory.asked == "contact" and what == "phone":
        turn.contact.call_allowed = True
        skip = turn.choice("connecting.choice.skip", "connecting:skip")
        return Next(turn.reply(turn.says("connecting.ask_phone"), choices=(skip,)), replace(memory, asked="phone"))
    if memory.asked == "contact" and what == "here_only":
        turn.contact.call_allowed = False
        return _ask_name(turn, memory)
    if memory.asked == "phone" and what == "skip":
        return _ask_name(turn, memory)
    if memory.asked == "name" and what == "skip":
        return _done(turn, memory)
    return None


def spoken(turn: Turn, said: Said, memory: Memory) -> Next | None:
    """Take free words while a question is open; words that are no answer are part of the story."""
    assert said.alone is not None
    if memory.asked == "consent":
        if said.alone.route == "answer" and cases.open_of(turn.session, turn.contact.id) is None:
            return None
        # Going on with the story is neither a yes nor a no: the case is opened and consent stays unconfirmed.
        return _consented(turn, memory, Consent.UNCONFIRMED, words=said.words)
    if memory.asked == "phone" and _digits(said.words) >= _PHONE_DIGITS:
        intake.keep_phone(turn.session, turn.contact, said.words)
        return _ask_name(turn, memory)
    if said.alone.route in ("answer", "handoff"):
        return _story(turn, memory) if memory.asked in _QUESTIONS else None
    if memory.asked in ("contact", "phone"):
        intake.add_wish(turn.session, turn.contact, said.words)
        return _ask_name(turn, memory)
    if memory.asked == "name" and len(said.words) <= _LONGEST_NAME:
        contacts.name_person(turn.session, turn.contact, said.words)
        return _done(turn, memory)
    return None


def enrich(turn: Turn, said: Said) -> None:
    """Let what a new message adds reach the open case: a story told in pieces changes the picture."""
    case, joined = cases.open_of(turn.session, turn.contact.id), said.joined
    if case is None or joined is None:
        return
    reasons = tuple(reason.value for reason in joined.reasons if reason.value != "crisis")
    topics = topics_of(joined)
    if set(reasons) - set(case.reasons) or set(topics) - set(case.topics):
        matter = Matter(case.route, reasons=reasons, topics=topics)
        intake.receive(turn.session, turn.point, matter, ground=Ground(case.ground), now=turn.now)


def owner_away(turn: Turn, said: Said, memory: Memory) -> Next | None:
    """While the owner is away: say so once, keep places and emergency help, and leave the rest to the owner."""
    here = turn.presence
    if here is None or not here.away:
        return None
    wants_place = said.near is not None or said.data != "" or (said.alone is not None and said.alone.route == "answer")
    if here.absence_told:
        return None if wants_place or said.act is not None else Next(None, memory)
    presence.absence_told(turn.session, turn.contact.id, now=turn.now)
    if here.away_returns_at is not None:
        when = reading.moment(turn, here.away_returns_at)
        bubble = turn.says("connecting.away_until", person=here.owner_name, when=when)
    else:
        bubble = turn.says("connecting.away", person=here.owner_name)
    return Next(turn.reply(bubble, choices=ways(turn)[1:]), replace(memory, step="listening", asked=""))


def _opening(turn: Turn, reason: str) -> tuple[Bubble, ...]:
    if reason == "apply_intent":
        return (turn.says("connecting.offer.apply_intent", when=reading.moment(turn, turn.now)),)
    if reason == "wide_area":
        prefecture = turn.session.get(Municipality, turn.town.prefecture_code) if turn.town.prefecture_code else None
        if prefecture is None:
            return (turn.says("connecting.offer.wide_area_alone"),)
        return (turn.says("connecting.offer.wide_area", prefecture=prefecture.name),)
    return (turn.says(f"connecting.offer.{reason}"),)


def _way_to_apply(turn: Turn) -> tuple[Bubble, ...]:
    """The office and the way to apply come before everything else; nobody judges here who may receive it."""
    found = searching.cards(turn, turn.tools.texts.say("listening.query.welfare_office"), limit=1, kinds=("welfare_office",))
    where = found or turn.says("connecting.apply_desk", place=reading.town_phone(turn))
    return (turn.says("connecting.apply_way"), where)


def _offer(turn: Turn, matter: Matter, memory: Memory, before: tuple[Bubble, ...]) -> Next:
    before = before or _opening(turn, "person_requested")
    reasons = tuple(dict.fromkeys((*memory.reasons, *matter.reasons)))
    memory = replace(memory, step="connecting", asked="consent", reasons=reasons, misses=0)
    known = cases.open_of(turn.session, turn.contact.id)
    if known is not None or _AT_ONCE & set(matter.reasons):
        ground = Ground(known.ground) if known is not None else Ground.REQUEST
        case = intake.receive(turn.session, turn.point, matter, ground=ground, now=turn.now)
        if (known is not None and known.consent != Consent.UNCONFIRMED) or case.walled:
            return _already(turn, case, memory, before)
    desk = _target(turn, matter)
    consent = turn.says("connecting.ask_consent", desk=desk.name if desk else turn.town.name)
    memory = replace(
        memory,
        query=matter.complaint or memory.query,
        topics=tuple(dict.fromkeys((*memory.topics, *matter.topics))),
        understood=matter.understood,
        proposed=matter.proposed_desk or "",
    )
    bubbles = (*before, consent)
    if len(bubbles) < 5:
        bubbles = (*bubbles, turn.says("connecting.refuse_ok"))
    choices = [turn.choice(f"connecting.choice.{answer}", f"connecting:{answer}") for answer in _CONSENT]
    return Next(turn.reply(*bubbles, choices=choices), memory)


def _already(turn: Turn, case: Case, memory: Memory, before: tuple[Bubble, ...]) -> Next:
    bubbles = (*before, turn.says("connecting.already", receipt=case.receipt), reading.when(turn, _desk(turn, case)))
    choices = (turn.choice("connecting.choice.status", "connecting:status"), *ways(turn)[1:])
    return Next(turn.reply(*bubbles[:5], choices=choices), replace(memory, step="listening", asked=""))


def _consented(turn: Turn, memory: Memory, answer: Consent, *, words: str = "") -> Next:
    """Open the case with the answer, and only then tell the receipt number."""
    complaint = "\n".join(part for part in (memory.query, words) if part)
    matter = Matter(
        "handoff",
        reasons=memory.reasons,
        topics=memory.topics,
        complaint=complaint,
        understood=memory.understood,
        proposed_desk=memory.proposed or None,
    )
    ground = Ground.CONSENT if answer is Consent.GIVEN else Ground.REQUEST
    case = intake.receive(turn.session, turn.point, matter, ground=ground, now=turn.now)
    intake.agree(turn.session, case, answer, now=turn.now)
    desk = _desk(turn, case)
    name = desk.name if desk else turn.town.name
    bubbles = [turn.says(f"connecting.{_STATES[answer]}", desk=name), turn.says("connecting.receipt", receipt=case.receipt)]
    if desk is None:
        bubbles.append(turn.says("connecting.nobody", place=reading.town_phone(turn)))
    else:
        bubbles += [reading.when(turn, desk), _queue(turn, case)]
    choices = [turn.choice(f"connecting.choice.{way}", f"connecting:{way}") for way in ("phone", "here_only")]
    reply = turn.reply(*bubbles, turn.says("connecting.ask_contact"), choices=choices)
    return Next(reply, replace(memory, step="connecting", asked="contact", query="", understood=""))


def _queue(turn: Turn, case: Case) -> Bubble:
    count = intake.ahead_of(turn.session, case)
    return turn.says("reading.queue", count=count) if count else turn.says("reading.queue_first")


def _story(turn: Turn, memory: Memory) -> Next:
    """Take words that go on with the story, and put the open question once more."""
    case = cases.open_of(turn.session, turn.contact.id)
    kept = (turn.says("connecting.added", receipt=case.receipt),) if case is not None else ()
    key, ways_out = _QUESTIONS[memory.asked]
    choices = [turn.choice(f"connecting.choice.{way}", f"connecting:{way}") for way in ways_out]
    return Next(turn.reply(*kept, turn.says(key), choices=choices), memory)


def _digits(words: str) -> int:
    return sum(sign.isdigit() for sign in words)


def _undecided(turn: Turn) -> bool:
    """Whether a case waits for an answer about consent that may still be given."""
    case = cases.open_of(turn.session, turn.contact.id)
    return case is not None and case.ground == Ground.REQUEST and case.consent == Consent.UNCONFIRMED


def _ask_name(turn: Turn, memory: Memory) -> Next:
    skip = turn.choice("connecting.choice.skip", "connecting:skip")
    return Next(turn.reply(turn.says("connecting.ask_name"), choices=(skip,)), replace(memory, asked="name"))


def _done(turn: Turn, memory: Memory) -> Next:
    choices = (turn.choice("connecting.choice.status", "connecting:status"), *ways(turn)[1:])
    return Next(turn.reply(turn.says("connecting.done"), choices=choices), replace(memory, step="listening", asked=""))


def _target(turn: Turn, matter: Matter) -> Desk | None:
    return choose_desk(turn.session, turn.town.code, reasons=matter.reasons, topics=matter.topics).desk


def _desk(turn: Turn, case: Case) -> Desk | None:
    return turn.session.get(Desk, case.desk_id) if case.desk_id else None


def _matter(said: Said) -> Matter:
    return Matter("handoff", reasons=("person_requested",), topics=topics_of(said.joined), complaint=said.together)
