"""Writes what a file brings: out of sight first, then shown in one moment, with everything that undoing needs."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from resources import places, staging
from resources.db import Database, new_id
from resources.importing.comparing import Comparison, Incoming, as_uuid
from resources.places import Municipality, NotACode
from resources.records import NewEntry, Record
from resources.services import Service
from resources.staging import Change

_IDS_AT_ONCE = 500


@dataclass(frozen=True)
class Applied:
    """The change set of an import and the entries it left alone because somebody edited them meanwhile."""

    change_set_id: uuid.UUID
    kept: int


def apply(
    database: Database,
    found: Comparison,
    *,
    municipality: str,
    by: str,
    now: datetime,
    retired: Sequence[Change] = (),
    heard: Callable[[int], None] = lambda more: None,
    **about: Any,
) -> Applied:
    """Write a comparison into the directory under one change set; `about` describes the file.

    `retired` says of entries the file has no more that they are closed, because somebody chose so.
    """
    change_set_id = staging.begin(database, municipality=municipality, by=by, now=now, **about)
    taken = _taken(database, [as_uuid(row.source_id) for row in found.added])
    filled = _filled(database, {row.municipality for row in found.added})
    added = [_entry(row, taken, filled, now) for row in found.added]
    staging.stage_new(database, change_set_id, added, by=by, now=now, heard=heard)
    changes = [Change(each.record.id, each.record.draft, each.after, each.incoming.original) for each in found.changed]
    staging.stage_changes(database, change_set_id, [*changes, *retired], by=by, now=now, heard=heard)
    counts = {"added": len(found.added), "changed": len(found.changed), "same": len(found.same)}
    counts |= {"missing": len(found.missing), "retired": len(retired)}
    kept = staging.show(database, change_set_id, counts=counts, now=now)
    staging.fold(database, now=now, heard=lambda more: heard(0))
    return Applied(change_set_id, kept)


def _entry(row: Incoming, taken: set[uuid.UUID], filled: set[str], now: datetime) -> NewEntry:
    own = as_uuid(row.source_id)
    if own.int == 0 or own in taken:
        return NewEntry(new_id(), row.municipality, row.draft, row.source, row.source_id, row.original)
    # An export of this product keeps the ids of its entries, and in an empty town also when they were last changed:
    # where others already watch a directory for changes, what comes in is new today.
    taken.add(own)
    changed = min(row.last_modified, now) if row.last_modified and row.municipality not in filled else None
    return NewEntry(own, row.municipality, row.draft, row.source, "", row.original, changed)


def _filled(database: Database, towns: set[str]) -> set[str]:
    """Return those of some towns that have a directory already."""
    with database.reading() as session:
        known = set(session.scalars(select(Service.municipality_code).where(Service.visible).distinct()))
    return towns & known


def _taken(database: Database, ids: Sequence[uuid.UUID]) -> set[uuid.UUID]:
    wanted = [each for each in ids if each.int]
    found: set[uuid.UUID] = set()
    with database.reading() as session:
        for first in range(0, len(wanted), _IDS_AT_ONCE):
            part = wanted[first : first + _IDS_AT_ONCE]
            found.update(session.scalars(select(Service.id).where(Service.id.in_(part))))
    return found


def refresh_originals(database: Database, same: Sequence[tuple[Record, Incoming]], originals: dict[uuid.UUID, Any]) -> None:
    """Keep the newest row of entries whose meaning did not change: a column nobody reads today may be read one day."""
    stale = [(record.id, row.original) for record, row in same if originals.get(record.id, row.original) != row.original]
    staging.in_batches(database, stale, staging.keep_originals)


def add_towns(database: Database, names: dict[str, tuple[str, str]], *, now: datetime) -> int:
    """Create the towns that are not there yet from their codes, names and prefectures; returns how many."""
    with database.reading() as session:
        known = set(session.scalars(select(Municipality.code)))
    new = [(code, *said) for code, said in sorted(names.items()) if code not in known]

    def write(session: Session, batch: Sequence[tuple[str, str, str]]) -> None:
        for code, name, prefecture in batch:
            above = code[:2] + "000"
            try:
                whole = above + places.check_digit(above)
                if prefecture and session.get(Municipality, whole) is None:
                    places.add(session, whole, prefecture, now=now)
                places.add(session, code, name or code, now=now, prefecture=whole if prefecture else None)
            except NotACode:
                continue

    staging.in_batches(database, new, write)
    return len(new)
