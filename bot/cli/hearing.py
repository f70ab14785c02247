"""`uketome understand` and `uketome search`: what the ear hears and the directory finds, line by line."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from bot.cli.saying import fail


def understand() -> None:
    """標準入力の JSON Lines（id と text）を読み、理解したことを1行ずつ書き出します。データベースは要りません。"""
    from intents import Ear
    from intents.jsonl import understand_lines

    for line in understand_lines(_lines(), Ear.standard()):
        sys.stdout.write(line + "\n")


def search(
    municipality: Annotated[str, typer.Option(help="全国地方公共団体コード（6桁）")],
    limit: Annotated[int, typer.Option(min=1, max=100, help="1行あたりの件数")] = 5,
) -> None:
    """標準入力の JSON Lines（id と text）について、その町の場所・制度をさがします。"""
    from bot.cli.opening import known_town, opened
    from intents import Ear
    from resources.jsonl import search_lines
    from resources.kinds import Kinds
    from resources.search import Search

    with opened() as store:
        with store.database.reading() as session:
            known_town(session, municipality)
        finder = Search(store.database, Ear.standard(), Kinds.load())
        for line in search_lines(_lines(), finder, municipality, limit, store.now()):
            sys.stdout.write(line + "\n")


def _lines() -> typer.FileText:
    if sys.stdin is None or sys.stdout is None:
        fail("failed.no_stream")
    # Spreadsheet programs begin a file with a byte order mark; whoever waits for an answer gets it line by line.
    sys.stdin.reconfigure(encoding="utf-8-sig", errors="surrogateescape")  # type: ignore[union-attr]
    sys.stdout.reconfigure(encoding="utf-8", errors="replace", line_buffering=True)  # type: ignore[union-attr]
    return sys.stdin  # type: ignore[return-value]
