"""Reads CSV files as they really are: any encoding Japan uses, several marks at the start, stray quotes."""

from __future__ import annotations

import csv
import io
import re
import statistics

from resources.importing.sheets import CannotRead, Sheet

_BOM = b"\xef\xbb\xbf"
_DELIMITERS = ",\t;|"
_SAMPLE_LINES = 40
_HALF_KANA = re.compile("[｡-ﾟ]")
_REPLACED = "\ufffd"


def read_csv(data: bytes) -> Sheet:
    """Return the one table of a CSV file; raises CannotRead."""
    text, encoding = decode(data)
    text = text.lstrip("\ufeff").replace("\x00", "")
    announced = re.match(r"sep=(.)\r?\n", text)
    if announced:
        text = text[announced.end() :]
    delimiter = announced[1] if announced else _delimiter(text)
    return Sheet(_rows(text, delimiter), "", encoding, delimiter, _REPLACED in text)


def decode(data: bytes) -> tuple[str, str]:
    """Return the text of a file and the name of its encoding; what cannot be read becomes U+FFFD."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace"), "UTF-16"
    if b"\x00" in data[:2000]:
        guess = "utf-16-le" if data[1:2000:2].count(0) > data[0:2000:2].count(0) else "utf-16-be"
        if data[:2000].count(0) > len(data[:2000]) // 5:
            return data.decode(guess, "replace"), guess.upper()
    marks = 0
    while data.startswith(_BOM, marks * 3):
        marks += 1
    body = data[marks * 3 :]
    if b"\x1b$" in body and (text := _strictly(body, "iso-2022-jp")):
        return text, "ISO-2022-JP"
    if text := _strictly(body, "utf-8"):
        return text, "UTF-8 (BOM)" if marks else "UTF-8"
    candidates = [(text, name) for name in ("cp932", "euc-jp") if (text := _strictly(body, name))]
    if candidates:
        # EUC-JP read as CP932 turns into half-width kana; real text has few of them.
        text, name = min(candidates, key=lambda found: len(_HALF_KANA.findall(found[0])))
        return text, name.upper()
    # Two files pasted together: each line is read by itself, what nothing can read becomes U+FFFD.
    return "".join(_line(line) for line in body.splitlines(keepends=True)), "UTF-8 + CP932"


def _line(line: bytes) -> str:
    return _strictly(line, "utf-8") or _strictly(line, "cp932") or line.decode("utf-8", "replace")


def _strictly(data: bytes, encoding: str) -> str:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return ""
    # CP932 lends these code points to bytes that mean nothing.
    return "" if re.search("[\uf8f0-\uf8f3]", text) else text


def _delimiter(text: str) -> str:
    lines = [line for line in text[:200_000].splitlines()[:_SAMPLE_LINES] if line.strip()]
    if not lines:
        return ","
    # Commas inside quoted cells or addresses must not outvote the tabs between cells.
    bare = [re.sub(r'"[^"]*"', "", line) for line in lines]
    return max(_DELIMITERS, key=lambda mark: statistics.median(line.count(mark) for line in bare))


def _rows(text: str, delimiter: str) -> list[list[str]]:
    # The standard limit of 131,072 characters a cell is for careless programs; the file's size is bounded already.
    csv.field_size_limit(max(csv.field_size_limit(), len(text) + 1))
    rows: list[list[str]] = []
    strict = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        rows.extend(strict)
        return rows
    except csv.Error:
        pass
    # A strict reader also refuses "a"b, which is harmless; only a quote that never closes swallows rows.
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    if text.count('"') % 2 or _swallowed(rows, delimiter):
        raise CannotRead(
            f'{_unclosed_row(rows)}行目のあたりで引用符（"）が閉じていません。表計算ソフトで開いて、CSVで保存し直してください。'
        )
    return rows


def _swallowed(rows: list[list[str]], delimiter: str) -> bool:
    """Say whether a cell holds whole rows: two quotes that never closed look like one that did."""
    width = max(statistics.mode(len(row) for row in rows), 2)
    return any(line.count(delimiter) >= width - 1 for row in rows for cell in row if "\n" in cell for line in cell.split("\n"))


def _unclosed_row(rows: list[list[str]]) -> int:
    longest = max(range(len(rows)), key=lambda at: sum(cell.count("\n") for cell in rows[at]))
    return longest + 1
