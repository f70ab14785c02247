"""One entry of the directory as a person would fill it in on one sheet of paper, free of any database."""

from __future__ import annotations

from dataclasses import Field, dataclass, fields
from datetime import date
from functools import lru_cache
from typing import Any

from resources.hours_text import format_hours, parse_hours
from resources.services import Status
from resources.slots import Closure, Slot

# What only the town's own people read: who checked an entry and how, why it rests, what is noted beside it.
PRIVATE = ("assurer", "assured_how", "status_reason", "note")


@dataclass(frozen=True)
class PhoneNumber:
    """A number with its extension."""

    number: str
    extension: str = ""


@dataclass(frozen=True)
class Draft:
    """Everything that may be said about one service at one place; empty where nothing is known."""

    name: str
    kind: str = ""
    kind_label: str = ""
    name_kana: str = ""
    plain_name: str = ""
    description: str = ""
    eligibility_description: str = ""
    minimum_age: float | None = None
    maximum_age: float | None = None
    residency: str = ""
    family_only: bool | None = None
    anonymous_ok: bool | None = None
    application_process: str = ""
    fees_description: str = ""
    documents: tuple[str, ...] = ()
    postcode: str = ""
    address: str = ""
    town: str = ""
    building: str = ""
    latitude: float | None = None
    longitude: float | None = None
    areas: tuple[str, ...] = ()
    phones: tuple[PhoneNumber, ...] = ()
    faxes: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    voiceless: str = ""
    slots: tuple[Slot, ...] = ()
    hours_note: str = ""
    closures: tuple[Closure, ...] = ()
    closed_at_year_end: bool = False
    transportation: str = ""
    pick_up: str = ""
    parking: str = ""
    accessibility: str = ""
    stairs: str = ""
    noise: str = ""
    alone_ok: bool | None = None
    companion: str = ""
    men_welcome: bool | None = None
    children_welcome: bool | None = None
    home_visits: bool | None = None
    wait_time: str = ""
    capacity: str = ""
    allergies: str = ""
    languages: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    helpers_wanted: str = ""
    food_wanted: str = ""
    room_wanted: str = ""
    organization: str = ""
    tax_id: str = ""
    url: str = ""
    status: Status = Status.ACTIVE
    status_reason: str = ""
    reopens_on: date | None = None
    alert: str = ""
    confidential: bool = False
    assured_date: date | None = None
    assurer: str = ""
    assured_how: str = ""
    note: str = ""

    @property
    def has_place(self) -> bool:
        """Say whether there is anywhere to go."""
        return bool(self.address or self.building or self.town or self.latitude is not None)

    def rests(self, today: date) -> bool:
        """Say whether it cannot be used for a while."""
        return self.status is not Status.ACTIVE and not (self.reopens_on and self.reopens_on <= today)


@dataclass(frozen=True)
class Difference:
    """One field of an entry before and after a change."""

    field: str
    before: Any
    after: Any


@lru_cache(maxsize=1)
def draft_fields() -> tuple[Field[Any], ...]:
    """Return the fields of a draft in their order."""
    return fields(Draft)


def differences(before: Draft, after: Draft) -> tuple[Difference, ...]:
    """List the fields in which two drafts differ."""
    pairs = ((field.name, getattr(before, field.name), getattr(after, field.name)) for field in draft_fields())
    return tuple(Difference(name, old, new) for name, old, new in pairs if old != new)


def as_json(draft: Draft) -> dict[str, Any]:
    """Return a draft as plain values, without what is empty."""
    said = {}
    for field in draft_fields():
        value = getattr(draft, field.name)
        if value != field.default:
            said[field.name] = _plain(field.name, value)
    return said


def _plain(name: str, value: Any) -> Any:
    if name == "slots":
        return format_hours(value)
    if name == "phones":
        return [[phone.number, phone.extension] for phone in value]
    if name == "closures":
        return [[str(rest.starts), str(rest.ends), rest.reason, rest.opens, rest.closes] for rest in value]
    if isinstance(value, tuple):
        return list(value)
    return value.isoformat() if isinstance(value, date) else value


def from_json(said: dict[str, Any]) -> Draft:
    """Return the draft that as_json wrote; fields of an older version that are gone are passed over."""
    known = {field.name for field in draft_fields()}
    return Draft(**{name: _value(name, value) for name, value in said.items() if name in known})


def _value(name: str, value: Any) -> Any:
    if name == "slots":
        return parse_hours(value)
    if name == "phones":
        return tuple(PhoneNumber(number, extension) for number, extension in value)
    if name == "closures":
        return tuple(
            Closure(date.fromisoformat(starts), date.fromisoformat(ends), reason, opens, closes)
            for starts, ends, reason, opens, closes in value
        )
    if name == "status":
        return Status(value)
    if name in ("reopens_on", "assured_date"):
        return date.fromisoformat(value)
    return tuple(value) if isinstance(value, list) else value
