"""`uketome staff`: inviting people and ending their access."""

from __future__ import annotations

import re
from typing import Annotated

import typer
from sqlalchemy import select

from bot.cli.opening import known_town, opened
from bot.cli.saying import fail, tell
from resources import renewals, second_factor, sign_in
from resources.desks import of_town
from resources.staff import Role, Staff, StaffRole

app = typer.Typer(help="職員の招待と停止。", no_args_is_help=True)
_ADDRESS = re.compile(r"[^\s@]+@[^\s@]{1,60}")
Municipality = Annotated[str, typer.Option(help="全国地方公共団体コード（6桁）")]


@app.command()
def invite(
    municipality: Municipality,
    role: Annotated[Role, typer.Option(help="役割")],
    login: Annotated[str, typer.Option(help="メールアドレス。決めておくと、その人だけが使えます")] = "",
    desk: Annotated[str, typer.Option(help="座る窓口の名前")] = "",
) -> None:
    """1回だけ使える招待のリンクを作ります。最初の管理者もこれで招きます。"""
    if login and not _ADDRESS.fullmatch(login):
        fail("failed.bad_login", login=login)
    with opened() as store, store.database.writing(municipality) as session:
        known_town(session, municipality)
        desk_id = None
        if desk:
            known = {row.name: row.id for row in of_town(session, municipality)}
            desk_id = known.get(desk) or fail("failed.no_such_desk", desk=desk, known="、".join(known) or "-")
        token = sign_in.invite(
            session, municipality=municipality, role=role, desk_id=desk_id, login=login, now=store.now()
        )
        url = f"{store.settings.base_url}/invitation?token={token}"
        tell("done.invited", days=sign_in.INVITATION_DAYS, url=url)


@app.command("list")
def show() -> None:
    """職員と役割を並べます。"""
    with opened() as store, store.database.reading() as session:
        query = select(Staff, StaffRole).join(StaffRole, StaffRole.staff_id == Staff.id)
        for person, role in session.execute(query.order_by(Staff.login)):
            state = "active" if person.active else "disabled"
            typer.echo("\t".join((person.login, person.display_name, role.municipality_code, role.role, state)))


@app.command()
def disable(login: Annotated[str, typer.Argument(help="サインインの名前（メールアドレス）")]) -> None:
    """職員を使えないようにします。開いている画面もすぐ閉じます。"""
    with opened() as store, store.database.writing() as session:
        if not sign_in.disable(session, login, now=store.now()):
            fail("failed.no_such_staff", login=login)
        tell("done.disabled", login=login)


@app.command()
def renew_password(login: Annotated[str, typer.Argument(help="サインインの名前（メールアドレス）")]) -> None:
    """パスワードを忘れた職員に渡す、1回だけ使えるリンクを作ります。"""
    with opened() as store, store.database.writing() as session:
        token = renewals.offer_login(session, login, now=store.now()) or fail("failed.no_such_staff", login=login)
        tell("done.renewal", hours=renewals.HOURS, url=f"{store.settings.base_url}/renewal?token={token}")


@app.command()
def reset_second_factor(login: Annotated[str, typer.Argument(help="サインインの名前（メールアドレス）")]) -> None:
    """スマートフォンをなくした職員の2段階の確認を、はじめからにします。開いている画面もすぐ閉じます。"""
    with opened() as store, store.database.writing() as session:
        if not second_factor.reset_login(session, login, now=store.now()):
            fail("failed.no_such_staff", login=login)
        tell("done.factor_reset", login=login)
