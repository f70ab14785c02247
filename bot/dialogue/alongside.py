"""What goes on beside the answer: the case grows with the story, is opened again, and its owner may be away."""

from __future__ import annotations

from dataclasses import replace

from bot.dialogue import connecting, living, proposing, reading
from bot.dialogue.memory import Memory, Next
from bot.dialogue.said import Said, understood
from bot.dialogue.turn import Turn
from handoff import cases, intake, picture, presence
from handoff.cases import Case
from handoff.casework import returning
from handoff.intake import Matter
from handoff.states import CaseState, Ground

_ROOM = 5


def reopened(turn: Turn) -> Case | None:
    """Note that the resident wrote, and return the case when that opened it again."""
    before = cases.latest_of(turn.session, turn.contact.id)
    ended = before is not None and before.state == CaseState.CLOSED
    case = intake.written(turn.session, turn.contact.id, now=turn.now)
    return case if ended else None


def with_reopening(turn: Turn, said: Said, following: Next, case: Case | None) -> Next:
    """Say that a closed matter is open again; thanks alone get thanks, and danger has its own words."""
    reply = following.reply
    thanks = said.alone is not None and said.alone.route == "social"
    if case is None or reply is None or reply.crisis or thanks or turn.contact.device_watched or len(reply.bubbles) >= _ROOM:
        return following
    earlier = returning.earlier(turn.session, case)
    if earlier is None:
        told = turn.says("status.reopened", receipt=case.receipt)
    else:
        told = turn.says("check_in.same_worker", receipt=case.receipt, person=earlier.sender_name or earlier.display_name[:20])
    return replace(following, reply=replace(reply, bubbles=(told, *reply.bubbles)))


def with_person_still_offered(turn: Turn, before: Memory, following: Next) -> Next:
    """Say how the wish for a person stands, when somebody who was asked for consent asked for something else first."""
    reply = following.reply
    open_question = before.asked == "consent" and following.memory.asked != "consent" and following.memory.last != "withdrawn"
    if following.memory.step == "connecting":
        return following
    if not open_question or reply is None or reply.crisis or len(reply.bubbles) >= _ROOM:
        return following
    case = cases.open_of(turn.session, turn.contact.id)
    told = turn.says("connecting.still_open") if case is None else turn.says("connecting.already", receipt=case.receipt)
    return replace(following, reply=replace(reply, bubbles=(*reply.bubbles, told)))


def enrich(turn: Turn, said: Said, memory: Memory) -> None:
    """Let what a new message adds reach the open case: a story told in pieces changes the picture."""
    case, joined = cases.open_of(turn.session, turn.contact.id), said.joined
    if case is None or joined is None:
        return
    reasons, topics, told = said.reasons, said.topics, understood(joined)
    in_danger = case.ground == Ground.LIFE_BODY
    area = living.area(turn, memory, said.words)
    more = picture.adds(cases.understood(turn.session, case), told, said.standing.persons)
    if more or set(reasons) - set(case.reasons) or set(topics) - set(case.topics) or (in_danger and area is not None):
        matter = Matter(case.route, reasons=reasons, topics=topics, understood=told, persons=said.standing.persons)
        # The desk was named to the resident; in danger nothing was named, and the nearest desk is the right one.
        area = area or living.area(turn, memory, said.together)
        ground = Ground(case.ground)
        intake.receive(turn.session, turn.point, matter, ground=ground, now=turn.now, area=area, stays=not in_danger)


def owner_away(turn: Turn, said: Said, memory: Memory) -> Next | None:
    """While the owner is away: say so once, keep places and emergency help, and leave the rest to the owner."""
    here = turn.presence
    if here is None or not here.away or (memory.step == "urgent" and memory.plan) or memory.step == proposing.STEP:
        # A question that is open, of danger or in the form, is answered by whoever asked it.
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
    return Next(turn.reply(bubble, choices=connecting.ways(turn)[1:]), replace(memory, step="listening", asked=""))
