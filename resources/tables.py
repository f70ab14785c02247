"""Tables as files that programs for tables open: words stay words, and nothing is taken for a formula."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

CSV: Final = "text/csv; charset=utf-8"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FORMULA: Final = tuple("=+-@\t\r＝＋－＠")
# A package knows no earlier day; the same table must be the same file whenever it is written.
_NO_DAY: Final = (1980, 1, 1, 0, 0, 0)
_WRITTEN_ON: Final = re.compile(rb"<dcterms:(created|modified)[^>]*>[^<]*</dcterms:\1>")
_UNDERSCORED: Final = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


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
    # A spreadsheet reads _x0041_ as the letter A, unless its first line is written that way itself.
    cell = WriteOnlyCell(sheet, value=_UNDERSCORED.sub("_x005F_", ILLEGAL_CHARACTERS_RE.sub("", words)))
    # openpyxl makes a formula of every text that begins with =; the quote keeps it words.
    cell.data_type = "s"
    cell.quotePrefix = True
    return cell


def to_bytes(book: Workbook) -> bytes:
    """Return a workbook as a file: the same cells are the same bytes, whenever they are written."""
    written, content = io.BytesIO(), io.BytesIO()
    book.save(written)
    with zipfile.ZipFile(written) as package, zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as again:
        for part in package.infolist():
            body = package.read(part)
            if part.filename == "docProps/core.xml":
                body = _WRITTEN_ON.sub(b"", body)
            again.writestr(zipfile.ZipInfo(part.filename, _NO_DAY), body, zipfile.ZIP_DEFLATED)
    return content.getvalue()
