"""The notation of recurring days (DS-441): read from words, said in words, and read again from what was said."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from resources import critical
from resources.drafts import Draft
from resources.editing.hours_lines import read_hours, write_hours
from resources.hours import describe, format_hours, parse_hours
from resources.importing.hours_cells import read_hours as read_cells

TODAY = date(2026, 11, 28)


@pytest.mark.parametrize(
    ("words", "kept", "said"),
    [
        ("毎週水 10:00〜12:00", "0We 10:00-12:00", "水 10:00〜12:00"),
        ("第1・3月 13:30〜15:30、祝日は休み", "13Mo 13:30-15:30 祝休", "第1・3月 13:30〜15:30、祝日は休み"),
        ("第1・4火と第4木 10時〜12時", "14Tu4Th 10:00-12:00", "第1・4火・第4木 10:00〜12:00"),
        ("最終週の金曜日 13:00〜15:00", "6Fr 13:00-15:00", "最終金 13:00〜15:00"),
        ("第2・最終水 10:00〜12:00", "26We 10:00-12:00", "第2・最終水 10:00〜12:00"),
        ("隔週日 10:00〜12:00（2026-04-05の週から）", "7Su@2026-04-05 10:00-12:00", "隔週日 10:00〜12:00"),
        (
            "第2・4水 10:00〜12:00（2026-04-01〜2026-09-30）",
            "24We(2026-04-01/2026-09-30) 10:00-12:00",
            "第2・4水（2026年4月1日〜2026年9月30日） 10:00〜12:00",
        ),
        ("毎月10日 10:00〜12:00", "10D 10:00-12:00", "毎月10日 10:00〜12:00"),
        ("土日祝 10:00〜16:00", "0Sa0SuHo 10:00-16:00 祝開", "土・日・祝日 10:00〜16:00、祝日も開催"),
    ],
)
def test_days_are_read_said_and_read_again(words: str, kept: str, said: str) -> None:
    found = read_hours(words)
    assert (format_hours(found.slots), describe(found.slots), found.troubles) == (kept, said, ())
    assert read_hours(write_hours(found.slots)).slots == found.slots == parse_hours(kept)


@pytest.mark.parametrize("words", ["月2回 水曜 10:00〜12:00", "不定期", "4月〜9月の第2水曜 10:00〜12:00"])
def test_what_could_mean_several_days_is_not_guessed(words: str) -> None:
    assert read_hours(words).slots == ()


def test_ask_first_stands_beside_the_hours_and_never_gets_lost() -> None:
    ((_, remedy),) = read_hours("第2水曜 10:00〜12:00（要事前連絡）").troubles
    assert "時間について一言" in remedy
    read = read_cells({"days": "第2水曜 10:00〜12:00（要事前連絡）"}, today=TODAY)
    assert format_hours(read.slots) == "2We 10:00-12:00"
    assert "要事前連絡" in read.note()


def test_the_week_of_a_fortnight_outlives_a_corrected_time() -> None:
    salon = Draft("会", slots=parse_hours("7Su@2026-04-05 10:00-12:00"))
    later = critical.corrected(salon, {"hours": "隔週日 13:00〜15:00"}, today=TODAY)
    assert format_hours(later.slots) == "7Su@2026-04-05 13:00-15:00"
    moved = critical.corrected(salon, {"hours": "隔週土 13:00〜15:00"}, today=TODAY)
    assert moved.slots[0].anchor is None
    named = critical.corrected(salon, {"hours": "隔週日 13:00〜15:00（2026-04-12の週から）"}, today=TODAY)
    assert named.slots[0].anchor == date(2026, 4, 12)


def test_a_period_outlives_a_corrected_time() -> None:
    summer = Draft("会", slots=parse_hours("24We(2026-04-01/2026-09-30) 10:00-12:00"))
    words = critical.told(summer)["hours"].replace("10:00", "9:00")
    assert critical.corrected(summer, {"hours": words}, today=TODAY).slots == (replace(summer.slots[0], opens=540),)
