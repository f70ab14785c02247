"""Tables as files that programs for tables open: words stay words, and nothing is taken for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

CSV: Final = "text/csv; charset=utf-8"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FORMULA: Final = tuple("=+-@\t\r＝＋－＠")


def safe(cell: str) -> str:
    """Return a cell that no program for tables takes for a formula."""
    return "'" + cell if cell.lstrip("'").startswith(_FORMULA) else cell


def to_csv(rows: Iterable[Sequence[str]]) -> bytes:
    """Return rows as CSV that Excel opens: UTF-8 with BOM, CRLF, nothing it takes for a formula."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows([safe(cell) for cell in row] for row in rows)
    return b"\xef\xbb\xbf" + text.getvalue().encode("utf-8", "replace")


def words_cell(sheet: Any, words: str) -> Cell:
    """Return a cell of a workbook that holds words, whatever they begin with, also once somebody edits it."""
    cell = WriteOnlyCell(sheet, value=ILLEGAL_CHARACTERS_RE.sub("", words))
    # openpyxl makes a formula of every text that begins with =; the quote keeps it words.
    cell.data_type = "s"
    cell.quotePrefix = True
    return cell


def to_bytes(book: Workbook) -> bytes:
    """Return a workbook as a file."""
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()
