"""A town decides how long an offer waits, after how many declines the prefecture is asked, and how much a desk carries."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from handoff.casework import limits, referring
from handoff.casework.limits import USUAL, Limits
from handoff.casework.prefecture_requests import PrefectureRequest
from handoff.casework.referrals import ReferralState
from handoff.casework.referring import NoSuchDay
from resources.db import EVERYWHERE
from resources.staff import Role
from tests.desk import Browser, World
from tests.handoff.casework.offers import ANSWER_BY, add_prefecture, offer, read, taken
from tests.handoff.casework.test_bounces import decline, sweep

Enter = Callable[..., Browser]
PATH = "/settings/limits"
TOLD = {"answer_days": "3", "offer_days": "10", "declines_to_prefecture": "2", "check_ins_a_day": "5"}


@pytest.fixture
def head(small_world: World, enter_small: Enter) -> Browser:
    """Who may change the settings of the town."""
    small_world.add_person("kanri", "管理", [Role.SUPERVISOR], [small_world.desk_id])
    return enter_small("kanri")


def seen(browser: Browser) -> str:
    found = re.search(r'name="seen" value="([^"]+)"', browser.get(PATH).text)
    assert found is not None
    return found[1]


def decided(world: World) -> Limits:
    with world.database.reading() as session:
        return limits.of_town(session, world.town)


def test_the_usual_numbers_hold_until_the_town_decides_and_the_second_writer_is_told(small_world: World, head: Browser) -> None:
    world, mark = small_world, seen(head)
    assert decided(world) == USUAL == Limits(5, 14, 3, 20)
    assert head.post(PATH, seen=mark, **TOLD).headers["location"].endswith("said=changed")
    assert decided(world) == Limits(3, 10, 2, 5)
    late = head.post(PATH, seen=mark, **{**TOLD, "offer_days": "12"})
    assert late.status_code == 409 and "いまのつなぎの返事を待つ日数：10" in late.text and 'value="12"' in late.text
    assert head.post(PATH, seen=seen(head), **{**TOLD, "offer_days": "12"}).status_code == 303
    assert decided(world).offer_days == 12


@pytest.mark.parametrize(
    "wrong", [{"offer_days": "2"}, {"offer_days": "61"}, {"check_ins_a_day": ""}, {"declines_to_prefecture": "１"},
              {"check_ins_a_day": "9" * 40}, {"answer_days": "11"}]
)  # fmt: skip
def test_numbers_out_of_bounds_change_nothing_and_stay_in_the_form(
    small_world: World, head: Browser, wrong: dict[str, str]
) -> None:
    answer = head.post(PATH, seen=seen(head), **{**TOLD, **wrong})
    assert answer.status_code == 409 and "まだ変えていません" in answer.text
    assert all(f'value="{value}"' in answer.text for value in wrong.values())
    assert decided(small_world) == USUAL


def test_an_offer_waits_as_long_as_the_town_said_when_it_was_made(small_world: World, head: Browser) -> None:
    world = small_world
    add_prefecture(world)
    before = offer(world, taken(world))
    assert head.post(PATH, seen=seen(head), **TOLD).status_code == 303
    assert referring.usual_day(decided(world), world.now) == world.now.date() + timedelta(days=3)
    with pytest.raises(NoSuchDay):
        offer(world, taken(world), answer_by=world.now.date() + timedelta(days=11))
    after = offer(world, taken(world), answer_by=ANSWER_BY)
    sweep(world, 10)
    assert (read(world, before).state, read(world, after).state) == (ReferralState.OFFERED, ReferralState.EXPIRED)
    with world.database.reading(EVERYWHERE) as session:
        assert session.scalars(select(PrefectureRequest)).one().case_id == read(world, after).case_id


def test_the_prefecture_is_asked_after_as_many_declines_as_the_town_said(small_world: World, head: Browser) -> None:
    add_prefecture(small_world)
    head.post(PATH, seen=seen(head), **TOLD)
    decline(small_world, taken(small_world), "full", "age")
    with small_world.database.reading(EVERYWHERE) as session:
        assert len(session.scalars(select(PrefectureRequest)).all()) == 1
