"""A wish to apply for 生活保護 is kept word for word, stands in the queue until the office knows, and ends by no one else."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from handoff import cases
from handoff.cases import Case
from handoff.casework import tasks, welfare
from handoff.casework.tasks import Origin
from handoff.casework.welfare_tables import IntentState, WelfareIntent
from handoff.outbox import Outgoing
from handoff.transcript import Author, Message
from resources.db import new_id
from tests.desk import Browser, World
from tests.handoff.casework.test_reports import actor_of

Enter = Callable[..., Browser]
JST = ZoneInfo("Asia/Tokyo")
WORDS = "生活保護を 申請したいです…"
OFFICE = {"office": "みらい市福祉事務所", "office_person": "面接相談員の川口", "office_at": "2026-11-24T10:00"}
MARK = "生活保護の申請の意思：福祉事務所に未連絡"


def wished(world: World, now: datetime | None = None, **more: object) -> uuid.UUID:
    """Return a case in whose conversation the wish was written."""
    case_id = world.open_case(WORDS, reasons=["apply_intent"], **more)  # type: ignore[arg-type]
    with world.database.writing(world.town) as session:
        case = session.get_one(Case, case_id)
        message = session.scalars(select(Message).where(Message.contact_id == case.contact_id)).one()
        welfare.written(session, case, message, WORDS, now=now or world.now)
    return case_id


def intent_of(world: World) -> WelfareIntent:
    with world.database.reading(world.town) as session:
        return session.scalars(select(WelfareIntent).order_by(WelfareIntent.id.desc())).first()  # type: ignore[return-value]


def due(world: World, case_id: uuid.UUID) -> list[date | None]:
    with world.database.reading(world.town) as session:
        found = tasks.of_case(session, session.get_one(Case, case_id), actor=actor_of(world))
        return [one.due_on for one in found if one.done_at is None and one.origin == Origin.REPORT]


def test_the_office_is_told_on_the_same_business_day(world: World) -> None:
    assert due(world, wished(world)) == [date(2026, 11, 24)]
    night = datetime(2026, 11, 20, 22, 0, tzinfo=JST)
    # The Monday after that weekend is a holiday.
    assert due(world, wished(world, night)) == [date(2026, 11, 24)]
    assert due(world, wished(world, datetime(2026, 11, 24, 7, 0, tzinfo=JST))) == [date(2026, 11, 24)]


def test_it_stands_in_the_queue_until_the_office_knows(small_world: World, enter_small: Enter) -> None:
    case_id = wished(small_world)
    path, owner, colleague = f"/desk/cases/{case_id}", enter_small("yamada"), enter_small("sato")
    owner.post(f"{path}/take")
    assert MARK in owner.get("/desk?tab=desks").text and "まだ伝えていません" in owner.get(path).text
    refused = owner.post(f"{path}/close", outcome="informed")
    assert refused.status_code == 409 and "まだ福祉事務所に伝えていません" in refused.text
    shown = owner.get(f"{path}/reports").text
    assert WORDS in shown and "2026年11月24日（火）09:53" in shown and "未連絡" in shown
    told = f"{path}/welfare/{intent_of(small_world).id}/told"
    assert "受けた人、伝えた日時" in owner.post(told, **{**OFFICE, "office_person": ""}).text
    assert "これから先の日時" in owner.post(told, **{**OFFICE, "office_at": "2026-11-25T10:00"}).text
    assert owner.post(told, **OFFICE).headers["location"] == f"{path}/reports?said=told"
    late = colleague.post(told, **{**OFFICE, "office_person": "ほかの人"})
    assert late.status_code == 409 and "先にほかの人が記録しています" in late.text
    shown = owner.get(f"{path}/reports").text
    assert "連絡済" in shown and "面接相談員の川口" in shown and "ほかの人、" not in shown
    assert MARK not in owner.get("/desk?tab=desks").text and due(small_world, case_id) == []
    assert owner.post(f"{path}/close", outcome="informed").status_code == 303


@pytest.mark.parametrize(("more", "hears"), [({}, True), ({"watched": True}, False)])
def test_the_resident_hears_that_the_office_knows_where_nobody_reads_along(
    small_world: World, enter_small: Enter, more: dict[str, bool], hears: bool
) -> None:
    case_id = wished(small_world, **more)
    enter_small("yamada").post(f"/desk/cases/{case_id}/welfare/{intent_of(small_world).id}/told", **OFFICE)
    with small_world.database.reading(small_world.town) as session:
        said = session.scalars(select(Outgoing).where(Outgoing.author == Author.STAFF)).all()
    assert len(said) == hears


def test_the_day_of_the_application_is_kept(small_world: World, enter_small: Enter) -> None:
    case_id = wished(small_world)
    path, browser = f"/desk/cases/{case_id}", enter_small("yamada")
    applied = f"{path}/welfare/{intent_of(small_world).id}/applied"
    assert "申請日を入れてください" in browser.post(applied, applied_on="2026-11-25").text
    assert browser.post(applied, applied_on="2026-11-24").status_code == 303
    shown = browser.get(f"{path}/reports").text
    assert "申請済" in shown and "2026年11月24日（火）</b>" in shown
    assert intent_of(small_world).state == IntentState.APPLIED
    for days, new in ((29, False), (31, True)):
        with small_world.database.writing(small_world.town) as session:
            case = session.get_one(Case, case_id)
            message = Message(id=new_id(), said_at=small_world.now)
            later = small_world.now + timedelta(days=days)
            assert (welfare.written(session, case, message, "申請はどうなりましたか", now=later) is not None) == new


def test_it_is_taken_back_by_the_person_s_own_words_only(small_world: World, enter_small: Enter) -> None:
    case_id = wished(small_world)
    path, browser = f"/desk/cases/{case_id}", enter_small("yamada")
    withdrawn = f"{path}/welfare/{intent_of(small_world).id}/withdrawn"
    refused = browser.post(withdrawn, withdrawal=" ")
    assert refused.status_code == 409 and "本人のことばだけで記録できます" in refused.text
    assert intent_of(small_world).state == IntentState.UNTOLD
    assert browser.post(withdrawn, withdrawal="年金が出たのでやめます").status_code == 303
    shown = browser.get(f"{path}/reports").text
    assert "「年金が出たのでやめます」" in shown and WORDS in shown and "本人が取り下げた" in shown


def test_what_is_said_by_telephone_is_kept_as_it_was_said_once_a_press(small_world: World, enter_small: Enter) -> None:
    case_id = small_world.open_case("電話をください")
    path, browser = f"/desk/cases/{case_id}", enter_small("yamada")
    form = {"said_words": "保護を受けたいんよ", "said_means": "call", "said_at": "2026-11-24T09:58", "key": "one"}
    assert "聞いたとおりに書いてください" in browser.post(f"{path}/welfare", **{**form, "said_words": ""}).text
    for _ in range(2):
        assert browser.post(f"{path}/welfare", **form).status_code == 303
    shown = browser.get(f"{path}/reports").text
    assert shown.count("「保護を受けたいんよ」") == 1 and "電話で山田が聞いた" in shown
    assert re.search(r"2026年11月24日（火）09:58", shown)
    case = small_world.read_case(case_id)
    assert "apply_intent" in case.reasons and case.need == cases.TROUBLED
    assert MARK in browser.get("/desk?tab=desks").text


def test_a_walled_case_stays_behind_its_wall(small_world: World, enter_small: Enter) -> None:
    case_id = wished(small_world, desk_id=small_world.violence_desk_id, crisis="dv", walled=True)
    told = f"/desk/cases/{case_id}/welfare/{intent_of(small_world).id}/told"
    assert enter_small("yamada").post(told, **OFFICE).status_code == 404
    assert enter_small("tanaka").post(told, **OFFICE).status_code == 303
    with small_world.database.reading(small_world.town) as session:
        assert session.scalars(select(Outgoing).where(Outgoing.author == Author.STAFF)).all() == []
