"""Opens whatever file a town hall has, and says in plain words when it cannot be opened."""

from __future__ import annotations

from resources.importing.csv_reading import read_csv
from resources.importing.sheets import CannotRead, Sheet
from resources.importing.xlsx_reading import read_workbook

MAX_BYTES = 64 * 1024 * 1024
_NOT_TABLES = (
    (b"%PDF", "これはPDFです。元になった表（CSVかExcel）を選んでください。"),
    (b"<!DOCTYPE", "これはWebページです。CSVかExcelのファイルを保存し直してください。"),
    (b"<html", "これはWebページです。CSVかExcelのファイルを保存し直してください。"),
    (b"<table", "これはWebページです。CSVかExcelのファイルを保存し直してください。"),
    (b"<meta", "これはWebページです。CSVかExcelのファイルを保存し直してください。"),
    (b"<?xml", "これはXMLです。表計算ソフトで開いて、Excelブック（.xlsx）かCSVで保存し直してください。"),
    (b"{\\rtf", "これは文書です。CSVかExcelのファイルを選んでください。"),
    (b"\x89PNG", "これは画像です。CSVかExcelのファイルを選んでください。"),
    (b"\xff\xd8\xff", "これは画像です。CSVかExcelのファイルを選んでください。"),
    (b"Rar!", "圧縮されたファイルです。解凍してから選んでください。"),
)


def read(data: bytes) -> list[Sheet]:
    """Return the tables in a file, whatever its name ends with; raises CannotRead."""
    if not data.strip(b"\x00 \r\n\t"):
        raise CannotRead("ファイルの中身がありません。")
    if len(data) > MAX_BYTES:
        raise CannotRead(f"ファイルが大きすぎます（{MAX_BYTES // 1024 // 1024}MBまで）。分けて取り込んでください。")
    head = data[:512].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    for magic, says in _NOT_TABLES:
        if head.startswith(magic.lower()):
            raise CannotRead(says)
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        return read_workbook(data)
    return [read_csv(data)]


def looks_like_json(data: bytes) -> bool:
    """Say whether the bytes are JSON rather than a table."""
    head = data.lstrip(b"\xef\xbb\xbf \r\n\t")
    return head.startswith((b"{", b"[")) and head.rstrip().endswith((b"}", b"]"))
