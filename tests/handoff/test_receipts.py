"""Receipt numbers: distinct under any haste, and never given out again."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from sqlalchemy import delete

from handoff.cases import Case, CaseEvent
from resources.db import EVERYWHERE
from tests.desk import World


def test_people_who_come_at_the_same_moment_get_different_numbers(world: World) -> None:
    with ThreadPoolExecutor(8) as pool:
        opened = list(pool.map(lambda number: world.open_case(f"こんにちは{number}"), range(16)))
    assert len({world.read_case(case).receipt for case in opened}) == 16


def test_a_number_is_not_given_again_after_a_case_was_erased(small_world: World) -> None:
    first, second = small_world.open_case("いち"), small_world.open_case("に")
    with small_world.database.writing(EVERYWHERE) as session:
        session.execute(delete(CaseEvent).where(CaseEvent.case_id == first))
        session.execute(delete(Case).where(Case.id == first))
    third = small_world.open_case("さん")
    assert small_world.read_case(third).receipt not in ("", small_world.read_case(second).receipt)


def test_numbers_begin_anew_with_the_day_in_japan_and_for_every_town(small_world: World) -> None:
    today = small_world.read_case(small_world.open_case("きょう", ago=timedelta())).receipt
    yesterday = small_world.read_case(small_world.open_case("きのう", ago=timedelta(hours=10, minutes=6))).receipt
    there = small_world.read_case(small_world.open_case("となり", town=small_world.other_town, ago=timedelta())).receipt
    assert (today, yesterday, there) == ("R-26-1124-01", "R-26-1123-01", "R-26-1124-01")
