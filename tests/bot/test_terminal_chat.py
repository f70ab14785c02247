"""The terminal is one more door to the same dialogue."""

from __future__ import annotations

import io
from pathlib import Path

from sqlalchemy import select

from bot.cli import chat
from handoff.transcript import Author, Message
from intents import Ear
from resources.db import EVERYWHERE
from tests.bot.dialogue.playing import inhabited


def test_a_conversation_in_the_terminal(tmp_path: Path, ear: Ear) -> None:
    with inhabited(tmp_path, ear) as life:
        deps = chat.Deps(life.database, life.acceptor, life.tools.texts, life.clock)
        read, write = io.StringIO("2\n気軽に集まれるサロンに行きたい\n人と話したい\n1\n"), io.StringIO()
        chat.chat(deps, "992011", read=read, write=write)
    said = write.getvalue()
    wanted = ("みらい市の相談の入口", "1. 相談したい", "どんな場所をさがしていますか", "■ ", "伝えてよいですか", "受付番号は R-")
    for part in wanted:
        assert part in said, f"{part} is missing: {said}"


def test_what_is_typed_here_happens_by_the_clock_of_the_product(tmp_path: Path, ear: Ear) -> None:
    with inhabited(tmp_path, ear) as life:
        deps = chat.Deps(life.database, life.acceptor, life.tools.texts, life.clock)
        chat.chat(deps, "992011", read=io.StringIO("こんにちは\n"), write=io.StringIO())
        with life.database.reading(EVERYWHERE) as session:
            said = session.scalars(select(Message.said_at).where(Message.author == Author.RESIDENT)).all()
        assert set(said) == {life.clock()}
