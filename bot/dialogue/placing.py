"""One place as a resident reads it: the card, and the same in one sentence."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from urllib.parse import quote

from bot.dialogue import reading
from bot.dialogue.turn import Teller
from bot.reply import Bubble, Card, Press
from resources.cards import PlaceCard
from resources.hours import OpeningState
from resources.voice import Standing

_MAP = "https://www.google.com/maps/search/?api=1&query="
_LONGEST_LINE = 60


def bubble(
    teller: Teller,
    places: list[PlaceCard],
    *,
    reports: bool = False,
    when: Mapping[uuid.UUID, str] | None = None,
    coming: Mapping[uuid.UUID, str] | None = None,
) -> Bubble:
    """Return one bubble of cards with the whole answer in one sentence; `reports`: with a button to say whether it is true.

    `when` says of a place when it is open on the day asked for, `coming` which event takes place there.
    """
    when, coming = when or {}, coming or {}
    open_now = [(place, when.get(place.id) or state(teller, place)) for place in places]
    alt = teller.words("listening.between").join(_in_alt(teller, *place) for place in open_now)
    cards = tuple(_card(teller, *place, reports=reports, coming=coming.get(place[0].id, "")) for place in open_now)
    return Bubble(teller.words("listening.cards", places=alt), cards)


def state(teller: Teller, place: PlaceCard) -> str:
    """Say whether a place is open now, and until or from when."""
    hours = place.opening
    if place.resting:
        until = place.reopens_on
        return teller.words("card.resting_until", when=reading.day(teller, until)) if until else teller.words("card.resting")
    if hours.is_open:
        if hours.until is None:
            return teller.words("card.open_always")
        return teller.words("card.open_until", until=reading.moment(teller, hours.until))
    if hours.state is OpeningState.CLOSED:
        if hours.next is None:
            return teller.words("card.closed")
        return teller.words("card.closed_until", when=reading.moment(teller, hours.next))
    return teller.words("card.ask")


def standing(teller: Teller, place: PlaceCard) -> Standing:
    """Return what is told of a place's hours at this minute, and of how sure that is."""
    return Standing(state(teller, place), _checked(teller, place))


def _card(teller: Teller, place: PlaceCard, now: str, *, reports: bool, coming: str) -> Card:
    where = place.where
    address = where.address if where else ""
    distance = far(teller, place.distance_m)
    waiting, voiceless = place.wait_time, place.voiceless.replace(";", "・")
    told = {"waiting": waiting, "fee": place.fee, "booking": place.booking, "voiceless": voiceless}
    named = [teller.words(f"card.{key}", words=short(words)) for key, words in told.items() if words]
    note = teller.words("card.town_note", words=place.town_note) if place.town_note else ""
    lines = [place.alert, note, coming, place.hours, place.hours_note, *named]
    lines += [*_newcomers(teller, place), *_needs(teller, place), _checked(teller, place)]
    buttons = []
    if place.phones:
        buttons.append(teller.choice("card.call", place.phones[0].number, Press.CALL))
    if where is not None and where.latitude is not None and where.longitude is not None:
        buttons.append(teller.choice("card.map", f"{_MAP}{where.latitude:.5f},{where.longitude:.5f}", Press.OPEN))
    elif address:
        buttons.append(teller.choice("card.map", _MAP + quote(address), Press.OPEN))
    if place.url.startswith("https://"):
        buttons.append(teller.choice("card.details", place.url, Press.OPEN))
    if reports:
        buttons.append(teller.choice("card.report", f"report:{place.id.hex}"))
    return Card(
        title=_name(teller, place),
        now=now,
        whom=short(place.for_whom) or teller.words("card.anyone"),
        where=" ".join(part for part in (address, distance) if part),
        lines=tuple(short(line) for line in lines if line),
        buttons=tuple(buttons),
    )


def _newcomers(teller: Teller, place: PlaceCard) -> list[str]:
    """Return what people ask before they come for the first time, short things together in one line."""
    flags = {"alone": place.alone_ok, "men": place.men_welcome}
    told = {
        "pick_up": place.pick_up, "stairs": place.stairs, "noise": place.noise, "allergies": place.allergies,
        "capacity": place.capacity,
    }  # fmt: skip
    parts = [teller.words(f"card.{key}") for key, yes in flags.items() if yes]
    parts += [teller.words(f"card.{key}", words=words) for key, words in told.items() if words]
    lines = [teller.words("card.first", words=place.companion)] if place.companion else []
    at = len(lines)
    for part in parts:
        if len(lines) > at and len(lines[-1]) + len(part) < _LONGEST_LINE:
            lines[-1] += teller.words("card.dot") + part
        else:
            lines.append(part)
    return lines


def _needs(teller: Teller, place: PlaceCard) -> list[str]:
    """Return what the place needs itself."""
    told = {"helpers": place.helpers_wanted, "food": place.food_wanted, "room": place.room_wanted}
    return [short(teller.words(f"card.{key}", words=words.replace(";", "・"))) for key, words in told.items() if words]


def _name(teller: Teller, place: PlaceCard) -> str:
    # The name on the door stays beside the easy words: three centres of one kind share the latter.
    return f"{place.plain_name} {place.name}" if teller.register == "easy" and place.plain_name else place.name


def _checked(teller: Teller, place: PlaceCard) -> str:
    """Return when an entry was confirmed last, where that was too long ago or never."""
    if not place.stale:
        return ""
    if place.assured_date is None:
        return teller.words("card.unchecked")
    return teller.words("card.stale", when=reading.day(teller, place.assured_date))


def _in_alt(teller: Teller, place: PlaceCard, now: str) -> str:
    phone = place.phones[0].number if place.phones else teller.words("listening.no_phone")
    return teller.words("listening.place_in_alt", name=_name(teller, place), state=now, phone=phone)


def far(teller: Teller, metres: int | None) -> str:
    """Say how far a place is, nothing when that is not known."""
    if metres is None:
        return ""
    told = f"{metres / 1000:.1f}km" if metres >= 1000 else f"{max(50, round(metres, -1))}m"
    return teller.words("card.far", distance=told)


def short(words: str) -> str:
    """Return words no longer than a line of a card."""
    return words if len(words) <= _LONGEST_LINE else words[: _LONGEST_LINE - 1] + "…"
