"""Takes a spreadsheet from a town hall into the directory, and says what it made of every row."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from resources.db import Database, new_id
from resources.importing import jobs, writing
from resources.importing.preparing import prepare
from resources.importing.preparing import report as report_of
from resources.importing.problems import Problem
from resources.importing.report import Report, describe
from resources.importing.sheets import CannotRead

__all__ = ["CannotRead", "Problem", "Report", "describe", "run"]


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
