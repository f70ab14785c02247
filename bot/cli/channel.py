"""`uketome channel`: the LINE and Telegram accounts of the towns."""

from __future__ import annotations

import re
import sys
from getpass import getpass
from typing import Annotated

import typer

from bot.cli.opening import known_town, opened
from bot.cli.saying import fail, tell
from handoff import accounts, troubles
from handoff.accounts import Platform
from resources.db import EVERYWHERE

app = typer.Typer(help="LINE・Telegram のアカウントの登録。", no_args_is_help=True)
adding = typer.Typer(help="アカウントを登録します。秘密の値は「-」にすると標準入力から読みます。", no_args_is_help=True)
app.add_typer(adding, name="add")

_NAME = re.compile(r"[A-Za-z0-9_-]{1,48}")
_USER_ID = re.compile(r"U[0-9a-f]{32}")
_SECRET = re.compile(r"[!-~]{1,500}")  # visible ASCII: what a header and a URL can carry
_WEBHOOK_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")  # Telegram's own rule for secret_token
_ADDRESS = re.compile(r"https?://[^\s/?#]+[^\s?#]*")

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
    if destination and not _USER_ID.fullmatch(destination):
        fail("failed.bad_destination", option="--destination")
    _add(
        Platform.LINE, name, municipality, secret=_given("--secret", secret),
        token=_given("--access-token", access_token), destination=destination, api_base_url=api_base_url,
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
    bot_token = _given("--token", token)
    secret = _given("--webhook-secret", webhook_secret) if webhook_secret else ""
    if secret and not _WEBHOOK_SECRET.fullmatch(secret):
        fail("failed.bad_webhook_secret", option="--webhook-secret")
    _add(
        Platform.TELEGRAM, name, municipality, secret=secret, token=bot_token, api_base_url=api_base_url, polling=polling,
    )


@app.command("list")
def show() -> None:
    """登録されているアカウントを並べます。秘密の値は出しません。"""
    with opened() as store, store.database.reading(EVERYWHERE) as session:
        for account in accounts.every(session):
            typer.echo("\t".join((account.name, account.platform, account.custodian, troubles.account(account.trouble) or "-")))


def _add(platform: Platform, name: str, municipality: str, **values: object) -> None:
    if not _NAME.fullmatch(name):
        fail("failed.bad_account_name")
    address = str(values["api_base_url"])
    if address and not _ADDRESS.fullmatch(address):
        fail("failed.bad_address", option="--api-base-url")
    with opened() as store, store.database.writing(EVERYWHERE) as session:
        known_town(session, municipality)
        there = next((account for account in accounts.every(session) if account.name == name), None)
        if there is not None and (there.custodian, there.platform) != (municipality, platform):
            fail("failed.account_taken", name=name)
        account = accounts.add(session, municipality=municipality, platform=platform, name=name, **values)  # type: ignore[arg-type]
        url = f"{store.settings.base_url}/webhooks/{platform}/{name}"
    done = "done.channel_added" if there is None else "done.channel_renewed"
    tell(done, platform=platform.label, name=name, url="-" if account.polling else url)


def _asked(option: str) -> str:
    """Read one line of the standard input; a person at a terminal is asked, and what they type is not shown."""
    if sys.stdin is not None and sys.stdin.isatty():
        return getpass(f"{option}: ")
    return sys.stdin.readline() if sys.stdin is not None else ""


def _given(option: str, value: str) -> str:
    told = (_asked(option) if value == "-" else value).strip()
    if not told:
        fail("failed.no_secret", option=option)
    return told if _SECRET.fullmatch(told) else fail("failed.bad_secret", option=option)
