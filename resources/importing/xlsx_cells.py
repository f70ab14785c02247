"""Finds the cells of a workbook whose value is missing: errors such as #N/A, and formulas saved without a result."""

from __future__ import annotations

import io
import re
import zipfile

BROKEN = "#N/A"
_LARGEST = 40 * 1024 * 1024
_SHEET = re.compile(r'<(?:\w+:)?sheet\b[^>]*?\bname="([^"]*)"[^>]*?\br:id="([^"]+)"')
_RELATION = re.compile(r"<(?:\w+:)?Relationship\b[^>]*>")
# A cell ends where the next begins: a file of cells that never end must not be read again and again.
_BROKEN_CELL = re.compile(r"<(?:\w+:)?c\b([^<>]*)>((?:(?!</?(?:\w+:)?c[\s>]).)*)</(?:\w+:)?c>", re.S)
_AT = re.compile(r'\br="([A-Z]{1,3})(\d{1,7})"')


def broken_cells(data: bytes) -> dict[int, list[tuple[int, int]]]:
    """Return, for each sheet by its number in the workbook, the cells (row, column from 0) that hold no value."""
    if not data.startswith(b"PK"):
        return {}
    found: dict[int, list[tuple[int, int]]] = {}
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        sizes = {part.filename: part.file_size for part in package.infolist()}
        if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= sizes.keys():
            return {}
        for number, path in enumerate(_paths(package)):
            if sizes.get(path, _LARGEST) < _LARGEST:
                text = package.read(path).decode("utf-8", "replace")
                if 't="e"' in text or "<f" in text:
                    found[number] = [at for each in _BROKEN_CELL.finditer(text) if (at := _broken(each[1], each[2]))]
    return found


def _paths(package: zipfile.ZipFile) -> list[str]:
    targets = {}
    for relation in _RELATION.findall(package.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")):
        id_, target = re.search(r'\bId="([^"]+)"', relation), re.search(r'\bTarget="([^"]+)"', relation)
        if id_ and target:
            targets[id_[1]] = target[1].removeprefix("/") if target[1].startswith("/") else f"xl/{target[1]}"
    sheets = _SHEET.findall(package.read("xl/workbook.xml").decode("utf-8", "replace"))
    return [targets.get(id_, "") for _, id_ in sheets]


def _broken(attributes: str, inner: str) -> tuple[int, int] | None:
    error = 't="e"' in attributes
    formula_without_result = re.search(r"<(?:\w+:)?f\b", inner) and not re.search(r"<(?:\w+:)?v>[^<]", inner)
    place = _AT.search(attributes)
    if not (error or formula_without_result) or place is None:
        return None
    column = 0
    for letter in place[1]:
        column = column * 26 + ord(letter) - 64
    return int(place[2]) - 1, column - 1
