"""The days that people write in spreadsheets."""

import pytest

from resources.hours import Holidays, NotUnderstood, parse_days

WEEK = "0Mo0Tu0We0Th0Fr"


@pytest.mark.parametrize(
    ("words", "pattern"),
    [
        ("第2・4水", "24We"),
        ("第１・３月曜日", "13Mo"),
        ("2・4水", "24We"),
        ("一・三水曜", "13We"),
        ("第2、第4火曜と第4木曜", "24Tu4Th"),
        ("第2土曜日・第4土曜日", "24Sa"),
        ("毎月第２・第４金曜日", "24Fr"),
        ("月〜金", WEEK),
        ("月～金曜日", WEEK),
        ("月－金", WEEK),
        ("月曜日から金曜日まで", WEEK),
        ("月火水木金", WEEK),
        ("月・火・水・木・金", WEEK),
        ("平日", WEEK),
        ("金〜月", "0Mo0Fr0Sa0Su"),
        ("毎日", WEEK + "0Sa0Su"),
        ("隔週日", "7Su"),
        ("最終金", "6Fr"),
        ("毎月10日", "10D"),
        ("毎月10日・25日", "10D25D"),
        ("毎月末日", "LD"),
        ("1日・15日", "1D15D"),
        ("1日と15日", "1D15D"),
        ("15日", "15D"),
        ("毎月 1日", "1D"),
        ("毎月5の日", "5D15D25D"),
        ("0のつく日", "10D20D30D"),
        ("毎月1日、第3水曜", "3We1D"),
        ("第3日・15日", "3Su15D"),
        ("第1・3日", "13Su"),
        ("2・4日曜", "24Su"),
        ("土日祝", "0Sa0SuHo"),
        ("日曜・祝日", "0SuHo"),
        ("平日,祝日", WEEK + "Ho"),
        ("毎週 火・木", "0Tu0Th"),
        ("日", "0Su"),
        ("24Tu", "24Tu"),
        ("月〜金、第2・4土", WEEK + "24Sa"),
        ("土日祝休み", WEEK),
        ("土・日・祝日を除く毎日", WEEK),
        ("日曜日以外", WEEK + "0Sa"),
        ("火～日（月曜休館）", "0Tu0We0Th0Fr0Sa0Su"),
        ("平日（第3水曜を除く）", "0Mo0Tu1245We0Th0Fr"),
        ("第1月曜日を除く毎日", "2345Mo0Tu0We0Th0Fr0Sa0Su"),
        ("土日（祝日除く）", "0Sa0Su"),
        ("月2回（第1・3金曜）", "13Fr"),
        ("平日のみ", WEEK),
    ],
)
def test_words_for_days_are_understood(words, pattern):
    assert parse_days(words).pattern == pattern


@pytest.mark.parametrize(
    ("words", "holidays", "year_end"),
    [
        ("月～金（祝日を除く）", Holidays.CLOSED, False),
        ("月～金（祝日・年末年始を除く）", Holidays.CLOSED, True),
        ("月〜土、祝日は休み", Holidays.CLOSED, False),
        ("月〜土（年末年始休み）", Holidays.UNKNOWN, True),
        ("平日", Holidays.CLOSED, False),
        ("年中無休", Holidays.OPEN, False),
        ("月〜金（祝日も可）", Holidays.OPEN, False),
        ("月〜金", Holidays.UNKNOWN, False),
        ("月・水・金 祝日休", Holidays.CLOSED, False),
        ("月～土（日曜・祝日・年末年始休み）", Holidays.CLOSED, True),
        ("月曜日～金曜日（祝日・12/29～1/3を除く）", Holidays.CLOSED, True),
        ("平日（年末年始（12月29日～1月3日）を除く）", Holidays.CLOSED, True),
    ],
)
def test_holidays_and_the_end_of_the_year_are_heard(words, holidays, year_end):
    days = parse_days(words)
    assert (days.holidays, days.year_end_closed) == (holidays, year_end)


@pytest.mark.parametrize(
    "words",
    [
        "",
        "月1回",
        "不定期",
        "8月5日",
        "月曜休館",
        "月～金 ※要予約",
        "第2・4火・木",
        "月曜日（祝日の場合は翌日）",
        "毎月40日",
        "40日",
        "一日・十五日",
        "毎週1日",
        "第1・15日",
        "毎日（5日は休み）",
        "随時",
        "土、日、祝日は休み",
        "月~金・祝日除く",
        "最終金曜を除く平日",
        "祝日休",
    ],
)
def test_what_is_not_certain_is_not_guessed(words):
    with pytest.raises(NotUnderstood):
        parse_days(words)
