"""The day that is asked for, and for whom a place is, move what is found."""

from datetime import date

import pytest

from resources import fitting
from resources.drafts import Draft
from resources.hours import parse_hours

ASSURED = date(2026, 11, 1)
# The fixture `now` is Tuesday, 24 November 2026.
SATURDAY = date(2026, 11, 28)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("土曜に行けるところないかな", SATURDAY),
        ("週末に子どもと遊べる場所", SATURDAY),
        ("土日に開いている窓口はありますか", SATURDAY),
        ("火曜日もやってますか", date(2026, 11, 24)),
        ("あした開いてるところ", date(2026, 11, 25)),
        ("きょうごはんが食べられるところ", date(2026, 11, 24)),
        ("土曜に転んで膝が痛い", None),
        ("今日仕事をやめさせられた", None),
        ("介護の相談に行きたい", None),
    ],
)
def test_a_day_counts_when_it_is_asked_for(text, day, now):
    assert fitting.day_asked(text, now=now) == day


def test_what_is_open_on_the_day_comes_before_what_is_closed(now):
    weekly = Draft("サロン", slots=parse_hours("0Sa 10:00-12:00 祝休"), assured_date=ASSURED)
    third = Draft("サロン", slots=parse_hours("3Sa 10:00-12:00 祝休"), assured_date=ASSURED)
    silent = Draft("サロン", assured_date=ASSURED)
    left = [fitting.on_day(draft, SATURDAY, now=now) for draft in (weekly, silent, third)]
    assert left == sorted(left, reverse=True)
    assert left[0] == 1.0
    assert fitting.on_day(third, None, now=now) == 1.0


def test_a_place_for_small_children_is_none_for_somebody_who_named_no_child(ear):
    small = Draft("ひろば", maximum_age=3)
    assert fitting.of_age(small, ear.assess("定年して暇で行けるところがほしい")) < 1.0
    assert fitting.of_age(small, ear.assess("孫を連れて遊びに行ける所")) == 1.0
    assert fitting.of_age(small, ear.assess("育児の相談がしたい")) == 1.0
    assert fitting.of_age(Draft("サロン", minimum_age=65), ear.assess("お茶を飲みたい")) == 1.0
