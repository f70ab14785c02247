"""What a resident nearly found is noted once, with the answer; narrowing and paging add nothing."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select

from handoff.accounts import Platform
from intents import Ear
from resources.jsonl import search_lines
from resources.kinds import Kinds
from resources.near_misses import NearMiss
from resources.search import Search
from tests.bot.dialogue.playing import Stage, staged

TOWN = "992011"


def _noted(stage: Stage) -> list[str]:
    with stage.database.reading() as session:
        return sorted(session.scalars(select(NearMiss.reason).where(NearMiss.municipality_code == TOWN)))


def test_a_residents_search_is_noted_once(demo_town: Path, tmp_path: Path, ear: Ear) -> None:
    with staged(demo_town, tmp_path, ear, town=TOWN, platform=Platform.BROWSER) as stage:
        stage.arrive({"says": "日曜の夜に集まれるサロンはありますか"})
        assert _noted(stage) == ["hours"] * 3
        for step in ({"says": "もっと"}, {"says": "999-9017"}, {"says": "ありがとう"}):
            stage.arrive(step)
        assert _noted(stage) == ["hours"] * 3
        stage.arrive({"says": "おかっこに行きたい"})
        assert _noted(stage) == ["hours"] * 3 + ["resting"]


def test_a_search_of_the_command_line_notes_nothing(demo_town: Path, tmp_path: Path, ear: Ear) -> None:
    with staged(demo_town, tmp_path, ear, town=TOWN, platform=Platform.BROWSER) as stage:
        search, line = Search(stage.database, ear, Kinds.load()), '{"id": 1, "text": "日曜の夜に集まれるサロン"}'
        assert list(search_lines([line], search, TOWN, 3, stage.clock()))
        assert _noted(stage) == []
