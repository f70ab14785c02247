"""Reads a file and lays it beside the directory of a town, without writing anything."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select

from resources import places, records
from resources.db import Database
from resources.drafts import Draft, differences
from resources.importing import remembering
from resources.importing.columns import Choices, Headings
from resources.importing.comparing import Comparison, Incoming, compare
from resources.importing.files import File, Heard, Table, open_file
from resources.importing.problems import Problem, Row
from resources.importing.report import PART_LABELS, Report, said
from resources.importing.sheets import CannotRead
from resources.importing.towns import UNKNOWN, Towns
from resources.kinds import Kinds
from resources.places import Municipality
from resources.records import Record
from resources.services import Service
from resources.slots import JAPAN

CHANGES_SHOWN = 200
_NO_TOWN = "この市区町村はまだ登録されていません。先に uketome municipality add で登録してください。"


@dataclass(frozen=True)
class Prepared:
    """A file beside the directory: what it holds, what it would change, and the rows entries were last read from."""

    name: str
    file: File
    found: Comparison
    rows: Sorting
    originals: dict[Any, Any]

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Everything that must be said about the file's cells and rows."""
        return (*self.file.problems, *self.rows.problems)


def prepare(
    database: Database,
    data: bytes,
    name: str,
    *,
    municipality: str,
    now: datetime,
    all_municipalities: bool = False,
    chosen: Choices | None = None,
    heard: Heard = lambda done, total: None,
) -> Prepared:
    """Read a file and compare it; raises CannotRead. Columns are read as `chosen`, else as the town's editors chose before."""
    with database.reading() as session:
        home = session.get(Municipality, municipality)
        towns = [(town.code, town.name) for town in places.towns(session)]
        chosen = remembering.of_town(session, municipality) if chosen is None else chosen
    if home is None and not all_municipalities:
        raise CannotRead(_NO_TOWN)
    today = now.astimezone(JAPAN).date()
    file = open_file(data, name, kinds=Kinds.load(), home=municipality, today=today, chosen=chosen, heard=heard)
    rows = Sorting(Towns.know(municipality, name, towns), all_municipalities)
    found = Comparison()
    originals: dict[Any, Any] = {}
    for table in file.tables:
        incoming = list(rows.take(table))
        there, seen = _directory(database, {row.municipality for row in incoming} | {municipality})
        originals |= seen
        found.join(compare(there, incoming, source=table.source, parts=table.parts, was=_last_reading(table, seen)))
    return Prepared(name, file, found, rows, originals)


@dataclass
class Sorting:
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
            yield Incoming(row.number, town, row.draft, table.source, row.source_id, row.original, row.last_modified)

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


def report(prepared: Prepared, *, dry_run: bool) -> Report:
    """Say what was read and what would change."""
    file, found, rows = prepared.file, prepared.found, prepared.rows
    first, labels = file.tables[0], Headings.load().labels | PART_LABELS
    changes = [
        {"row": each.incoming.row, "name": each.record.draft.name, "field": part.field}
        | {"label": labels.get(part.field, part.field), "before": said(part.before), "after": said(part.after)}
        for each in found.changed[:CHANGES_SHOWN]
        for part in differences(each.record.draft, each.after)
    ]
    return Report(
        file=prepared.name,
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
        problems=prepared.problems,
        unknown_headings=tuple(dict.fromkeys(each for table in file.tables if table.mapping for each in table.mapping.unknown)),
        guessed_headings={
            heading: name for table in file.tables if table.mapping for heading, name in table.mapping.guessed.items()
        },
        changes=tuple(changes),
        missing_names=tuple(record.draft.name for record in found.missing[:CHANGES_SHOWN]),
    )
