"""What the running system can say for the desk beyond plain words: places as cards, questions with buttons, its own sentences."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Protocol

from sqlalchemy.orm import Session

from intents import Assessment
from resources.cards import PlaceCard
from resources.records import Record


class Caution(StrEnum):
    """What the desk should know before it sends a place to somebody."""

    CLOSED = "closed"
    RESTING = "resting"
    ASK = "ask"
    UNCHECKED = "unchecked"
    STALE = "stale"

    @property
    def label(self) -> str:
        """The caution as staff read it."""
        return _CAUTIONS[self]


_CAUTIONS = {
    Caution.CLOSED: "いまは閉まっています",
    Caution.RESTING: "休止中です",
    Caution.ASK: "開いている時間が確かめられていません",
    Caution.UNCHECKED: "内容がまだ確認されていません",
    Caution.STALE: "最後の確認から日がたっています",
}


@dataclass(frozen=True)
class Offered:
    """One place of the directory before it is sent; a confidential one has a name and nothing else, and is never sent."""

    id: uuid.UUID
    name: str
    kind: str
    now: str = ""
    where: str = ""
    cautions: tuple[Caution, ...] = ()
    confidential: bool = False


@dataclass(frozen=True)
class Spoken:
    """Something a channel can send, and each bubble of it as the desk reads it."""

    body: str
    bubbles: tuple[tuple[bool, str], ...]  # whether it is cards, and the words


@dataclass(frozen=True)
class Sentence:
    """One sentence residents may read, in one register."""

    key: str
    register: str
    words: str
    reviewed: bool
    reviewed_by: str = ""
    reviewed_on: date | None = None


@dataclass(frozen=True)
class Seen:
    """One message as it appears on a telephone: its lines, the first of a card large, and the words on its buttons."""

    lines: tuple[str, ...]
    buttons: tuple[str, ...] = ()
    card: bool = False


@dataclass(frozen=True)
class Preview:
    """One place as residents see it on each platform."""

    line: tuple[Seen, ...]
    telegram: tuple[Seen, ...]


@dataclass(frozen=True)
class Standing:
    """How a place stands at this minute: whether it is open, and a caution where it was checked too long ago or never."""

    now: str
    checked: str = ""


@dataclass(frozen=True)
class Rehearsed:
    """What would be said to a first message: how it is heard, what is answered, and the names of the places in it."""

    heard: Assessment
    messages: tuple[Seen, ...]
    places: tuple[str, ...]


class Voice(Protocol):
    """Made by the running system; the desk only asks."""

    def ask(self, words: str, choices: Sequence[str], sender: str) -> str:
        """Return a body with a question and a button for each choice."""
        ...

    def find(self, sought: str, *, town: str, now: datetime) -> list[Offered]:
        """Return places of a town's directory for the desk, the best first."""
        ...

    def show(
        self, session: Session, point: Any, places: Sequence[uuid.UUID], words: str, sender: str, *, now: datetime
    ) -> Spoken | None:
        """Return the cards of places as residents see them, with a sentence before; None when one must not be sent."""
        ...

    def preview(self, record: Record, *, town_name: str, now: datetime) -> Preview:
        """Return one entry as residents see it, saved or not; a hidden one is seen nowhere."""
        ...

    def standing(self, place: PlaceCard, *, town_name: str, now: datetime) -> Standing:
        """Return what residents are told of a place's hours at this minute, and of how sure that is."""
        ...

    def rehearse(
        self, session: Session, words: str, *, town: str, now: datetime, instead: Record | None = None
    ) -> Rehearsed:
        """Return what the bot would say to a first message; nothing is kept, and nobody is told.

        `instead` is an entry as it was typed and not saved yet.
        """
        ...

    def ranks(
        self, session: Session, said: Sequence[str], name: str, *, town: str, now: datetime, instead: Record | None = None
    ) -> Sequence[int]:
        """Return the place, from 1, at which the answer to each message shows an entry; 0 where it is not in the answer."""
        ...

    def cut(self, words: str) -> Sequence[Any]:
        """Return the words of a text one by one, each with surface, lemma, pos, start and end."""
        ...

    def sentences(self) -> Sequence[Sentence]:
        """Return every sentence residents may read."""
        ...
