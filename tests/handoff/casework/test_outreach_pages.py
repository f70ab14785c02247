"""The pages of outreach and accompaniment: who sees whom, what the resident is told, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from handoff.casework import silence
from handoff.casework.check_ins import CheckInPlan
from handoff.outbox import Outgoing
from resources.slots import JAPAN
from tests.desk import Browser, World
from tests.handoff.casework.accompanied import DAY, agree, arrive, next_at, run, taken, weekly
from tests.handoff.casework.test_outreach import seek

Enter = Callable[..., Browser]


def wish(world: World, **more: str) -> dict[str, str]:
    day = (world.clock() + 2 * DAY).astimezone(JAPAN)
    return {
        "every": "1", "unit": "weeks", "weekday": str(day.weekday()), "opens": "10", "closes": "12", "within": "3",
        "first": f"{day:%Y-%m-%d}", "agreed": "本人の希望", "replaces": "", "agreement_key": "a", **more,
    }  # fmt: skip


def said(world: World) -> int:
    with world.database.reading(world.town) as session:
        return len(session.scalars(select(Outgoing)).all())


@pytest.mark.parametrize(("watched", "told"), [(False, 1), (True, 0)])
def test_who_agrees_is_told_once_that_nobody_watches_over_them_unless_others_read_along(
    watched: bool, told: int, small_world: World, enter_small: Enter
) -> None:
    case_id, browser = taken(small_world, watched=watched), enter_small("yamada")
    path = f"/desk/cases/{case_id}"
    assert "見守りではありません" in browser.get(f"{path}/outreach").text
    for _ in range(2):
        answer = browser.post(f"{path}/check-ins", **wish(small_world))
        assert answer.status_code == 303 and answer.headers["location"] == f"{path}/outreach?said=agreed"
    assert said(small_world) == told
    with small_world.database.reading(small_world.town) as session:
        plan = session.scalars(select(CheckInPlan)).one()
    shown = browser.get(f"{path}/outreach").text
    assert "毎週木曜日 10時〜12時の間" in shown and ("自動では送らず" in shown) is watched
    assert browser.post(f"{path}/check-ins/{plan.id}/stop").status_code == 303
    assert browser.post(f"{path}/check-ins/{plan.id}/stop").status_code == 409


@pytest.mark.parametrize(
    "wrong",
    [{"every": ""}, {"every": "x"}, {"weekday": "9"}, {"opens": "12"}, {"first": ""}, {"until": "2020-01-01"}, {"agreed": ""}],
)
def test_what_cannot_be_kept_is_refused_and_stays_typed(
    wrong: dict[str, str], small_world: World, enter_small: Enter
) -> None:
    case_id, browser = taken(small_world), enter_small("yamada")
    browser.get(f"/desk/cases/{case_id}/outreach")
    answer = browser.post(f"/desk/cases/{case_id}/check-ins", **wish(small_world, within="2", **wrong))
    assert answer.status_code == 409 and "まだ約束していません" in answer.text
    assert 'name="within" type="number" inputmode="numeric" min="1" max="84" required value="2"' in answer.text
    assert said(small_world) == 0


def test_the_list_shows_the_silent_first_and_to_nobody_what_their_desks_may_not_see(
    small_world: World, enter_small: Enter
) -> None:
    silent = taken(small_world, name="だまる")
    at = next_at(small_world, agree(small_world, silent))
    run(small_world, at)
    arrive(small_world)
    small_world.offset = at + 3 * DAY - small_world.now
    silence.settle(small_world.database, small_world.clock())
    agree(small_world, taken(small_world, name="こたえる"), weekly(small_world))
    seek(small_world, small_world.open_case(name="さがす", ago=timedelta(days=40)), next_on=small_world.clock().date())
    walled = small_world.open_case("知られたくない", name="かくす", desk_id=small_world.violence_desk_id, walled=True)
    seek(small_world, walled)
    shown = enter_small("sato").get("/desk/checkins").text
    assert shown.index("だまる") < shown.index("さがす") < shown.index("こたえる") and "かくす" not in shown
    assert "続けて1回、返事がありません" in shown and "アウトリーチ：次は" in shown and "まだ連絡がとれていません" in shown
    other = enter_small("tanaka").get("/desk/checkins").text
    assert "かくす" in other and "だまる" not in other
    assert "さん" not in enter_small("tonari").get("/desk/checkins").text
