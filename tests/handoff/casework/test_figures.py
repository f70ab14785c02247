"""The counts of a town, over a year that was lived through the use cases and counted by hand."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import event, select

from handoff import alarms, transcript
from handoff.cases import Case
from handoff.casework.figures import outside, period, report
from handoff.casework.figures.period import NoSuchPeriod, Period
from handoff.casework.figures.report import Report
from handoff.casework.figures.table import Row, Table, Unit
from handoff.casework.referrals import Referral, ReferralState
from handoff.casework.sheet import SheetField
from handoff.contacts import ContactPoint
from handoff.transcript import Kind
from resources.sealing import Sealer
from tests.alarms import appoint
from tests.desk import World
from tests.handoff.casework import town_year
from tests.handoff.casework.town_year import at

YEAR = period.fiscal_year(2026)


def gather(world: World, chosen: Period = YEAR, town: str = "") -> Report:
    with world.database.reading(town or world.town) as session:
        return report.gather(session, town or world.town, chosen, now=world.now)


def told(found: Report, code: str) -> dict[str, int | None]:
    (table,) = (table for table in found.tables if table.code == code)
    return {row.label: row.value for row in table.told}


def test_an_empty_month_says_so_everywhere(world: World) -> None:
    found = gather(world, period.month(2026, 11))
    assert [row for table in found.tables for row in table.rows if row.value] == []
    assert {number for number, _, tables in found.questions if tables} == set(report.QUESTIONS)


def test_the_counts_of_a_year_are_those_counted_by_hand(world: World) -> None:
    town_year.live(world)
    year = gather(world)
    # 12 months of five persons, one in May, one in March, and one who wrote twice; the last minute of March 2026 is not in.
    assert told(year, "1.1") == {"受け付けた相談（件）": 63, "相談した人（人）": 63, "チャットに書いた人（人）": 64}
    assert told(year, "1.2") == {"LINE": 39, "Telegram": 12, "ブラウザ": 12}
    assert told(year, "1.3") == {"0〜6時": 1, "9〜12時": 60, "21〜24時": 2}
    assert told(year, "1.4") == {"日本語": 63}
    # On how many days somebody wrote: once a case, and twice by who wrote in two places.
    assert told(year, "1.5") == {"LINE": 39, "Telegram": 13, "ブラウザ": 12}
    assert told(year, "1.6") == {"0〜6時": 1, "9〜12時": 60, "21〜24時": 3}
    assert told(year, "1.7") == {"日本語": 64}
    assert told(year, "2.1") == {
        "病気や健康、障害のこと": 12, "住まいについて": 12, "債務について": 24, "家族との関係について": 1,
        "食べるものがない": 2, "話題の記録なし": 24,
    }  # fmt: skip
    assert told(year, "2.2") == {"病気や健康、障害のこと": 12}
    assert told(year, "3.1") == {"病気": 12, "経済的困窮": 12}
    assert told(year, "4.1") == {"本人自ら連絡（電話・メール）": 12}
    # Told: a. Passed on: c in even months. Agreeing: e. Goes on: b, c in odd months, and who wrote twice. Waiting: d, and two.
    assert told(year, "5.1") == {
        "情報提供・助言のみ": 12, "ほかの機関へつないだ": 6, "同意に取り組み中": 12, "継続して支援中": 19, "まだ受けていない": 14,
    }  # fmt: skip
    assert told(year, "5.3") == {"法テラス・弁護士・司法書士": 6}
    assert told(year, "5.4") == {"相談窓口 → 法テラス・弁護士・司法書士：定員がいっぱい": 6}
    assert told(year, "6.1") == {
        "危険の言葉があった": 12, "世帯に困りごとが重なっている": 12, "制度に断られた・当てはまらない": 12, "人と話したい": 15,
        "該当なし": 12,
    }  # fmt: skip
    # 12 each after 10, 30, 60 and 120 minutes, and one after thirteen hours: the 25th of 49 and the 45th.
    assert told(year, "6.2") == {"中央値": 60, "90%がこの時間まで": 120}
    assert told(year, "8.1") == {"同意あり": 51, "未確認": 12}
    assert told(year, "9.1") == {"新しいプラン": 1, "再プラン": 1, "支援決定": 1}
    assert told(year, "9.2") == {"再プランして継続": 1}
    assert told(year, "9.3") == {"住まいの確保・安定": 1, "家計の改善": 1}
    assert (told(year, "10.1"), told(year, "10.2")) == ({"重層的支援会議": 2}, {"重層的支援会議": 1})
    assert told(year, "11.1") == {"訪問": 12, "電話": 1}
    assert told(year, "11.3") == {"はたらきかけた人": 13, "うち、会えた・話せた・返事があった人": 1}
    assert told(year, "12.1") == {"参加支援": 1, "家計改善支援事業": 1}
    assert (told(year, "12.2"), told(year, "12.3")) == ({"参加支援を使うと決まった人": 1}, {})
    assert (told(year, "14.1"), told(year, "14.2")) == ({"居場所・交流": 1}, {"西部": 1})
    # The months are the year, and each begins at midnight in Japan.
    months = {month: gather(world, period.in_fiscal_year(2026, month)) for _, month in town_year.MONTHS}
    received = {month: told(found, "1.1")["受け付けた相談（件）"] for month, found in months.items()}
    assert received == dict.fromkeys(received, 5) | {5: 6, 8: 6, 3: 6}
    for table in year.tables:
        if table.unit is not Unit.MINUTES and table.code not in ("10.2", "13.1", "13.2", "1.1", "11.3"):
            parts = [sum(row.value or 0 for row in one.rows) for found in months.values() for one in found.tables
                     if one.code == table.code]  # fmt: skip
            assert sum(parts) == sum(row.value or 0 for row in table.rows), table.code
    assert (told(months[5], "10.1"), told(months[6], "10.1")) == ({"重層的支援会議": 2}, {})
    assert told(gather(world, period.fiscal_year(2025)), "1.1")["受け付けた相談（件）"] == 1
    assert told(gather(world, period.fiscal_year(2027)), "1.1")["受け付けた相談（件）"] == 1
    assert told(gather(world, YEAR, world.other_town), "1.1") == {}


def test_sheets_from_before_are_counted_and_the_issues_of_a_person_stand_nowhere_in_clear(small_world: World) -> None:
    case_id = small_world.open_case("カナリア")
    town_year.fill_in_sheet(small_world, case_id)
    counted = gather(small_world, period.month(2026, 11))
    with small_world.database.writing(small_world.town) as session:
        fields = session.scalars(select(SheetField).where(SheetField.case_id == case_id)).all()
        assert {row.code: row.counted for row in fields} == {"main_worry": "health", "route": "self_remote", "issues": None}
        for row in fields:
            row.counted = None
    opened = gather(small_world, period.month(2026, 11))
    assert opened.tables == counted.tables and told(opened, "4.1") == {"本人自ら連絡（電話・メール）": 1}
    sealer: Sealer = small_world.database.info["sealer"]
    sealer.forget(case_id)
    assert told(gather(small_world, period.month(2026, 11)), "3.1") == {}


def test_a_report_asks_no_more_often_for_many_cases(small_world: World) -> None:
    def asked() -> int:
        count = 0

        def note(*about: Any) -> None:
            nonlocal count
            count += 1

        sealer: Sealer = small_world.database.info["sealer"]
        engines = (small_world.database.reader, sealer._engine)
        for engine in engines:
            event.listen(engine, "before_cursor_execute", note)
        gather(small_world)
        for engine in engines:
            event.remove(engine, "before_cursor_execute", note)
        return count

    town_year.fill_in_sheet(small_world, small_world.open_case("カナリア"))
    few = asked()
    for _ in range(12):
        town_year.fill_in_sheet(small_world, small_world.open_case("カナリア", topics=["food"]))
    assert asked() == few
    assert told(gather(small_world), "3.1") == {"病気": 13, "経済的困窮": 13}


def test_who_wrote_in_another_language_and_late_at_night_is_counted_by_the_day(small_world: World) -> None:
    case_id = small_world.open_case("カナリア")
    with small_world.database.writing(small_world.town) as session:
        point = session.get_one(ContactPoint, session.get_one(Case, case_id).point_id)
        point.language = "pt"
        for moment in (at(2026, 11, 5, 23, 59), at(2026, 11, 6), at(2026, 11, 6, 8), at(2026, 10, 31, 23, 59, 59)):
            transcript.hear(session, point, "カナリア", kind=Kind.TEXT, said_at=moment, now=moment)
    found = gather(small_world, period.month(2026, 11))
    assert told(found, "1.5") == {"LINE": 3} and told(found, "1.7") == {"ほかの言語": 3}
    assert told(found, "1.6") == {"0〜6時": 1, "9〜12時": 1, "21〜24時": 1}


def test_bounces_are_those_the_referrals_tell(small_world: World) -> None:
    town_year.live(small_world)
    with small_world.database.reading(small_world.town) as session:
        nowhere = Referral.state.in_((ReferralState.DECLINED, ReferralState.EXPIRED))
        listed = session.scalars(select(Referral).where(nowhere, Referral.answered_at < YEAR.ends)).all()
    counted = told(gather(small_world), "5.4")
    assert len(listed) == sum(value or 0 for value in counted.values()) == 6
    assert not any("法律事務所" in gap for gap in counted)


def test_who_is_called_in_danger_and_how_long_it_took(small_world: World) -> None:
    appoint(small_world, "当番")
    case_id = small_world.open_case("もうだめ", crisis="self_harm")
    night = small_world.now.replace(hour=22)
    with small_world.database.writing(small_world.town) as session:
        case = session.get_one(Case, case_id)
        assert alarms.begin(session, case, "self_harm", now=night) is not None
        alarms.acknowledge(session, case, now=night.replace(minute=21), staff_id=small_world.people["yamada"])
    found = gather(small_world, period.month(2026, 11))
    assert told(found, "7.1") == {"自殺・自傷": 1} and told(found, "7.2") == {"応答あり": 1}
    assert told(found, "7.3") == {"中央値": 16, "90%がこの時間まで": 16}


@pytest.mark.parametrize(
    ("moment", "month", "year"),
    [
        (at(2026, 3, 31, 23, 59, 59), "2026-03", 2025), (at(2026, 4, 1), "2026-04", 2026),
        (at(2026, 12, 31, 23, 59), "2026-12", 2026), (at(2027, 1, 1), "2027-01", 2026), (at(2027, 3, 31), "2027-03", 2026),
    ],
)  # fmt: skip
def test_months_and_fiscal_years_begin_at_midnight_in_japan(moment: datetime, month: str, year: int) -> None:
    for chosen in (period.read(month), period.fiscal_year(year)):
        assert chosen.begins <= moment < chosen.ends
    assert period.fiscal_year_of(moment) == year and period.read(written_year=str(year)) == period.fiscal_year(year)
    assert (period.read(month).label, period.read(month).code) == (f"{int(month[:4])}年{int(month[5:])}月", month)


@pytest.mark.parametrize("wrong", [("", ""), ("2026-13", ""), ("2026-00", ""), ("11", ""), ("", "26"), ("", "9999"), ("x", "1")])
def test_a_period_that_is_none_is_refused(wrong: tuple[str, str]) -> None:
    with pytest.raises(NoSuchPeriod):
        period.read(*wrong)


def shown(*rows: Row, whole: bool = False) -> list[str]:
    return [row.shown for row in outside.of_period(Table("1.1", "表", Unit.CASES, rows, whole=whole)).rows]


def test_small_counts_do_not_leave_the_town() -> None:
    assert shown(Row("a", 4), Row("b", 5), Row("c", 0)) == ["5未満", "5", "0"]
    assert shown(Row("DV", 9, fewest=10), Row("DV", 10, fewest=10)) == ["10未満", "10"]
    assert shown(Row("中央値", 90, base=4), Row("中央値", 90, base=5), Row("中央値", None, base=0)) == ["5未満", "90", "—"]


def test_what_could_be_worked_out_from_the_rest_does_not_leave_either() -> None:
    assert shown(Row("a", 4), Row("b", 30), Row("c", 7), Row("d", 0), whole=True) == ["5未満", "30", "非表示", "0"]
    assert shown(Row("a", 4), Row("b", 1), Row("c", 30), whole=True) == ["5未満", "5未満", "30"]
    assert shown(Row("a", 4), whole=True) == ["5未満"]
