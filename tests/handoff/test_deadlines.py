"""When a case is late: by the opening time of its desk, never by the clock on the wall alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from handoff import notes, queue
from handoff.cases import Case
from handoff.lists import Tab
from resources.access import Actor, actor_for
from resources.db import new_id
from resources.desks import Desk, DeskClosure
from resources.staff import Staff
from tests.desk import World

JST = ZoneInfo("Asia/Tokyo")
LUNCH = "0Mo0Tu0We0Th0Fr 08:30-12:00 祝休; 0Mo0Tu0We0Th0Fr 13:00-17:15 祝休"


def actor(world: World, name: str) -> Actor:
    with world.database.reading() as session:
        return actor_for(session, session.get_one(Staff, world.people[name]))


def listed(world: World, tab: Tab, now: datetime, name: str = "yamada") -> list[str]:
    someone = actor(world, name)
    with world.database.reading(someone.custodians) as session:
        return [row.complaint for row in queue.rows(session, someone, tab, now=now)]


def limits(world: World, now: datetime, name: str = "yamada") -> dict[str, str]:
    someone = actor(world, name)
    with world.database.reading(someone.custodians) as session:
        found = queue.rows(session, someone, Tab.WAITING, now=now)
        return {row.complaint: row.limit.words for row in found if row.limit}


def at(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=JST)


def came(world: World, when: datetime, words: str, reasons: Sequence[str] = ("person_requested",), **more: object) -> object:
    return world.open_case(words, ago=world.now - when, reasons=list(reasons), **more)  # type: ignore[arg-type]


def set_desk(world: World, **values: object) -> None:
    with world.database.writing() as session:
        desk = session.get_one(Desk, world.desk_id)
        for name, value in values.items():
            setattr(desk, name, value)


def test_each_need_has_its_own_time(world: World) -> None:
    now = at(11, 24, 16)  # a Tuesday after a holiday
    came(world, at(11, 24, 15, 51), "危険で9分", crisis="self_harm")
    came(world, at(11, 24, 15, 50), "危険で10分", crisis="self_harm")
    came(world, at(11, 24, 15, 1), "今日で59分", ["immediate_need"])
    came(world, at(11, 24, 14, 40), "今日で80分", ["immediate_need"])
    came(world, at(11, 24, 12, 0), "重なりで240分", ["complex"])
    came(world, at(11, 24, 8, 30), "急がなくて450分")
    assert listed(world, Tab.OVERDUE, now) == ["危険で10分", "今日で80分", "重なりで240分"]
    assert limits(world, now) == {
        "危険で9分": "あと1分", "危険で10分": "期限を過ぎました", "今日で59分": "あと1分", "今日で80分": "期限を20分超過",
        "重なりで240分": "期限を過ぎました", "急がなくて450分": "あと30分",
    }  # fmt: skip


def test_nights_weekends_holidays_lunch_and_closures_do_not_count(world: World) -> None:
    set_desk(world, hours=LUNCH)
    came(world, at(11, 20, 17, 0), "金曜の夕方", ["immediate_need"])  # 15 minutes on Friday; Monday is a holiday
    assert listed(world, Tab.OVERDUE, at(11, 24, 9, 14)) == []
    assert limits(world, at(11, 24, 9, 14)) == {"金曜の夕方": "あと1分"}
    assert listed(world, Tab.OVERDUE, at(11, 24, 9, 15)) == ["金曜の夕方"]
    came(world, at(11, 24, 11, 30), "昼前", ["immediate_need"])
    assert limits(world, at(11, 24, 13, 20))["昼前"] == "あと10分"
    with world.database.writing() as session:
        session.add(DeskClosure(municipality_code=world.town, starts=date(2026, 11, 24), ends=date(2026, 11, 24)))
    assert listed(world, Tab.OVERDUE, at(11, 24, 16)) == []
    assert listed(world, Tab.OVERDUE, at(11, 25, 9, 30)) == ["金曜の夕方", "昼前"]


def test_a_desk_may_have_targets_of_its_own_and_odd_ones_are_not_followed(world: World) -> None:
    set_desk(world, answer_within={"today": 15, "troubled": 0, "asking": "bald"})
    now = at(11, 24, 10)
    came(world, at(11, 24, 9, 40), "20分", ["immediate_need"])
    came(world, at(11, 24, 9, 40), "重なり", ["complex"])
    came(world, at(11, 24, 9, 40), "急がない")
    assert listed(world, Tab.OVERDUE, now) == ["20分"]
    assert limits(world, now)["重なり"] == "あと3時間40分" and limits(world, now)["急がない"] == "あと7時間40分"


def test_without_a_desk_or_hours_every_minute_counts(world: World) -> None:
    set_desk(world, hours="")
    came(world, at(11, 22, 9), "時間の登録がない窓口", ["complex"])
    lost = came(world, at(11, 22, 9), "窓口がない", ["complex"])
    with world.database.writing(world.town) as session:
        session.get_one(Case, lost).desk_id = None
    assert sorted(listed(world, Tab.OVERDUE, at(11, 22, 13))) == ["時間の登録がない窓口", "窓口がない"]
    assert listed(world, Tab.OVERDUE, at(11, 22, 12, 59)) == []


def test_what_has_waited_for_months_is_late_and_stays_in_the_handover(world: World) -> None:
    came(world, at(8, 4, 10), "夏から")
    now = at(11, 24, 10)
    assert listed(world, Tab.OVERDUE, now) == ["夏から"] == listed(world, Tab.HANDOVER, now)
    assert "以上超過" in limits(world, now)["夏から"]


def test_worries_about_others_have_a_list(world: World) -> None:
    came(world, at(11, 24, 9), "となりの人が心配", ["third_party"])
    came(world, at(11, 24, 9), "自分のこと")
    assert listed(world, Tab.WORRIES, at(11, 24, 10)) == ["となりの人が心配"]


@pytest.mark.parametrize("way", ["answer", "reached", "note"])
def test_a_handover_item_goes_only_by_an_answer_or_an_explained_note(world: World, way: str) -> None:
    case_id = came(world, at(11, 22, 22), "土曜の夜")
    now = at(11, 24, 8, 40)
    assert listed(world, Tab.HANDOVER, now) == ["土曜の夜"] == listed(world, Tab.HANDOVER, now, "suzuki")
    someone = actor(world, "yamada")
    with world.database.writing(world.town) as session:
        case = session.get_one(Case, case_id)
        if way == "note":
            notes.write(session, case, "電話したが出ない。11時にもう一度。", actor=someone, now=now)
        else:
            case.waiting_since = None
    assert listed(world, Tab.HANDOVER, now) == []
    if way == "note":
        # Explained is not answered: the person still waits, and a new word needs a new explanation.
        assert listed(world, Tab.WAITING, now) == ["土曜の夜"]
        world.offset = timedelta(hours=12)
        world.hear(case_id, "まだですか")  # type: ignore[arg-type]
        assert listed(world, Tab.HANDOVER, now + timedelta(days=1)) == ["土曜の夜"]


def test_opening_and_taking_a_case_explain_nothing(world: World) -> None:
    from handoff import moves

    case_id = came(world, at(11, 22, 22), "土曜の夜")
    with world.database.writing(world.town) as session:
        moves.take(session, session.get_one(Case, case_id), actor=actor(world, "yamada"), now=at(11, 24, 8, 40))
    assert listed(world, Tab.HANDOVER, at(11, 24, 8, 45)) == ["土曜の夜"]


def test_many_desks_with_different_hours_are_told_apart(world: World) -> None:
    other = new_id()
    with world.database.writing() as session:
        session.add(Desk(id=other, municipality_code=world.town, name="夜の窓口", hours="0Mo0Tu0We0Th0Fr 17:00-26:00 祝休"))
    came(world, at(11, 24, 20), "夜の窓口に", ["immediate_need"], desk_id=other)
    came(world, at(11, 24, 20), "昼の窓口に", ["immediate_need"])
    now = at(11, 24, 21, 30)
    assert listed(world, Tab.OVERDUE, now, "suzuki") == ["夜の窓口に"]
    assert listed(world, Tab.HANDOVER, now, "suzuki") == ["昼の窓口に"]
