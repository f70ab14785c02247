"""How an entry is laid into the tables of the directory and taken out again whole."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, Table, bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from resources import cadences
from resources.change_sets import Revision
from resources.db import Base, new_id
from resources.drafts import Draft, PhoneNumber, draft_fields, from_json
from resources.locations import Location, ServiceAtLocation
from resources.organizations import Organization, Owner, know
from resources.phones import ContactKind, Phone, PhoneType, ServiceContact
from resources.schedules import Schedule, ServiceClosure
from resources.services import Attribute, Language, RequiredDocument, Service, ServiceArea, Status
from resources.slots import Closure, Holidays, Slot

# Child tables that belong to one service alone and are written anew with every change of it.
PARTS: tuple[type[Base], ...] = (
    Phone, ServiceContact, Schedule, ServiceClosure, Attribute, ServiceArea, RequiredDocument, Language,
)  # fmt: skip
_CONTACTS = {"emails": ContactKind.EMAIL, "forms": ContactKind.FORM, "lines": ContactKind.LINE}
_LISTS: dict[str, tuple[type[Base], str]] = {
    "areas": (ServiceArea, "name"),
    "documents": (RequiredDocument, "document"),
    "languages": (Language, "name"),
    "topics": (Attribute, "term"),
}
_PLACE = (
    "postcode", "address", "town", "building", "latitude", "longitude", "transportation", "parking", "accessibility",
)  # fmt: skip
_OWN = tuple(field.name for field in draft_fields() if field.name in Service.__table__.columns)
_KNOWN = ("id", "municipality_code", "source", "source_id", "visible", "last_modified")
_IDS_AT_ONCE = 500

Rows = dict[type[Base], list[dict[str, Any]]]


@dataclass(frozen=True)
class Record:
    """An entry with what the database knows about it beside its draft."""

    id: uuid.UUID
    municipality_code: str
    draft: Draft
    source: str
    source_id: str
    visible: bool
    last_modified: datetime
    cadence_months: int | None = None  # where the town has chosen another rhythm for its kind


@dataclass(frozen=True)
class NewEntry:
    """An entry that is to be written for the first time."""

    id: uuid.UUID
    municipality: str
    draft: Draft
    source: str = ""
    source_id: str = ""
    original: dict[str, Any] | None = None
    last_modified: datetime | None = None  # for an entry that was changed before it came here


@dataclass(frozen=True)
class Rewriting:
    """What an entry says from a moment on."""

    id: uuid.UUID
    municipality: str
    draft: Draft
    at: datetime


def write_new(
    session: Session,
    entries: Iterable[NewEntry],
    *,
    now: datetime,
    organizations: dict[Owner, uuid.UUID] | None = None,
    change_set_id: uuid.UUID | None = None,
) -> None:
    """Write entries that are not there yet; those of a change set stay hidden until it is shown.

    `organizations` remembers, from one batch to the next, which organizations were found or made.
    """
    entries = list(entries)
    write_laid(session, lay(entries, now=now, change_set_id=change_set_id), entries, organizations=organizations)


def lay(entries: Iterable[NewEntry], *, now: datetime, change_set_id: uuid.UUID | None = None) -> Rows:
    """Lay new entries into rows without asking the database: nobody waits for this."""
    rows: Rows = {}
    for entry in entries:
        draft = entry.draft
        rows.setdefault(Service, []).append(
            {name: getattr(draft, name) for name in _OWN}
            | {
                "id": entry.id,
                "municipality_code": entry.municipality,
                "organization_id": None,
                "visible": change_set_id is None,
                "ahead_id": None,
                "change_set_id": change_set_id,
                "source": entry.source,
                "source_id": entry.source_id,
                "original": entry.original,
                "made_at": now,
                "last_modified": entry.last_modified or now,
            }
        )
        _lay_place(rows, entry.id, draft, entry.municipality)
        _lay_parts(rows, entry.id, draft)
    return rows


def write_laid(
    session: Session, rows: Rows, entries: Sequence[NewEntry], *, organizations: dict[Owner, uuid.UUID] | None = None
) -> None:
    """Write the rows of new entries with the organizations they belong to."""
    known = {} if organizations is None else organizations
    _know_organizations(session, [(entry.municipality, entry.draft) for entry in entries], known)
    for entry, row in zip(entries, rows.get(Service, ()), strict=True):
        row["organization_id"] = known.get(_owner(entry.municipality, entry.draft))
    _insert(session, rows)


def rewrite(session: Session, changes: Sequence[Rewriting]) -> None:
    """Write changed entries over their old rows; their places keep their ids."""
    known: dict[Owner, uuid.UUID] = {}
    _know_organizations(session, [(change.municipality, change.draft) for change in changes], known)
    ids = [change.id for change in changes]
    at = select(ServiceAtLocation.service_id, ServiceAtLocation.location_id)
    links = session.execute(at.where(ServiceAtLocation.service_id.in_(ids)))
    found = {link.service_id: link.location_id for link in links}
    for part in PARTS:
        session.execute(delete(part).where(_table(part).c.service_id.in_(ids)))
    rows: Rows = {}
    services, places = [], []
    for change in changes:
        owner = known.get(_owner(change.municipality, change.draft))
        services.append({name: getattr(change.draft, name) for name in _OWN} | {"key": change.id})
        services[-1] |= {"organization_id": owner, "ahead_id": None, "last_modified": change.at}
        _lay_parts(rows, change.id, change.draft)
        if change.id in found:
            places.append({name: getattr(change.draft, name) for name in _PLACE} | {"key": found[change.id]})
        else:
            _lay_place(rows, change.id, change.draft, change.municipality)
    for model, values in ((Service, services), (Location, places)):
        if values:
            table = _table(model)
            session.execute(update(table).where(table.c.id == bindparam("key")), values)
    _insert(session, rows)


def load(session: Session, which: Select[uuid.UUID]) -> list[Record]:
    """Return the entries whose ids a query selects, whole, by name."""
    heads = session.execute(select(Service.__table__).where(Service.id.in_(which)).order_by(Service.name, Service.id))
    services = heads.mappings().all()
    ahead = _ahead(session, [service["ahead_id"] for service in services if service["ahead_id"]])
    places = _places(session, which)
    parts = _parts(session, which)
    owners = _owners(session, {service["organization_id"] for service in services})
    chosen = cadences.of_towns(session, {service["municipality_code"] for service in services})
    found = []
    for service in services:
        draft = ahead.get(service["ahead_id"])
        if draft is None:
            values = {name: service[name] for name in _OWN} | {"status": Status(service["status"])}
            name, tax_id = owners.get(service["organization_id"], ("", ""))
            values |= places.get(service["id"], {}) | parts.get(service["id"], {})
            draft = Draft(**values, organization=name, tax_id=tax_id)
        known = {name: service[name] for name in _KNOWN}
        months = chosen.get((service["municipality_code"], draft.kind))
        found.append(Record(draft=draft, cadence_months=months, **known))
    return found


def _table(model: type[Base]) -> Table:
    table = model.__table__
    assert isinstance(table, Table)
    return table


def _insert(session: Session, rows: Rows) -> None:
    # Parents come first in the order in which they were laid: organizations, services, places, parts.
    tables: tuple[type[Base], ...] = (Service, Location, ServiceAtLocation, *PARTS)
    for table in tables:
        if rows.get(table):
            session.execute(insert(_table(table)), rows[table])


def _owner(municipality: str, draft: Draft) -> Owner:
    return municipality, draft.organization, draft.tax_id


def _know_organizations(session: Session, drafts: list[tuple[str, Draft]], known: dict[Owner, uuid.UUID]) -> None:
    know(session, {_owner(*each) for each in drafts if each[1].organization or each[1].tax_id}, known)


def _lay_place(rows: Rows, service_id: uuid.UUID, draft: Draft, municipality: str) -> None:
    place = {name: getattr(draft, name) for name in _PLACE}
    if not any(value not in ("", None) for value in place.values()):
        return
    location = new_id()
    rows.setdefault(Location, []).append({"id": location, "municipality_code": municipality} | place)
    link = {"id": new_id(), "service_id": service_id, "location_id": location}
    rows.setdefault(ServiceAtLocation, []).append(link)


def _lay_parts(rows: Rows, service_id: uuid.UUID, draft: Draft) -> None:
    def lay(table: type[Base], position: int, **values: Any) -> None:
        rows.setdefault(table, []).append({"id": new_id(), "service_id": service_id, "position": position} | values)

    for at, phone in enumerate(draft.phones):
        lay(Phone, at, number=phone.number, extension=phone.extension, type=PhoneType.VOICE)
    for at, number in enumerate(draft.faxes):
        lay(Phone, at, number=number, extension="", type=PhoneType.FAX)
    for name, kind in _CONTACTS.items():
        for at, value in enumerate(getattr(draft, name)):
            lay(ServiceContact, at, kind=kind, value=value)
    for at, slot in enumerate(draft.slots):
        lay(Schedule, at, **{name: getattr(slot, name) for name in _SLOT})
    for at, rest in enumerate(draft.closures):
        lay(ServiceClosure, at, **{name: getattr(rest, name) for name in _CLOSURE})
    for name, (table, column) in _LISTS.items():
        extra = {"taxonomy": "topic"} if table is Attribute else {}
        for at, value in enumerate(getattr(draft, name)):
            lay(table, at, **{column: value}, **extra)


_SLOT = ("pattern", "opens", "closes", "holidays", "anchor", "valid_from", "valid_to")
_CLOSURE = ("starts", "ends", "reason", "opens", "closes")


def _ahead(session: Session, revisions: list[uuid.UUID]) -> dict[uuid.UUID | None, Draft]:
    found: dict[uuid.UUID | None, Draft] = {}
    for first in range(0, len(revisions), _IDS_AT_ONCE):
        wanted = Revision.id.in_(revisions[first : first + _IDS_AT_ONCE])
        for revision, after in session.execute(select(Revision.id, Revision.after).where(wanted)):
            found[revision] = from_json(after or {})
    return found


def _places(session: Session, which: Select[uuid.UUID]) -> dict[uuid.UUID, dict[str, Any]]:
    columns = [Location.__table__.c[name] for name in _PLACE]
    query = select(ServiceAtLocation.service_id, *columns).join(Location, Location.id == ServiceAtLocation.location_id)
    rows = session.execute(query.where(ServiceAtLocation.service_id.in_(which)))
    return {row[0]: dict(zip(_PLACE, row[1:], strict=True)) for row in rows}


def _owners(session: Session, ids: set[uuid.UUID | None]) -> dict[uuid.UUID | None, tuple[str, str]]:
    wanted = [id_ for id_ in ids if id_]
    found: dict[uuid.UUID | None, tuple[str, str]] = {}
    for first in range(0, len(wanted), _IDS_AT_ONCE):
        query = select(Organization.id, Organization.name, Organization.tax_id)
        for id_, name, tax_id in session.execute(query.where(Organization.id.in_(wanted[first : first + _IDS_AT_ONCE]))):
            found[id_] = (name, tax_id)
    return found


def _parts(session: Session, which: Select[uuid.UUID]) -> dict[uuid.UUID, dict[str, tuple[Any, ...]]]:
    lists: dict[uuid.UUID, dict[str, list[Any]]] = {}

    def rows(table: type[Base], *names: str) -> Iterable[Any]:
        columns = _table(table).c
        query = select(columns.service_id, *(columns[name] for name in names)).where(columns.service_id.in_(which))
        return session.execute(query.order_by(columns.service_id, columns.position))

    def take(service_id: uuid.UUID, name: str, value: Any) -> None:
        lists.setdefault(service_id, {}).setdefault(name, []).append(value)

    for service_id, number, extension, type_ in rows(Phone, "number", "extension", "type"):
        voice = type_ == PhoneType.VOICE
        take(service_id, "phones" if voice else "faxes", PhoneNumber(number, extension) if voice else number)
    kinds = {kind.value: name for name, kind in _CONTACTS.items()}
    for service_id, kind, value in rows(ServiceContact, "kind", "value"):
        take(service_id, kinds[kind], value)
    for service_id, pattern, opens, closes, holidays, anchor, first, last in rows(Schedule, *_SLOT):
        take(service_id, "slots", Slot(pattern, opens, closes, Holidays(holidays), anchor, first, last))
    for service_id, *rest in rows(ServiceClosure, *_CLOSURE):
        take(service_id, "closures", Closure(*rest))
    for name, (table, column) in _LISTS.items():
        for service_id, value in rows(table, column):
            take(service_id, name, value)
    return {service_id: {name: tuple(values) for name, values in found.items()} for service_id, found in lists.items()}
