"""`uketome check`: what still forbids real residents."""

from __future__ import annotations

import typer

from bot.cli.opening import opened
from bot.cli.saying import sentence, tell
from bot.readiness import obstacles


def check() -> None:
    """本当の住民に使ってもらう前に足りないことを並べます。足りないことがあれば終了コード 1。"""
    with opened() as store:
        found = obstacles(store)
    if not found:
        tell("check.nothing")
        return
    tell("check.title")
    for obstacle in found:
        typer.echo("- " + sentence(f"check.{obstacle.code}", **obstacle.values))
    raise typer.Exit(1)
