"""What an answer may say about a place; where a hidden house stands is not among it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from resources import freshness
from resources.drafts import Draft, PhoneNumber
from resources.hours import Opening, OpeningState, describe, opening
from resources.kinds import Kinds
from resources.records import Record
from resources.services import Status
from resources.slots import JAPAN


class NotForAnswers(ValueError):
    """A confidential place must not be described with a way to find it."""


@dataclass(frozen=True)
class Where:
    """How a place is found."""

    address: str
    town: str
    building: str
    latitude: float | None
    longitude: float | None
    transportation: str
    parking: str
    accessibility: str


@dataclass(frozen=True)
class PlaceCard:
    """One entry as it may be shown; a confidential one carries no place, number, text or position."""

    id: uuid.UUID
    municipality_code: str
    name: str
    plain_name: str
    kind: str
    kind_label: str
    topics: tuple[str, ...]
    confidential: bool
    opening: Opening
    stale: bool
    assured_date: date | None
    status: Status
    reopens_on: date | None = None
    resting: bool = False
    alert: str = ""
    town_note: str = ""  # what the resident's own town says beside an entry of another
    description: str = ""
    for_whom: str = ""
    residency: str = ""
    hours: str = ""
    hours_note: str = ""
    where: Where | None = None
    distance_m: int | None = None
    phones: tuple[PhoneNumber, ...] = ()
    faxes: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    voiceless: str = ""
    fee: str = ""
    booking: str = ""
    documents: tuple[str, ...] = ()
    pick_up: str = ""
    wait_time: str = ""
    languages: tuple[str, ...] = ()
    anonymous_ok: bool | None = None
    family_only: bool | None = None
    alone_ok: bool | None = None
    companion: str = ""
    men_welcome: bool | None = None
    children_welcome: bool | None = None
    home_visits: bool | None = None
    noise: str = ""
    stairs: str = ""
    allergies: str = ""
    capacity: str = ""
    helpers_wanted: str = ""
    food_wanted: str = ""
    room_wanted: str = ""
    organization: str = ""
    url: str = ""

    def __post_init__(self) -> None:
        if self.confidential and (self.where or self.phones or self.faxes or self.description or self.url):
            raise NotForAnswers(NotForAnswers.__doc__)


def for_answer(
    record: Record, *, now: datetime, kinds: Kinds, distance_m: int | None = None, for_desk: bool = False, note: str = ""
) -> PlaceCard | None:
    """Return a card, or None when the entry is over or hidden; the desk sees hidden ones without a place."""
    if record.draft.status in (Status.DEFUNCT, Status.INACTIVE) or (record.draft.confidential and not for_desk):
        return None
    return card(record, now=now, kinds=kinds, distance_m=distance_m, note=note)


def card(
    record: Record, *, now: datetime, kinds: Kinds, distance_m: int | None = None, note: str = ""
) -> PlaceCard:
    """Return what may be shown of an entry; `note` is what the town of who reads it says beside an entry of another."""
    draft, today = record.draft, now.astimezone(JAPAN).date()
    known = kinds.by_code.get(draft.kind)
    return PlaceCard(
        id=record.id,
        municipality_code=record.municipality_code,
        name=draft.name,
        plain_name=draft.plain_name,
        kind=draft.kind,
        kind_label=known.label if known else draft.kind_label,
        topics=draft.topics or (known.topics if known else ()),
        confidential=draft.confidential,
        opening=opening_of(draft, now=now),
        stale=freshness.is_stale(draft.assured_date, draft.kind, kinds, today=today, chosen=record.cadence_months),
        assured_date=draft.assured_date,
        status=draft.status,
        reopens_on=draft.reopens_on,
        resting=draft.rests(today),
        town_note="" if draft.confidential else note,
        **{} if draft.confidential else _told(draft, distance_m),
    )


def opening_of(draft: Draft, *, now: datetime) -> Opening:
    """Say whether an entry is open now; one that rests is closed, one whose hours nobody checked must be asked."""
    if draft.rests(now.astimezone(JAPAN).date()):
        return Opening(OpeningState.CLOSED)
    return opening(
        draft.slots,
        now=now,
        closures=draft.closures,
        verified=draft.assured_date is not None,
        year_end_closed=draft.closed_at_year_end,
    )


# The words for its hours are the same whoever is shown a place.
_hours = lru_cache(maxsize=4096)(describe)

_SAME_NAME = (
    "alert", "description", "residency", "hours_note", "phones", "faxes", "emails", "forms", "lines", "voiceless",
    "documents", "pick_up", "wait_time", "languages", "anonymous_ok", "family_only", "alone_ok", "men_welcome",
    "children_welcome", "home_visits", "companion", "noise", "stairs", "allergies", "capacity", "helpers_wanted",
    "food_wanted", "room_wanted", "organization", "url",
)  # fmt: skip


def _told(draft: Draft, distance_m: int | None) -> dict[str, Any]:
    """What is said of a place that may be found."""
    where = Where(
        draft.address,
        draft.town,
        draft.building,
        draft.latitude,
        draft.longitude,
        draft.transportation,
        draft.parking,
        draft.accessibility,
    )
    return {name: getattr(draft, name) for name in _SAME_NAME} | {
        "where": where if draft.has_place else None,
        "distance_m": distance_m,
        "for_whom": _for_whom(draft),
        "hours": _hours(draft.slots, year_end_closed=draft.closed_at_year_end),
        "fee": draft.fees_description,
        "booking": draft.application_process,
    }


def _for_whom(draft: Draft) -> str:
    if draft.eligibility_description:
        return draft.eligibility_description
    low, high = draft.minimum_age, draft.maximum_age
    if low is None and high is None:
        return ""
    return f"{'' if low is None else f'{low:g}歳'}〜{'' if high is None else f'{high:g}歳'}"
