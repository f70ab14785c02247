"""Dv and sexual violence told in a case that somebody already has: nobody else sees it, and the person is not lost."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from handoff import cases, intake, presence
from handoff.cases import Case, CaseEvent
from handoff.inbox import InboundEvent
from handoff.intake import Matter
from handoff.states import CaseState, Ground
from resources.access import actor_for
from resources.db import new_id
from resources.desks import Desk
from resources.journal import JournalEntry
from resources.sealing import seal
from resources.staff import DeskMembership, Staff
from tests.desk import Browser, World

Enter = Callable[..., Browser]
SAID = "カナリアのことば"


def tell(world: World, case_id: uuid.UUID, crisis: str = "dv") -> None:
    """Let the resident of a case tell of violence."""
    world.hear(case_id, SAID)
    matter = Matter("urgent", crisis, (crisis,), ("crisis", "wide_area"), complaint=SAID)
    with world.database.writing(world.town) as session:
        case = session.get_one(Case, case_id)
        intake.receive(session, cases.point_of(session, case), matter, ground=Ground.LIFE_BODY, now=world.clock())


def moves_of(world: World, case_id: uuid.UUID) -> list[str]:
    with world.database.reading(world.town) as session:
        query = select(CaseEvent.move).where(CaseEvent.case_id == case_id).order_by(CaseEvent.id)
        return list(session.scalars(query))


@pytest.fixture
def taken(world: World, enter: Enter) -> tuple[uuid.UUID, Browser, Browser, Browser]:
    """A case 山田 has taken; 佐藤 of the same desk and 鈴木, who oversees the town, have it on their screens."""
    case_id = world.open_case("家賃のこと", name="はな")
    owner, colleague, overseer = enter("yamada"), enter("sato"), enter("suzuki")
    owner.post(f"/desk/cases/{case_id}/take")
    for browser in (owner, colleague, overseer):
        assert browser.get(f"/desk/cases/{case_id}").status_code == 200
    return case_id, owner, colleague, overseer


@pytest.mark.parametrize("crisis", ["dv", "sexual_violence"])
def test_nobody_else_sees_it_any_more_on_any_way(
    crisis: str, world: World, taken: tuple[uuid.UUID, Browser, Browser, Browser]
) -> None:
    case_id, _, colleague, overseer = taken
    receipt, path = world.read_case(case_id).receipt, f"/desk/cases/{case_id}"
    before = colleague.get("/desk/live?tab=desks").json()
    tell(world, case_id, crisis)
    after = colleague.get("/desk/live?tab=desks").json()
    assert str(case_id) in before["ids"] and str(case_id) not in after["ids"] and before["version"] != after["version"]
    for other in (colleague, overseer):
        for where in (path, f"{path}/live", f"{path}/lines"):
            answer = other.get(where)
            assert answer.status_code == 404 and SAID not in answer.text and "はな" not in answer.text
        for tab in ("handover", "waiting", "mine", "desks", "urgent", "unread", "undelivered", "held"):
            assert str(case_id) not in other.get(f"/desk?tab={tab}").text
            live = other.get(f"/desk/live?tab={tab}").json()
            assert live["ids"] == [] and set(live["counts"].values()) == {0}
        for sought in (receipt, "はな"):
            answer = other.post("/desk/search", sought=sought)
            assert answer.status_code == 200 and "見つかりませんでした" in answer.text
        for act in ("take", "reply", "note", "away", "back", "return", "close", "present"):
            assert other.post(f"{path}/{act}", words="x", note="x", outcome="informed").status_code == 404
    with world.database.reading() as session:
        readers = select(JournalEntry.staff_id).where(JournalEntry.subject_id == case_id)
        assert list(session.scalars(readers)).count(world.people["sato"]) == 1


def test_the_owner_in_the_conversation_stays_with_the_person_and_the_desk_made_for_it_joins(
    world: World, enter: Enter, taken: tuple[uuid.UUID, Browser, Browser, Browser]
) -> None:
    case_id, owner, *_ = taken
    tell(world, case_id)
    case, path = world.read_case(case_id), f"/desk/cases/{case_id}"
    assert (case.walled, case.state, case.desk_id) == (True, CaseState.TAKEN, world.violence_desk_id)
    assert (case.owner_id, case.present) == (world.people["yamada"], True)
    page = owner.get(path).text
    assert SAID in page and "女性・若者相談室と担当のあなただけに見えています" in page and "返信を送る" in page
    assert str(case_id) in owner.get("/desk?tab=mine").text
    assert owner.post(f"{path}/reply", key="k", words="聞いています").status_code == 303
    joined = enter("tanaka")
    assert str(case_id) in joined.get("/desk?tab=urgent").text
    page = joined.get(path).text
    assert SAID in page and "山田さん" in page and "担当のあなた" not in page
    assert "専用窓口だけに見えるようになった" in joined.get(f"{path}/history").text
    assert "wall" in moves_of(world, case_id)


def test_handing_back_gives_it_to_the_desk_made_for_it(
    world: World, enter: Enter, taken: tuple[uuid.UUID, Browser, Browser, Browser]
) -> None:
    case_id, owner, colleague, _ = taken
    tell(world, case_id)
    path = f"/desk/cases/{case_id}"
    owner.get(path)
    assert owner.post(f"{path}/return").headers["location"] == "/desk?said=passed_on"
    assert "専用窓口の待機に渡しました" in owner.get("/desk?said=passed_on").text
    assert owner.get(path).status_code == colleague.get(path).status_code == 404
    assert str(case_id) not in owner.get("/desk?tab=waiting").text
    joined = enter("tanaka")
    joined.get(path)
    assert joined.post(f"{path}/take").status_code == 303


def test_an_owner_who_is_away_did_not_hear_it_and_the_desk_made_for_it_can_act(
    world: World, enter: Enter, taken: tuple[uuid.UUID, Browser, Browser, Browser]
) -> None:
    case_id, owner, *_ = taken
    path = f"/desk/cases/{case_id}"
    owner.post(f"{path}/away", until="60")
    tell(world, case_id)
    case = world.read_case(case_id)
    assert (case.state, case.owner_id, case.desk_id) == (CaseState.WAITING, None, world.violence_desk_id)
    assert owner.get(path).status_code == 404 and str(case_id) not in owner.get("/desk?tab=mine").text
    joined = enter("tanaka")
    assert "担当者が会話にいなかったため" in joined.get(f"{path}/history").text
    assert joined.post(f"{path}/take").status_code == 303
    assert moves_of(world, case_id)[-3:] == ["wall", "return", "take"]


def test_an_owner_whose_page_was_closed_long_ago_counts_as_away(
    world: World, taken: tuple[uuid.UUID, Browser, Browser, Browser]
) -> None:
    case_id = taken[0]
    world.offset = presence.STALE + timedelta(minutes=1)
    tell(world, case_id)
    assert world.read_case(case_id).owner_id is None


def test_an_owner_of_the_desk_made_for_it_keeps_the_case_while_away(small_world: World, enter_small: Enter) -> None:
    case_id = small_world.open_case("家賃のこと")
    with small_world.database.writing() as session:
        session.add(DeskMembership(staff_id=small_world.people["yamada"], desk_id=small_world.violence_desk_id))
    owner = enter_small("yamada")
    owner.post(f"/desk/cases/{case_id}/take")
    owner.post(f"/desk/cases/{case_id}/away", until="15")
    tell(small_world, case_id)
    assert small_world.read_case(case_id).owner_id == small_world.people["yamada"]
    assert "担当のあなただけ" not in owner.get(f"/desk/cases/{case_id}").text


def test_a_case_that_waits_is_walled_off_too(small_world: World, enter_small: Enter) -> None:
    case_id = small_world.open_case("家賃のこと")
    tell(small_world, case_id)
    assert enter_small("yamada").get(f"/desk/cases/{case_id}").status_code == 404
    assert enter_small("tanaka").get(f"/desk/cases/{case_id}").status_code == 200


def test_a_page_opened_before_takes_nothing_and_sends_nothing(small_world: World, enter_small: Enter) -> None:
    case_id = small_world.open_case("家賃のこと")
    browser, path = enter_small("yamada"), f"/desk/cases/{case_id}"
    browser.get(path)
    tell(small_world, case_id)
    assert browser.post(f"{path}/take").status_code == 404
    assert small_world.read_case(case_id).owner_id is None


def test_the_chosen_desk_can_act_when_the_owner_has_left(small_world: World, enter_small: Enter) -> None:
    case_id = small_world.open_case("家賃のこと")
    owner = enter_small("yamada")
    owner.post(f"/desk/cases/{case_id}/take")
    tell(small_world, case_id)
    owner.post(f"/desk/cases/{case_id}/away", until="15")
    assert small_world.read_case(case_id).owner_id == small_world.people["yamada"]
    with small_world.database.writing(small_world.town) as session:
        case = session.get_one(Case, case_id)
        desk = session.get_one(Desk, small_world.violence_desk_id)
        intake.choose(session, case, desk, now=small_world.clock())
    assert small_world.read_case(case_id).owner_id is None


def test_where_nobody_sits_at_a_desk_made_for_it_the_overseers_see_it(small_world: World, enter_small: Enter) -> None:
    case_id = small_world.open_case("家賃のこと")
    with small_world.database.writing() as session:
        session.get_one(Staff, small_world.people["tanaka"]).active = False
    tell(small_world, case_id)
    case = small_world.read_case(case_id)
    assert (case.walled, case.desk_id) == (True, None)
    assert enter_small("yamada").get(f"/desk/cases/{case_id}").status_code == 404
    assert SAID in enter_small("suzuki").get(f"/desk/cases/{case_id}").text


def test_an_unreadable_message_of_a_walled_person_without_a_desk_is_hidden(
    small_world: World, enter_small: Enter
) -> None:
    case_id = small_world.open_case("家賃のこと")
    owner = enter_small("yamada")
    owner.post(f"/desk/cases/{case_id}/take")
    tell(small_world, case_id)
    with small_world.database.writing(small_world.town) as session:
        point = cases.point_of(session, session.get_one(Case, case_id))
        aside = InboundEvent(
            id=new_id(), custodian=small_world.town, account_id=point.account_id, event_key="aside",
            lane=point.address_index, happened_at=small_world.now, received_at=small_world.now, state="set_aside",
            trouble="odd",
        )  # fmt: skip
        seal(session, aside, "payload_sealed", SAID)
        session.add(aside)
    path = f"/desk/unreadable/{aside.id}"
    assert enter_small("sato").get(path).status_code == 404
    assert SAID in owner.get(path).text and SAID in enter_small("tanaka").get(path).text
    with small_world.database.writing(small_world.town) as session:
        session.get_one(Case, case_id).desk_id = None
    assert enter_small("sato").get(path).status_code == 404


def test_only_the_owner_at_the_moment_is_let_in(small_world: World, enter_small: Enter) -> None:
    """Being named in the past opens nothing: the query asks who owns the case now."""
    case_id = small_world.open_case("家賃のこと")
    owner = enter_small("yamada")
    owner.post(f"/desk/cases/{case_id}/take")
    owner.post(f"/desk/cases/{case_id}/note", note="メモ")
    owner.post(f"/desk/cases/{case_id}/return")
    tell(small_world, case_id)
    with small_world.database.reading(small_world.town) as session:
        actor = actor_for(session, session.get_one(Staff, small_world.people["yamada"]))
        assert cases.find(session, actor, case_id) is None
