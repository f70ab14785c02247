"""Talking with the bot in the terminal: the same dialogue through a door of our own."""

from __future__ import annotations

import secrets
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TextIO

from bot.channels import browser
from bot.clock import Clock
from bot.doors import Door
from bot.inbox import Acceptor
from bot.reply import Choice, Press
from bot.texts import Texts
from bot.web.conversing import Conversing, Item, conversing, door_of, is_settled
from handoff.accounts import Platform
from resources.db import Database
from resources.places import Municipality

_PATIENCE = 10.0


@dataclass(frozen=True)
class Deps:
    """What the terminal needs; a worker runs beside it in the same process."""

    database: Database
    acceptor: Acceptor
    texts: Texts
    now: Clock


def chat(deps: Deps, municipality: str, *, read: TextIO, write: TextIO) -> None:
    """Talk until the input ends; a line may be words, the number of a choice, or empty to look for a reply."""
    with deps.database.reading() as session:
        town = session.get_one(Municipality, municipality)
    door = door_of(deps.database, municipality, Platform.TERMINAL)
    visitor = secrets.token_urlsafe(24)
    seen: set[uuid.UUID] = set()
    _send(deps, door, visitor, opened=True)
    talk = _show(deps, town, visitor, seen, write)
    for line in _lines(read, write):
        pressed = _pressed(line, talk.choices)
        if pressed:
            _send(deps, door, visitor, data=pressed)
        elif line:
            _send(deps, door, visitor, text=line)
        talk = _show(deps, town, visitor, seen, write)


def _lines(read: TextIO, write: TextIO) -> Iterator[str]:
    while True:
        write.write("> ")
        write.flush()
        line = read.readline()
        if not line:
            write.write("\n")
            return
        yield line.strip()


def _send(deps: Deps, door: Door, visitor: str, **said: object) -> None:
    arrival = browser.arrival(visitor, key=secrets.token_hex(16), now=deps.now(), **said)  # type: ignore[arg-type]
    deps.acceptor.store_now(door, [arrival])
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end and not is_settled(deps.database, door, visitor):
        time.sleep(0.02)


def _show(deps: Deps, town: Municipality, visitor: str, seen: set[uuid.UUID], write: TextIO) -> Conversing:
    talk = conversing(deps.database, deps.texts, town, visitor, now=deps.now(), platform=Platform.TERMINAL)
    for item in talk.items:
        if item.id not in seen and item.side != "you":
            write.write(_written(item))
        seen.add(item.id)
    for number, choice in enumerate(_shown(talk.choices), start=1):
        write.write(f"  {number}. {choice.label}\n")
    return talk


def _written(item: Item) -> str:
    lines = []
    for bubble in item.bubbles:
        lines += [bubble.words] if not bubble.cards else []
        for card in bubble.cards:
            ways = [f"{button.label} {button.data}" for button in card.buttons]
            lines += [f"■ {card.title}", *(part for part in (card.now, card.whom, card.where, *card.lines, *ways) if part)]
    return f"[{item.name}]\n" + "\n".join(lines) + "\n\n"


def _shown(choices: tuple[Choice, ...]) -> list[Choice]:
    return [choice for choice in choices if choice.press is Press.CHOOSE]


def _pressed(line: str, choices: tuple[Choice, ...]) -> str:
    shown = _shown(choices)
    return shown[int(line) - 1].data if line.isdecimal() and 0 < int(line) <= len(shown) else ""
