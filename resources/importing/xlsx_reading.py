"""Reads Excel workbooks, and looks inside the package first so that a prepared one cannot fill the memory."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date, datetime, time, timedelta
from typing import IO, Any

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum

from resources.importing.sheets import CannotRead, Sheet
from resources.importing.xlsx_cells import BROKEN, broken_cells

_EXAMPLE_SHEETS = re.compile("入力例|記入例|記載例|サンプル|見本")
_CHOICES = re.compile(
    "マスタ|コード表|コード一覧|選択肢|選択リスト|種別リスト|プルダウン|ドロップダウン|凡例|テンプレート|入力要領|項目定義|項目説明"
)
_MAX_UNPACKED = 300 * 1024 * 1024
_MAX_PARTS = 2_000
_MAX_SHEETS = 100
_MAX_CELLS = 8_000_000
_MAX_RATIO = 250
_SMALL = 20 * 1024 * 1024
_CELL = re.compile(rb'<(?:\w+:)?c [^>]*?\br="([A-Z]{1,3})(\d{1,7})"')
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_LOCKED = "パスワードのかかったファイルです。パスワードを外して保存し直してください。"
_BROKEN = "Excelのファイルとして開けません。表計算ソフトで開いて、保存し直してください。"
_SUSPECT = "中身が異常に大きいファイルです。必要なシートだけをCSVで保存し直してください。"


def read_workbook(data: bytes) -> list[Sheet]:
    """Return the sheets of a workbook that hold data; a sheet 入力例 never does; raises CannotRead."""
    if data.startswith(b"PK"):
        _inspect(data)
    elif _ENCRYPTED in data:
        raise CannotRead(_LOCKED)
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        names, beside = _chosen(workbook)
        if len(names) > _MAX_SHEETS:
            raise CannotRead(_SUSPECT)
        broken = broken_cells(data)
        tables = [(name, _filled_in(workbook, name, broken)) for name in names]
    except PasswordError as error:
        raise CannotRead(_LOCKED) from error
    except (CalamineError, OSError, ValueError, zipfile.BadZipFile) as error:
        if isinstance(error, CannotRead):
            raise
        raise CannotRead(_BROKEN) from error
    sheets = [Sheet([[_text(cell) for cell in row] for row in table], name, "XLSX", "", beside=beside) for name, table in tables]
    filled = [sheet for sheet in sheets if any(cell.strip() for row in sheet.rows for cell in row)]
    if not filled:
        raise CannotRead("データのあるシートがありません。")
    return filled


def _inspect(data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            parts = package.infolist()
            if any(part.flag_bits & 1 for part in parts):
                raise CannotRead(_LOCKED)
            unpacked = sum(part.file_size for part in parts)
            packed = sum(part.compress_size for part in parts) or 1
            if len(parts) > _MAX_PARTS or unpacked > _MAX_UNPACKED:
                raise CannotRead(_SUSPECT)
            if unpacked > _SMALL and unpacked / packed > _MAX_RATIO:
                raise CannotRead(_SUSPECT)
            names = [part.filename for part in parts]
            if not any(name.startswith(("xl/", "content.xml")) for name in names):
                raise CannotRead("圧縮されたファイルですが、Excelではありません。解凍してから選んでください。")
            for name in names:
                if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                    with package.open(name) as part:
                        _inspect_sheet(part)
    except (zipfile.BadZipFile, RuntimeError, EOFError) as error:
        raise CannotRead(_BROKEN) from error


def _inspect_sheet(part: IO[bytes]) -> None:
    """Refuse a sheet whose cells lie so far apart that the table between them would not fit into memory."""
    width = height = 0
    left = b""
    while piece := part.read(1 << 20):
        chunk = left + piece
        if b"<!DOCTYPE" in chunk or b"<!ENTITY" in chunk:
            raise CannotRead(_BROKEN)
        for letters, row in _CELL.findall(chunk):
            height = max(height, int(row))
            width = max(width, _column(letters))
        if width * height > _MAX_CELLS:
            raise CannotRead(_SUSPECT)
        left = chunk[-200:]


def _chosen(workbook: CalamineWorkbook) -> tuple[list[str], tuple[str, ...]]:
    """Part the sheets into those that may hold data and those that hold examples or choices, or are hidden."""
    seen = [each.name for each in workbook.sheets_metadata if each.visible == SheetVisibleEnum.Visible]
    names = [name for name in seen if not _EXAMPLE_SHEETS.search(name)]
    data = [name for name in names if not _CHOICES.search(name)] or names
    return data, tuple(name for name in workbook.sheet_names if name not in data)


def _filled_in(workbook: CalamineWorkbook, name: str, broken: dict[int, list[tuple[int, int]]]) -> list[list[Any]]:
    """Return a sheet in which cells merged downwards all say what the first one says, and cells without a value say so."""
    sheet = workbook.get_sheet_by_name(name)
    rows = sheet.to_python(skip_empty_area=False)
    for row, column in broken.get(workbook.sheet_names.index(name), ()):
        if row < len(rows) and column < len(rows[row]) and rows[row][column] in ("", None):
            rows[row][column] = BROKEN
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        if bottom > top and left == right:
            for row in range(top + 1, min(bottom + 1, len(rows))):
                rows[row][left] = rows[top][left]
    return rows


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _text(cell: object) -> str:
    if isinstance(cell, str):
        return cell.replace("\x00", "")
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        return cell.strftime("%Y-%m-%d" if cell.time() == time() else "%Y-%m-%d %H:%M")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, time):
        return cell.strftime("%H:%M")
    if isinstance(cell, timedelta):
        minutes = int(cell.total_seconds() // 60)
        return f"{minutes // 60:02}:{minutes % 60:02}"
    return str(cell).replace("\x00", "")
