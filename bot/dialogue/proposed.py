"""What became of a proposal, told to the person who made it; their own words are not said again."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from bot.dialogue.handing_back import worded
from bot.dialogue.proposing import STEP
from bot.reply import Bubble, Choice, Reply, to_json
from bot.texts import Texts
from handoff import outbox
from handoff.contacts import ContactPoint
from handoff.transcript import Author, Kind
from resources.places import Municipality
from resources.proposals import Proposal, State


def tell(session: Session, point: ContactPoint, proposal: Proposal, now: datetime, *, texts: Texts) -> None:
    """Say that a proposal was accepted, with a button to see the entry, or kindly why not."""
    town = session.get_one(Municipality, proposal.municipality_code).name
    accepted = proposal.state == State.ACCEPTED and proposal.service_id is not None
    key = "proposing.accepted" if accepted else f"proposing.declined.{proposal.why}"
    words = told = worded(session, point, texts, key, now, town=town)
    choices: tuple[Choice, ...] = ()
    if accepted and proposal.service_id is not None:
        label = worded(session, point, texts, "proposing.choice.show", now)
        choices, told = (Choice(label, f"{STEP}:shown.{proposal.service_id.hex}"),), f"{words}\n［{label}］"
    # An editor's decision is a word of people: a machine's would be held back while a person is in the conversation.
    outbox.say(
        session, point, body=to_json(Reply((Bubble(words),), choices)), bubbles=[outbox.Bubble(Kind.TEXT, told)],
        author=Author.STAFF, now=now, lasting=True,
    )  # fmt: skip
