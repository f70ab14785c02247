"""One person on LINE and on Telegram, through the real doors: the bot is silent on both while somebody is there."""

from __future__ import annotations

from sqlalchemy import select

from bot.reply import Bubble, Reply, to_json
from handoff import cases, merging, moves, presence, replying
from handoff.cases import Case
from handoff.contacts import ContactPoint
from resources.access import Actor, actor_for
from resources.staff import Staff
from tests.bot.house import House, line_text, telegram_text

ASKED = "人と話したい"


def _worker(house: House) -> Actor:
    with house.database.reading() as session:
        return actor_for(session, session.scalars(select(Staff).order_by(Staff.id)).first())  # type: ignore[arg-type]


def test_silence_and_answers_follow_the_person_not_the_channel(lite: House) -> None:
    lite.line(line_text(1, ASKED))
    lite.settle()
    lite.telegram(telegram_text(1, ASKED))
    lite.settle()
    worker, now = _worker(lite), lite.clock[0]
    with lite.database.writing(lite.town) as session:
        first, second = session.scalars(select(Case).order_by(Case.id)).all()
        moves.take(session, first, actor=worker, now=now)
        merging.join(session, first, second, actor=worker, now=now)
    before = len(lite.said_on_telegram())
    lite.telegram(telegram_text(2, "聞こえていますか"))
    lite.settle()
    assert len(lite.said_on_telegram()) == before
    with lite.database.writing(lite.town) as session:
        case = session.scalars(select(Case).where(Case.id == first.id)).one()
        replying.reply(
            session, case, "はい、聞いています", key="k", actor=worker, now=now,
            compose=lambda words, sender: to_json(Reply((Bubble(words),), sender=sender)),
        )  # fmt: skip
    lite.worker.wake()
    lite.settle()
    assert any("はい、聞いています" in said for said in lite.said_on_telegram())
    assert not any("はい、聞いています" in said for said in lite.said_on_line())
    with lite.database.writing(lite.town) as session:
        presence.step_away(session, session.get_one(Case, first.id), actor=worker, now=now)
    lite.telegram(telegram_text(3, ASKED))
    lite.settle()
    assert lite.said_on_telegram()[-1] == f"受付番号は{first.receipt}です。"
    with lite.database.writing(lite.town) as session:
        case = session.get_one(Case, first.id)
        presence.come_back(session, case, actor=worker, now=now)
        telegram = session.scalars(select(ContactPoint).order_by(ContactPoint.id.desc())).first()
        assert telegram is not None
        merging.part(session, case, telegram.contact_id, actor=worker, now=now)
        parted = cases.open_of(session, telegram.contact_id)
        assert parted is not None and parted.id == second.id
    lite.telegram(telegram_text(4, "分かれたあと"))
    lite.line(line_text(2, "こちらは担当者と"))
    lite.settle()
    assert lite.said_on_telegram()[-1] == "答え 分かれたあと"
    assert not any("こちらは担当者と" in said for said in lite.said_on_line())
