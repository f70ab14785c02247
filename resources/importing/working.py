"""Does the next step with a file that was brought: checks it, takes it in, or takes it back."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from resources import staging
from resources.db import Database, new_id
from resources.drafts import Draft, differences
from resources.importing import jobs, kept, remembering, writing
from resources.importing.columns import Choices, Headings, NoNameColumn
from resources.importing.columns import Mapping as Columns
from resources.importing.jobs import ImportJob, JobState, Progress
from resources.importing.preparing import Prepared, prepare
from resources.importing.preparing import report as report_of
from resources.importing.report import PART_LABELS, said
from resources.importing.sheets import CannotRead, Sheet
from resources.services import Status

ALL_MISSING: Final = "all"
_MOVED = "確かめたあとで台帳が変わりました。取り込みはまだしていません。下の内容をもう一度確かめてください。"
_LONGEST = 300
_SAMPLE = 60


def work(database: Database, job_id: uuid.UUID, *, now: datetime) -> None:
    """Do what a claimed file is waiting for."""
    with database.reading() as session:
        job = session.get_one(ImportJob, job_id)
    steps = {JobState.CHECKING: _check, JobState.APPLYING: _apply, JobState.UNDOING: _undo}
    if (step := steps.get(job.state)) is not None:
        step(database, job, now)


def work_next(database: Database, *, now: datetime) -> bool:
    """Claim the next file and do its step; says whether there was one."""
    with database.writing() as session:
        job = jobs.claim(session)
    if job is not None:
        work(database, job.id, now=now)
    return job is not None


def _check(database: Database, job: ImportJob, now: datetime) -> None:
    with database.reading() as session:
        chosen = remembering.of_town(session, job.municipality_code)
    try:
        prepared = _prepared(database, job, chosen, now)
    except CannotRead as error:
        tables = [_columns(error.mapping, None)] if isinstance(error, NoNameColumn) else []
        _settle(database, job, JobState.FAILED, trouble=error.says, report={"tables": tables})
        return
    _show(database, job, prepared, chosen, trouble="")


def _prepared(database: Database, job: ImportJob, chosen: Choices, now: datetime) -> Prepared:
    progress = Progress(database, job.id)
    with database.reading() as session:
        data = kept.bytes_of(session, job.id)
    return prepare(
        database, data, job.file_name, municipality=job.municipality_code, now=now, chosen=chosen, heard=progress.at
    )


def _show(database: Database, job: ImportJob, prepared: Prepared, chosen: Choices, *, trouble: str) -> None:
    found = prepared.found
    kept.keep_rows(
        database,
        job.id,
        {
            "added": (_entry(each.draft, row=each.row) for each in found.added),
            "changed": _changes(prepared),
            "missing": (_entry(each.draft, id=str(each.id), gone=each.draft.status == Status.DEFUNCT) for each in found.missing),
            "problems": (
                {"row": one.row, "column": one.column, "value": one.value[:_LONGEST], "says": one.says}
                for one in prepared.problems
            ),
        },
    )
    report = report_of(prepared, dry_run=True).as_dict()
    for rows in ("changes", "missing_names"):
        del report[rows]
    report["problems"] = len(prepared.problems)
    report["closable"] = sum(each.draft.status != Status.DEFUNCT for each in found.missing)
    report["tables"] = [_columns(table.mapping, table.sheet) for table in prepared.file.tables if table.mapping]
    columns = {signed: {str(at): name for at, name in one.items()} for signed, one in chosen.items()}
    mine = {table["signature"] for table in report["tables"]}
    _settle(
        database, job, JobState.READY, trouble=trouble, report=report, fingerprint=writing.fingerprint(prepared),
        columns={signed: one for signed, one in columns.items() if signed in mine},
    )  # fmt: skip


def _entry(draft: Draft, **more: Any) -> dict[str, Any]:
    parts = {"name": draft.name, "address": draft.address, "phones": said(draft.phones), "hours": said(draft.slots)}
    return more | {name: text[:_LONGEST] for name, text in parts.items()}


def _changes(prepared: Prepared) -> Iterator[dict[str, Any]]:
    labels = Headings.load().labels | PART_LABELS
    for each in prepared.found.changed:
        parts = [
            {"label": labels.get(one.field, one.field)}
            | {"before": said(one.before)[:_LONGEST], "after": said(one.after)[:_LONGEST]}
            for one in differences(each.record.draft, each.after)
        ]
        yield {"row": each.incoming.row, "id": str(each.record.id), "name": each.record.draft.name, "parts": parts}


def _columns(mapping: Columns, sheet: Sheet | None) -> dict[str, Any]:
    """Return what an editor must see of a table's columns to choose what each of them says."""
    rows = sheet.rows[mapping.header_row :] if sheet else []

    def sample(at: int) -> str:
        cells = (row[at].strip() for row in rows[:50] if at < len(row))
        return next((cell[:_SAMPLE] for cell in cells if cell), "")

    columns = [
        {"at": at, "heading": heading, "field": mapping.field_of(at), "sample": sample(at)}
        | {"guessed": heading in mapping.guessed, "timed": at in mapping.timed_columns}
        for at, heading in enumerate(mapping.headings)
        if heading.strip()
    ]
    return {
        "signature": mapping.signature, "sheet": sheet.name if sheet else "", "columns": columns,
        "header_row": mapping.header_row,
    }  # fmt: skip


def _apply(database: Database, job: ImportJob, now: datetime) -> None:
    chosen = {signed: {int(at): name for at, name in one.items()} for signed, one in job.columns.items()}
    try:
        prepared = _prepared(database, job, chosen, now)
    except CannotRead as error:
        _settle(database, job, JobState.FAILED, trouble=error.says)
        return
    if writing.fingerprint(prepared) != job.fingerprint:
        _show(database, job, prepared, chosen, trouble=_MOVED)
        return
    wanted = writing.ALL if job.retire == [ALL_MISSING] else {uuid.UUID(one) for one in job.retire}
    retired = writing.retirements(prepared, wanted, now=now)
    change_set_id = new_id()
    progress = Progress(database, job.id, total=writing.to_write(prepared, retired))
    with database.writing() as session:
        session.get_one(ImportJob, job.id).change_set_id = change_set_id
    with database.reading() as session:
        data = kept.bytes_of(session, job.id)
    applied = writing.write(
        database, prepared, data, municipality=job.municipality_code, by=job.by, now=now, change_set_id=change_set_id,
        retired=retired, heard=progress.heard,
    )  # fmt: skip
    result = {"kept": applied.kept, "retired": len(retired)}
    _settle(database, job, JobState.APPLIED, trouble="", result=result, settled_at=now)


def _undo(database: Database, job: ImportJob, now: datetime) -> None:
    assert job.change_set_id is not None
    by, progress = str(job.result.get("undone_by", job.by)), Progress(database, job.id)
    # What is undone is counted for nobody to see, but each batch says that this process lives.
    undone = staging.undo(database, job.change_set_id, by=by, now=now, heard=progress.heard)
    result = job.result | {"hidden": undone.hidden, "restored": undone.restored, "left": undone.kept}
    _settle(database, job, JobState.UNDONE, trouble="", result=result, settled_at=now)


def _settle(database: Database, job: ImportJob, state: JobState, **values: Any) -> None:
    with database.writing() as session:
        row = session.get_one(ImportJob, job.id)
        row.state, row.leased_until = state, None
        for name, value in values.items():
            setattr(row, name, value)

