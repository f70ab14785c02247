"""What would be said to a message that nobody sent, and how it would look: for those who keep the directory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from bot.channels import line_rendering, telegram_rendering
from bot.channels.base import Act, Heard
from bot.conversations import Conversation
from bot.dialogue import listening, opening
from bot.dialogue.memory import Memory
from bot.dialogue.said import Said, listen
from bot.dialogue.turn import Tools, Turn
from bot.reply import Bubble, Reply
from handoff.accounts import Account, Platform
from handoff.contacts import Contact, ContactPoint
from resources.db import new_id
from resources.places import Municipality
from resources.records import Record
from resources.voice import Preview, Rehearsed, Seen

# Why a person is needed, the first that applies: those words are said.
_FIRST: Final = ("immediate_need", "apply_intent", "bounced", "gap", "wide_area", "complex", "person_requested")


def shown(reply: Reply) -> Preview:
    """Return a reply as both platforms show it."""
    line = tuple(seen for message in line_rendering.render(reply) for seen in _on_line(message))
    return Preview(line, tuple(_on_telegram(message) for message in telegram_rendering.render(reply)))


def rehearse(
    session: Session, words: str, *, town: str, tools: Tools, now: datetime, instead: Record | None = None
) -> Rehearsed:
    """Return what the bot would say to the first message of somebody new, by the dialogue's own steps.

    `instead` is an entry as it was typed and not saved yet; it is tried in place of what the directory says.
    In danger, and where somebody worries about others, the dialogue acts before it speaks; then only what was heard is told.
    """
    return _rehearsed(session, words, town, _trying(tools, instead), now)


def ranks(
    session: Session, said: Sequence[str], name: str, *, town: str, tools: Tools, now: datetime, instead: Record | None = None
) -> list[int]:
    """Return the place, from 1, at which the answer to each message shows an entry; 0 where it is not in the answer."""
    tools = _trying(tools, instead)
    answers = (_rehearsed(session, words, town, tools, now).places for words in said)
    return [places.index(name) + 1 if name in places else 0 for places in answers]


def _trying(tools: Tools, instead: Record | None) -> Tools:
    tools.search.refresh()  # What was saved a moment ago is tried, not what was there before.
    return tools if instead is None else replace(tools, search=tools.search.trying(instead))


def _rehearsed(session: Session, words: str, town: str, tools: Tools, now: datetime) -> Rehearsed:
    turn = _nobody(session, words, town, tools, now)
    with session.no_autoflush:
        said = listen(turn, Memory())
        assert said.alone is not None
        bubbles = _said(turn, said)
        for row in list(session.new):
            session.expunge(row)  # A rehearsal counts as nothing.
    shows = tuple(card.title for bubble in bubbles for card in bubble.cards)
    return Rehearsed(said.alone, shown(Reply(bubbles)).line if bubbles else (), shows)


def _said(turn: Turn, said: Said) -> tuple[Bubble, ...]:
    assert said.alone is not None
    if said.alone.crises or "third_party" in said.reasons:
        return ()
    if said.reasons:
        return opening.why(turn, next((reason for reason in _FIRST if reason in said.reasons), "person_requested"))
    reply = listening.heard(turn, said, Memory()).reply
    return reply.bubbles if reply is not None else ()


def _nobody(session: Session, words: str, town: str, tools: Tools, now: datetime) -> Turn:
    """Return a turn of somebody who does not exist: none of its rows is ever written."""
    account = Account(id=new_id(), custodian=town, name="", platform=Platform.LINE)
    contact = Contact(id=new_id(), custodian=town, device_watched=False, made_at=now)
    point = ContactPoint(id=new_id(), custodian=town, contact_id=contact.id, account_id=account.id, language="", made_at=now)
    talk = Conversation(
        id=new_id(), custodian=town, contact_id=contact.id, step="greeting", register="normal", greeted_at=now, since=now,
        changed_at=now,
    )  # fmt: skip
    place = session.get_one(Municipality, town)
    heard = Heard(Act.SPEAK, happened_at=now, words=words)
    return Turn(session, account, point, contact, talk, heard, None, now, place, None, tools)


def _on_line(message: dict[str, Any]) -> Iterator[Seen]:
    if message["type"] != "flex":
        yield Seen((message["text"],))
        return
    contents = message["contents"]
    for card in contents["contents"] if contents["type"] == "carousel" else [contents]:
        lines = tuple(part["text"] for part in card["body"]["contents"] if part["type"] == "text")
        buttons = tuple(one["action"]["label"] for one in card.get("footer", {}).get("contents", ()))
        yield Seen(lines, buttons, card=True)


def _on_telegram(message: dict[str, Any]) -> Seen:
    rows = message.get("reply_markup", {}).get("inline_keyboard", ())
    return Seen((message["text"],), tuple(button["text"] for row in rows for button in row))
