"""`uketome resources`: the directory in and out as files."""

from __future__ import annotations

import json
import sys
import uuid
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from bot.cli import words
from bot.cli.opening import known_town, opened
from bot.cli.saying import fail, fail_with

app = typer.Typer(help="地域の場所・制度の台帳を、ファイルで出し入れします。", no_args_is_help=True)
app.add_typer(words.app, name="words")
Municipality = Annotated[str, typer.Option(help="全国地方公共団体コード（6桁）")]


class Format(StrEnum):
    """A form in which the directory leaves."""

    CSV = "csv"
    XLSX = "xlsx"
    HSDS = "hsds"
    FACILITIES = "facilities"
    CHILDCARE = "childcare"
    CARE = "care"
    SUPPORT = "support"


@app.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(help="CSV・XLSX・HSDS JSON")],
    municipality: Municipality,
    all_municipalities: Annotated[
        bool, typer.Option("--all-municipalities", help="ほかの町の行も入れる（町がなければ作る）")
    ] = False,
    retire_missing: Annotated[
        bool, typer.Option("--retire-missing", help="同じファイルの前回にあって今回ない項目を廃止にする（ふつうは残す）")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="何が変わるかだけを見る")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="結果を JSON で出す")] = False,
) -> None:
    """ファイルを読み、台帳に入れます。書式・文字コード・見出しの行は自動で見分け、結果に示します。"""
    from resources import importing

    if not file.is_file():
        fail("failed.no_such_file", path=file)
    with opened() as store:
        try:
            report = importing.run(
                store.database,
                file.read_bytes(),
                file.name,
                municipality=municipality,
                all_municipalities=all_municipalities,
                dry_run=dry_run,
                retire_missing=retire_missing,
                by="command line",
                now=store.now(),
            )
        except importing.CannotRead as error:
            if as_json:
                typer.echo(json.dumps({"error": str(error)}, ensure_ascii=False))
            fail_with(str(error))
    typer.echo(json.dumps(report.as_dict(), ensure_ascii=False) if as_json else importing.describe(report))


@app.command("undo")
def undo_import(
    change_set: Annotated[uuid.UUID, typer.Argument(help="取り込みの番号（import --json の change_set_id）")],
    as_json: Annotated[bool, typer.Option("--json", help="結果を JSON で出す")] = False,
) -> None:
    """取り込みを丸ごと取り消します。取り込みのあとで人が直した項目は、そのまま残します。"""
    from resources import importing

    with opened() as store:
        try:
            undone = importing.undo(store.database, change_set, by="command line", now=store.now())
        except importing.CannotRead as error:
            fail_with(str(error))
    told = {"hidden": undone.hidden, "restored": undone.restored, "kept": undone.kept}
    says = f"台帳から外した {undone.hidden}・元に戻した {undone.restored}・そのまま残した {undone.kept}"
    typer.echo(json.dumps(told) if as_json else says)


@app.command("export")
def export_file(
    municipality: Municipality,
    format: Annotated[Format, typer.Option(help="書き出す形")],
    whole: Annotated[
        bool, typer.Option("--whole", help="町の控え用。非公開の項目と、確認者・備考など職員だけの欄も入れる（csv・xlsx・hsds）")
    ] = False,
    output: Annotated[Path | None, typer.Option(help="書き出すファイル。なければ標準出力")] = None,
) -> None:
    """台帳を書き出します。csv・xlsx は交換様式、facilities・childcare・care・support は自治体標準の様式です。"""
    from resources import exporting, standard_layouts

    writers: dict[Format, Callable[..., bytes]] = {
        Format.CSV: exporting.to_csv,
        Format.XLSX: exporting.to_xlsx,
        Format.HSDS: exporting.to_hsds,
    }
    with opened() as store, store.database.reading() as session:
        known_town(session, municipality)
        if format in writers:
            content = writers[format](session, municipality, whole=whole)
        elif whole:
            fail("failed.open_format", format=format)
        else:
            content = standard_layouts.to_csv(session, municipality, standard_layouts.LAYOUTS[format])
    if output is None:
        sys.stdout.buffer.write(content)
    else:
        output.write_bytes(content)
