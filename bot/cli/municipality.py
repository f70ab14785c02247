"""`uketome municipality`: the towns and prefectures that use this installation."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer
from sqlalchemy.orm import Session

from bot.cli.opening import known_town, opened
from bot.cli.saying import fail, fail_with, tell
from resources import places
from resources.places import Level, Municipality, NotACode, Relay

app = typer.Typer(help="自治体の登録。", no_args_is_help=True)

_LONGEST_NAME = 60
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
        known = session.get(Municipality, _code(code)) is not None
        town = _keep(session, _code(code), name, prefecture, relay, store.now())
    tell("done.town_changed" if known else "done.town_added", code=town.code, name=town.name)
    if town.relay is None and town.level == Level.MUNICIPALITY:
        tell("done.town_relay_open", code=town.code)


@app.command("set")
def change(
    code: Code,
    name: Annotated[str | None, typer.Option(help="名称")] = None,
    prefecture: Prefecture = None,
    relay: RelayOption = None,
) -> None:
    """登録した自治体の設定を変えます。"""
    with opened() as store, store.database.writing() as session:
        town = known_town(session, _code(code))
        _keep(session, town.code, town.name if name is None else name, prefecture, relay, store.now())
    tell("done.town_changed", code=town.code, name=town.name)


@app.command("list")
def show() -> None:
    """登録されている自治体を並べます。"""
    with opened() as store, store.database.reading() as session:
        for town in places.towns(session):
            typer.echo("\t".join((town.code, town.name, town.prefecture_code or "-", town.relay or "-")))


def _keep(
    session: Session, code: str, name: str, prefecture: str | None, relay: Relay | None, now: datetime
) -> Municipality:
    name = " ".join(name.split())
    if not (0 < len(name) <= _LONGEST_NAME and name.isprintable()):
        fail("failed.bad_name")
    if prefecture is not None:
        prefecture = _code(prefecture)
        above = session.get(Municipality, prefecture)
        if above is None or above.level != Level.PREFECTURE:
            fail("failed.no_such_prefecture", code=prefecture)
    return places.add(session, code, name, now=now, prefecture=prefecture, relay=relay)


def _code(code: str) -> str:
    try:
        return places.checked_code(code)
    except NotACode as error:
        fail_with(str(error))
