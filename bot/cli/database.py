"""`uketome db`: the database's shape."""

from __future__ import annotations

import typer

from bot.cli.opening import explained, opened, settings
from bot.cli.saying import fail_with, tell
from bot.store import upgrade as upgrade_store

app = typer.Typer(help="データベースの用意と確認。", no_args_is_help=True)


@app.command()
def upgrade() -> None:
    """データベースをこの版に合わせます。空のデータベースなら鍵ファイルも作ります。"""
    chosen = settings()
    with explained(chosen):
        store, new, changed = upgrade_store(chosen)
        store.close()
    if new:
        tell("done.database_new", path=chosen.key_file.absolute())
    else:
        tell("done.database_upgraded" if changed else "done.database_current")


@app.command()
def check() -> None:
    """データベースがこの版のとおりかを確かめます。違えば終了コード 1。"""
    from bot import migrating

    with opened() as store:
        differences = migrating.differences(store.database)
    if differences:
        fail_with("\n".join(str(difference) for difference in differences))
    tell("done.database_current")
