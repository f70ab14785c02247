"""What is proposed in the chat reaches the editors without a person, and the person is answered there."""

from __future__ import annotations

import json
from datetime import timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import select

from bot.dialogue import proposed
from bot.reply import Reply
from handoff import outbox, proposers
from handoff.accounts import Platform
from handoff.outbox import Outgoing
from handoff.proposers import Proposer
from intents import Ear
from resources import deciding_proposals
from resources.access import Actor, actor_for
from resources.db import EVERYWHERE
from resources.kinds import Kinds
from resources.proposals import Proposal, State
from resources.staff import Staff
from tests.bot.dialogue.playing import Stage, staged

TOWN = "992011"
EDITOR = "morikawa@mirai.example.lg.jp"
NAME = "こもれびの茶の間"


def propose(stage: Stage, name: str = NAME) -> list[Reply]:
    for step in (
        {"says": "うちの集会所でサロンをやっています、載せてほしい"}, {"data": "proposing:place"}, {"says": name},
        {"says": "毎週火曜 10時から12時"}, {"says": "緑町集会所"}, {"data": "proposing:anybody"}, {"data": "proposing:skip"},
    ):  # fmt: skip
        stage.arrive(step)
    return stage.arrive({"data": "proposing:send"})


def waiting(stage: Stage) -> list[Proposal]:
    with stage.database.reading() as session:
        return list(session.scalars(select(Proposal).where(Proposal.state == State.WAITING).order_by(Proposal.id)))


def editor(stage: Stage) -> Actor:
    with stage.database.reading() as session:
        return actor_for(session, session.scalars(select(Staff).where(Staff.login == EDITOR)).one())


def answered(stage: Stage) -> list[str]:
    told = proposers.due(stage.database, stage.clock(), tell=partial(proposed.tell, texts=stage.texts))
    with stage.database.reading(EVERYWHERE) as session:
        rows = session.scalars(select(Outgoing).order_by(Outgoing.id.desc()).limit(told))
        return [outbox.body(session, row) for row in rows]


def test_an_accepted_proposal_is_told_and_found(demo_town: Path, tmp_path: Path, ear: Ear) -> None:
    with staged(demo_town, tmp_path, ear, town=TOWN, platform=Platform.BROWSER) as stage:
        assert "受け取りました" in propose(stage)[0].bubbles[0].words
        (row,) = waiting(stage)
        assert row.from_chat and (row.name, row.place) == (NAME, "緑町集会所")
        assert answered(stage) == []
        with stage.database.writing() as session:
            made = deciding_proposals.add(session, row.id, kinds=Kinds.load(), actor=editor(stage), now=stage.clock())
        (told,) = answered(stage)
        words = json.loads(told)
        assert "名簿に載せました" in words["bubbles"][0]["words"] and NAME not in told and "緑町" not in told
        assert words["choices"][0]["data"] == f"proposing:shown.{made.hex}"
        card = stage.arrive({"data": words["choices"][0]["data"]})[0].bubbles[1].cards[0]
        assert (card.title, card.where, card.whom) == (NAME, "緑町集会所", "どなたでも")
        # It is told once, and then nobody knows any more who proposed it.
        assert answered(stage) == []
        with stage.database.reading(EVERYWHERE) as session:
            assert session.scalars(select(Proposer)).all() == []
        stage.clock.at += timedelta(minutes=1)
        found = stage.arrive({"says": f"{NAME}はどこですか"})
        assert NAME in [card.title for one in found for bubble in one.bubbles for card in bubble.cards]


def test_a_declined_proposal_is_told_kindly(demo_town: Path, tmp_path: Path, ear: Ear) -> None:
    with staged(demo_town, tmp_path, ear, town=TOWN, platform=Platform.LINE) as stage:
        for words in ("サロンを始めたい", "これから作りたい", NAME, "未定", "未定", "未定", "未定", "この内容で送る"):
            said = stage.arrive({"says": words})
            assert NAME not in "".join(bubble.words for one in said for bubble in one.bubbles)
        (row,) = waiting(stage)
        with stage.database.writing() as session:
            deciding_proposals.decline(session, row.id, "not_yet", actor=editor(stage), now=stage.clock())
        (told,) = answered(stage)
        assert "始まってから名簿に載せたい" in told and NAME not in told


def test_so_many_wait_at_a_time_and_erasing_takes_them_back(demo_town: Path, tmp_path: Path, ear: Ear) -> None:
    with staged(demo_town, tmp_path, ear, town=TOWN, platform=Platform.BROWSER) as stage:
        for number in range(proposers.MOST):
            propose(stage, f"{NAME}{number}")
        assert "順に確かめています" in propose(stage)[0].bubbles[0].words
        assert len(waiting(stage)) == proposers.MOST
        stage.arrive({"says": "消して"})
        stage.arrive({"data": "leaving:erase"})
        assert waiting(stage) == []
        with stage.database.reading(EVERYWHERE) as session:
            assert session.scalars(select(Proposer)).all() == []
