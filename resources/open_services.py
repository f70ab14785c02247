"""Pages of services for programs that read the directories: found by their rows, said in the words of HSDS 3."""

from __future__ import annotations

import threading
import uuid
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session, aliased

from resources import hsds, hsds_terms, open_directory
from resources.change_sets import ChangeSet, ChangeSetState, Revision
from resources.db import Database
from resources.kinds import Kinds
from resources.locations import Location, ServiceAtLocation
from resources.places import Municipality
from resources.records import Record
from resources.services import Attribute, Service

# How many answers are kept ready; a service with its parts is about three kilobytes.
_KEPT = 10_000
_TOTALS = 500


class Form(StrEnum):
    """How much is told of a service, and from which end."""

    PLAIN = "plain"  # what it has one of
    FULL = "full"  # with all its parts
    AT_LOCATION = "at_location"  # the place first, the service in it; of both what they have one of
    FULL_AT_LOCATION = "full_at_location"


@dataclass(frozen=True)
class Wanted:
    """Which services are asked for; everything that is given must hold."""

    municipality: str = ""
    organizations: tuple[uuid.UUID, ...] | None = None
    terms: tuple[tuple[str, str], ...] = ()  # taxonomy and code; without a code any term of the taxonomy
    modified_after: datetime | None = None
    among: tuple[uuid.UUID, ...] | None = None  # found by words, the best first


@dataclass(frozen=True)
class Listed:
    """One page of answers, and how many there are in all."""

    total: int
    parts: list[bytes]


# A service of a page with all that its answer depends on: the version of its directory, the names of town and prefecture.
_Mark = tuple[int, str, str | None]


class OpenServices:
    """Answers with services; what was said once is kept until something in the town's directory changes."""

    def __init__(self, database: Database, kinds: Kinds) -> None:
        self._database, self._kinds = database, kinds
        self._kept: OrderedDict[tuple[uuid.UUID, Form], tuple[_Mark, bytes | None]] = OrderedDict()
        self._totals: OrderedDict[tuple[Wanted, int], tuple[int, int]] = OrderedDict()
        self._lock = threading.Lock()

    def page(self, wanted: Wanted, *, form: Form, number: int, size: int) -> Listed:
        """Return one page, counted from 1; by id, or the best first when words were asked for."""
        conditions = _conditions(wanted, placed=form in (Form.AT_LOCATION, Form.FULL_AT_LOCATION))
        first = (number - 1) * size
        with self._database.reading() as session:
            if wanted.among is not None:
                order = {id_: at for at, id_ in enumerate(wanted.among)}
                found = sorted(session.execute(_heads(conditions)), key=lambda row: order[row.id])
                total, rows = len(found), found[first : first + size]
            else:
                rows = list(session.execute(_heads(conditions).order_by(Service.id).limit(size).offset(first)))
                total = self._total(session, wanted, conditions, rows)
            return Listed(total, self._parts(session, rows, form))

    def _total(self, session: Session, wanted: Wanted, conditions: list[ColumnElement[bool]], rows: Sequence[Any]) -> int:
        """Count what a page is cut from; within one town that stands until its directory changes."""
        key = (wanted, len(conditions))
        version = rows[0].directory_version if wanted.municipality and rows else None
        with self._lock:
            known = self._totals.get(key)
        if version is not None and known is not None and known[0] == version:
            return known[1]
        total = session.scalar(select(func.count()).select_from(Service).where(*conditions)) or 0
        if version is not None:
            with self._lock:
                self._totals[key] = (version, total)
                while len(self._totals) > _TOTALS:
                    self._totals.popitem(last=False)
        return total

    def one(self, service_id: uuid.UUID, *, form: Form) -> bytes | None:
        """Return one service; one that is over is told with its name and status, a hidden one not at all."""
        placed = form is Form.FULL_AT_LOCATION
        conditions = [Service.id == service_id, *open_directory.readable(over=not placed), *([_has_place()] if placed else [])]
        with self._database.reading() as session:
            parts = self._parts(session, session.execute(_heads(conditions)).all(), form)
        return parts[0] if parts else None

    def _parts(self, session: Session, rows: Iterable[Any], form: Form) -> list[bytes]:
        marks: dict[uuid.UUID, _Mark] = {row[0]: (row[1], row[2], row[3]) for row in rows}
        with self._lock:
            kept = {id_: self._kept.get((id_, form)) for id_ in marks}
        said = {id_: known[1] for id_, known in kept.items() if known is not None and known[0] == marks[id_]}
        missing = [id_ for id_ in marks if id_ not in said]
        if missing:
            fresh = open_directory.fresh(session, missing)
            for id_ in missing:
                record = fresh.get(id_)
                said[id_] = None if record is None else self._said(record, form, marks[id_])
            with self._lock:
                for id_ in missing:
                    self._kept[id_, form] = (marks[id_], said[id_])
                while len(self._kept) > _KEPT:
                    self._kept.popitem(last=False)
        return [part for id_ in marks if (part := said[id_]) is not None]

    def _said(self, record: Record, form: Form, mark: _Mark) -> bytes | None:
        whole = hsds.as_object(record, self._kinds, city=mark[1], prefecture=mark[2] or "")
        if form is Form.FULL:
            return hsds.to_bytes(whole)
        plain = {name: value for name, value in whole.items() if not isinstance(value, list)}
        if form is Form.PLAIN:
            return hsds.to_bytes(plain)
        at = next(iter(whole.get("service_at_locations", ())), None)
        if at is None:
            return None
        location = at["location"]
        if form is Form.AT_LOCATION:
            location = {name: value for name, value in location.items() if not isinstance(value, list)}
        return hsds.to_bytes(at | {"service_id": whole["id"], "location": location, "service": plain})


def _heads(conditions: list[ColumnElement[bool]]) -> Select[uuid.UUID, int, str, str | None]:
    above = aliased(Municipality)
    query = select(Service.id, Municipality.directory_version, Municipality.name, above.name)
    query = query.join(Municipality, Municipality.code == Service.municipality_code)
    return query.outerjoin(above, above.code == Municipality.prefecture_code).where(*conditions)


def _conditions(wanted: Wanted, *, placed: bool) -> list[ColumnElement[bool]]:
    conditions = open_directory.readable(over=wanted.modified_after is not None and not placed)
    if wanted.municipality:
        conditions.append(Service.municipality_code == wanted.municipality)
    if wanted.organizations is not None:
        conditions.append(Service.organization_id.in_(wanted.organizations))
    if wanted.among is not None:
        conditions.append(Service.id.in_(wanted.among))
    if wanted.modified_after is not None:
        conditions.append(_changed(wanted.modified_after))
    if placed:
        conditions.append(_has_place())
    return conditions + [_sorted_under(taxonomy, code) for taxonomy, code in wanted.terms]


def _changed(since: datetime) -> ColumnElement[bool]:
    """Changed since a moment; what a file brought counts from when it took effect, however long it was written."""
    by_file = select(ChangeSet.id).where(ChangeSet.state == ChangeSetState.VISIBLE, ChangeSet.visible_at >= since)
    changed = select(Revision.service_id).where(Revision.change_set_id.in_(by_file))
    return or_(Service.last_modified >= since, Service.change_set_id.in_(by_file), Service.id.in_(changed))


def _has_place() -> ColumnElement[bool]:
    at = select(ServiceAtLocation.service_id).join(Location, Location.id == ServiceAtLocation.location_id)
    somewhere = or_(Location.address != "", Location.building != "", Location.town != "", Location.latitude.is_not(None))
    return Service.id.in_(at.where(somewhere))


def _sorted_under(taxonomy: str, code: str) -> ColumnElement[bool]:
    if taxonomy == hsds_terms.KIND:
        return Service.kind == code if code else Service.kind != ""
    terms = select(Attribute.service_id).where(Attribute.taxonomy == "topic")
    return Service.id.in_(terms.where(Attribute.term == code) if code else terms)
