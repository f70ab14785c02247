"""A worker's question with buttons: the press is the resident's own word, silent for the bot while a person is there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot import reply
from bot.channels import line_rendering, telegram_rendering
from bot.voice import DeskVoice
from handoff import cases, moves, replying, transcript
from handoff.accounts import Platform
from handoff.cases import Case
from handoff.contacts import ContactPoint
from handoff.states import Consent, Ground
from handoff.transcript import Author, Kind, Message
from intents import Ear
from resources.db import EVERYWHERE
from resources.desks import of_town
from tests.bot.dialogue.playing import Stage, staged

TOWN = "992011"
QUESTION = "お電話でお話ししてもいいですか。"


@pytest.fixture
def stage(demo_town: Path, tmp_path: Path, ear: Ear) -> Iterator[Stage]:
    """A resident who wrote once, whose case somebody has taken."""
    with staged(demo_town, tmp_path, ear, town=TOWN, platform=Platform.BROWSER) as made:
        made.arrive({"says": "家賃が払えません"})
        with made.database.writing(TOWN) as session:
            point = session.scalars(select(ContactPoint)).one()
            cases.open_case(
                session, point, ground=Ground.REQUEST, route="handoff", now=made.clock(), desk=of_town(session, TOWN)[0],
                routing_reason="test",
            )  # fmt: skip
        made.staff("takes")
        yield made


def ask(stage: Stage, *choices: str) -> None:
    with stage.database.writing(EVERYWHERE) as session:
        case = session.scalars(select(Case)).one()
        replying.ask(
            session, case, QUESTION, choices, key="", actor=stage._worker(session, case),
            voice=DeskVoice(lambda: pytest.fail("not needed"), stage.texts), now=stage.clock(),
        )  # fmt: skip


def heard(stage: Stage) -> list[tuple[str, str]]:
    with stage.database.reading(EVERYWHERE) as session:
        rows = session.scalars(select(Message).where(Message.author == Author.RESIDENT).order_by(Message.id))
        return [(row.kind, transcript.words(session, row)) for row in rows]


def test_a_press_comes_back_as_words_and_the_bot_is_silent(stage: Stage) -> None:
    ask(stage, "はい", "いいえ")
    assert stage.arrive({"data": "say:はい"}) == []
    assert heard(stage)[-1] == (Kind.CHOICE, "はい")
    with stage.database.reading(EVERYWHERE) as session:
        assert session.scalars(select(Case)).one().waiting_since is not None


def test_after_the_person_left_a_press_is_plain_words_and_agrees_to_nothing(stage: Stage) -> None:
    ask(stage, "はい", "家賃の相談")
    stage.staff("hands back")
    stage.arrive({"says": "人に相談したい"})
    said = stage.arrive({"data": "say:はい"})
    assert said and stage.texts.say("leaving.stale") not in _words(said)
    with stage.database.reading(EVERYWHERE) as session:
        assert session.scalars(select(Case)).one().consent == Consent.UNCONFIRMED
    assert heard(stage)[-1] == (Kind.CHOICE, "はい")


def test_danger_in_a_pressed_answer_is_heard_at_once(stage: Stage) -> None:
    ask(stage, "死にたいです", "いいえ")
    (said,) = stage.arrive({"data": "say:死にたいです"})
    assert said.crisis


def test_the_buttons_stand_under_the_question_on_every_channel() -> None:
    longest = "あ" * replying.LABEL
    asked = reply.from_json(reply.to_json(reply.question(QUESTION, ("はい", longest), "山田")))
    (line,) = line_rendering.render(asked)
    actions = [item["action"] for item in line["quickReply"]["items"]]
    assert [action["displayText"] for action in actions] == [choice.label for choice in asked.choices]
    (telegram,) = telegram_rendering.render(asked)
    rows: list[list[dict[str, Any]]] = telegram["reply_markup"]["inline_keyboard"]
    assert [row[0]["callback_data"] for row in rows] == [choice.data for choice in asked.choices]
    assert json.dumps(line, ensure_ascii=False).count("山田") == 1


def test_who_is_not_the_owner_asks_nothing(stage: Stage) -> None:
    stage.staff("hands back")
    with pytest.raises(moves.NotYours):
        ask(stage, "はい", "いいえ")


def _words(said: list[reply.Reply]) -> str:
    return "\n".join(bubble.words for one in said for bubble in one.bubbles)
