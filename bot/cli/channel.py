"""`uketome channel`: the LINE and Telegram accounts of the towns."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.cli.opening import known_town, opened
from bot.cli.saying import tell
from handoff import accounts, troubles
from handoff.accounts import Account, Platform
from resources.db import EVERYWHERE

app = typer.Typer(help="LINE・Telegram のアカウントの登録。", no_args_is_help=True)
adding = typer.Typer(help="アカウントを登録します。秘密の値は「-」にすると標準入力から読みます。", no_args_is_help=True)
app.add_typer(adding, name="add")

Name = Annotated[str, typer.Argument(help="Webhook の URL に入る名前（英数字）")]
Municipality = Annotated[str, typer.Option(help="全国地方公共団体コード（6桁）")]
ApiBase = Annotated[str, typer.Option("--api-base-url", help="API の基底 URL。ふだんは要りません")]


@adding.command()
def line(
    name: Name,
    municipality: Municipality,
    secret: Annotated[str, typer.Option(help="チャネルシークレット")],
    access_token: Annotated[str, typer.Option(help="チャネルアクセストークン（長期）")],
    destination: Annotated[str, typer.Option(help="ボットのユーザー ID（U…）")] = "",
    api_base_url: ApiBase = "",
) -> None:
    """LINE 公式アカウントを登録します。"""
    _add(
        Platform.LINE, name, municipality, secret=_given(secret), token=_given(access_token), destination=destination,
        api_base_url=api_base_url,
    )


@adding.command()
def telegram(
    name: Name,
    municipality: Municipality,
    token: Annotated[str, typer.Option(help="ボットのトークン")],
    webhook_secret: Annotated[str, typer.Option(help="Webhook の secret_token（polling なら空でよい）")] = "",
    api_base_url: ApiBase = "",
    polling: Annotated[bool, typer.Option("--polling", help="Webhook の代わりに取りに行く")] = False,
) -> None:
    """Telegram のボットを登録します。"""
    if not polling and not webhook_secret:
        raise typer.BadParameter("--webhook-secret か --polling のどちらかが要ります。")
    _add(
        Platform.TELEGRAM, name, municipality, secret=_given(webhook_secret), token=_given(token),
        api_base_url=api_base_url, polling=polling,
    )


@app.command("list")
def show() -> None:
    """登録されているアカウントを並べます。秘密の値は出しません。"""
    with opened() as store, store.database.reading(EVERYWHERE) as session:
        for account in accounts.every(session):
            typer.echo("\t".join((account.name, account.platform, account.custodian, troubles.account(account.trouble) or "-")))


def _add(platform: Platform, name: str, municipality: str, **values: object) -> Account:
    if not (name.isascii() and name.replace("-", "").replace("_", "").isalnum()):
        raise typer.BadParameter("名前には英数字・-・_ だけが使えます。")
    with opened() as store, store.database.writing(municipality) as session:
        known_town(session, municipality)
        account = accounts.add(session, municipality=municipality, platform=platform, name=name, **values)  # type: ignore[arg-type]
        url = f"{store.settings.base_url}/webhooks/{platform}/{name}"
        tell("done.channel_added", platform=platform.label, name=name, url="-" if account.polling else url)
        return account


def _given(value: str) -> str:
    return typer.get_text_stream("stdin").readline().strip() if value == "-" else value
