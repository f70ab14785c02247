"""One turn of a conversation: what was heard, from whom, and what the bot may use to answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy.orm import Session

from bot.channels.base import Heard
from bot.conversations import Conversation
from bot.reply import Bubble, Choice, Press, Reply
from bot.texts import Texts
from handoff.accounts import Account
from handoff.contacts import Contact, ContactPoint
from handoff.presence import Presence
from handoff.transcript import Message
from intents import Ear, canonical
from resources.hotlines import Hotlines
from resources.kinds import Kinds
from resources.places import Municipality
from resources.search import Search

# The longest label a platform shows.
_LABEL = 20


class Told(str):
    """Words in Japanese that are said otherwise in other languages: a time, a list of subjects."""

    abroad: str

    def __new__(cls, words: str, abroad: str) -> Told:
        """Keep both."""
        told = super().__new__(cls, words)
        told.abroad = abroad
        return told


@dataclass(frozen=True)
class Tools:
    """What every turn uses, made once by the composition root."""

    ear: Ear
    search: Search
    hotlines: Hotlines
    kinds: Kinds
    texts: Texts


class Teller(Protocol):
    """Who tells of a place: a turn of the conversation, or the desk beside it."""

    @property
    def now(self) -> datetime:
        """The moment it is told."""
        ...

    @property
    def register(self) -> str:
        """The register the resident chose."""
        ...

    def words(self, key: str, **values: object) -> str:
        """Return an approved sentence."""
        ...

    def choice(self, key: str, data: str, press: Press = Press.CHOOSE, **values: object) -> Choice:
        """Return one button."""
        ...


@dataclass(frozen=True)
class Turn:
    """One thing heard from one person, inside the caller's transaction."""

    session: Session
    account: Account
    point: ContactPoint
    contact: Contact
    conversation: Conversation
    heard: Heard
    message: Message | None
    now: datetime
    town: Municipality
    presence: Presence | None
    tools: Tools

    def words(self, key: str, **values: object) -> str:
        """Return an approved sentence in the register the resident chose; the town's name is always at hand."""
        return self.tools.texts.say(key, self.conversation.register, **{"town": self.town_name, **values})

    @property
    def register(self) -> str:
        """The register the resident chose."""
        return self.conversation.register

    @property
    def town_name(self) -> str:
        """The town as it is written, with its reading for those who chose easy Japanese."""
        name, kana = self.town.name, self.town.kana
        return f"{name}（{kana}）" if kana and self.conversation.register == "easy" else name

    def abroad(self, key: str, **values: object) -> str | None:
        """Return the prepared sentence in the language somebody writes in; None for Japanese, or where there is none."""
        told = {name: getattr(value, "abroad", value) for name, value in values.items()}
        return self.tools.texts.abroad(self.point.language, key, **{"town": self.town.name, **told})

    def says(self, key: str, **values: object) -> Bubble:
        """Return one bubble with an approved sentence, in the resident's own language above it where there is one."""
        words, abroad = self.words(key, **values), self.abroad(key, **values)
        return Bubble(words if abroad is None else f"{abroad}\n{words}")

    def choice(self, key: str, data: str, press: Press = Press.CHOOSE, **values: object) -> Choice:
        """Return one button; its label is a text like any other, and short ones are in both languages."""
        words, abroad = self.words(key, **values), self.abroad(key, **values)
        both = words if abroad is None else f"{abroad} {words}"
        return Choice(both if abroad is None or len(both) <= _LABEL else abroad, data, press)

    def holds(self, key: str, words: str) -> bool:
        """Whether words hold one of those we listen for under a key."""
        plain = canonical(words).replace(" ", "").lower()
        return any(listened in plain for listened in self.tools.texts.say(key).split())

    def is_just(self, key: str, words: str) -> bool:
        """Whether words are one of those we listen for under a key, and nothing else."""
        plain = canonical(words).replace(" ", "").lower().strip("。、.!")
        return plain in self.tools.texts.say(key).split()

    def reply(self, *bubbles: Bubble, choices: Sequence[Choice] = (), crisis: bool = False, confidential: bool = False) -> Reply:
        """Return what is said in one go."""
        return Reply(bubbles, tuple(choices), crisis=crisis, confidential=confidential)
