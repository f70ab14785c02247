"""The days and hours somebody chose are kept, whatever the desk's holidays are."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as some

from handoff.casework import rhythm
from handoff.casework.rhythm import OpenDays, Rhythm
from resources.hours import parse_hours
from resources.slots import JAPAN, Closure

OFFICE = parse_hours("0Mo0Tu0We0Th0Fr 08:30-17:15 祝休")
YEAR = (date(2026, 1, 1), date(2026, 12, 31))


@some.composite
def rhythms(draw: some.DrawFn) -> Rhythm:
    weekday = draw(some.none() | some.integers(0, 6))
    every = draw(some.integers(1, 12)) * 7 if weekday is not None else draw(some.integers(1, 60))
    opens = draw(some.integers(7, 20))
    first = draw(some.dates(*YEAR))
    until = draw(some.none() | some.integers(0, 200).map(lambda more: first + timedelta(days=more)))
    return Rhythm(every, opens, draw(some.integers(opens + 1, 21)), first, until, weekday)


@some.composite
def desks(draw: some.DrawFn) -> OpenDays:
    begins = draw(some.lists(some.dates(*YEAR), max_size=4))
    shut = tuple(Closure(day, day + timedelta(days=draw(some.integers(0, 9)))) for day in begins)
    return OpenDays(draw(some.sampled_from([OFFICE, ()])), shut, draw(some.booleans()))


@settings(max_examples=150, deadline=None)
@given(rhythms(), desks())
def test_every_day_is_the_chosen_one_or_the_first_open_day_after_it(chosen: Rhythm, desk: OpenDays) -> None:
    assert chosen.sound
    found = list(rhythm.days(chosen, desk, after=chosen.first - timedelta(days=1), to=chosen.first + timedelta(days=300)))
    assert found == sorted(set(found)) and all(map(desk.holds, found))
    start = chosen.first + timedelta(days=(chosen.weekday - chosen.first.weekday()) % 7 if chosen.weekday is not None else 0)
    for day in found:
        assert chosen.first <= day and (chosen.until is None or day <= chosen.until)
        behind = (day - timedelta(days=back) for back in range(40))
        meant = next(one for one in behind if one >= start and (one - start).days % chosen.every == 0 and desk.next(one) == day)
        assert chosen.weekday is None or meant.weekday() == chosen.weekday
        assert all(not desk.holds(meant + timedelta(days=more)) for more in range((day - meant).days))


@settings(max_examples=150, deadline=None)
@given(rhythms(), desks(), some.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31)))
def test_the_next_moment_is_in_the_chosen_hours_and_not_over(chosen: Rhythm, desk: OpenDays, moment: datetime) -> None:
    now = moment.replace(tzinfo=UTC)
    at = rhythm.upcoming(chosen, desk, now=now)
    if at is not None:
        local = at.astimezone(JAPAN)
        assert local.hour == chosen.opens and local.minute == 0
        assert chosen.ends(local.date()) > now and desk.holds(local.date())


@settings(max_examples=100, deadline=None)
@given(rhythms(), desks(), some.dates(*YEAR), some.integers(1, 60))
def test_a_part_of_the_days_is_the_same_wherever_one_begins_to_look(
    chosen: Rhythm, desk: OpenDays, after: date, more: int
) -> None:
    far = max(after, chosen.first) + timedelta(days=more)
    whole = rhythm.days(chosen, desk, after=chosen.first - timedelta(days=1), to=far)
    assert list(rhythm.days(chosen, desk, after=after, to=far)) == [day for day in whole if day > after]


def test_no_rhythm_outside_of_what_people_can_keep() -> None:
    first = date(2026, 11, 24)
    assert Rhythm(14, 10, 12, first, weekday=2).sound
    for wrong in (
        Rhythm(0, 10, 12, first), Rhythm(85, 10, 12, first), Rhythm(7, 12, 12, first), Rhythm(7, 6, 12, first),
        Rhythm(7, 10, 22, first), Rhythm(10, 10, 12, first, weekday=2), Rhythm(7, 10, 12, first, weekday=7),
        Rhythm(7, 10, 12, first, until=date(2026, 11, 23)),
    ):  # fmt: skip
        assert not wrong.sound
