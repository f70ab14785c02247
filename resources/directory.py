"""The town's directory of services and gathering places: who may be sent where, and who keeps it true."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from resources import change_sets, records
from resources.db import new_id
from resources.drafts import Draft, as_json, from_json
from resources.records import NewEntry, Record, Rewriting
from resources.services import Service, Status

__all__ = [
    "EditedMeanwhile", "NoSuchEntry", "add", "assure", "edit", "get", "hold", "ids_of", "listed", "rest", "retire",
    "undo", "whole",
]  # fmt: skip


class NoSuchEntry(LookupError):
    """この項目は台帳にありません。"""


class EditedMeanwhile(RuntimeError):
    """ほかの人が先にこの項目を変えました。新しい内容を確かめてから、もう一度直してください。"""


def add(session: Session, draft: Draft, *, municipality: str, by: str, now: datetime) -> uuid.UUID:
    """Add an entry and return its id."""
    entry = NewEntry(new_id(), municipality, draft)
    records.write_new(session, [entry], now=now)
    change_sets.record(session, entry.id, act="added", before=None, after=as_json(draft), by=by, now=now)
    change_sets.bump(session, municipality)
    return entry.id


def get(session: Session, service_id: uuid.UUID) -> Record:
    """Return a visible entry, confidential ones included; raises NoSuchEntry."""
    found = records.load(session, select(Service.id).where(Service.id == service_id, Service.visible))
    if not found:
        raise NoSuchEntry(NoSuchEntry.__doc__)
    return found[0]


def hold(session: Session, *service_ids: uuid.UUID) -> None:
    """Keep entries from being changed by anybody else until this transaction ends; always in the same order."""
    wanted = select(Service.id).where(Service.id.in_(service_ids))
    session.execute(wanted.order_by(Service.id).with_for_update())


def edit(
    session: Session,
    service_id: uuid.UUID,
    draft: Draft,
    *,
    by: str,
    now: datetime,
    seen: datetime | None = None,
    act: str = "changed",
) -> None:
    """Replace what an entry says; `seen` is the last_modified the editor had before them; raises EditedMeanwhile."""
    hold(session, service_id)
    old = get(session, service_id)
    if seen is not None and old.last_modified != seen:
        raise EditedMeanwhile(EditedMeanwhile.__doc__)
    if old.draft == draft:
        return
    records.rewrite(session, [Rewriting(service_id, old.municipality_code, draft, now)])
    change_sets.record(session, service_id, act=act, before=as_json(old.draft), after=as_json(draft), by=by, now=now)
    change_sets.bump(session, old.municipality_code)


def retire(session: Session, service_id: uuid.UUID, *, reason: str, by: str, now: datetime) -> None:
    """Say that a service exists no more; it stays in the books and leaves every answer."""
    gone = replace(get(session, service_id).draft, status=Status.DEFUNCT, status_reason=reason, reopens_on=None)
    edit(session, service_id, gone, by=by, now=now, act="retired")


def rest(session: Session, service_id: uuid.UUID, *, reopens_on: date | None, reason: str, by: str, now: datetime) -> None:
    """Say that a service is closed for a while, and until when if that is known."""
    draft = get(session, service_id).draft
    resting = replace(draft, status=Status.TEMPORARILY_CLOSED, status_reason=reason, reopens_on=reopens_on)
    edit(session, service_id, resting, by=by, now=now, act="rested")


def assure(session: Session, service_id: uuid.UUID, *, assurer: str, how: str, on: date, by: str, now: datetime) -> None:
    """Record that somebody checked with the provider that an entry is true; this is not the same as an edit."""
    draft = get(session, service_id).draft
    edit(session, service_id, replace(draft, assured_date=on, assurer=assurer, assured_how=how), by=by, now=now)


def undo(session: Session, revision: change_sets.Revision, *, by: str, now: datetime) -> None:
    """Bring back what an entry said before one change made by hand or by a file."""
    if revision.before is None:
        raise NoSuchEntry(NoSuchEntry.__doc__)
    before = from_json(revision.before)
    edit(session, revision.service_id, before, by=by, now=now, act="undone")


def ids_of(municipality: str) -> Select[uuid.UUID]:
    """Return the query for all visible entries of a town, for those who keep the directory."""
    return select(Service.id).where(Service.municipality_code == municipality, Service.visible)


def listed(
    session: Session,
    municipality: str,
    *,
    kind: str | None = None,
    status: Status | None = None,
    after: uuid.UUID | None = None,
    limit: int = 50,
) -> list[Record]:
    """Return a page of a town's entries in the order they were made; `after` is the last id of the page before."""
    query = ids_of(municipality)
    if kind is not None:
        query = query.where(Service.kind == kind)
    if status is not None:
        query = query.where(Service.status == status)
    if after is not None:
        query = query.where(Service.id > after)
    page = records.load(session, select(query.order_by(Service.id).limit(limit).subquery().c.id))
    return sorted(page, key=lambda record: record.id)


def whole(session: Session, municipality: str) -> list[Record]:
    """Return every visible entry of a town."""
    return records.load(session, ids_of(municipality))
