"""Who signed up is told when a day is cancelled, once; nothing that is kept says who it was."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from bot import event_news, reply
from handoff import outbox
from handoff.accounts import Platform
from handoff.contacts import Contact
from handoff.outbox import Outgoing
from intents import Ear
from resources import directory, events, sign_ups
from resources.db import EVERYWHERE
from resources.event_tables import SignUp
from tests.bot.dialogue.playing import Stage, moment, staged

TOWN = "992011"


@pytest.fixture
def stage(demo_town: Path, tmp_path: Path, ear: Ear) -> Iterator[Stage]:
    """A resident who signed up for an event of the demo town."""
    with staged(demo_town, tmp_path, ear, town=TOWN, platform=Platform.BROWSER) as made:
        made.clock.at = moment("2026-11-28 08:00")
        made.arrive({"says": "今日の午後なにか催しありますか"})
        made.arrive({"presses": "申し込む"})
        made.arrive({"presses": "2人"})
        yield made


def cancel(stage: Stage) -> None:
    with stage.database.writing(TOWN) as session:
        (one,) = [one for one in events.upcoming(session, {TOWN}, start=stage.clock()) if one.people]
        events.cancel(session, one.date.id, "講師がかぜのため", by="編集", now=stage.clock())


def last_words(stage: Stage) -> str:
    with stage.database.reading(EVERYWHERE) as session:
        last = session.scalars(select(Outgoing).order_by(Outgoing.id.desc())).first()
        assert last is not None
        return reply.from_json(outbox.body(session, last)).bubbles[0].words


def test_who_signed_up_is_told_once(stage: Stage) -> None:
    cancel(stage)
    assert event_news.due(stage.database, stage.clock(), texts=stage.texts) == 1
    assert "中止になりました" in last_words(stage) and "講師がかぜのため" in last_words(stage)
    assert event_news.due(stage.database, stage.clock(), texts=stage.texts) == 0


def test_who_signed_up_is_told_also_when_the_place_is_given_up(stage: Stage) -> None:
    with stage.database.writing(TOWN) as session:
        (one,) = [one for one in events.upcoming(session, {TOWN}, start=stage.clock()) if one.people]
        place = session.scalars(directory.ids_of(TOWN).limit(1)).one()
        one.event.service_id = place
        directory.retire(session, place, reason="閉所", by="編集", now=stage.clock())
        assert events.date(session, one.date.id) is None
        events.cancel(session, one.date.id, "閉所のため", by="編集", now=stage.clock())
    assert event_news.due(stage.database, stage.clock(), texts=stage.texts) == 1
    assert "閉所のため" in last_words(stage)


def test_nothing_is_said_on_a_screen_that_somebody_watches(stage: Stage) -> None:
    with stage.database.writing(TOWN) as session:
        session.scalars(select(Contact)).one().device_watched = True
    cancel(stage)
    assert event_news.due(stage.database, stage.clock(), texts=stage.texts) == 0


def test_who_erases_what_they_wrote_is_not_signed_up_any_more(stage: Stage) -> None:
    with stage.database.writing(TOWN) as session:
        (one,) = [one for one in events.upcoming(session, {TOWN}, start=stage.clock()) if one.people]
        sign_ups.sign_up(session, one.date.id, b"somebody else".ljust(32), 1, now=stage.clock())
    stage.arrive({"says": "消して"})
    said = stage.arrive({"data": "leaving:erase"})
    assert "申し込み（1件）も取り消しました" in said[0].bubbles[1].words
    with stage.database.reading() as session:
        assert session.scalars(select(SignUp.people)).all() == [1]
    # Who has none is told of none.
    stage.arrive({"says": "消して"})
    assert len(stage.arrive({"data": "leaving:erase"})[0].bubbles) == 1


def test_who_came_is_forgotten_afterwards(stage: Stage) -> None:
    stage.clock.at = moment("2026-12-02 08:00")
    event_news.due(stage.database, stage.clock(), texts=stage.texts)
    with stage.database.reading() as session:
        assert session.execute(select(SignUp.origin, SignUp.people)).all() == [(None, 2)]
