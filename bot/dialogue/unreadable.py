"""Stickers, voices and pictures: kindly said that they cannot be read, and where a person can see them."""

from __future__ import annotations

from dataclasses import replace

from bot.dialogue import connecting, holding, reading
from bot.dialogue.memory import Memory, Next
from bot.dialogue.refusing import words_for
from bot.dialogue.turn import Turn
from bot.reply import Bubble
from handoff import attachments, cases, intake
from handoff.attachments import Attachment, FileState
from handoff.intake import Matter
from handoff.states import Ground
from resources.desks import Desk

_NAME = "unreadable"
_ROOM = 5


def explain(turn: Turn, memory: Memory) -> Next:
    """Say that it cannot be read; it stands at the desk as something nobody has read yet."""
    case = cases.open_of(turn.session, turn.contact.id)
    if case is None:
        matter = Matter("handoff", reasons=("person_requested",))
        case = intake.receive(turn.session, turn.point, matter, ground=Ground.REQUEST, now=turn.now)
    again, memory = memory.last == _NAME, replace(memory, misses=0, last=_NAME)
    kept = _kept(turn, again=again)
    if memory.step == "urgent" and memory.plan:
        # The question that is open in danger stays open.
        bubbles = (kept,) if again else (turn.says("leaving.unreadable"), kept)
        return holding.hold(turn, bubbles, memory)
    if again:
        return Next(turn.reply(kept, choices=connecting.ways(turn)), memory)
    when = reading.when(turn, turn.session.get(Desk, case.desk_id) if case.desk_id else None)
    return Next(turn.reply(turn.says("leaving.unreadable"), kept, when, choices=connecting.ways(turn)), memory)


def beside(turn: Turn, following: Next) -> Next:
    """Say of a picture that came with words that the machine answered the words alone."""
    row, reply = _brought(turn), following.reply
    if row is None or reply is None or reply.crisis or len(reply.bubbles) >= _ROOM or following.memory.last == _NAME:
        return following
    if row.state == FileState.REFUSED:
        told = turn.says(words_for(row.reason))
    elif cases.open_of(turn.session, turn.contact.id) is not None:
        told = turn.says("leaving.file_beside")
    else:
        told = turn.says("leaving.file_beside_alone")
    # First, so that it is not what falls off where an introduction comes before it.
    return replace(following, reply=replace(reply, bubbles=(told, *reply.bubbles)))


def _kept(turn: Turn, *, again: bool) -> Bubble:
    """Return where it is now: a sticker stands in the conversation, a file is on its way there or was refused."""
    row = _brought(turn)
    if row is not None and row.state == FileState.REFUSED:
        row.told_at = turn.now
        return turn.says(words_for(row.reason))
    if again:
        return turn.says("leaving.unreadable_again" if row is None else "leaving.file_kept_again")
    return turn.says("leaving.unreadable_kept" if row is None else "leaving.file_kept", place=reading.town_phone(turn))


def _brought(turn: Turn) -> Attachment | None:
    return attachments.of_message(turn.session, turn.message.id) if turn.message is not None else None
