"""Carries out what was prepared: new and changed entries, and those that a file has no more when somebody chose so."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Container, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from resources.db import Database
from resources.drafts import differences
from resources.importing import applying
from resources.importing.applying import Applied
from resources.importing.preparing import Prepared
from resources.services import Status
from resources.slots import JAPAN
from resources.staging import Change


class _Everything(Container[object]):
    def __contains__(self, one: object) -> bool:
        return True


ALL: Final[Container[Any]] = _Everything()


def retirements(prepared: Prepared, chosen: Container[uuid.UUID], *, now: datetime) -> list[Change]:
    """Return the closing of those entries the file has no more that somebody chose; nothing is closed by itself."""
    day = now.astimezone(JAPAN).date()
    reason = f"{day.year}年{day.month}月{day.day}日に取り込んだファイルに載っていないため"
    return [
        Change(record.id, record.draft, replace(record.draft, status=Status.DEFUNCT, status_reason=reason, reopens_on=None))
        for record in prepared.found.missing
        if record.id in chosen and record.draft.status is not Status.DEFUNCT
    ]


def add_towns(database: Database, prepared: Prepared, *, now: datetime) -> int:
    """Create the towns whose rows are wanted and that are not there yet; returns how many."""
    return applying.add_towns(database, prepared.rows.towns, now=now)


def write(
    database: Database,
    prepared: Prepared,
    data: bytes,
    *,
    municipality: str,
    by: str,
    now: datetime,
    change_set_id: uuid.UUID,
    retired: Sequence[Change] = (),
    heard: Callable[[int], None] = lambda more: None,
) -> Applied:
    """Write what was prepared under one change set."""
    mapping = prepared.file.tables[0].mapping
    about: dict[str, Any] = {"id": change_set_id, "file_name": prepared.name, "layout": prepared.file.layout}
    about |= {"file_hash": hashlib.sha256(data).digest(), "mapping": mapping.as_dict() if mapping else {}}
    found = prepared.found
    applied = applying.apply(
        database, found, municipality=municipality, by=by, now=now, retired=retired, heard=heard, **about
    )
    applying.refresh_originals(database, found.same, prepared.originals)
    return applied


def to_write(prepared: Prepared, retired: Sequence[Change]) -> int:
    """Return how many entries are written, for saying how far the writing is."""
    return len(prepared.found.added) + len(prepared.found.changed) + len(retired)


def fingerprint(prepared: Prepared) -> str:
    """Return what stays the same as long as the same file would do the same to the directory."""
    told = hashlib.sha256()
    found = prepared.found
    for row in found.added:
        told.update(f"a{row.row};{row.municipality}\n".encode())
    for each in found.changed:
        told.update(f"c{each.record.id}{differences(each.record.draft, each.after)!r}\n".encode())
    for record in found.missing:
        told.update(f"m{record.id}{record.draft.status}\n".encode())
    return told.hexdigest()
