"""A file as the rows it holds, whatever it is: a spreadsheet with several sheets, a CSV, or HSDS in JSON."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import PurePath

from resources.drafts import PRIVATE, Draft, draft_fields
from resources.importing.cells import Tables
from resources.importing.checking import checked
from resources.importing.columns import Choices, Headings, Mapping, NoNameColumn, recognise
from resources.importing.comparing import spoken_of
from resources.importing.guessing import KindWords
from resources.importing.hsds import read_hsds
from resources.importing.problems import Problem, Row
from resources.importing.reading import looks_like_json, read
from resources.importing.rows import RowReader
from resources.importing.sheets import CannotRead, Sheet
from resources.kinds import Kinds

_HEARD_EVERY = 200
_BESIDE = "は見本・選択肢・非表示のシートなので、取り込みませんでした。データがあるときは、シートの名前を変えて表示してください。"


@dataclass(frozen=True)
class Table:
    """One table of a file: its rows, what they may speak about, and under which name they come again."""

    source: str
    rows: tuple[Row, ...]
    parts: frozenset[str]
    sheet: Sheet | None = None
    mapping: Mapping | None = None
    reread: Callable[[dict[str, str]], Draft | None] = lambda original: None


@dataclass(frozen=True)
class File:
    """All tables of a file and what could not be read as one."""

    layout: str
    label: str
    tables: tuple[Table, ...]
    problems: tuple[Problem, ...] = ()


Heard = Callable[[int, int], None]  # rows read so far, rows of the table


def _unheard(done: int, total: int) -> None:
    """Stand in where nobody waits to hear how far the reading is."""


def open_file(
    data: bytes, name: str, *, kinds: Kinds, home: str, today: date, chosen: Choices | None = None, heard: Heard = _unheard
) -> File:
    """Read a file into rows; raises CannotRead."""
    if looks_like_json(data):
        rows = tuple(read_hsds(data, kinds))
        # An open file says nothing of the fields that are the town's own: they are not emptied by it.
        silent = {name for name in PRIVATE if not any(row.draft and getattr(row.draft, name) for row in rows)}
        spoken = frozenset(field.name for field in draft_fields()) - silent
        return File("hsds", "Open Referral HSDS 3", (Table("hsds", rows, spoken),))
    sheets = read(data)
    headings, words = Headings.load(), KindWords.load(kinds)
    tables: list[Table] = []
    nameless: CannotRead | None = None
    problems = [Problem(0, sheet, "", f"シート「{sheet}」{_BESIDE}") for sheet in sheets[0].beside]
    for sheet in sheets:
        try:
            mapping = recognise(sheet, headings, chosen)
        except CannotRead as error:
            if len(sheets) == 1:
                raise
            nameless = error if isinstance(error, NoNameColumn) else nameless
            problems.append(Problem(0, sheet.name, "", f"シート「{sheet.name}」は表として読めません。{error.says}"))
            continue
        said = Tables(mapping, words, kinds, home, today, _one_code(sheet, mapping), headings)
        tables.append(_table(sheet, mapping, said, _source(name, mapping, sheet, sheets), heard))
    if not tables:
        raise nameless or CannotRead("名称の列がある表が見つかりません。見出しの行に「名称」を入れてください。")
    first = tables[0].mapping
    assert first is not None
    return File(first.layout.code, first.layout.label, tuple(tables), tuple(problems))


def _table(sheet: Sheet, mapping: Mapping, tables: Tables, source: str, heard: Heard) -> Table:
    rows = tuple(_heard(checked(sheet.rows, tables), len(sheet.rows), heard))

    def reread(original: dict[str, str]) -> Draft | None:
        """Read the row of the last import again, as this file's columns understand it."""
        if not set(original) & set(mapping.headings):
            return None
        cells = [original.get(heading or f"列{at + 1}", "") for at, heading in enumerate(mapping.headings)]
        return RowReader(tables, 0, cells).read().draft

    return Table(source, rows, spoken_of(mapping), sheet, mapping, reread)


def _heard(rows: Iterator[Row], total: int, heard: Heard) -> Iterator[Row]:
    for at, row in enumerate(rows):
        if not at % _HEARD_EVERY:
            heard(at, total)
        yield row


def _one_code(sheet: Sheet, mapping: Mapping) -> bool:
    at = mapping.fields.get("code", mapping.fields.get("place_code", -1))
    codes = {row[at].strip() for row in sheet.rows[mapping.header_row :] if -1 < at < len(row)}
    return len(codes - {""}) <= 1


def _source(name: str, mapping: Mapping, sheet: Sheet, sheets: list[Sheet]) -> str:
    """Return the name under which a file keeps coming: without dates and counters, so that next year's is the same."""
    stem = unicodedata.normalize("NFKC", PurePath(name.replace("\\", "/")).stem).lower()
    stem = re.sub(r"[\d\s_().-]+|令和|平成|年|月|日現在|版|コピー|copy", "", stem)
    return ":".join(part for part in (mapping.layout.code, stem, sheet.name if len(sheets) > 1 else "") if part)[:200]
