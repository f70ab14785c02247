"""Conversations that began under an older version go on, and the desk gets what stands."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select

from bot import conversations
from bot.conversations import Conversation
from handoff import cases, picture
from handoff.accounts import Platform
from intents import Ear
from resources.db import EVERYWHERE
from tests.bot.dialogue.playing import Stage, staged


def _as_stored_before(stage: Stage) -> None:
    """Leave in the memory only what was stored before subjects added up."""
    with stage.database.writing(EVERYWHERE) as session:
        row = session.scalars(select(Conversation)).one()
        memory = conversations.memory(session, row)
        for name in ("standing", "offered"):
            memory.pop(name)
        conversations.remember(session, row, row.step, memory, now=row.changed_at)


def test_an_old_conversation_goes_on_with_its_danger_and_its_subjects(demo_town: Path, tmp_path: Path, ear: Ear) -> None:
    with staged(demo_town, tmp_path, ear, town="992011", platform=Platform.BROWSER) as stage:
        stage.arrive({"says": "母の介護で困っています"})
        stage.arrive({"says": "死にたいです"})
        _as_stored_before(stage)
        again = stage.arrive({"says": "やっぱり死にたい"})
        assert again[0].crisis and stage.texts.say("urgent.self_harm.first") not in [bubble.words for bubble in again[0].bubbles]
        _as_stored_before(stage)
        unsaid = stage.arrive({"says": "死ぬつもりはないです、言いすぎました"})
        assert [bubble.words for bubble in unsaid[0].bubbles] == [stage.texts.say("urgent.unsaid")]
        case = stage.case()
        assert case is not None and case[0].crises == ["self_harm"] and "long_term_care" in case[0].topics


def test_a_choice_of_an_older_version_is_answered_after_reloading(demo_town: Path, tmp_path: Path, ear: Ear) -> None:
    with staged(demo_town, tmp_path, ear, town="992011", platform=Platform.BROWSER) as stage:
        stage.arrive({"says": "娘のことで悩んでいます"})
        _as_stored_before(stage)
        assert stage.arrive({"data": "listening:subject.childcare"})[0].bubbles[-2].cards
        assert stage.arrive({"data": "listening:subject.nothing"})[0].bubbles[0].words == stage.texts.say("leaving.stale")


def test_the_desk_sees_who_was_meant_and_what_came_later(demo_town: Path, tmp_path: Path, ear: Ear) -> None:
    with staged(demo_town, tmp_path, ear, town="992011", platform=Platform.BROWSER) as stage:
        before = ("認知症の母の介護で困っています", "職員と話したいです", "はい")
        for words in (*before, "母じゃなくて義母です", "夫は入院しています"):
            stage.arrive({"says": words})
        found = stage.case()
        assert found is not None
        with stage.database.reading(EVERYWHERE) as session:
            seen = picture.read(cases.understood(session, session.get_one(cases.Case, found[0].id)))
        assert "義母（認知症）" in seen.members and not [member for member in seen.members if member.startswith("母")]
        assert [member for member in seen.members if member.startswith("夫")]


def test_a_picture_grows_and_is_put_right() -> None:
    known = '{"household": [{"relation": "母", "words": "母", "age": 80, "problems": ["認知症"]}]}'
    now = '{"relation": "義母", "words": "義母", "age": null, "problems": ["介護"]}'
    told = f'{{"household": [{now}, {{"relation": "弟", "words": "弟"}}]}}'
    merged = picture.merged(known, told, [("母", "義母")])
    assert picture.read(merged).members == ("義母80（認知症・介護）", "弟")
    assert picture.adds(known, told) and not picture.adds(known, known) and not picture.adds("{}", "broken")
