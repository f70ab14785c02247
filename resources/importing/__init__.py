"""Takes a spreadsheet from a town hall into the directory, and says what it made of every row."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select

from resources import places, records
from resources.db import Database
from resources.drafts import Draft, differences
from resources.importing import applying
from resources.importing.columns import Headings
from resources.importing.comparing import Comparison, Incoming, compare
from resources.importing.files import File, Table, open_file
from resources.importing.problems import Problem, Row
from resources.importing.report import PART_LABELS, Report, describe, said
from resources.importing.sheets import CannotRead
from resources.importing.towns import UNKNOWN, Towns
from resources.kinds import Kinds
from resources.places import Municipality
from resources.records import Record
from resources.services import Service
from resources.slots import JAPAN

__all__ = ["CannotRead", "Problem", "Report", "describe", "run"]

_CHANGES_SHOWN = 200
_NO_TOWN = "この市区町村はまだ登録されていません。先に uketome municipality add で登録してください。"


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
) -> Report:
    """Import a file; raises CannotRead, whose words are for people, and then nothing has changed."""
    with database.reading() as session:
        home = session.get(Municipality, municipality)
        towns = [(town.code, town.name) for town in places.towns(session)]
    if home is None and not all_municipalities:
        raise CannotRead(_NO_TOWN)
    file = open_file(data, name, kinds=Kinds.load(), home=municipality, today=now.astimezone(JAPAN).date())
    sorted_rows = _Sorting(Towns.know(municipality, name, towns), all_municipalities)
    found = Comparison()
    originals: dict[Any, Any] = {}
    for table in file.tables:
        incoming = list(sorted_rows.take(table))
        there, seen = _directory(database, {row.municipality for row in incoming} | {municipality})
        originals |= seen
        found.join(compare(there, incoming, source=table.source, parts=table.parts, was=_last_reading(table, seen)))
    report = _report(name, file, found, sorted_rows, dry_run)
    if dry_run:
        return report
    towns_added = applying.add_towns(database, sorted_rows.towns, now=now)
    about: dict[str, Any] = {"file_name": name, "file_hash": hashlib.sha256(data).digest(), "layout": file.layout}
    mapping = file.tables[0].mapping
    about |= {"mapping": mapping.as_dict() if mapping else {}}
    applied = applying.apply(database, found, municipality=municipality, by=by, now=now, **about)
    applying.refresh_originals(database, found.same, originals)
    return replace(report, change_set_id=applied.change_set_id, kept=applied.kept, towns_added=towns_added)


@dataclass
class _Sorting:
    """Which rows are taken, skipped as another town's, or refused."""

    known: Towns
    everything: bool
    problems: list[Problem] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)
    towns: dict[str, tuple[str, str]] = field(default_factory=dict)
    rows: int = 0
    refused: int = 0

    def take(self, table: Table) -> Iterable[Incoming]:
        """Yield what is taken from a table."""
        for row in table.rows:
            self.rows += 1
            town = self.known.of(row)
            if town != self.known.home and not self.everything and (row.code or row.draft):
                self.skipped[town] += 1
                continue
            if self.everything:
                # A ward keeps its own code when all towns are wanted.
                town = row.code or town
            self.problems.extend(row.problems)
            if row.draft is None:
                self.refused += 1
                continue
            if not town.isdigit():
                self.refused += 1
                self.problems.append(Problem(row.number, "市区町村名", town, UNKNOWN))
                continue
            if self.everything:
                self._remember(row, town)
            yield Incoming(row.number, town, row.draft, table.source, row.source_id, row.original)

    def _remember(self, row: Row, town: str) -> None:
        self.towns.setdefault(town, (row.city if row.code else self.known.home_name, row.prefecture))


def _directory(database: Database, towns: set[str]) -> tuple[list[Record], dict[Any, Any]]:
    there: list[Record] = []
    seen: dict[Any, Any] = {}
    with database.reading() as session:
        known = sorted(set(session.scalars(select(Service.municipality_code).distinct())) & towns)
        for first in range(0, len(known), 100):
            mine = Service.municipality_code.in_(known[first : first + 100]) & Service.visible
            there += records.load(session, select(Service.id).where(mine))
            for service_id, original in session.execute(select(Service.id, Service.original).where(mine)):
                seen[service_id] = original
    return there, seen


def _last_reading(table: Table, originals: dict[Any, Any]) -> Any:
    def was(record: Record) -> Draft | None:
        original = originals.get(record.id)
        # Only what came from the same kind of file can be read again with its columns.
        return table.reread(original) if original and record.source == table.source else None

    return was


def _report(name: str, file: File, found: Comparison, rows: _Sorting, dry_run: bool) -> Report:
    first, labels = file.tables[0], Headings.load().labels | PART_LABELS
    changes = [
        {"row": each.incoming.row, "name": each.record.draft.name, "field": part.field}
        | {"label": labels.get(part.field, part.field), "before": said(part.before), "after": said(part.after)}
        for each in found.changed[:_CHANGES_SHOWN]
        for part in differences(each.record.draft, each.after)
    ]
    return Report(
        file=name,
        layout=file.layout,
        layout_label=file.label,
        encoding=first.sheet.encoding if first.sheet else "UTF-8",
        delimiter=first.sheet.delimiter if first.sheet else "",
        header_row=first.mapping.header_row if first.mapping else 0,
        sheet="、".join(table.sheet.name for table in file.tables if table.sheet and table.sheet.name),
        dry_run=dry_run,
        rows=rows.rows,
        added=len(found.added),
        changed=len(found.changed),
        missing=len(found.missing),
        same=len(found.same),
        repeated=len(found.repeated),
        refused=rows.refused,
        skipped_by_code=dict(rows.skipped),
        problems=(*file.problems, *rows.problems),
        unknown_headings=tuple(dict.fromkeys(each for table in file.tables if table.mapping for each in table.mapping.unknown)),
        guessed_headings={
            heading: name for table in file.tables if table.mapping for heading, name in table.mapping.guessed.items()
        },
        changes=tuple(changes),
        missing_names=tuple(record.draft.name for record in found.missing[:_CHANGES_SHOWN]),
    )
