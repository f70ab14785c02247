"""The time that somebody asks for: days, hours, this minute, and whether a place is open then."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resources import moments
from resources.drafts import Draft
from resources.hours import parse_hours
from resources.moments import When

JST = ZoneInfo("Asia/Tokyo")
# A Tuesday, 10:05.
NOW = datetime(2026, 11, 24, 10, 5, tzinfo=JST)
TODAY, SATURDAY = date(2026, 11, 24), date(2026, 11, 28)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("土曜に行けるところないかな", (SATURDAY,)),
        ("週末に子どもと遊べる場所ありますか", (SATURDAY, date(2026, 11, 29))),
        ("土日に開いている窓口はありますか", (SATURDAY, date(2026, 11, 29))),
        ("火曜日もやってますか", (TODAY,)),
        ("来週の水曜に行けるところ", (date(2026, 12, 2),)),
        ("あした開いてるところ", (date(2026, 11, 25),)),
        ("きょうごはんが食べられるところ", (TODAY,)),
        ("平日に参加できる集まり", tuple(date(2026, 11, day) for day in (24, 25, 26, 27, 30))),
    ],
)
def test_the_days_asked_for(text: str, days: tuple[date, ...]) -> None:
    asked = moments.asked(text, now=NOW)
    assert asked is not None and asked.days == days


@pytest.mark.parametrize(
    "text",
    [
        "土曜に転んで膝が痛い",
        "今日仕事をやめさせられた",
        "介護の相談に行きたい",
        "夜眠れない",
        "昨日の夜に怒鳴られた",
        "",
        "1時間泣いた",
    ],
)
def test_a_time_that_belongs_to_a_story_is_not_asked_for(text: str) -> None:
    assert moments.asked(text, now=NOW) is None


@pytest.mark.parametrize(
    ("text", "opens", "closes"),
    [
        ("土曜の午後に参加できる会", 12 * 60 + 30, 17 * 60 + 30),
        ("あしたの夜やってるところ", 17 * 60 + 30, 22 * 60),
        ("土曜の10時から開いてるところ", 600, 720),
        ("金曜の午後3時に行けるところ", 900, 960),
        ("木曜の18時半以降に開いてる窓口ありますか", 1110, 1230),
        ("明日の朝、登校前に食べさせてくれるところ", 360, 510),
    ],
)
def test_the_hours_asked_for(text: str, opens: int, closes: int) -> None:
    asked = moments.asked(text, now=NOW)
    assert asked is not None and (asked.opens, asked.closes) == (opens, closes)


def test_now_is_this_minute() -> None:
    assert moments.asked("いま開いてるところある？", now=NOW) == When((TODAY,), 605, 606)


def test_what_is_open_then_comes_before_what_is_closed_or_unknown() -> None:
    morning = Draft("朝の会", slots=parse_hours("0Sa 10:00-12:00 祝休"))
    evening = Draft("夜の会", slots=parse_hours("0Sa 18:00-20:00 祝休"))
    third = Draft("第3の会", slots=parse_hours("3Sa 10:00-12:00 祝休"))
    silent = Draft("時間の分からない会")
    asked = moments.asked("土曜の午前に行けるところ", now=NOW)
    left = [moments.fits(draft, asked, office=False) for draft in (morning, silent, third)]
    assert left == sorted(left, reverse=True) and left[0] == 1.0
    assert moments.fits(evening, asked, office=False) < 1.0
    assert moments.fits(third, None, office=False) == 1.0


def test_a_night_goes_on_after_midnight() -> None:
    late = Draft("夜の診療", slots=parse_hours("0Sa 22:00-29:00 祝開"))
    asked = moments.asked("土曜の夜中に診てくれるところ", now=NOW)
    assert moments.fits(late, asked, office=True) == 1.0


@given(st.text(max_size=40))
def test_no_words_break_it(text: str) -> None:
    asked = moments.asked(text + "行けるところ", now=NOW)
    assert asked is None or (asked.days and asked.opens < asked.closes)
