"""The queue: what stands in which list, in which order, and how much it costs to show."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import event, select

from handoff import queue
from handoff.accounts import Account
from handoff.cases import Case, point_of
from handoff.inbox import InboundEvent
from handoff.outbox import Outgoing
from handoff.queue import Tab
from handoff.states import Delivery
from resources.access import Actor, actor_for
from resources.db import new_id
from resources.sealing import seal
from resources.staff import Staff
from tests.desk import Browser, World

Enter = Callable[..., Browser]


def actor(world: World, name: str) -> Actor:
    with world.database.reading() as session:
        return actor_for(session, session.get_one(Staff, world.people[name]))


def listed(world: World, name: str, tab: Tab) -> list[str]:
    someone = actor(world, name)
    with world.database.reading(someone.custodians) as session:
        return [row.complaint for row in queue.rows(session, someone, tab, now=world.clock())]


def settle(world: World, case_id: object, state: Delivery) -> None:
    with world.database.writing(world.town) as session:
        case = session.get_one(Case, case_id)
        for outgoing in session.scalars(select(Outgoing).where(Outgoing.contact_id == case.contact_id)):
            outgoing.state = state


@contextmanager
def counted(world: World) -> Iterator[list[str]]:
    statements: list[str] = []

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        statements.append(statement)

    event.listen(world.database.reader, "before_cursor_execute", note)
    yield statements
    event.remove(world.database.reader, "before_cursor_execute", note)


def test_the_deepest_need_stands_first_then_the_longest_wait(world: World) -> None:
    world.open_case("急がない", reasons=["person_requested"], ago=timedelta(hours=3))
    world.open_case("危険が新しい", crisis="self_harm", ago=timedelta(minutes=1))
    world.open_case("今日の食べもの", reasons=["immediate_need"], ago=timedelta(minutes=5))
    world.open_case("重なりが新しい", reasons=["complex"], ago=timedelta(minutes=2))
    world.open_case("重なりが古い", reasons=["gap"], ago=timedelta(minutes=90))
    world.open_case("危険が古い", crisis="emergency", ago=timedelta(minutes=30))
    order = ["危険が古い", "危険が新しい", "今日の食べもの", "重なりが古い", "重なりが新しい", "急がない"]
    assert listed(world, "yamada", Tab.WAITING) == order


def test_paging_by_key_shows_every_case_once(world: World) -> None:
    for number in range(7):
        world.open_case(f"{number}", ago=timedelta(minutes=10 * (number % 3)))
    someone, seen, after = actor(world, "yamada"), [], None
    with world.database.reading(someone.custodians) as session:
        while page := queue.rows(session, someone, Tab.WAITING, now=world.now, after=after, limit=3):
            seen += [row.complaint for row in page]
            after = page[-1].case.id
    assert sorted(seen) == [str(number) for number in range(7)]


def test_each_list_holds_what_its_name_says(world: World, enter: Enter) -> None:
    mine = world.open_case("受けた", bot="自動の返事")
    world.open_case("夜に届いた", ago=timedelta(hours=12))
    enter("yamada").post(f"/desk/cases/{mine}/take")
    assert listed(world, "yamada", Tab.MINE) == ["受けた"]
    assert listed(world, "sato", Tab.MINE) == []
    assert listed(world, "sato", Tab.WAITING) == ["夜に届いた"] == listed(world, "sato", Tab.HANDOVER)
    assert sorted(listed(world, "sato", Tab.DESKS)) == ["受けた", "夜に届いた"]
    assert sorted(listed(world, "sato", Tab.UNREAD)) == ["受けた", "夜に届いた"]
    settle(world, mine, Delivery.FAILED)
    assert listed(world, "sato", Tab.UNDELIVERED) == ["受けた"]
    with world.database.writing(world.town) as session:
        case = session.get_one(Case, mine)
        later = Outgoing(
            custodian=world.town, contact_id=case.contact_id, point_id=case.point_id, author="staff",
            state=Delivery.SENT, made_at=world.now,
        )  # fmt: skip
        session.add(later)
    assert listed(world, "sato", Tab.UNDELIVERED) == []
    settle(world, mine, Delivery.HELD)
    assert listed(world, "sato", Tab.HELD) == ["受けた"]


def test_a_case_without_a_desk_waits_before_everybody(world: World) -> None:
    case_id = world.open_case("窓口がない")
    walled = world.open_case("窓口がない暴力", crisis="dv", walled=True)
    with world.database.writing(world.town) as session:
        for known in (case_id, walled):
            session.get_one(Case, known).desk_id = None
    assert listed(world, "yamada", Tab.WAITING) == ["窓口がない"]
    assert listed(world, "suzuki", Tab.WAITING) == ["窓口がない"]
    assert sorted(listed(world, "tanaka", Tab.WAITING)) == ["窓口がない", "窓口がない暴力"]
    assert listed(world, "tonari", Tab.WAITING) == []


def test_a_row_says_what_matters_in_five_seconds(small_world: World, enter_small: Enter) -> None:
    small_world.open_case(
        "もう限界です", name="はな", crisis="self_harm", ago=timedelta(minutes=41), watched=True, call=False,
        understood='{"household": [{"relation": "本人", "age": 34, "problems": ["困窮"]}, {"relation": "子", "age": 6}]}',
        reasons=["crisis", "complex"],
    )  # fmt: skip
    page = enter_small("yamada").get("/desk?tab=urgent").text
    for word in (
        "緊急", "「もう限界です」", "自殺・自傷", "世帯に困りごとが重なっている", "端末を見られる恐れ", "41分", "未応答",
        "担当なし", "電話不可", "本人34（困窮）・子6", "子どもがいる", "はなさん",
    ):  # fmt: skip
        assert word in page, word


@pytest.mark.parametrize("sought", ["{receipt}", "{short}", " ｒ－２６－１１２４－０１ ", "はな"])
def test_a_case_is_found_by_receipt_and_name(sought: str, small_world: World, enter_small: Enter) -> None:
    case_id = small_world.open_case("こんにちは", name="はな")
    small_world.open_case("べつの人", name="はなこ")
    receipt = small_world.read_case(case_id).receipt
    browser = enter_small("yamada")
    answer = browser.post("/desk/search", sought=sought.format(receipt=receipt, short=receipt.removeprefix("R-")))
    assert answer.headers.get("location") == f"/desk/cases/{case_id}"


def test_the_cost_of_the_queue_does_not_grow_with_the_cases(small_world: World, enter_small: Enter) -> None:
    browser = enter_small("yamada")
    figures = []
    for _ in range(2):
        for number in range(10):
            small_world.open_case(f"{number}", ago=timedelta(hours=number))
        browser.get("/desk")
        with counted(small_world) as statements:
            assert browser.get("/desk?tab=waiting").text.count("data-case=") == min(50, 10 * (len(figures) + 1))
        figures.append(len([line for line in statements if line.lstrip().upper().startswith("SELECT")]))
    assert figures[0] == figures[1] <= 16, figures


def set_aside(world: World, words: str) -> str:
    with world.database.writing(world.town) as session:
        account = session.scalars(select(Account)).first()
        assert account is not None
        event_row = InboundEvent(
            id=new_id(), custodian=world.town, account_id=account.id, event_key=words, lane=b"x" * 32,
            happened_at=world.now, received_at=world.now, state="set_aside", trouble="odd",
        )  # fmt: skip
        seal(session, event_row, "payload_sealed", words)
        session.add(event_row)
        return str(event_row.id)


def test_an_unreadable_message_stays_until_a_person_has_looked(small_world: World, enter_small: Enter) -> None:
    small_world.open_case("こんにちは")
    event_id = set_aside(small_world, '{"odd": "たすけて"}')
    browser = enter_small("yamada")
    assert event_id in browser.get("/desk?tab=held").text and "たすけて" not in browser.get("/desk?tab=held").text
    assert "たすけて" in browser.get(f"/desk/unreadable/{event_id}").text
    assert enter_small("tonari").get(f"/desk/unreadable/{event_id}").status_code == 404
    assert browser.post(f"/desk/unreadable/{event_id}/settle").status_code == 303
    assert event_id not in browser.get("/desk?tab=held").text


def test_an_unreadable_message_can_be_read_again_by_the_machine(small_world: World, enter_small: Enter) -> None:
    small_world.open_case("こんにちは")
    event_id = set_aside(small_world, "not json at all")
    browser = enter_small("yamada")
    assert "not json at all" in browser.get(f"/desk/unreadable/{event_id}").text
    assert browser.post(f"/desk/unreadable/{event_id}/retry").status_code == 303
    with small_world.database.reading(small_world.town) as session:
        assert session.scalars(select(InboundEvent.state)).all() == ["waiting"]


def test_an_unreadable_message_of_a_walled_person_is_hidden_from_other_desks(
    small_world: World, enter_small: Enter
) -> None:
    walled = small_world.open_case("x", desk_id=small_world.violence_desk_id, crisis="dv", walled=True)
    event_id = set_aside(small_world, "カナリア")
    with small_world.database.writing(small_world.town) as session:
        point = point_of(session, session.get_one(Case, walled))
        session.scalars(select(InboundEvent)).one().lane = point.address_index
    assert enter_small("yamada").get(f"/desk/unreadable/{event_id}").status_code == 404
    assert "カナリア" in enter_small("tanaka").get(f"/desk/unreadable/{event_id}").text
