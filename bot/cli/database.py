"""`uketome db`: the database's shape."""

from __future__ import annotations

import typer

from bot import schema
from bot.cli.opening import explained, opened
from bot.cli.saying import fail_with, tell
from bot.settings import Settings
from bot.store import upgrade as upgrade_store

app = typer.Typer(help="データベースの用意と確認。", no_args_is_help=True)


@app.command()
def upgrade() -> None:
    """データベースをこの版に合わせます。空のデータベースなら鍵ファイルも作ります。"""
    settings = Settings()
    with explained(settings):
        store, new, changed = upgrade_store(settings)
        store.close()
    if new:
        tell("done.database_new", path=settings.key_file)
    else:
        tell("done.database_upgraded" if changed else "done.database_current")


@app.command()
def check() -> None:
    """データベースがこの版のとおりかを確かめます。違えば終了コード 1。"""
    with opened() as store:
        differences = schema.differences(store.database)
    if differences:
        fail_with("\n".join(str(difference) for difference in differences))
    tell("done.database_current")
