"""Takes a spreadsheet from a town hall into the directory, and says what it made of every row."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select

from resources.db import Database, database_clock, new_id
from resources.importing import jobs, working, writing
from resources.importing.jobs import ImportJob, JobState
from resources.importing.preparing import prepare
from resources.importing.preparing import report as report_of
from resources.importing.problems import Problem
from resources.importing.report import Report, describe
from resources.importing.sheets import CannotRead
from resources.staging import Undone

_NOTHING = "その番号の取り込みはありません。import --json の change_set_id を書いてください。"
__all__ = ["CannotRead", "Problem", "Report", "describe", "run", "undo"]


def run(
    database: Database,
    data: bytes,
    name: str,
    *,
    municipality: str,
    by: str,
    now: datetime,
    all_municipalities: bool = False,
    dry_run: bool = False,
    retire_missing: bool = False,
) -> Report:
    """Import a file; raises CannotRead, whose words are for people, and then nothing has changed."""
    prepared = prepare(
        database, data, name, municipality=municipality, now=now, all_municipalities=all_municipalities
    )
    report = report_of(prepared, dry_run=dry_run)
    if dry_run:
        return report
    with database.writing() as session:
        jobs.refuse_busy(session, municipality)
    change_set_id = new_id()
    retired = writing.retirements(prepared, writing.ALL if retire_missing else (), now=now)
    towns_added = writing.add_towns(database, prepared, now=now)
    with jobs.holding(database, municipality, name=name, by=by, now=now, change_set_id=change_set_id) as job:
        applied = writing.write(
            database, prepared, data, municipality=municipality, by=by, now=now, change_set_id=change_set_id,
            retired=retired, heard=job.heard,
        )  # fmt: skip
    return replace(
        report, change_set_id=applied.change_set_id, kept=applied.kept, towns_added=towns_added, retired=len(retired)
    )


def undo(database: Database, change_set_id: uuid.UUID, *, by: str, now: datetime) -> Undone:
    """Take back a whole import from outside the console; raises CannotRead when there is nothing to take back."""
    with database.writing() as session:
        query = select(ImportJob).where(ImportJob.change_set_id == change_set_id)
        job = session.scalars(query).first()
        if job is None:
            raise CannotRead(_NOTHING)
        job_id, applied = job.id, frozenset({JobState.APPLIED})
        values = {"result": {**job.result, "undone_by": by}, "leased_until": database_clock(session) + jobs.LEASE}
        jobs.move(session, job, to=JobState.UNDOING, seen=applied, **values)
    working.work(database, job_id, now=now)
    with database.reading() as session:
        result = session.get_one(ImportJob, job_id).result
    return Undone(change_set_id, result["hidden"], result["restored"], result["left"])
