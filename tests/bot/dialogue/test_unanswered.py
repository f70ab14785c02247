"""When nobody answers an alert, a resident in danger hears the truth, and is never pushed where that could harm."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.alerting import make
from bot.dialogue import unanswered
from bot.settings import Settings
from handoff import climbing, outbox
from handoff.accounts import Platform
from handoff.alert_contacts import AlertContact
from handoff.cases import Case
from handoff.contacts import Contact
from handoff.duty import Duty, Watch
from handoff.outbox import Outgoing
from handoff.states import Delivery
from intents import Ear
from resources import hotlines
from resources.alerts import Endpoint, Recording
from resources.db import EVERYWHERE, new_id
from tests.bot.dialogue.playing import JAPAN, Stage, staged

SATURDAY_NIGHT = datetime(2026, 11, 28, 22, 0, tzinfo=JAPAN)
TRUTH = "まだだれも応答していません"


@pytest.fixture
def at_night(demo_town: Path, tmp_path: Path, ear: Ear) -> Iterator[Callable[..., Any]]:
    """A Saturday night in みらい市, where somebody is on duty by telephone."""
    contexts = []

    def begin(platform: Platform = Platform.LINE) -> Stage:
        context = staged(demo_town, tmp_path, ear, town="992011", platform=platform)
        contexts.append(context)
        stage = context.__enter__()
        stage.clock.at = SATURDAY_NIGHT
        with stage.database.writing() as session:
            contact = AlertContact(
                id=new_id(), municipality_code="992011", name="当直", endpoints=["toban"], changed_at=stage.clock.at
            )
            session.add(contact)
            for cell in session.scalars(select(Duty).where(Duty.municipality_code == "992011", Duty.watch == Watch.OUTSIDE)):
                cell.contact_id, cell.role = contact.id, "当直"
        return stage

    yield begin
    for context in contexts:
        context.__exit__(None, None, None)


def nobody_answers(stage: Stage) -> tuple[Recording, list[Outgoing]]:
    """Let the time of everybody on duty pass; returns what went out to them and to the resident."""
    alerter = Recording([Endpoint("toban", "json://127.0.0.1/")])
    alerting = make(Settings(_env_file=None, base_url="https://desk.example.jp"), alerter)
    tools = stage.turns._tools()
    before = {row.id for row in deliveries(stage)}
    for minutes in (0, 5, 5.1):
        stage.clock.at = SATURDAY_NIGHT + timedelta(minutes=minutes)
        climbing.climb(
            stage.database, stage.clock.at, alerting=alerting,
            tell=lambda session, case, now: unanswered.tell(session, case, tools=tools, now=now),
        )  # fmt: skip
    return alerter, [row for row in deliveries(stage) if row.id not in before]


def deliveries(stage: Stage) -> list[Outgoing]:
    with stage.database.reading(EVERYWHERE) as session:
        return list(session.scalars(select(Outgoing).order_by(Outgoing.id)))


def body(stage: Stage, row: Outgoing) -> str:
    with stage.database.reading(EVERYWHERE) as session:
        return outbox.body(session, row)


def test_a_resident_in_danger_hears_that_nobody_reads_and_who_answers_now(at_night: Callable[..., Stage]) -> None:
    stage = at_night()
    stage.arrive({"says": "もう死にたいです"})
    alerter, said = nobody_answers(stage)
    ((_, letter),) = alerter.sent
    assert "緊急の相談があります" in letter.title and "https://desk.example.jp/ack/" in letter.body
    assert "死" not in letter.title + letter.body and "R-" not in letter.body
    (told,) = said
    words = body(stage, told)
    assert TRUTH in words and "すぐ" not in words
    open_now = hotlines.load().for_crisis("self_harm", now=stage.clock.at)
    assert any(line.without_voice for line in open_now) and all(line.is_open(stage.clock.at) for line in open_now)
    assert all((line.url if line.without_voice else line.numbers[0].number) in words for line in open_now)
    assert told.crisis and told.not_before is None and told.state == Delivery.WAITING


@pytest.mark.parametrize("words", ["夫に殴られています", "知らない男の人にレイプされました"])
def test_violence_gets_no_push_and_waits_for_the_next_word(at_night: Callable[..., Stage], words: str) -> None:
    stage = at_night()
    stage.arrive({"says": words})
    _, (told,) = nobody_answers(stage)
    assert told.not_before is not None and told.reason == "no_push"
    said = body(stage, told)
    assert TRUTH in said and "0120" not in said and "http" not in said
    stage.arrive({"says": "まだいます"})
    (again,) = [row for row in deliveries(stage) if row.id == told.id]
    assert again.not_before is None and again.state == Delivery.WAITING


def test_who_wants_no_pushes_gets_none(at_night: Callable[..., Stage]) -> None:
    stage = at_night()
    stage.arrive({"says": "もう死にたいです"})
    with stage.database.writing(EVERYWHERE) as session:
        session.scalars(select(Contact)).one().pushes_stopped_at = stage.clock.at
    _, (told,) = nobody_answers(stage)
    assert told.not_before is not None and "0120" not in body(stage, told)


def test_where_nobody_is_on_duty_nothing_more_is_said(at_night: Callable[..., Stage]) -> None:
    stage = at_night()
    with stage.database.writing() as session:
        for cell in session.scalars(select(Duty)):
            cell.contact_id, cell.role = None, ""
    (reply,) = stage.arrive({"says": "もう死にたいです"})
    assert any("いま読んでいる職員はいません" in bubble.words for bubble in reply.bubbles)
    alerter, said = nobody_answers(stage)
    assert alerter.sent == [] and said == []
    with stage.database.reading(EVERYWHERE) as session:
        assert session.scalars(select(Case.crisis)).one() == "self_harm"
