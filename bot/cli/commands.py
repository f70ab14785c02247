"""All commands by name."""

from __future__ import annotations

import typer

from bot.cli import areas, channel, check, database, hearing, municipality, report, resources, serving, staff
from bot.cli.understanding import Group

app = typer.Typer(
    name="uketome",
    cls=Group,
    help="受け止め: 自治体の相談ボットと相談窓口。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(municipality.app, name="municipality")
app.add_typer(channel.app, name="channel")
app.add_typer(staff.app, name="staff")
app.add_typer(resources.app, name="resources")
app.add_typer(areas.app, name="areas")
app.add_typer(database.app, name="db")
for command, name in (
    (serving.serve, "serve"),
    (serving.work, "work"),
    (serving.chat, "chat"),
    (hearing.understand, "understand"),
    (hearing.search, "search"),
    (check.check, "check"),
    (report.report, "report"),
):
    app.command(name)(command)
