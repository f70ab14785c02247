"""What of a conversation is noted for the editors: searches without words, masked messages, nothing of danger."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import event, select

from handoff.accounts import Platform
from intents import Ear
from resources import search_log, town_words, unmatched
from resources.db import EVERYWHERE
from resources.kinds import Kinds
from resources.search_log import Choice, SearchLog
from resources.unmatched import Unmatched, Why
from tests.bot.dialogue.playing import Stage, staged

TOWN = "992011"
NOT_KNOWN = "ぽかぽかってどこにありますか"


@pytest.fixture
def stage(demo_town: Path, tmp_path: Path, ear: Ear) -> Iterator[Stage]:
    with staged(demo_town, tmp_path, ear, town=TOWN, platform=Platform.BROWSER) as found:
        yield found


def searches(stage: Stage) -> list[SearchLog]:
    with stage.database.reading() as session:
        return list(session.scalars(select(SearchLog)))


def waiting(stage: Stage) -> list[tuple[str, Why]]:
    with stage.database.reading(EVERYWHERE) as session:
        return sorted((one.words, one.why) for one in unmatched.waiting(session, TOWN))


def test_a_search_is_noted_with_what_it_was_about_and_what_was_shown(stage: Stage) -> None:
    stage.arrive({"says": "親の介護の相談をしたい"})
    (row,) = searches(stage)
    assert row.topics == ["long_term_care"] and row.hits >= len(row.shown) == 3
    assert (row.municipality_code, row.month.isoformat(), row.choice) == (TOWN, "2026-11-01", None)
    assert not waiting(stage)


def test_a_row_holds_no_word_no_person_no_day_and_no_time() -> None:
    assert set(SearchLog.__table__.c.keys()) == {
        "id", "municipality_code", "month", "topics", "kinds", "area", "hits", "shown", "lacks", "choice",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("steps", "choice"),
    [
        (["もっと見る"], Choice.MORE),
        (["もっと見る", "人に相談する"], Choice.PERSON),
        (["ちがう", "人に相談する"], Choice.WRONG),
        (["近い順"], Choice.NEAR),
    ],
    ids=["more", "person", "wrong", "near"],
)
def test_what_was_done_with_the_answer_is_added(stage: Stage, steps: list[str], choice: Choice) -> None:
    stage.arrive({"says": "親の介護の相談をしたい"})
    for label in steps:
        stage.arrive({"presses": label})
    assert [row.choice for row in searches(stage)] == [choice]


def test_a_thumb_up_is_added_to_the_search(stage: Stage) -> None:
    stage.arrive({"says": "親の介護の相談をしたい"})
    (card, *_) = next(bubble.cards for bubble in stage.said[-1].bubbles if bubble.cards)
    button = next(one.data for one in card.buttons if one.data.startswith("report:"))
    stage.arrive({"data": f"{button}:right"})
    assert [row.choice for row in searches(stage)] == [Choice.RIGHT]


def test_the_part_of_the_town_is_noted_when_it_is_told(stage: Stage) -> None:
    stage.arrive({"says": "緑町で子ども食堂をさがしています"})
    assert [row.area for row in searches(stage)] == ["緑町"]


def test_what_was_not_understood_waits_without_what_points_at_a_person(stage: Stage) -> None:
    stage.arrive({"says": "佐藤花子です。ぽかぽかのこと 090-1234-5678"})
    assert waiting(stage) == [("〔名前〕です。ぽかぽかのこと〔連絡先〕", Why.UNHEARD)]
    with stage.database.reading(EVERYWHERE) as session:
        (row,) = session.scalars(select(Unmatched))
        assert row.words_sealed is not None and "ぽかぽか".encode() not in row.words_sealed


@pytest.mark.parametrize(
    "before", ["夫に殴られています", "もう死にたい", "無理やり体を触られました"], ids=["dv", "self_harm", "sexual_violence"]
)
def test_after_danger_nothing_is_noted_of_what_is_written(stage: Stage, before: str) -> None:
    stage.arrive({"says": before})
    for words in (NOT_KNOWN, "子ども食堂はどこにありますか", "ぽかぽか"):
        stage.arrive({"says": words})
    assert not waiting(stage)
    assert all((row.topics, row.kinds, row.area, row.shown, row.lacks) == ([], [], "", [], []) for row in searches(stage))


@pytest.mark.parametrize("before", ["夫に殴られています", "無理やり体を触られました"], ids=["dv", "sexual_violence"])
def test_days_after_violence_still_nothing_is_noted(stage: Stage, before: str) -> None:
    stage.arrive({"says": before})
    stage.clock.at += timedelta(days=8)
    for words in (NOT_KNOWN, "子ども食堂はどこにありますか"):
        stage.arrive({"says": words})
    assert not waiting(stage)
    assert all(not row.topics and not row.shown for row in searches(stage))


def test_a_course_against_violence_is_noted_without_its_subject(stage: Stage) -> None:
    stage.arrive({"says": "虐待防止の講座はありますか"})
    stage.arrive({"says": "DVの相談窓口を知りたい"})
    assert all("violence" not in row.topics for row in searches(stage))
    assert not waiting(stage)


@pytest.mark.parametrize("words", ["はい", "うん", "…", "123456", "！？", "ﾊｲ"], ids=lambda _: "case")
def test_what_says_nothing_does_not_wait(stage: Stage, words: str) -> None:
    stage.arrive({"says": words})
    assert not waiting(stage)


def test_a_search_costs_one_statement_more(stage: Stage) -> None:
    written: list[str] = []

    def count(connection, cursor, statement, parameters, context, many) -> None:
        if "search_log" in statement or "unmatched_message" in statement:
            written.append(statement.split()[0])

    event.listen(stage.database.writer, "before_cursor_execute", count)
    stage.arrive({"says": "親の介護の相談をしたい"})
    assert written == ["INSERT"]


def test_a_word_of_the_town_is_heard_with_the_next_message(stage: Stage) -> None:
    stage.arrive({"says": NOT_KNOWN})
    assert waiting(stage) == [(NOT_KNOWN, Why.NOTHING)]
    assert [(row.kinds, row.hits) for row in searches(stage)] == [([], 0)]
    with stage.database.writing() as session:
        town_words.add(
            session, TOWN, "ぽかぽか", topics=(), kind="salon", kinds=Kinds.load(), by="編集", now=stage.clock()
        )
    said = stage.arrive({"says": NOT_KNOWN})
    assert any(bubble.cards for bubble in said[-1].bubbles)
    assert sorted(row.kinds for row in searches(stage)) == [[], ["salon"]]
    assert len(waiting(stage)) == 1


def test_old_rows_go(stage: Stage) -> None:
    stage.arrive({"says": NOT_KNOWN})
    stage.arrive({"says": "親の介護の相談をしたい"})
    now = stage.clock()
    unmatched.sweep(stage.database, now + timedelta(days=unmatched.KEPT_DAYS))
    search_log.sweep(stage.database, now + timedelta(days=700))
    assert len(waiting(stage)) == 1 and len(searches(stage)) == 2
    unmatched.sweep(stage.database, now + timedelta(days=unmatched.KEPT_DAYS + 1))
    search_log.sweep(stage.database, now + timedelta(days=770))
    assert not waiting(stage) and not searches(stage)


