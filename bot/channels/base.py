"""What every door has in common: what was heard, and how a delivery went."""

from __future__ import annotations

from dataclasses import dataclass, field
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
    callback_id: str = ""  # Telegram: a pressed button wants an answer
    group: str = ""  # the group or room to explain in and leave
    reply_token: str = ""
    reply_until: datetime | None = None
    may_answer: bool = True  # False while another module has the chat
    first: bool = False  # start or follow for the first time
    payload: str = ""  # start parameter


@dataclass(frozen=True)
class Delivered:
    """The platform took it. `platform_ids` in the order of the parts."""

    platform_ids: tuple[str, ...] = ()
    pushed: bool = False  # counted against the quota


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


@dataclass(frozen=True)
class Unsure:
    """It may have arrived; `parts_sent` parts are certain. The next attempt says （再送） where the platform cannot tell."""

    reason: str
    seconds: float = 1.0


Outcome = Delivered | Refused | Later | Unsure


@dataclass(frozen=True)
class Parcel:
    """One delivery, ready to go."""

    address: str
    reply: Reply
    retry_key: str
    reply_token: str = ""  # empty when there is none or it is too old
    resend: bool = False  # an earlier attempt may have arrived
    first_part: int = 0  # parts before this one are known to have arrived
    marks: dict[str, str] = field(default_factory=dict)


class Channel(Protocol):
    """A door through which deliveries leave."""

    async def send(self, parcel: Parcel) -> Outcome:
        """Send one delivery and say how it went; never raises for what a platform does."""
        ...

    async def close(self) -> None:
        """Give back connections."""
        ...
