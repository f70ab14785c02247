"""What the bot says, before any platform gives it a shape: bubbles, cards and choices."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any, Final

# Before the words that a button under a worker's question brings back; no step of the dialogue has this name.
_SAID: Final = "say:"


class Press(StrEnum):
    """What a button does."""

    CHOOSE = "choose"  # comes back to the dialogue as `data`
    LOCATION = "location"  # asks the resident for the place they are at
    CALL = "call"  # dials `data`
    OPEN = "open"  # opens the address in `data`


@dataclass(frozen=True)
class Choice:
    """One button: `label` at most 20 characters, `data` at most 64 bytes for choices."""

    label: str
    data: str = ""
    press: Press = Press.CHOOSE


@dataclass(frozen=True)
class Card:
    """One place of the directory as a resident sees it: three lines that matter, then where, then buttons."""

    title: str
    now: str  # 「いま開いています（17:00まで）」
    whom: str
    where: str = ""
    lines: tuple[str, ...] = ()  # fee, booking, contact without voice, date checked
    buttons: tuple[Choice, ...] = ()


@dataclass(frozen=True)
class Bubble:
    """One bubble: words, or cards with the whole answer in one sentence as `words` (the alt text)."""

    words: str
    cards: tuple[Card, ...] = ()


@dataclass(frozen=True)
class Reply:
    """What is said in one go: at most five bubbles, and choices under the last."""

    bubbles: tuple[Bubble, ...]
    choices: tuple[Choice, ...] = field(default=())
    crisis: bool = False
    # Words a worker wrote, or anything that names the person's matter: the town's relay rule decides where it may go.
    confidential: bool = False
    sender: str = ""  # the worker's display name on platforms that can show one


def text(words: str, choices: Sequence[Choice] = ()) -> Reply:
    """Return a reply of one bubble."""
    return Reply((Bubble(words),), tuple(choices))


def label_of(reply: Reply, data: str) -> str:
    """Return what stood on the button with this data, empty when there was none."""
    cards = (card for bubble in reply.bubbles for card in bubble.cards)
    buttons = (*reply.choices, *(button for card in cards for button in card.buttons))
    return next((button.label for button in buttons if button.press is Press.CHOOSE and button.data == data), "")


def question(words: str, answers: Sequence[str], sender: str) -> Reply:
    """Return what a worker asks, with a button for each answer; a pressed one comes back as the resident's own words."""
    choices = tuple(Choice(answer, f"{_SAID}{answer}") for answer in answers)
    return Reply((Bubble(words),), choices, confidential=True, sender=sender)


def said_by(data: str) -> str:
    """Return the words that a button under a worker's question stands for, empty for any other button."""
    return data.removeprefix(_SAID).strip() if data.startswith(_SAID) else ""


def to_json(reply: Reply) -> str:
    """Return a reply as it is stored until it is sent."""
    return json.dumps(asdict(reply), ensure_ascii=False)


def from_json(stored: str) -> Reply:
    """Return the reply that was stored."""
    raw = json.loads(stored)
    return Reply(
        bubbles=tuple(Bubble(bubble["words"], tuple(map(_card, bubble["cards"]))) for bubble in raw["bubbles"]),
        choices=tuple(map(_choice, raw["choices"])),
        crisis=raw["crisis"],
        confidential=raw["confidential"],
        sender=raw["sender"],
    )


def _choice(raw: dict[str, Any]) -> Choice:
    return Choice(raw["label"], raw["data"], Press(raw["press"]))


def _card(raw: dict[str, Any]) -> Card:
    return Card(
        raw["title"], raw["now"], raw["whom"], raw["where"], tuple(raw["lines"]), tuple(map(_choice, raw["buttons"]))
    )
