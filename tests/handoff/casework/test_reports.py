"""Reports the law demands: made at once, counted in plain hours, closed after safety was seen, never cleared by one."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from handoff.cases import Case
from handoff.casework import report_marks, reports, tasks
from handoff.casework.report_file import read
from handoff.casework.report_tables import Reporter, StatutoryReport
from handoff.casework.reports import Told
from handoff.casework.tasks import Origin
from resources.access import Actor, actor_for
from resources.staff import Staff
from tests.desk import Browser, World

Enter = Callable[..., Browser]
JST = ZoneInfo("Asia/Tokyo")
# A Friday evening before a Monday that is a holiday.
FRIDAY = datetime(2026, 11, 20, 18, 30, tzinfo=JST)
FORM = {
    "kind": "child", "place": "児童相談所", "name": "中央児童相談所", "received_by": "受付の川口", "at": "2026-11-24T09:50",
    "words": "夜に泣き声がつづく",
}  # fmt: skip


def actor_of(world: World, name: str = "yamada") -> Actor:
    with world.database.reading() as session:
        return actor_for(session, session.get_one(Staff, world.people[name]))


def made(world: World, case_id: uuid.UUID, at: datetime, kind: str = "child", place: str = "児童相談所") -> uuid.UUID:
    with world.database.writing(world.town) as session:
        told = Told(place, "中央", "川口", at, "泣き声がつづく")
        report = reports.make(
            session, session.get_one(Case, case_id), kind, told, key=uuid.uuid4().hex, apart=False, actor=actor_of(world), now=at
        )
        assert report is not None
        return report.id


def report_of(world: World, report_id: uuid.UUID) -> StatutoryReport:
    with world.database.reading(world.town) as session:
        return session.scalars(select(StatutoryReport).where(StatutoryReport.id == report_id)).one()


def open_tasks(world: World, case_id: uuid.UUID) -> list[tuple[str, str]]:
    with world.database.reading(world.town) as session:
        found = tasks.of_case(session, session.get_one(Case, case_id), actor=actor_of(world))
        ours = [one for one in found if one.done_at is None and one.origin == Origin.REPORT]
        return [(str(one.due_on), tasks.words(session, one)) for one in ours]


def child_case(world: World) -> uuid.UUID:
    return world.open_case("となりの子が毎晩泣いています", crisis="child_abuse", reasons=["crisis"])


def count(world: World) -> int:
    with world.database.reading(world.town) as session:
        return session.scalar(select(func.count()).select_from(StatutoryReport)) or 0


def test_48_hours_run_through_the_weekend_and_a_holiday(world: World) -> None:
    case_id = child_case(world)
    report = report_of(world, made(world, case_id, FRIDAY))
    assert report.due_at == datetime(2026, 11, 22, 18, 30, tzinfo=JST)
    assert open_tasks(world, case_id) == [("2026-11-22", "子どもの安全を確認して「通告・通報」に記録する")]
    for later, words, late, near in (
        (timedelta(hours=1), "安全確認：あと47時間", False, False),
        (timedelta(hours=36, minutes=30), "安全確認：あと11時間30分", False, True),
        (timedelta(hours=48), "安全確認：期限を0時間超過", True, False),
        (timedelta(hours=50, minutes=5), "安全確認：期限を2時間5分超過", True, False),
    ):
        clock = report_marks.clock(report.due_at, now=FRIDAY + later)
        assert clock is not None
        assert (clock.words, clock.late, clock.near) == (words, late, near)


@pytest.mark.parametrize("day", [datetime(2026, 3, 8, 1, 0, tzinfo=JST), datetime(2026, 12, 31, 23, 0, tzinfo=JST)])
def test_an_hour_is_an_hour_at_every_time_of_the_year(small_world: World, day: datetime) -> None:
    report = report_of(small_world, made(small_world, child_case(small_world), day))
    assert report.due_at is not None and (report.due_at - day) == timedelta(hours=48)


def test_only_children_have_a_clock(small_world: World) -> None:
    case_id = small_world.open_case("父の年金をとられている", crisis="elder_abuse")
    report = report_of(small_world, made(small_world, case_id, FRIDAY, "elder", "地域包括支援センター"))
    assert report.due_at is None and open_tasks(small_world, case_id) == []


def test_the_desk_is_reminded_once_when_twelve_hours_are_left(world: World) -> None:
    case_id = child_case(world)
    made(world, case_id, FRIDAY)
    assert report_marks.remind(world.database, FRIDAY + timedelta(hours=35)) == 0
    assert report_marks.remind(world.database, FRIDAY + timedelta(hours=36)) == 1
    assert report_marks.remind(world.database, FRIDAY + timedelta(hours=37)) == 0
    assert len(open_tasks(world, case_id)) == 2


def test_a_report_is_recorded_by_anybody_of_the_desk_and_its_clock_stands_in_the_queue(
    small_world: World, enter_small: Enter
) -> None:
    case_id = child_case(small_world)
    path, browser = f"/desk/cases/{case_id}", enter_small("sato")
    assert "通告・通報を記録する" in browser.get(path).text
    assert browser.post(f"{path}/reports", **FORM).headers["location"] == f"{path}/reports?said=made"
    shown = browser.get(f"{path}/reports").text
    assert "児童虐待の通告" in shown and "受付の川口" in shown and "2026年11月26日（木）09:50" in shown
    assert "児童虐待の通告：</b>まだ記録がありません" not in browser.get(path).text
    assert "安全確認：あと47時間45分" in browser.get("/desk?tab=waiting").text
    small_world.offset = timedelta(hours=49)
    browser = enter_small("sato")
    assert '<span class="mark danger">安全確認：期限を1時間15分超過' in browser.get("/desk?tab=desks").text
    assert "安全確認：期限を1時間15分超過" in browser.get(path).text


def test_the_same_call_is_recorded_once_and_the_second_may_add_to_it(small_world: World, enter_small: Enter) -> None:
    case_id = child_case(small_world)
    path, first, second = f"/desk/cases/{case_id}/reports", enter_small("yamada"), enter_small("sato")
    first.get(path), second.get(path)
    for _ in range(2):
        assert first.post(path, **FORM, key="one").status_code == 303
    refused = second.post(path, **{**FORM, "at": "2026-11-24T10:01", "words": "わたしも電話を受けた"}, key="two")
    assert refused.status_code == 409 and "すでに記録されています" in refused.text and "わたしも電話を受けた" in refused.text
    assert count(small_world) == 1
    link = re.search(rf'formaction="({path}/[0-9a-f-]+)/add"', refused.text)
    assert link
    typed = {**FORM, "words": "二人目も同じ電話を受けた", "who_name": "大家"}
    for _ in range(2):
        assert second.post(f"{link[1]}/add", **typed, key="two").status_code == 303
    assert second.get(link[1]).text.count("二人目も同じ電話を受けた") == 1
    with small_world.database.reading(small_world.town) as session:
        assert len(session.scalars(select(Reporter)).all()) == 1
    apart = second.post(path, **{**FORM, "at": "2026-11-24T10:01"}, key="four", apart="yes")
    assert apart.status_code == 303 and count(small_world) == 2


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"received_by": " "}, "伝えた先、その名前、受けた人"),
        ({"place": "近所の人"}, "伝えた先、その名前、受けた人"),
        ({"at": "きのう"}, "伝えた先、その名前、受けた人"),
        ({"at": "2026-11-24T10:06"}, "これから先の日時"),
        ({"kind": "dv", "place": "警察"}, "本人の意思を選んでください"),
    ],
)
def test_what_is_not_whole_is_refused_and_stays_typed(
    small_world: World, enter_small: Enter, change: dict[str, str], told: str
) -> None:
    path, browser = f"/desk/cases/{child_case(small_world)}/reports", enter_small("yamada")
    browser.get(path)
    answer = browser.post(path, **{**FORM, **change})
    assert answer.status_code == 409 and told in answer.text and "夜に泣き声がつづく" in answer.text
    assert count(small_world) == 0


def test_safety_is_checked_once_and_before_the_result(small_world: World, enter_small: Enter) -> None:
    case_id = child_case(small_world)
    report_id = made(small_world, case_id, small_world.now - timedelta(hours=1))
    path, one, two = f"/desk/cases/{case_id}/reports/{report_id}", enter_small("yamada"), enter_small("sato")
    one.get(path), two.get(path)
    early = one.post(f"{path}/close", result="様子を見る")
    assert early.status_code == 409 and "安全確認がまだ記録されていません" in early.text
    assert "まだ起きていない" in two.post(f"{path}/safety", safety="まだ起きていない", safety_at="2026-11-24T12:00").text
    assert one.post(f"{path}/safety", safety="保育園で会えた", safety_at="2026-11-24T10:00").status_code == 303
    late = two.post(f"{path}/safety", safety="家で会えた", safety_at="2026-11-24T10:00")
    assert late.status_code == 409 and "先に記録されています" in late.text
    assert open_tasks(small_world, case_id) == []
    assert one.post(f"{path}/close", result="児童相談所が支援する").status_code == 303
    assert "先に結果が記録されています" in two.post(f"{path}/close", result="ほか").text
    shown = one.get(path).text
    assert "保育園で会えた" in shown and "児童相談所が支援する" in shown and "家で会えた" not in shown
    assert "2026年11月26日（木）09:05" in one.get(f"{path}/print").text


def test_a_correction_keeps_what_stood_there_and_the_slower_one_is_told(small_world: World, enter_small: Enter) -> None:
    case_id = child_case(small_world)
    report_id = made(small_world, case_id, small_world.now - timedelta(hours=1))
    path, browser = f"/desk/cases/{case_id}/reports/{report_id}", enter_small("yamada")
    browser.get(path)
    changed = {**FORM, "at": "2026-11-24T08:00", "received_by": "川口ではなく川田"}
    assert browser.post(f"{path}/correct", **changed, version="1").status_code == 303
    slower = browser.post(f"{path}/correct", **{**changed, "received_by": "別の人"}, version="1")
    assert slower.status_code == 409 and "ほかの人がこの記録を訂正しました" in slower.text
    assert report_of(small_world, report_id).due_at == datetime(2026, 11, 26, 8, 0, tzinfo=JST)
    with small_world.database.reading(small_world.town) as session:
        shown = read(session, session.get_one(Case, case_id), report_id)
    assert shown.received_by == "川口ではなく川田"
    assert ["受けた人：川口\n" in one.words and "9時" not in one.words for one in shown.entries] == [True]


def test_dv_follows_the_will_of_the_person_harmed(small_world: World, enter_small: Enter) -> None:
    case_id = small_world.open_case("夫がこわい", desk_id=small_world.violence_desk_id, crisis="dv", walled=True)
    path, browser = f"/desk/cases/{case_id}/reports", enter_small("tanaka")
    assert "まだ記録がありません" not in browser.get(f"/desk/cases/{case_id}").text
    assert browser.post(path, **{**FORM, "kind": "dv", "place": "警察", "will": "agreed"}).status_code == 303
    assert enter_small("yamada").get(path).status_code == 404


def test_what_is_asked_for_is_never_cleared_by_one_person(small_world: World, enter_small: Enter) -> None:
    case_id = child_case(small_world)
    path, owner, colleague, head = f"/desk/cases/{case_id}", enter_small("yamada"), enter_small("sato"), enter_small("suzuki")
    owner.post(f"{path}/take")
    asks = "児童虐待の通告：</b>まだ記録がありません"
    ended = owner.post(f"{path}/close", outcome="informed")
    assert ended.status_code == 409 and "通告・通報の記録がまだありません" in ended.text
    assert owner.post(f"{path}/reports/waive", waived="child", reason=" ").status_code == 409
    assert owner.post(f"{path}/reports/waive", waived="child", reason="テレビの音だった").status_code == 303
    assert "先にほかの人が書いて" in colleague.post(f"{path}/reports/waive", waived="child", reason="ほかの理由").text
    assert "自分で確認できません" in owner.post(f"{path}/reports/waived", waived="child", answer="agree").text
    assert "二人のうち一人は、統括" in colleague.post(f"{path}/reports/waived", waived="child", answer="agree").text
    assert asks in owner.get(path).text
    assert head.post(f"{path}/reports/waived", waived="child", answer="needed").status_code == 303
    assert head.post(f"{path}/reports/waive", waived="child", reason="統括が会った").status_code == 303
    assert "自分で確認できません" in head.post(f"{path}/reports/waived", waived="child", answer="agree").text
    assert asks in owner.get(path).text
    assert colleague.post(f"{path}/reports/waived", waived="child", answer="agree").status_code == 303
    assert asks not in owner.get(path).text
    shown = owner.get(f"{path}/reports").text
    assert "統括が会った" in shown and "鈴木さん・佐藤さん" in shown
    assert owner.post(f"{path}/close", outcome="informed").status_code == 303


def test_a_running_safety_check_keeps_the_case_open(small_world: World, enter_small: Enter) -> None:
    case_id = small_world.open_case("相談です")
    made(small_world, case_id, small_world.now - timedelta(hours=1))
    path, owner = f"/desk/cases/{case_id}", enter_small("yamada")
    owner.post(f"{path}/take")
    answer = owner.post(f"{path}/close", outcome="informed")
    assert answer.status_code == 409 and "安全確認が、まだ記録されていません" in answer.text


def test_when_two_cases_become_one_the_clock_runs_on_in_the_one_that_stays(small_world: World, enter_small: Enter) -> None:
    kept, ended = small_world.open_case("こんにちは"), child_case(small_world)
    report_id = made(small_world, ended, small_world.now - timedelta(hours=1))
    path, owner = f"/desk/cases/{kept}", enter_small("yamada")
    owner.post(f"{path}/take")
    assert owner.post(f"{path}/join", other=str(ended)).status_code == 303
    assert "泣き声がつづく" in owner.get(f"{path}/reports/{report_id}").text
    assert len(open_tasks(small_world, kept)) == 1 and open_tasks(small_world, ended) == []
    assert "安全確認：あと47時間" in owner.get("/desk?tab=desks").text
