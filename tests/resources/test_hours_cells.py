"""Opening hours as town halls write them, in one cell or in several."""

from datetime import date

import pytest

from resources.hours import describe
from resources.importing.hours_cells import read_hours

WEEK = "月〜金"
REST = "、祝日は休み、年末年始は休み"


def read(**cells):
    return read_hours(cells, today=date(2026, 11, 24))


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"days": "平日9:00～17:15（12:00～13:00除く）"}, f"{WEEK} 9:00〜12:00・13:00〜17:15{REST}"),
        ({"days": "第２・４水曜日 13時～15時"}, "第2・4水 13:00〜15:00"),
        ({"days": "毎月最終金曜日 10:00〜12:00"}, "最終金 10:00〜12:00"),
        ({"days": "月・水・金 10時-15時半"}, "月・水・金 10:00〜15:30"),
        ({"days": "月曜日から金曜日 午前9時から午後5時まで"}, f"{WEEK} 9:00〜17:00"),
        ({"days": "月～金 9:00～18:00\n土 9:00～12:00（祝日は休み）"}, f"{WEEK} 9:00〜18:00、土 9:00〜12:00{REST}"),
        ({"days": "月〜土 20時〜25時"}, "月〜土 20:00〜翌1:00"),
        ({"days": "第2土曜 午後1時〜3時"}, "第2土 13:00〜15:00"),
        ({"days": "24時間365日"}, "毎日 24時間、祝日も開催"),
        ({"times": "24時間対応"}, "毎日 24時間、祝日も開催"),
        ({"times": "9時～17時（土日祝除く）"}, f"{WEEK} 9:00〜17:00{REST}"),
        ({"days": "平日", "times": "月～金 9:00～17:00"}, f"{WEEK} 9:00〜17:00{REST}"),
        ({"days": "火", "times": "10時-12時、13時-15時半"}, "火 10:00〜12:00・13:00〜15:30"),
        ({"days": "月", "opens": "9:00～12:00", "closes": "13:00～17:00"}, "月 9:00〜12:00・13:00〜17:00"),
        ({"days": "月", "opens": "900", "closes": "1715"}, "月 9:00〜17:15"),
        ({"days": "月", "opens": "0.375", "closes": "0.71875"}, "月 9:00〜17:15"),
        ({"days": "月火水木金", "opens": "9:00", "closes": "17:00", "hours_note": "第3水曜休館"},
         "月・火・木・金・第1・2・4・5水 9:00〜17:00"),
        ({"days": "月火", "opens": "9:00", "closes": "17:00", "hours_note": "昼休み12:00～13:00"},
         "月・火 9:00〜12:00・13:00〜17:00"),
        ({"days": "月", "opens": "9:00", "closes": "17:00", "hours_note": "12/29～1/3は休み"}, "月 9:00〜17:00、年末年始は休み"),
        ({"days": "月火", "opens": "9:00", "closes": "17:00", "hours_note": "8月は月曜休館"}, "月・火 9:00〜17:00"),
        ({"days": "月～金（要予約）"}, f"{WEEK}（時間は要確認）"),
    ],
)  # fmt: skip
def test_hours_are_read_as_they_are_written(cells, said):
    hours = read(**cells)
    assert (describe(hours.slots, year_end_closed=hours.year_end_closed), hours.problems) == (said, [])


def test_what_must_be_booked_stays_beside_the_hours():
    assert read(days="月 13:00〜15:00（要予約）").note() == "月 13:00〜15:00(要予約)"


@pytest.mark.parametrize(
    ("cells", "field"),
    [
        ({"days": "不定休"}, "days"),
        ({"days": "奇数月第2火曜"}, "days"),
        ({"days": "月 9:60～17:00"}, "days"),
        ({"days": "土、日、祝日は休み"}, "days"),
        ({"days": "月", "opens": "25時", "closes": "27時"}, "opens"),
        ({"days": "月", "opens": "9:00", "closes": "9:00"}, "opens"),
        ({"days": "月", "opens": "日の出", "closes": "日没"}, "opens"),
        ({"days": "平日", "times": "10:00～16:00 月曜定休"}, "times"),
    ],
)
def test_what_is_in_doubt_is_said_and_stays_as_words(cells, field):
    hours = read(**cells)
    assert [problem[0] for problem in hours.problems] == [field]
    assert hours.note() and not any(slot.opens is not None for slot in hours.slots)
