"""Signing up for an event in the chat: a number of people, nothing else; and taking it back."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.dialogue import placing, reading, searching
from bot.dialogue.memory import Memory, Next
from bot.dialogue.said import Said
from bot.dialogue.turn import Turn
from bot.reply import Bubble, Card, Choice, Press
from handoff.contacts import ContactPoint
from resources import events, sign_ups
from resources.events import Shown
from resources.records import Record
from resources.sealing import sealer
from resources.sign_ups import NoRoom, NotPossible

STEP = "event"
_OFFERED = 4
_LABEL = 20


def origin_of(session: Session, point: ContactPoint, date_id: uuid.UUID) -> bytes:
    """Return the fingerprint of a resident for one date: another one for every date, and nobody can read it back."""
    return sealer(session).blind(point.custodian, f"sign_up:{date_id.hex}", point.id.hex)


def card(turn: Turn, shown: Shown, record: Record | None, *, when: str, distance_m: int | None = None) -> Bubble:
    """Return one date of an event as a card, and in one sentence."""
    event, place = shown.event, record.draft if record is not None else None
    fee = event.fee or (place.fees_description if place else "")
    phone = event.phone or (place.phones[0].number if place and place.phones else "")
    room = ""
    if event.takes_sign_ups and shown.left is not None:
        room = turn.words("happening.room", count=shown.left) if shown.left else turn.words("happening.full")
    address = place.address if place is not None and not event.place else ""
    lines = [placing.short(event.description), turn.words("card.fee", words=fee) if fee else "", room]
    buttons = [turn.choice("card.call", phone, Press.CALL)] if phone else []
    if event.takes_sign_ups and shown.left != 0:
        buttons.append(turn.choice("happening.choice.sign_up", _button(shown.date.id)))
    where = " ".join(part for part in (shown.where, address, placing.far(turn, distance_m)) if part)
    made = Card(
        title=event.name,
        now=when,
        whom=placing.short(event.eligibility) or turn.words("card.anyone"),
        where=where,
        lines=tuple(line for line in lines if line),
        buttons=tuple(buttons),
    )
    told = phone or turn.words("listening.no_phone")
    alt = turn.words("listening.place_in_alt", name=event.name, state=when, phone=told)
    return Bubble(alt, (made,))


def withdraw_all(session: Session, contact_id: uuid.UUID, *, town: str, now: datetime) -> int:
    """Take back every sign-up of a person for what is still to come; returns how many there were."""
    points = session.scalars(select(ContactPoint).where(ContactPoint.contact_id == contact_id)).all()
    days = sign_ups.coming(session, town, now=now)
    return sum(sign_ups.withdraw(session, day, origin_of(session, point, day)) for day in days for point in points)


def pressed(turn: Turn, memory: Memory, what: str) -> Next | None:
    """Ask how many come, note it, or take it back."""
    written, _, said = what.partition(":")
    try:
        shown = events.date(turn.session, uuid.UUID(hex=written))
    except ValueError:
        return None
    if shown is None or shown.date.municipality_code != turn.town.code:
        return None
    memory = replace(memory, step="listening", asked="")
    if said == "no":
        return Next(turn.reply(turn.says("happening.sign_up.left"), choices=searching.next_choices(turn)), memory)
    if said == "0":
        return _withdraw(turn, shown, memory)
    return _note(turn, shown, int(said), memory) if said.isascii() and said.isdigit() else _ask(turn, shown, memory)


def spoken(turn: Turn, said: Said, memory: Memory) -> Next | None:
    """Leave free words to what they mean."""
    return None


def taken_back(turn: Turn, said: Said, memory: Memory) -> Next | None:
    """Find the sign-ups of who writes that they want to take one back; None for any other message."""
    if memory.busy or said.alone is None or said.alone.route == "handoff":
        return None
    if not turn.holds("happening.heard_withdraw", said.words):
        return None
    coming = events.upcoming(turn.session, {turn.town.code}, start=turn.now, cancelled=True)
    own = [one for one in coming if _mine(turn, one)]
    if len(own) == 1:
        return _ask(turn, own[0], replace(memory, step="listening", asked=""))
    if not own and not sign_ups.only_takes_back(said.words):
        return None
    if not own:
        return Next(turn.reply(turn.says("happening.sign_up.none"), choices=searching.next_choices(turn)), memory)
    choices = [Choice(one.event.name[:_LABEL], _button(one.date.id)) for one in own[:_OFFERED]]
    return Next(turn.reply(turn.says("happening.sign_up.which"), choices=choices), replace(memory, asked=""))


def _ask(turn: Turn, shown: Shown, memory: Memory) -> Next:
    refused = _closed(turn, shown)
    mine = _mine(turn, shown)
    if refused is not None:
        return Next(turn.reply(refused, choices=searching.next_choices(turn)), memory)
    room = _room(turn, shown)
    if mine:
        choices = (_take_back(turn, shown), *_numbers(turn, shown, room, but=mine))
        return Next(turn.reply(_says(turn, "already", shown, count=mine), choices=choices), memory)
    if room == 0:
        return Next(turn.reply(_says(turn, "full", shown), choices=searching.next_choices(turn)), memory)
    leave = turn.choice("happening.choice.leave", f"{_button(shown.date.id)}:no")
    return Next(turn.reply(_says(turn, "ask", shown), choices=(*_numbers(turn, shown, room), leave)), memory)


def _note(turn: Turn, shown: Shown, people: int, memory: Memory) -> Next:
    refused = _closed(turn, shown)
    if refused is None and people > sign_ups.MOST_PEOPLE:
        choices = _numbers(turn, shown, _room(turn, shown)) or searching.next_choices(turn)
        return Next(turn.reply(_says(turn, "too_many", shown, count=sign_ups.MOST_PEOPLE), choices=choices), memory)
    if refused is None:
        try:
            origin = origin_of(turn.session, turn.point, shown.date.id)
            sign_ups.sign_up(turn.session, shown.date.id, origin, people, now=turn.now)
        except NoRoom as full:
            if full.left:
                choices = _numbers(turn, shown, full.left)
                return Next(turn.reply(_says(turn, "no_room", shown, count=full.left), choices=choices), memory)
            refused = _says(turn, "full", shown)
        except NotPossible:
            refused = _says(turn, "over", shown)
    if refused is not None:
        return Next(turn.reply(refused, choices=searching.next_choices(turn)), memory)
    done = _says(turn, "done", shown, count=people)
    return Next(turn.reply(done, choices=(_take_back(turn, shown), *searching.next_choices(turn)[2:3])), memory)


def _withdraw(turn: Turn, shown: Shown, memory: Memory) -> Next:
    gone = sign_ups.withdraw(turn.session, shown.date.id, origin_of(turn.session, turn.point, shown.date.id))
    told = _says(turn, "withdrawn", shown) if gone else turn.says("happening.sign_up.none")
    return Next(turn.reply(told, choices=searching.next_choices(turn)), memory)


def _closed(turn: Turn, shown: Shown) -> Bubble | None:
    """Return why nobody can sign up any more, None when they can."""
    if shown.date.cancelled_at is not None:
        return turn.says("happening.sign_up.cancelled", name=shown.event.name, when=_when(turn, shown), words=shown.date.reason)
    over = shown.date.starts_at <= turn.now or not shown.event.takes_sign_ups
    return _says(turn, "over", shown) if over else None


def _mine(turn: Turn, shown: Shown) -> int:
    return sign_ups.people_of(turn.session, shown.date.id, origin_of(turn.session, turn.point, shown.date.id))


def _room(turn: Turn, shown: Shown) -> int:
    """Return how many people somebody can sign up at most."""
    return sign_ups.MOST_PEOPLE if shown.left is None else min(shown.left + _mine(turn, shown), sign_ups.MOST_PEOPLE)


def _says(turn: Turn, what: str, shown: Shown, **values: object) -> Bubble:
    return turn.says(f"happening.sign_up.{what}", name=shown.event.name, when=_when(turn, shown), **values)


def _when(turn: Turn, shown: Shown) -> str:
    return reading.moment(turn, shown.date.starts_at)


def _numbers(turn: Turn, shown: Shown, room: int, *, but: int = 0) -> tuple[Choice, ...]:
    offered = [number for number in range(1, min(room, _OFFERED + bool(but)) + 1) if number != but]
    return tuple(turn.choice("happening.choice.people", f"{_button(shown.date.id)}:{number}", count=number) for number in offered)


def _take_back(turn: Turn, shown: Shown) -> Choice:
    return turn.choice("happening.choice.withdraw", f"{_button(shown.date.id)}:0")


def _button(date_id: uuid.UUID) -> str:
    return f"{STEP}:{date_id.hex}"
