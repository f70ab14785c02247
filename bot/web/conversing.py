"""A conversation as the chat page and the terminal show it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from bot import conversations
from bot.doors import Door
from bot.reply import Bubble, Choice, from_json
from bot.texts import Texts
from handoff import accounts, contacts, reach, shown
from handoff.accounts import Platform
from handoff.presence import person_present
from handoff.shown import Shown
from handoff.transcript import Author, Kind
from resources.db import Database
from resources.places import Municipality


@dataclass(frozen=True)
class Item:
    """One bubble, or several that belong together, of one speaker."""

    id: uuid.UUID
    at: datetime
    side: str  # you, bot or staff
    name: str
    bubbles: tuple[Bubble, ...]


@dataclass(frozen=True)
class Conversing:
    """Everything on the page: what was said, what can be pressed, and whether a person is there."""

    items: tuple[Item, ...] = ()
    choices: tuple[Choice, ...] = ()
    person: str = ""  # the worker who is in the conversation
    register: str = "normal"
    version: str = "0"


def door_of(database: Database, town: str, platform: Platform = Platform.BROWSER) -> Door:
    """Return the town's own door, made on first use."""
    with database.reading(town) as session:
        account = accounts.find(session, f"{platform}-{town}")
        if account is not None:
            return Door(account.id, town, platform, account.name, b"", "")
    with database.writing(town) as session:
        account = accounts.of_town(session, town, platform)
        return Door(account.id, town, platform, account.name, b"", "")


def conversing(
    database: Database,
    texts: Texts,
    town: Municipality,
    visitor: str,
    *,
    now: datetime,
    platform: Platform = Platform.BROWSER,
) -> Conversing:
    """Return the conversation of a visitor; empty for one who has not been met."""
    with database.reading(town.code) as session:
        account = accounts.find(session, f"{platform}-{town.code}")
        point = reach.find_point(session, account, visitor) if account is not None else None
        if point is None:
            return Conversing()
        said = shown.on_page(session, point)
        here = person_present(session, point.contact_id, now=now)
        conversation = conversations.find(session, point)
        register = conversation.register if conversation is not None else "normal"
        items = tuple(_item(texts, one, register) for one in said)
        person = here.owner_name if here.present else ""
        version = f"{len(said)}.{said[-1].id.hex[-12:]}.{register}.{int(here.present)}" if said else "0"
        return Conversing(items, _choices(said), person, register, version)


def is_settled(database: Database, door: Door, visitor: str) -> bool:
    """Whether everything a visitor sent is answered."""
    with database.reading(door.custodian) as session:
        account = accounts.by_id(session, door.account_id)
        lane = contacts.lane(session, account, visitor)
        return shown.settled(session, door.account_id, lane, reach.find_point(session, account, visitor))


def _item(texts: Texts, one: Shown, register: str) -> Item:
    if one.author is Author.RESIDENT:
        words = texts.say("page.located", register) if one.kind is Kind.LOCATION else one.words
        return Item(one.id, one.at, "you", texts.say("page.you", register), (Bubble(words),))
    said = from_json(one.body)
    side = "staff" if one.author is Author.STAFF else "bot"
    return Item(one.id, one.at, side, said.sender or texts.say(f"page.{side}", register), said.bubbles)


def _choices(said: list[Shown]) -> tuple[Choice, ...]:
    """Return the buttons of the last answer, of the machine or of a person; they go when the resident has spoken."""
    for one in reversed(said):
        if one.author is Author.RESIDENT:
            return ()
        if one.author in (Author.BOT, Author.STAFF):
            return from_json(one.body).choices
    return ()
