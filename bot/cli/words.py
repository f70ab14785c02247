"""`uketome resources words`: what the people of one town call things."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.opening import known_town, opened
from bot.cli.saying import fail, fail_with, tell

if TYPE_CHECKING:
    from resources.town_words import TownWord

app = typer.Typer(help="その町だけのことば（通称・愛称・方言）。その町の相談と検索で1分以内に効きます。", no_args_is_help=True)
Municipality = Annotated[str, typer.Option(help="全国地方公共団体コード（6桁）")]
Expression = Annotated[str, typer.Argument(help="住民が使うことば（2〜40文字）")]


@app.command()
def add(
    expression: Expression,
    municipality: Municipality,
    topic: Annotated[list[str] | None, typer.Option(help="分野のコード（いくつでも）")] = None,
    kind: Annotated[str, typer.Option(help="場所の種類のコード")] = "",
    note: Annotated[str, typer.Option(help="覚え書き（住民には見せません）")] = "",
) -> None:
    """ことばを足します。もうあることばなら、その意味を書きかえます。"""
    from resources import town_words
    from resources.kinds import Kinds

    with opened() as store, store.database.writing() as session:
        town = known_town(session, municipality)
        try:
            word = town_words.add(
                session, town.code, expression, topics=topic or (), kind=kind, note=note,
                kinds=Kinds.load(), by="command line", now=store.now(),
            )  # fmt: skip
        except town_words.NotATownWord as error:
            fail_with(str(error))
        name, said = town.name, word.expression
    tell("done.word_added", town=name, word=said)


@app.command()
def remove(expression: Expression, municipality: Municipality) -> None:
    """ことばを取りのぞきます。"""
    from resources import town_words

    with opened() as store, store.database.writing() as session:
        town = known_town(session, municipality)
        if not town_words.remove(session, town.code, expression):
            fail("failed.no_such_word", town=town.name, word=expression)
        name = town.name
    tell("done.word_removed", town=name, word=expression)


@app.command("list")
def show(
    municipality: Municipality,
    as_json: Annotated[bool, typer.Option("--json", help="結果を JSON で出す")] = False,
) -> None:
    """ことばを並べます。"""
    from resources import town_words

    with opened() as store, store.database.reading() as session:
        known_town(session, municipality)
        rows = town_words.listed(session, municipality)
        if as_json:
            typer.echo(json.dumps([_told(row) for row in rows], ensure_ascii=False))
        for row in () if as_json else rows:
            typer.echo("\t".join((row.expression, "・".join(row.topics) or "-", row.kind or "-", row.note)))


def _told(row: TownWord) -> dict[str, object]:
    told = {"expression": row.expression, "topics": row.topics, "kind": row.kind or None, "note": row.note}
    return {**told, "added_at": row.added_at.isoformat(), "added_by": row.added_by}
