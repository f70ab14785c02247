"""Counts of what is looked for: no small one can be read, and none worked out of the others."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from resources import asked_figures, search_log
from resources.asked_figures import FEWEST, Figures, Row
from resources.db import Database
from resources.search_log import Choice

TOWN = "990019"
Put = Callable[..., None]


@pytest.fixture
def put(database: Database, bare_town: str, now: datetime) -> Put:
    """Note searches: how many, of which part of the town, for which subjects, with how many hits, and when."""

    def run(times: int, area: str = "", topics: tuple[str, ...] = ("food",), hits: int = 1, at: datetime = now) -> None:
        with database.writing() as session:
            for _ in range(times):
                search_log.record(
                    session, municipality=bare_town, topics=topics, kinds=(), area=area, hits=hits, shown=(), lacks=(), now=at
                )

    return run


def told(database: Database, year: int = 2026) -> Figures:
    with database.reading() as session:
        return asked_figures.gather(session, TOWN, year)


def counts(rows: tuple[Row, ...]) -> dict[str, int | None]:
    return {row.code: row.asked for row in rows}


def test_a_small_count_is_not_told_and_not_left_to_be_worked_out(database: Database, put: Put) -> None:
    for times, area in ((3, "本町"), (9, "緑町"), (20, "港町")):
        put(times, area)
    found = told(database)
    assert found.whole.asked == 32
    # 32 less 9 and 20 would be 3: the next smallest keeps silent too.
    assert counts(found.areas) == {"本町": None, "緑町": None, "港町": 20}


def test_small_counts_whose_sum_gives_them_away_take_another_along(database: Database, put: Put) -> None:
    for times, area in ((1, "本町"), (1, "緑町"), (9, "港町"), (20, "山町")):
        put(times, area)
    assert counts(told(database).areas) == {"本町": None, "緑町": None, "港町": None, "山町": 20}


def test_a_part_is_told_only_where_the_rest_is_not_small(database: Database, put: Put) -> None:
    put(6, hits=0)
    put(1, hits=2)
    put(6, topics=("health",), hits=0)
    put(6, topics=("health",), hits=2)
    nothing = {row.code: row.nothing for row in told(database).topics}
    assert nothing == {"food": None, "health": 6}


def test_a_search_about_two_subjects_counts_for_each(database: Database, put: Put) -> None:
    put(FEWEST, topics=("food", "health"))
    assert counts(told(database).topics) == {"food": FEWEST, "health": FEWEST}


def test_years_begin_in_april_and_do_not_overlap(database: Database, put: Put, now: datetime) -> None:
    put(5, at=now.replace(month=3, day=31, year=2026))
    put(6, at=now.replace(month=4, day=1, year=2026))
    assert (told(database, 2025).whole.asked, told(database, 2026).whole.asked) == (5, 6)
    with database.reading() as session:
        assert asked_figures.years(session, TOWN, now) == [2026, 2025]


def test_what_was_wrong_stands_apart_from_what_was_used(database: Database, bare_town: str, now: datetime) -> None:
    with database.writing() as session:
        for choice in [Choice.WRONG] * 5 + [Choice.MORE] * 5:
            made = search_log.record(
                session, municipality=bare_town, topics=(), kinds=(), area="", hits=1, shown=(), lacks=(), now=now
            )
            session.flush()
            search_log.choose(session, made, choice)
            search_log.choose(session, made, Choice.PERSON)
    whole = told(database).whole
    assert (whole.asked, whole.nothing, whole.wrong, whole.chosen) == (10, 0, 5, 5)


def test_another_towns_searches_are_not_counted(database: Database, put: Put) -> None:
    put(6)
    with database.reading() as session:
        assert asked_figures.gather(session, "990027", 2026).whole.asked == 0
