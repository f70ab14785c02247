"""`uketome serve`, `work` and `chat`: the running system."""

from __future__ import annotations

import errno
import socket
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.opening import explained, known_town, opened, settings
from bot.cli.saying import fail, tell, why
from bot.settings import Settings, own_address

if TYPE_CHECKING:
    from bot.demo import SignIn

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def serve(
    demo: Annotated[bool, typer.Option("--demo", help="架空の町で試す（この機械の中だけ）")] = False,
    host: Annotated[str | None, typer.Option(help="待ち受けるアドレス")] = None,
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="待ち受ける番号")] = None,
    worker: Annotated[bool, typer.Option("--worker/--no-worker", help="返事をする働き手も中で動かす")] = True,
) -> None:
    """Webhook・住民の画面・相談窓口の画面を動かします。"""
    chosen = settings()
    changes = {"host": host, "port": port}
    chosen = chosen.model_copy(update={name: value for name, value in changes.items() if value is not None})
    if "base_url" not in chosen.model_fields_set:
        chosen = chosen.model_copy(update={"base_url": own_address(chosen.host, chosen.port)})
    if demo:
        # Whoever tries it out has no telephone of the demo's people at hand.
        chosen = chosen.model_copy(update={"second_factor": False})
    _refuse_taken(chosen.host, chosen.port)
    sign_in = _furnish(chosen) if demo else None
    with opened(chosen) as store:
        from bot.main import run_server

        tell("serve.address", url=chosen.base_url)
        tell("serve.desk", url=chosen.base_url)
        if sign_in is not None:
            tell("serve.sign_in", login=sign_in.login, password=sign_in.password)
        tell("serve.stop")
        run_server(store, worker=worker)


def work() -> None:
    """返事をする働き手だけを動かします（PostgreSQL で、画面とは別のプロセスにするとき）。"""
    with opened() as store:
        from bot.main import run_worker

        run_worker(store)


def chat(
    municipality: Annotated[str | None, typer.Option(help="全国地方公共団体コード（6桁）")] = None,
) -> None:
    """この端末でボットと話します。終わるときは Ctrl+D を押します。"""
    from resources import places

    with opened() as store:
        from bot.main import terminal_chat

        with store.database.reading() as session:
            towns = [town.code for town in places.towns(session) if town.level == places.Level.MUNICIPALITY]
            code = municipality or (towns[0] if towns else fail("failed.no_town"))
            known_town(session, code)
        terminal_chat(store, code, sys.stdin, sys.stdout)


def _furnish(chosen: Settings) -> SignIn:
    if chosen.production:
        fail("failed.demo_in_production")
    if chosen.host not in LOOPBACK:
        fail("failed.demo_not_loopback")
    from bot import demo
    from bot.store import upgrade

    with explained(chosen):
        store, _, _ = upgrade(chosen)
        try:
            town, sign_in = demo.furnish(store)
        except demo.OtherTowns:
            fail("failed.demo_other_towns")
        finally:
            store.close()
    tell("done.demo_ready", town=town)
    return sign_in


def _refuse_taken(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            taken = error.errno == errno.EADDRINUSE
            fail("failed.port_taken" if taken else "failed.port_refused", host=host, port=port, why=why(error))
