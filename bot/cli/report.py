"""`uketome report`: the counts of a town for a month or a fiscal year."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from bot.cli.opening import known_town, opened
from bot.cli.saying import fail, sentence, tell


def report(
    municipality: Annotated[str, typer.Option(help="全国地方公共団体コード（6桁）")],
    month: Annotated[str, typer.Option(help="月（2026-11 の形）")] = "",
    fiscal_year: Annotated[str, typer.Option(help="年度（2026 の形）。4月から翌年3月まで")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="結果を JSON で出す")] = False,
) -> None:
    """相談の数を、月か年度で集計します。小さい数もそのまま出るので、町の外には渡さないでください。"""
    from handoff.casework.figures import period
    from handoff.casework.figures import report as figures

    if bool(month) == bool(fiscal_year):
        fail("failed.one_period")
    try:
        chosen = period.read(month, fiscal_year)
    except period.NoSuchPeriod:
        fail("failed.no_such_period")
    with opened() as store, store.database.reading(municipality) as session:
        known_town(session, municipality)
        found = figures.gather(session, municipality, chosen, now=store.now())
    if as_json:
        typer.echo(json.dumps(found.as_dict(), ensure_ascii=False, indent=1))
        return
    tell("report.title", town=found.name, period=chosen.label)
    for table in found.tables:
        typer.echo(f"{table.code} {table.title}")
        for row in table.told:
            typer.echo(f"  {row.label}\t{row.shown}{table.unit.value}")
        if not table.told:
            typer.echo("  " + sentence("report.nothing"))
