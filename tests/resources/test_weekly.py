"""Hours are written as people write them, and read back day by day."""

from __future__ import annotations

import pytest

from resources.desks import Closure
from resources.hours import parse_hours
from resources.slots import BadSlot
from resources.weekly import coming_week, notation, written
from tests.conftest import NOW


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("月〜金 8:30-17:15 祝休", "0Mo0Tu0We0Th0Fr 8:30-17:15 祝休"),
        ("月～水 8:30〜12:00、13:00〜17:15", "0Mo0Tu0We 8:30-12:00; 0Mo0Tu0We 13:00-17:15"),
        ("月・水 9:00-16:00 祝開；土日 10:00-12:00", "0Mo0We 9:00-16:00 祝開; 0Sa0Su 10:00-12:00"),
        ("金-月 ９：００－１０：００", "0Fr0Sa0Su0Mo 9:00-10:00"),
        ("毎日 00:00-24:00", "0Mo0Tu0We0Th0Fr0Sa0Su 00:00-24:00"),
        ("24We 10:00-12:00 祝休", "24We 10:00-12:00 祝休"),
        ("", ""),
    ],
)
def test_hours_as_people_write_them(told: str, kept: str) -> None:
    assert notation(told) == kept
    parse_hours(kept)


@pytest.mark.parametrize(
    "told", ["月〜金 8:30-12:00, 13:00-17:15 祝休", "月・水 9:00-16:00; 24We 10:00-12:00 祝休; 土・日 9:00-10:00 祝開", ""]
)
def test_hours_are_shown_as_they_were_written(told: str) -> None:
    assert written(notation(told)) == told


@pytest.mark.parametrize("told", ["ずっと", "月〜金", "月 9時から", "月 9:00-", "月 9:00-10:00 13:00-14:00"])
def test_what_cannot_be_read_is_refused(told: str) -> None:
    with pytest.raises(BadSlot):
        parse_hours(notation(told))


def test_the_coming_week_names_days_of_rest() -> None:
    slots = parse_hours(notation("月〜金 8:30-12:00, 13:00-17:15 祝休"))
    tomorrow = NOW.date().replace(day=25)
    week = coming_week(slots, now=NOW, closures=(Closure(tomorrow, tomorrow, "工事"),))
    assert [(one.hours, one.note) for one in week[:2]] == [("8:30〜12:00、13:00〜17:15", ""), ("休み", "工事")]
    assert week[4].hours == "休み"
