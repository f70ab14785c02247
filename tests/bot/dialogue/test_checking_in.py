"""The agreed question reaches the resident, their answer is their own words, and a press is thanked for honestly."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from bot import reply
from bot.channels import line_rendering, telegram_rendering
from bot.dialogue import checking_in
from handoff import cases, moves, outbox, presence
from handoff.accounts import Platform
from handoff.cases import Case
from handoff.contacts import ContactPoint
from handoff.outbox import Outgoing
from handoff.states import CaseState, Ground, Outcome
from handoff.transcript import Author, Kind, Message
from handoff.transcript import words as words_of
from intents import Ear
from resources.db import EVERYWHERE
from resources.desks import of_town
from tests.bot.dialogue.playing import Stage, staged

TOWN = "992011"


@pytest.fixture
def stage(demo_town: Path, tmp_path: Path, ear: Ear) -> Iterator[Stage]:
    """A resident whose case somebody has taken, and who was asked how they are while that person is away."""
    with staged(demo_town, tmp_path, ear, town=TOWN, platform=Platform.BROWSER) as made:
        made.arrive({"says": "家賃が払えません"})
        with made.database.writing(TOWN) as session:
            point = session.scalars(select(ContactPoint)).one()
            cases.open_case(
                session, point, ground=Ground.REQUEST, route="handoff", now=made.clock(), desk=of_town(session, TOWN)[0],
                routing_reason="test",
            )  # fmt: skip
        made.staff("takes")
        with made.database.writing(TOWN) as session:
            case = session.scalars(select(Case)).one()
            presence.step_away(session, case, actor=made._worker(session, case), now=made.clock())
            case.waiting_since = None
            asked = checking_in.ask(session, cases.point_of(session, case), made.clock(), texts=made.texts)
            assert asked.lasting and not asked.confidential
        yield made


def asked(stage: Stage) -> reply.Reply:
    with stage.database.reading(EVERYWHERE) as session:
        last = session.scalars(select(Outgoing).order_by(Outgoing.id.desc())).first()
        assert last is not None
        return reply.from_json(outbox.body(session, last))


def standing(stage: Stage) -> tuple[str, bool]:
    """What the resident said last, and whether somebody waits."""
    with stage.database.reading(EVERYWHERE) as session:
        said = session.scalars(select(Message).where(Message.author == Author.RESIDENT).order_by(Message.id.desc())).first()
        assert said is not None and said.kind == Kind.CHOICE
        return words_of(session, said), session.scalars(select(Case)).one().waiting_since is not None


@pytest.mark.parametrize(
    ("what", "label", "waits"), [("fine", "だいじょうぶ", False), ("talk", "話したい", True), ("later", "あとで", False)]
)
def test_a_press_is_the_residents_own_word_and_only_who_wants_to_talk_waits(
    stage: Stage, what: str, label: str, waits: bool
) -> None:
    assert [choice.label for choice in asked(stage).choices] == ["だいじょうぶ", "話したい", "あとで"]
    (said,) = stage.arrive({"data": f"checking_in:{what}"})
    assert said.bubbles[0].words == stage.texts.say(f"check_in.{what}")
    assert standing(stage) == (label, waits)


def test_while_a_person_is_there_the_machine_is_silent(stage: Stage) -> None:
    with stage.database.writing(TOWN) as session:
        case = session.scalars(select(Case)).one()
        presence.come_back(session, case, actor=stage._worker(session, case), now=stage.clock())
    assert stage.arrive({"data": "checking_in:fine"}) == []
    assert standing(stage)[0] == "だいじょうぶ"


def test_danger_in_an_answer_of_ones_own_is_heard_at_once(stage: Stage) -> None:
    (said,) = stage.arrive({"says": "もう死にたいです"})
    assert said.crisis


def test_the_question_fits_every_channel_and_promises_no_safety(stage: Stage) -> None:
    (line,) = line_rendering.render(asked(stage))
    assert len(line["quickReply"]["items"]) == 3
    (telegram,) = telegram_rendering.render(asked(stage))
    assert len(telegram["reply_markup"]["inline_keyboard"]) == 3
    assert "見守りではありません" in stage.texts.say("check_in.agreed")
    assert "見守り" not in stage.texts.say("check_in.ask")


def test_who_comes_back_hears_that_the_earlier_worker_was_told(stage: Stage) -> None:
    with stage.database.writing(EVERYWHERE) as session:
        case = session.scalars(select(Case)).one()
        worker = stage._worker(session, case)
        moves.close(session, case, Outcome.INFORMED, actor=worker, now=stage.clock())
    said = stage.arrive({"says": "また家賃が払えません"})
    with stage.database.reading(EVERYWHERE) as session:
        case = session.scalars(select(Case)).one()
        told = stage.texts.say("check_in.same_worker", receipt=case.receipt, person=worker.sender_name)
        assert case.state == CaseState.WAITING and said[0].bubbles[0].words == told
