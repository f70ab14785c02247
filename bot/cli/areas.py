"""`uketome areas`: the 町字 of the towns, with their 小学校区 and postcodes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.opening import opened
from bot.cli.saying import fail, fail_with, tell

_FILE = "CSV・XLSX。見出し: 市区町村コード・町名・小学校区・日常生活圏域・郵便番号・緯度・経度"
app = typer.Typer(help="町字・小学校区・郵便番号。", no_args_is_help=True)


@app.callback()
def areas() -> None:
    """町字・小学校区・郵便番号。"""


@app.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(help=_FILE)],
) -> None:
    """町字の一覧を読み、登録されている町に入れます。ファイルにない町字は、そのまま残します。"""
    from resources.importing import CannotRead, area_rows

    if not file.is_file():
        fail("failed.no_such_file", path=file)
    with opened() as store:
        try:
            with store.database.writing() as session:
                taken = area_rows.take(session, file.read_bytes())
        except CannotRead as error:
            fail_with(error.says)
    tell("done.areas_taken", written=taken.written, skipped=taken.skipped)
