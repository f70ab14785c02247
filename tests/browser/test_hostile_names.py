"""Hostile words in everything that has a name: town, desk, people, notes, search and the door; in Chromium nothing of it runs."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import update

from resources.desks import Desk
from resources.places import Municipality
from resources.staff import Staff
from tests.browser.test_desk import HOSTILE
from tests.desk import World

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("words", HOSTILE[:9:2])
def test_hostile_names_stay_names(world: World, open_page: Callable, words: str) -> None:
    with world.database.writing() as session:
        session.execute(update(Municipality).values(name=words))
        session.execute(update(Desk).where(Desk.id == world.desk_id).values(name=words, phone=words))
        session.execute(update(Staff).values(display_name=words, sender_name=words[:20]))
    case_id = world.open_case("こんにちは", name=words)
    page = open_page("yamada")
    assert words in page.locator("body").text_content()
    page.goto(f"/desk/cases/{case_id}")
    page.get_by_role("button", name="この相談を受ける").click()
    page.get_by_text("メモを書く").click()
    page.get_by_label("メモ", exact=True).fill(words)
    page.get_by_role("button", name="メモを残す").click()
    page.get_by_text("メモを残しました").wait_for()
    assert words in page.locator("body").text_content()
    page.goto("/desk")
    page.locator("input[name=sought]").fill(words)
    page.locator("input[name=sought]").press("Enter")
    page.wait_for_load_state()
    for path in ("/sign-in", "/invitation"):
        page.goto(f"{path}?next={words}&token={words}")
    assert page.locator("script:not([src]), img[src=x], iframe").count() == 0
