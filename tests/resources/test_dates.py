"""Days and times as people read them, and what the fields of a form may hold."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from resources import dates


def test_a_moment_is_said_by_its_day_in_japan() -> None:
    late = datetime(2026, 11, 22, 15, 5, tzinfo=UTC)
    assert dates.spoken(late) == dates.spoken(date(2026, 11, 23)) == "2026年11月23日（月）"
    assert (dates.plain(late), dates.iso(late), dates.clock(late)) == ("2026年11月23日", "2026-11-23", "00:05")


def test_years_of_the_eras_begin_in_their_midst() -> None:
    assert dates.with_era(date(1989, 1, 7)) == "1989年1月7日（昭和64年）"
    assert dates.with_era(date(1989, 1, 8)) == "1989年1月8日（平成元年）"
    assert dates.with_era(date(1900, 1, 1)) == "1900年1月1日"


@pytest.mark.parametrize("written", ["", " ", "きょう", "2026-02-30", "0001-01-01", "9999-12-31", "2026-11-23T10:05"])
def test_what_is_no_day_is_none(written: str) -> None:
    assert dates.read(written) is None


@pytest.mark.parametrize("written", ["", "T", "2026-11-23", "2026-11-23T25:00", "0001-01-01T00:00", "2026-11-23T10:05+00:00"])
def test_what_is_no_moment_is_none(written: str) -> None:
    assert dates.read_moment(written) is None


def test_a_moment_is_read_from_one_field_or_two() -> None:
    assert dates.read_moment("2026-11-23T10:05") == dates.read_moment("2026-11-23", "10:05")
    assert dates.read_moment("2026-11-23", "10:05") == datetime(2026, 11, 23, 1, 5, tzinfo=UTC)
    assert dates.read_moment("2026-11-23", "") is None and dates.read_moment("", "10:05") is None
