"""Goes through a table row by row and decides of each row whether it is this town's, another's, or none."""

from __future__ import annotations

from collections.abc import Iterator

from resources.importing.problems import Row
from resources.importing.rows import RowReader, Tables

_COMMENTS = ("#object_type", "#property", "#LINK", "#lang")


def checked(table: list[list[str]], tables: Tables) -> Iterator[Row]:
    """Yield what each row below the headings says; empty rows and comment rows are passed over."""
    for at in range(tables.mapping.header_row, len(table)):
        cells = table[at]
        if any(cell.strip() for cell in cells) and not cells[0].strip().startswith(_COMMENTS):
            yield RowReader(tables, at + 1, cells).read()


def is_home(row: Row, *, home: str, home_name: str) -> bool:
    """Say whether a row is about the town the file is imported for; a row that names no town is.

    The wards of a designated city (札幌市中央区) belong to the city when the import is for the city.
    """
    if not row.code or row.code == home:
        return True
    return bool(home_name) and row.city != home_name and row.city.startswith(home_name) and row.city.endswith("区")
