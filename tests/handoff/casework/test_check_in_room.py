"""A desk asks no more people a day than it can carry, also when two agree at once."""

from __future__ import annotations

import threading
import uuid
from dataclasses import asdict
from datetime import timedelta

import pytest

from handoff.casework.limits import USUAL, CaseworkLimits
from handoff.casework.room import DayFull
from handoff.states import NotAllowed
from tests.desk import World
from tests.handoff.casework.accompanied import agree, plans, taken, weekly


def carry(world: World, most: int) -> None:
    """Let each desk of the town ask so many people a day."""
    with world.database.writing() as session:
        numbers = asdict(USUAL) | {"check_ins_a_day": most}
        session.add(CaseworkLimits(municipality_code=world.town, **numbers))


def test_a_desk_asks_no_more_people_a_day_than_it_can_carry_and_the_next_free_day_is_told(
    small_world: World,
) -> None:
    carry(small_world, 2)
    for _ in range(2):
        agree(small_world, taken(small_world))
    last = taken(small_world)
    with pytest.raises(DayFull) as refused:
        agree(small_world, last)
    first = weekly(small_world).first
    free = next(
        first + timedelta(days=more) for more in range(1, 9) if (first + timedelta(days=more)).weekday() < 5
    )
    assert f"いちばん早い空きは{free.year}年{free.month}月{free.day}日" in str(refused.value)
    agree(small_world, last, weekly(small_world, first=free, weekday=free.weekday()))
    with pytest.raises(NotAllowed):
        agree(small_world, taken(small_world), weekly(small_world, every=1, weekday=None), within=1)


def test_two_who_agree_at_once_do_not_both_take_the_last_place(world: World) -> None:
    carry(world, 1)
    both, outcome = [taken(world), taken(world)], []

    def press(case_id: uuid.UUID) -> None:
        try:
            outcome.append(agree(world, case_id))
        except DayFull:
            outcome.append(None)

    threads = [threading.Thread(target=press, args=(case_id,)) for case_id in both]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(outcome) == 2 and outcome.count(None) == 1 and plans(world) == 1
