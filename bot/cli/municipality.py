"""`uketome municipality`: the towns and prefectures that use this installation."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.cli.opening import known_town, opened
from bot.cli.saying import fail_with, tell
from resources import places
from resources.places import NotACode, Relay

app = typer.Typer(help="自治体の登録。", no_args_is_help=True)

Code = Annotated[str, typer.Argument(help="全国地方公共団体コード（6桁）")]
Prefecture = Annotated[str | None, typer.Option(help="都道府県のコード")]
RelayOption = Annotated[Relay | None, typer.Option(help="相談をどこで受けるか")]


@app.command()
def add(
    code: Code,
    name: Annotated[str, typer.Argument(help="名称")],
    prefecture: Prefecture = None,
    relay: RelayOption = None,
) -> None:
    """自治体を登録します。relay を選ぶまで、住民には何も送りません。"""
    with opened() as store, store.database.writing() as session:
        try:
            town = places.add(session, code, name, now=store.now(), prefecture=prefecture, relay=relay)
        except NotACode as error:
            fail_with(str(error))
        tell("done.town_added", code=town.code, name=town.name)
        if town.relay is None:
            tell("done.town_relay_open", code=town.code)


@app.command("set")
def change(code: Code, name: str | None = None, prefecture: Prefecture = None, relay: RelayOption = None) -> None:
    """登録した自治体の設定を変えます。"""
    with opened() as store, store.database.writing() as session:
        town = known_town(session, code)
        places.add(session, town.code, name or town.name, now=store.now(), prefecture=prefecture, relay=relay)
        tell("done.town_added", code=town.code, name=town.name)


@app.command("list")
def show() -> None:
    """登録されている自治体を並べます。"""
    with opened() as store, store.database.reading() as session:
        for town in places.towns(session):
            typer.echo("\t".join((town.code, town.name, town.prefecture_code or "-", town.relay or "-")))
