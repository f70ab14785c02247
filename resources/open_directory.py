"""What anybody may read of the directories: places in use, without what staff wrote for each other, and no hidden house."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from resources import records
from resources.drafts import PRIVATE, Draft
from resources.locations import Location, ServiceAtLocation
from resources.records import Record
from resources.services import Service, ServiceArea, Status

IN_USE = (Status.ACTIVE, Status.TEMPORARILY_CLOSED)


def opened(record: Record) -> Record | None:
    """Return an entry as anybody may read it: of one that is over its name, of one hidden or not published nothing."""
    draft = record.draft
    if draft.confidential or not record.visible or draft.status is Status.INACTIVE:
        return None
    # What staff write for each other, and who of them checked, stays with them.
    blank: dict[str, Any] = dict.fromkeys(PRIVATE, "")
    told = Draft(draft.name, status=draft.status) if is_over(record) else replace(draft, **blank)
    return replace(record, draft=told, source="", source_id="")


def is_over(record: Record) -> bool:
    """Say whether a place is there no more."""
    return record.draft.status not in IN_USE


def readable(*, over: bool = False) -> list[ColumnElement[bool]]:
    """Return what must hold of a service that anybody may read; `over`: also of those that are there no more.

    A revision in force may not have reached the rows yet: whoever loads entries by this asks `opened` once more.
    """
    conditions: list[ColumnElement[bool]] = [
        Service.visible.is_(True), Service.confidential.is_(False), Service.status != Status.INACTIVE,
    ]  # fmt: skip
    return conditions if over else [*conditions, Service.status.in_(IN_USE)]


def settled() -> list[ColumnElement[bool]]:
    """Return what must hold of a service whose rows anybody may read as they are: no newer words may have hidden it."""
    return [*readable(), Service.ahead_id.is_(None)]


def fresh(session: Session, ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Record]:
    """Return those of the entries that anybody may read, as the database has them at this moment."""
    found = records.load(session, select(Service.id).where(Service.id.in_(ids), *readable(over=True))) if ids else []
    told = ((record.id, opened(record)) for record in found)
    return {id_: record for id_, record in told if record is not None}


def kinds_in(session: Session, towns: Collection[str]) -> set[str]:
    """Return the kinds of which towns have places."""
    return set(session.scalars(select(Service.kind).where(Service.municipality_code.in_(towns), *settled()).distinct()))


def streets_in(session: Session, town: str) -> list[str]:
    """Return the 町名 and the service areas that the places of a town name."""
    ours = select(Service.id).where(Service.municipality_code == town, *settled())
    at = select(Location.town).join(ServiceAtLocation, ServiceAtLocation.location_id == Location.id)
    found = set(session.scalars(at.where(ServiceAtLocation.service_id.in_(ours)).distinct()))
    found.update(session.scalars(select(ServiceArea.name).where(ServiceArea.service_id.in_(ours)).distinct()))
    return sorted(found - {""})
