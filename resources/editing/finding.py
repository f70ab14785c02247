"""The entries of a town that an editor looks for: by words and by what is the matter with them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from resources import directory, records
from resources.freshness import due_on
from resources.kinds import Kinds
from resources.locations import Location, ServiceAtLocation
from resources.phones import Phone, PhoneType
from resources.records import Record
from resources.services import Attribute, Service, ServiceArea, Status

PAGE: Final = 50
# The kind of entries that no kind of the table fits.
NO_KIND: Final = "-"


@dataclass(frozen=True)
class Wanted:
    """What an editor asks for; empty where it does not matter."""

    words: str = ""
    kind: str = ""
    topic: str = ""
    area: str = ""
    status: Status | None = None
    stale: bool = False
    never: bool = False
    no_phone: bool = False


def found(
    session: Session, town: str, wanted: Wanted, *, kinds: Kinds, today: date, after: int = 0
) -> tuple[list[Record], int]:
    """Return a page of the entries that fit, by name, and how many there are in all."""
    query = _fitting(town, wanted, kinds, today)
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    page = query.order_by(Service.name, Service.id).offset(after).limit(PAGE)
    return records.load(session, select(page.subquery().c.id)), total


def fresh_since(months: int, today: date) -> date:
    """Return the first day on which an entry may have been checked that is to be checked again after so many months."""
    whole = today.year * 12 + today.month - 1 - months
    days = (date(at // 12, at % 12 + 1, day) for at in (whole, whole + 1) for day in range(1, 29))
    return next(day for day in days if _due(day, months) >= today)


def _due(assured: date, months: int) -> date:
    whole = assured.year * 12 + assured.month - 1 + months
    return date(whole // 12, whole % 12 + 1, min(assured.day, 28))


def _fitting(town: str, wanted: Wanted, kinds: Kinds, today: date) -> Select[Any]:
    query = directory.ids_of(town).add_columns(Service.name)
    for word in wanted.words.split()[:8]:
        query = query.where(_says(word))
    if wanted.kind:
        query = query.where(Service.kind == ("" if wanted.kind == NO_KIND else wanted.kind))
    if wanted.topic:
        query = query.where(_about(wanted.topic, kinds))
    if wanted.area:
        query = query.where(_in_area(wanted.area))
    if wanted.status is not None:
        query = query.where(Service.status == wanted.status)
    if wanted.stale:
        query = query.where(Service.assured_date.is_not(None), _stale(kinds, today))
    if wanted.never:
        query = query.where(Service.assured_date.is_(None))
    if wanted.no_phone:
        spoken = exists().where(Phone.service_id == Service.id, Phone.type == PhoneType.VOICE)
        query = query.where(~spoken)
    return query


def _says(word: str) -> ColumnElement[bool]:
    """An entry in which a word stands: in its names, what it does, where it is, or its numbers."""
    own = (Service.name, Service.name_kana, Service.plain_name, Service.kind_label, Service.description)
    place = exists().where(
        ServiceAtLocation.service_id == Service.id,
        ServiceAtLocation.location_id == Location.id,
        or_(*(column.contains(word, autoescape=True) for column in (Location.address, Location.town, Location.building))),
    )
    number = exists().where(Phone.service_id == Service.id, Phone.number.contains(word, autoescape=True))
    return or_(*(column.contains(word, autoescape=True) for column in own), place, number)


def _about(topic: str, kinds: Kinds) -> ColumnElement[bool]:
    """An entry about a topic: its own ones stand before those of its kind."""
    own = exists().where(Attribute.service_id == Service.id)
    said = exists().where(Attribute.service_id == Service.id, Attribute.term == topic)
    by_kind = [kind.code for kind in kinds.kinds if topic in kind.topics]
    return or_(said, and_(~own, Service.kind.in_(by_kind)))


def _in_area(area: str) -> ColumnElement[bool]:
    served = exists().where(ServiceArea.service_id == Service.id, ServiceArea.name.contains(area, autoescape=True))
    stands = exists().where(
        ServiceAtLocation.service_id == Service.id,
        ServiceAtLocation.location_id == Location.id,
        or_(Location.town.contains(area, autoescape=True), Location.address.contains(area, autoescape=True)),
    )
    return or_(served, stands)


def _stale(kinds: Kinds, today: date) -> ColumnElement[bool]:
    """An entry that was checked longer ago than its kind allows (resources.freshness)."""
    by_cadence: dict[int, list[str]] = defaultdict(list)
    for kind in kinds.kinds:
        by_cadence[kind.cadence_months].append(kind.code)
    known = [
        and_(Service.kind.in_(codes), Service.assured_date < fresh_since(months, today)) for months, codes in by_cadence.items()
    ]
    unknown = and_(Service.kind.not_in(list(kinds.by_code)), Service.assured_date < fresh_since(_unknown(today, kinds), today))
    return or_(*known, unknown)


def _unknown(today: date, kinds: Kinds) -> int:
    due = due_on(today, "", kinds)
    assert due is not None
    return (due.year - today.year) * 12 + due.month - today.month
