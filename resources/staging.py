"""Long changes to the directory: written a little at a time out of sight, shown at once, and taken back as a whole."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import Table, bindparam, delete, func, insert, select, update
from sqlalchemy.orm import Session, aliased

from resources import change_sets, records
from resources.change_sets import ChangeSet, ChangeSetState, Revision
from resources.db import Database, new_id
from resources.drafts import Draft, as_json, from_json
from resources.locations import Location, ServiceAtLocation
from resources.records import NewEntry, Rewriting, Rows
from resources.services import Service

Item = TypeVar("Item")
Ready = TypeVar("Ready")
# SQLite has one writer and LINE waits two seconds: a batch holds the database this long, then others have their turn.
_BATCH_SECONDS = 0.18
# A process that waits for SQLite looks again every tenth of a second: a shorter pause would often be slept through.
_PAUSE_SECONDS = 0.12
# Opening and committing cost as much as ten entries: smaller batches do nothing but wait, on a busy machine above all.
_SMALLEST_BATCH = 10
_FIRST_BATCH = 20
_LARGEST_BATCH = 1_000
_FORGOTTEN_AFTER = timedelta(days=1)
_ORIGINAL = "_original"


@dataclass(frozen=True)
class Change:
    """An entry that is to say something else once the change set is shown."""

    service_id: uuid.UUID
    before: Draft
    after: Draft
    original: dict[str, Any] | None = None


@dataclass(frozen=True)
class Undone:
    """What taking back a change set did: entries changed back, and those somebody has changed since."""

    change_set_id: uuid.UUID
    hidden: int
    restored: int
    kept: int


Heard = Callable[[int], None]  # how many more are written


def _unheard(more: int) -> None:
    """Stand in where nobody waits to hear how far the writing is."""


def in_batches(
    database: Database, items: Sequence[Item], write: Callable[[Session, Sequence[Item]], None], heard: Heard = _unheard
) -> None:
    """Write items in transactions short enough that a webhook never waits for them."""
    in_prepared_batches(database, items, lambda batch: batch, write, heard)


def in_prepared_batches(
    database: Database,
    items: Sequence[Item],
    ready: Callable[[Sequence[Item]], Ready],
    write: Callable[[Session, Ready], None],
    heard: Heard = _unheard,
) -> None:
    """Write items like `in_batches`; what can be made `ready` without the database is, while nobody waits for it."""
    at, size = 0, _FIRST_BATCH
    while at < len(items):
        batch = items[at : at + size]
        said = ready(batch)
        with database.writing() as session:
            # Waiting for one's turn is not holding it: only the time from here on keeps others waiting.
            session.connection()
            started = time.monotonic()
            write(session, said)
        spent = time.monotonic() - started
        at += len(batch)
        heard(len(batch))
        size = max(_SMALLEST_BATCH, min(_LARGEST_BATCH, int(size * min(2.0, _BATCH_SECONDS / max(spent, 0.001)))))
        if at < len(items) and database.is_sqlite:
            # SQLite's waiting is not fair; without a pause a waiting webhook could starve.
            time.sleep(_PAUSE_SECONDS)


def begin(database: Database, *, municipality: str, by: str, now: datetime, **said: Any) -> uuid.UUID:
    """Open a change set; `said` are its id, file name, hash, layout, mapping, act and what it undoes."""
    row = ChangeSet(**{"id": new_id()} | said, municipality_code=municipality, by=by, made_at=now)
    with database.writing() as session:
        session.add(row)
    return row.id


def stage_new(
    database: Database, change_set_id: uuid.UUID, entries: Sequence[NewEntry], *, by: str, now: datetime, heard: Heard = _unheard
) -> None:
    """Write new entries that nobody sees yet."""
    known: dict[tuple[str, str, str], uuid.UUID] = {}

    def ready(batch: Sequence[NewEntry]) -> tuple[Sequence[NewEntry], Rows, list[dict[str, Any]]]:
        changes = [(entry.id, "added", None, as_json(entry.draft)) for entry in batch]
        return batch, records.lay(batch, now=now, change_set_id=change_set_id), _revisions(change_set_id, changes, by, now)

    def write(session: Session, said: tuple[Sequence[NewEntry], Rows, list[dict[str, Any]]]) -> None:
        batch, rows, revisions = said
        records.write_laid(session, rows, batch, organizations=known)
        _write_revisions(session, revisions)

    in_prepared_batches(database, entries, ready, write, heard)


def stage_changes(
    database: Database, change_set_id: uuid.UUID, changes: Sequence[Change], *, by: str, now: datetime, heard: Heard = _unheard
) -> None:
    """Write what entries will say, while they still say what they said."""

    def ready(batch: Sequence[Change]) -> list[dict[str, Any]]:
        rows = [
            (change.service_id, "changed", as_json(change.before), as_json(change.after) | {_ORIGINAL: change.original})
            for change in batch
        ]
        return _revisions(change_set_id, rows, by, now)

    in_prepared_batches(database, changes, ready, _write_revisions, heard)


def _revisions(
    change_set_id: uuid.UUID, changes: Sequence[tuple[Any, ...]], by: str, now: datetime
) -> list[dict[str, Any]]:
    return [
        {
            "id": new_id(),
            "service_id": service_id,
            "change_set_id": change_set_id,
            "at": now,
            "by": by,
            "act": act,
            "before": before,
            "after": after,
        }
        for service_id, act, before, after in changes
    ]


def _write_revisions(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        table = Revision.__table__
        assert isinstance(table, Table)
        session.execute(insert(table), rows)


def show(database: Database, change_set_id: uuid.UUID, *, counts: dict[str, Any], now: datetime) -> int:
    """Make a change set visible in one moment; returns how many entries were left alone because somebody was faster."""
    with database.writing() as session:
        made = session.get_one(ChangeSet, change_set_id)
        made.state, made.visible_at, made.counts = ChangeSetState.VISIBLE, now, counts
        session.flush()
        new = Service.change_set_id == change_set_id
        change_sets.bump(session, select(Service.municipality_code).where(new))
        session.execute(update(Service).where(new).values(visible=True))
        mine = select(Revision.id).where(Revision.change_set_id == change_set_id, Revision.act == "changed")
        which = select(Revision.service_id).where(Revision.change_set_id == change_set_id, Revision.act == "changed")
        waiting = session.scalar(select(func.count()).select_from(mine.subquery())) or 0
        untouched = Service.id.in_(which) & (Service.last_modified <= made.made_at)
        change_sets.bump(session, select(Service.municipality_code).where(untouched))
        ahead = mine.where(Revision.service_id == Service.id).correlate(Service).scalar_subquery()
        result = session.execute(
            update(Service).where(untouched).values(ahead_id=ahead), execution_options={"synchronize_session": False}
        )
        return int(waiting - result.rowcount)  # type: ignore[attr-defined]


def fold(database: Database, *, now: datetime, heard: Heard = _unheard) -> None:
    """Write what is in force already into the rows of the entries, a few at a time; safe to run at any moment."""
    with database.reading() as session:
        waiting = list(session.scalars(select(Service.id).where(Service.ahead_id.is_not(None)).order_by(Service.id)))

    def write(session: Session, batch: Sequence[uuid.UUID]) -> None:
        query = select(Service.id, Service.municipality_code, Revision.after, Revision.at)
        query = query.join(Revision, Revision.id == Service.ahead_id)
        waiting_now = session.execute(query.where(Service.id.in_(batch))).all()
        rewritings = [Rewriting(id_, town, from_json(after or {}), at) for id_, town, after, at in waiting_now]
        records.rewrite(session, rewritings)
        originals = [(id_, after[_ORIGINAL]) for id_, _, after, _ in waiting_now if after and after.get(_ORIGINAL)]
        keep_originals(session, originals)

    in_batches(database, waiting, write, heard)


def keep_originals(session: Session, originals: Sequence[tuple[uuid.UUID, dict[str, Any]]]) -> None:
    """Keep the newest row of a file beside the entry it was read into."""
    if originals:
        table = Service.__table__
        statement = update(Service).where(table.c.id == bindparam("key")).values(original=bindparam("row"))
        session.connection().execute(statement, [{"key": id_, "row": original} for id_, original in originals])


def undo(database: Database, change_set_id: uuid.UUID, *, by: str, now: datetime, heard: Heard = _unheard) -> Undone:
    """Take back a visible change set; entries that somebody changed since stay as they are now."""
    with database.reading() as session:
        old = session.get_one(ChangeSet, change_set_id)
        town = old.municipality_code
        changes, new = _inverse(session, change_set_id)
        added = session.scalar(select(func.count()).where(Service.change_set_id == change_set_id)) or 0
        changed = session.scalar(select(func.count()).where(Revision.change_set_id == change_set_id, Revision.act == "changed"))
    back = begin(database, municipality=town, by=by, now=now, act="undo", undoes_id=change_set_id)
    stage_changes(database, back, changes, by=by, now=now, heard=heard)
    kept = show(database, back, counts={"changed": len(changes), "hidden": len(new)}, now=now)
    with database.writing() as session:
        session.execute(update(ChangeSet).where(ChangeSet.id == change_set_id).values(state=ChangeSetState.UNDONE))
        hidden = Service.change_set_id == change_set_id
        later = aliased(Revision)
        touched = select(later.service_id).where(
            later.service_id == Service.id,
            later.change_set_id.is_(None) | (later.change_set_id != change_set_id),
        )
        untouched = hidden & ~touched.correlate(Service).exists()
        change_sets.bump(session, select(Service.municipality_code).where(untouched))
        session.execute(update(Service).where(untouched).values(visible=False), execution_options={"synchronize_session": False})
    fold(database, now=now, heard=heard)
    restored = len(changes) - kept
    return Undone(back, len(new), restored, added - len(new) + (changed or 0) - restored)


def _inverse(session: Session, change_set_id: uuid.UUID) -> tuple[list[Change], list[uuid.UUID]]:
    """Return the changes that bring back what was, and the new entries nobody has touched since."""
    later = aliased(Revision)
    followed = select(later.id).where(later.service_id == Revision.service_id, later.id > Revision.id)
    query = select(Revision).where(Revision.change_set_id == change_set_id, ~followed.correlate(Revision).exists())
    changes: list[Change] = []
    new: list[uuid.UUID] = []
    for revision in session.scalars(query):
        if revision.before is None:
            new.append(revision.service_id)
        else:
            before, after = from_json(revision.before), from_json(revision.after or {})
            changes.append(Change(revision.service_id, after, before))
    return changes, new


def tidy(database: Database, *, now: datetime) -> None:
    """Finish or clear away what a crash left half done: entries in force are written, hidden ones removed."""
    fold(database, now=now)
    with database.reading() as session:
        forgotten = ChangeSet.made_at < now - _FORGOTTEN_AFTER
        query = select(ChangeSet.id).where(ChangeSet.state == ChangeSetState.BUILDING, forgotten)
        for change_set_id in list(session.scalars(query)):
            ids = list(session.scalars(select(Service.id).where(Service.change_set_id == change_set_id)))
            in_batches(database, ids, _remove)
            with database.writing() as writing:
                writing.execute(delete(Revision).where(Revision.change_set_id == change_set_id))
                abandoned = update(ChangeSet).where(ChangeSet.id == change_set_id)
                writing.execute(abandoned.values(state=ChangeSetState.ABANDONED))


def _remove(session: Session, batch: Sequence[uuid.UUID]) -> None:
    for part in records.PARTS:
        session.execute(delete(part).where(part.__table__.c.service_id.in_(batch)))
    at = select(ServiceAtLocation.location_id).where(ServiceAtLocation.service_id.in_(batch))
    locations = list(session.scalars(at))
    session.execute(delete(ServiceAtLocation).where(ServiceAtLocation.service_id.in_(batch)))
    session.execute(delete(Location).where(Location.id.in_(locations)))
    session.execute(delete(Revision).where(Revision.service_id.in_(batch)))
    session.execute(delete(Service).where(Service.id.in_(batch)))


def newest(session: Session, municipality: str, *, limit: int = 20) -> Iterator[ChangeSet]:
    """Return the latest imports and undoings of a town."""
    query = select(ChangeSet).where(ChangeSet.municipality_code == municipality)
    yield from session.scalars(query.order_by(ChangeSet.made_at.desc(), ChangeSet.id.desc()).limit(limit))
