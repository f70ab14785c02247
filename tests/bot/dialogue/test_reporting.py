"""A press under a card lands on the editors' list as a code and a day: no word, no person, once."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select

from bot.channels import line_rendering, telegram_rendering
from bot.reply import Choice, Press, Reply
from handoff.accounts import Platform
from intents import Ear
from resources import cadences, entry_reports
from resources.entry_reports import EntryReport, Said
from resources.services import Service
from tests.bot.dialogue.playing import Stage, staged

TOWN = "992011"


def buttons(said: list[Reply]) -> list[Choice]:
    cards = [card for one in said for bubble in one.bubbles for card in bubble.cards]
    return [button for card in cards for button in card.buttons if button.data.startswith("report:")]


def stale(said: list[Reply]) -> int:
    lines = [line for one in said for bubble in one.bubbles for card in bubble.cards for line in card.lines]
    return sum("に確かめた内容です" in line for line in lines)


def reports(stage: Stage) -> list[tuple[str, bool]]:
    with stage.database.reading() as session:
        return [(row.said, row.settled_on is None) for row in session.scalars(select(EntryReport))]


def test_a_report_is_asked_thanked_and_counted_once(demo_town: Path, tmp_path: Path, ear: Ear) -> None:
    with staged(demo_town, tmp_path, ear, town=TOWN, platform=Platform.BROWSER) as stage:
        shown = buttons(stage.arrive({"says": "気軽に集まれるサロンに行きたい"}))
        assert len(shown) == 3 and all(len(button.data.encode()) <= 64 for button in shown)
        asked = stage.arrive({"data": shown[0].data})[0]
        labels = [choice.label for choice in asked.choices]
        assert labels == ["👍 合っていた", "👎 もうやっていない", "👎 電話がつながらない", "👎 時間や場所がちがう"]
        for _ in range(2):
            thanked = stage.arrive({"data": asked.choices[1].data})[0]
            assert "職員が確かめる一覧に入れました" in thanked.bubbles[0].words
        assert reports(stage) == [("gone", True)]
        # What was made up or has gone by now gets the answer of every old button.
        for odd in ("report:", "report:zz:gone", f"report:{'0' * 32}:gone", f"{shown[1].data}:hate"):
            assert stage.arrive({"data": odd})
        assert reports(stage) == [("gone", True)]


def test_a_report_is_counted_while_a_person_is_present_and_the_machine_stays_silent(
    demo_town: Path, tmp_path: Path, ear: Ear
) -> None:
    with staged(demo_town, tmp_path, ear, town=TOWN, platform=Platform.BROWSER) as stage:
        shown = buttons(stage.arrive({"says": "気軽に集まれるサロンに行きたい"}))
        stage.arrive({"says": "係の方とお話しできますか"})
        stage.arrive({"says": "はい"})
        stage.staff("takes")
        assert stage.arrive({"data": f"{shown[0].data}:{Said.NO_ANSWER}"}) == []
        assert reports(stage) == [("no_answer", True)]


def test_the_button_fits_both_platforms(demo_town: Path, tmp_path: Path, ear: Ear) -> None:
    with staged(demo_town, tmp_path, ear, town=TOWN, platform=Platform.LINE) as stage:
        said = stage.arrive({"says": "気軽に集まれるサロンに行きたい"})[0]
    assert str(line_rendering.render(said)).count("'postback'") >= 3
    rows = telegram_rendering.render(said)[-1]["reply_markup"]["inline_keyboard"]
    assert sum("report:" in button.get("callback_data", "") for row in rows for button in row) == 3
    assert all(button.press is Press.CHOOSE for button in buttons([said]))


def test_the_rhythm_of_a_town_reaches_its_answers(demo_town: Path, tmp_path: Path, ear: Ear) -> None:
    with staged(demo_town, tmp_path, ear, town=TOWN, platform=Platform.BROWSER) as stage:
        first = stage.arrive({"says": "気軽に集まれるサロンに行きたい"})
        with stage.database.writing() as session:
            for kind in session.scalars(select(Service.kind).distinct()).all():
                cadences.choose(session, TOWN, kind, 1, by="編集", now=stage.clock())
        second = stage.arrive({"says": "気軽に集まれるサロンに行きたい"})
        assert stale(first) < stale(second)


def test_reports_hold_no_word_and_no_person() -> None:
    columns = set(EntryReport.__table__.columns.keys())
    assert columns == {"id", "municipality_code", "service_id", "said", "said_on", "settled_on"}
    assert entry_reports.Said.GONE.label.endswith("もうやっていない")
