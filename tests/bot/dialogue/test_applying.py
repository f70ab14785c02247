"""The wish to apply for 生活保護 is kept word for word with its time, and the way to apply is shown before all else."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from sqlalchemy import select

from handoff.accounts import Platform
from handoff.casework.tasks import Task
from handoff.casework.welfare_tables import WelfareIntent
from handoff.transcript import Message
from intents import Ear
from resources.db import EVERYWHERE
from resources.sealing import reveal
from tests.bot.dialogue.playing import Stage, moment, staged

WORDS = "もう限界です。 生活保護を申請したいです"


def kept(stage: Stage) -> list[tuple[WelfareIntent, str]]:
    with stage.database.reading(EVERYWHERE) as session:
        rows = session.scalars(select(WelfareIntent).order_by(WelfareIntent.id))
        return [(row, reveal(session, row, "words_sealed") or "") for row in rows]


def test_a_message_on_line_is_kept_verbatim_with_its_time(demo_town: Path, tmp_path: Path, ear: Ear) -> None:
    with staged(demo_town, tmp_path, ear, town="992011", platform=Platform.LINE) as stage:
        stage.clock.at = moment("2026-11-28 22:10")
        said = stage.arrive({"says": WORDS})
        assert any("生活保護を申請します" in bubble.words for bubble in said[0].bubbles)
        [(intent, words)] = kept(stage)
        assert words == WORDS and intent.said_at == stage.clock.at and intent.heard_by is None
        with stage.database.reading(EVERYWHERE) as session:
            message = session.get_one(Message, intent.message_id)
            assert reveal(session, message, "words_sealed") == WORDS
            task = session.scalars(select(Task).where(Task.origin_id == intent.id)).one()
        found = stage.case()
        assert found is not None and intent.case_id == found[0].id
        # Saturday night: the office is told on Monday.
        assert task.due_on == date(2026, 11, 30)
        stage.arrive({"says": "生活保護の申請をお願いします"})
        assert len(kept(stage)) == 1


def test_a_wish_told_to_a_person_who_is_present_is_kept_too(demo_town: Path, tmp_path: Path, ear: Ear) -> None:
    with staged(demo_town, tmp_path, ear, town="992011", platform=Platform.LINE) as stage:
        stage.arrive({"says": "職員の人と話したいです"})
        stage.arrive({"says": "はい"})
        stage.staff("takes")
        assert stage.arrive({"says": "やっぱり生活保護を申請したいです"}) == []
        [(_, words)] = kept(stage)
        assert words == "やっぱり生活保護を申請したいです"


def test_a_wish_in_pieces_is_kept_with_all_of_them(demo_town: Path, tmp_path: Path, ear: Ear) -> None:
    with staged(demo_town, tmp_path, ear, town="992011", platform=Platform.LINE) as stage:
        for piece in ("市役所の窓口で", "申請書をください"):
            stage.arrive({"says": piece})
        [(_, words)] = kept(stage)
        assert words == "市役所の窓口で\n申請書をください"


def test_at_first_contact_at_night_the_question_of_consent_still_has_room(
    demo_town: Path, tmp_path: Path, ear: Ear
) -> None:
    with staged(demo_town, tmp_path, ear, town="992011", platform=Platform.LINE) as stage:
        stage.clock.at = moment("2026-11-28 22:10")
        [said] = stage.arrive({"says": "今夜食べるものがなくて、生活保護を申請したいです"})
        told = "\n".join(bubble.words for bubble in said.bubbles)
        assert "「生活保護を申請します」" in told and "無料で話せる電話" in told and "伝えてよいですか" in told


def test_hunger_beside_the_wish_shows_the_way_to_apply_and_no_loan(demo_town: Path, tmp_path: Path, ear: Ear) -> None:
    with staged(demo_town, tmp_path, ear, town="992011", platform=Platform.BROWSER) as stage:
        stage.clock.at = moment("2026-11-24 10:00")
        stage.arrive({"says": "こんにちは"})
        [said] = stage.arrive({"says": "今日食べるものがありません。生活保護を申請したいです"})
        words = [bubble.words for bubble in said.bubbles]
        assert "「生活保護を申請します」" in words[0] and "福祉事務所" in words[1] and "伝えてよいですか" in words[3]
        shown = " ".join(card.title for bubble in said.bubbles for card in bubble.cards)
        assert "社会福祉協議会" not in shown and "貸付" not in "".join(words)


def test_who_asks_about_something_else_has_no_wish(demo_town: Path, tmp_path: Path, ear: Ear) -> None:
    with staged(demo_town, tmp_path, ear, town="992011", platform=Platform.BROWSER) as stage:
        stage.arrive({"says": "職員の人と話したいです"})
        stage.arrive({"says": "家賃が払えません"})
        assert kept(stage) == []
