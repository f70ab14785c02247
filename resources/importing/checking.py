"""Goes through a table row by row and reads each row that is not empty."""

from __future__ import annotations

from collections.abc import Iterator

from resources.importing.cells import Tables
from resources.importing.problems import Row
from resources.importing.rows import RowReader

_COMMENTS = ("#object_type", "#property", "#LINK", "#lang")


def checked(table: list[list[str]], tables: Tables) -> Iterator[Row]:
    """Yield what each row below the headings says; empty rows and comment rows are passed over."""
    for at in range(tables.mapping.header_row, len(table)):
        cells = table[at]
        if any(cell.strip() for cell in cells) and not cells[0].strip().startswith(_COMMENTS):
            yield RowReader(tables, at + 1, cells).read()

