"""What every door has in common: what was heard, and how a delivery went."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from bot.reply import Reply


class Act(StrEnum):
    """What a platform's event means to us."""

    SPEAK = "speak"  # words, a choice, a place, or something the bot cannot read
    FOLLOW = "follow"  # the resident added or unblocked us, or pressed start
    UNFOLLOW = "unfollow"  # the resident blocked us: nothing arrives any more
    UNSEND = "unsend"  # the resident took a message back
    EDIT = "edit"  # the resident changed a message
    GROUP = "group"  # a group: explain once and leave, no consultation there
    NOTHING = "nothing"  # nothing to do


@dataclass(frozen=True)
class Arrival:
    """One event of a platform, still in the platform's own words, ready to be stored."""

    key: str  # what the platform calls it; the same event twice has the same key
    sender: str  # whose order it belongs to; empty when nobody sent it
    happened_at: datetime
    payload: str  # JSON
    trouble: str = ""  # a code: why it is set aside at once, unread


@dataclass(frozen=True)
class Heard:
    """One event in our own words."""

    act: Act
    address: str = ""  # the platform's user id; empty when it gave none
    happened_at: datetime | None = None
    kind: str = "text"  # a value of handoff.transcript.Kind
    words: str = ""  # text or caption, as sent
    data: str = ""  # the data of a pressed button
    latitude: float | None = None
    longitude: float | None = None
    platform_id: str = ""  # id of the message; of the message meant for unsend and edit
    content_id: str = ""  # what the platform calls a photo, voice or file, to fetch it by
    file_name: str = ""
    callback_id: str = ""  # Telegram: a pressed button wants an answer
    group: str = ""  # the group or room to explain in and leave
    reply_token: str = ""
    reply_until: datetime | None = None
    may_answer: bool = True  # False while another module has the chat
    first: bool = False  # start or follow for the first time
    payload: str = ""  # start parameter


@dataclass(frozen=True)
class Delivered:
    """The platform took `parts` parts in this step; `left` are still to go."""

    parts: int = 1
    left: int = 0


@dataclass(frozen=True)
class Refused:
    """The platform said no for good; `blocked` when the person cannot be reached there any more."""

    reason: str
    blocked: bool = False


@dataclass(frozen=True)
class Later:
    """Nothing arrived for sure; try again after `seconds`."""

    reason: str
    seconds: float
    trouble: str = ""  # what is wrong with the whole account: unreachable, token_refused, quota_spent
    grows: bool = False  # wait longer each time


@dataclass(frozen=True)
class Unsure:
    """It may have arrived; where the platform cannot tell, the next attempt says （再送）."""

    reason: str
    seconds: float = 1.0
    silent: bool = True  # there was no answer at all; False when the platform answered with an error of its own


@dataclass(frozen=True)
class TokenDead:
    """The reply token is of no use (any more), and nothing was sent with it: push instead."""


Outcome = Delivered | Refused | Later | Unsure | TokenDead


@dataclass(frozen=True)
class Fetched:
    """A photo, voice or file, whole."""

    content: bytes


@dataclass(frozen=True)
class Unfetchable:
    """It can never be had: `reason` is gone or too_large."""

    reason: str


Fetch = Fetched | Unfetchable | Later


@dataclass(frozen=True)
class Parcel:
    """One step of a delivery, ready to go: several replies only where they ride one reply token together."""

    address: str
    replies: tuple[Reply, ...]
    retry_key: str
    reply_token: str = ""  # empty: push
    repeat: bool = False  # the same call was tried before and may have arrived
    marked: bool = False  # the reader is told that they may have seen this before
    first_part: int = 0  # parts before this one are known to have arrived


@dataclass(frozen=True)
class Quota:
    """What a town may still push this month; `limit` None when there is no limit."""

    limit: int | None
    used: int


class Channel(Protocol):
    """A door through which deliveries leave; no method raises for what a platform does."""

    def pause(self, address: str) -> float:
        """Reserve the next place in line for this address; return the seconds until it comes."""
        ...

    async def send(self, parcel: Parcel) -> Outcome:
        """Send one step of a delivery and say how it went."""
        ...

    async def answer_press(self, callback_id: str) -> Outcome:
        """Tell the platform that a pressed button was noticed."""
        ...

    async def fetch(self, content_id: str, *, most: int) -> Fetch:
        """Fetch what a resident sent, of at most so many bytes."""
        ...

    async def leave(self, group: str) -> None:
        """Leave a group; what the platform says about it changes nothing."""
        ...

    async def quota(self) -> Quota | None:
        """Return what may still be pushed, None when nobody counts or nobody answered."""
        ...

    async def close(self) -> None:
        """Give back connections."""
        ...
