"""The counts as files: CSV that Excel opens, and a workbook with one sheet a table."""

from __future__ import annotations

from collections.abc import Iterator

from openpyxl import Workbook

from handoff.casework.figures.report import Report
from handoff.casework.figures.table import Row, Table
from resources import tables

HEADINGS = ("番号", "表", "項目", "数", "単位")
_SHEET_NAME = 31
_FORBIDDEN = str.maketrans("[]:*?/\\", "（）：＊？／＼")


def to_csv(report: Report) -> bytes:
    """Return all tables one below the other: UTF-8 with BOM, CRLF, nothing a program takes for a formula."""
    rows = (
        (table.code, table.title, label, str(value), table.unit.value)
        for table in report.tables
        for label, value in _lines(table)
    )
    return tables.to_csv([_head(report), HEADINGS, *rows])


def to_xlsx(report: Report) -> bytes:
    """Return a workbook whose words are words and whose numbers are numbers, never formulas."""
    book = Workbook()
    book.remove(book.active)  # type: ignore[arg-type]
    for table in report.tables:
        sheet = book.create_sheet(f"{table.code} {table.title}".translate(_FORBIDDEN)[:_SHEET_NAME])
        sheet.column_dimensions["A"].width = 50
        heading = (HEADINGS[2], f"{HEADINGS[3]}（{table.unit.value}）")
        lines: list[tuple[str | int, ...]] = [_head(report), (table.title,), heading]
        for at, line in enumerate([*lines, *_lines(table)], 1):
            for column, value in enumerate(line, 1):
                cell = sheet.cell(at, column, value)
                if isinstance(value, str):
                    cell.data_type = "s"
        if table.note:
            sheet.cell(sheet.max_row + 1, 1, table.note).data_type = "s"
    return tables.to_bytes(book)


def _head(report: Report) -> tuple[str, ...]:
    return report.name, report.town, report.period.label, report.mark


def _lines(table: Table) -> Iterator[tuple[str, str | int]]:
    if not table.rows:
        yield "記録なし", ""
    for row in table.rows:
        yield row.label, _value(row)


def _value(row: Row) -> str | int:
    return row.hidden or ("" if row.value is None else row.value)
