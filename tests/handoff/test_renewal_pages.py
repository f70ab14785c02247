"""Somebody forgot their password: the administrator hands a link over, and only that person chooses the new one."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from resources.staff import Role
from tests.desk import PASSWORD, Browser, World

Enter = Callable[..., Browser]
NEW = "あたらしい-長い-合言葉-2026"


@pytest.fixture
def admin(small_world: World, enter_small: Enter) -> Browser:
    """Somebody who looks after the people of the town."""
    small_world.add_person("admin", "管理", [Role.ADMINISTRATOR], [])
    return enter_small("admin")


def link_to(world: World, admin: Browser, name: str = "yamada") -> str:
    """Let a link be made, and return its path."""
    shown = admin.post(f"/people/{world.people[name]}/renewal")
    return re.search(r"(/renewal\?token=[\w-]+)</textarea>", shown.text)[1]


def choose(browser: Browser, path: str, password: str, again: str = "") -> int:
    """Open a link and choose a password."""
    browser.get(path)
    token = path.partition("token=")[2]
    return browser.post("/renewal", token=token, password=password, again=again or password).status_code


def test_the_person_chooses_and_every_open_page_ends(small_world: World, enter_small: Enter, admin: Browser) -> None:
    worker, stranger = enter_small("yamada"), enter_small()
    path = link_to(small_world, admin)
    assert choose(stranger, path, NEW, "別のことば") == 422
    assert choose(stranger, path, "みじかい") == 422
    assert worker.get("/desk/live").status_code == 200
    assert choose(stranger, path, NEW) == 200
    assert worker.get("/desk/live").status_code == 401
    assert worker.sign_in("yamada", PASSWORD).status_code == 403
    assert worker.sign_in("yamada", NEW).status_code == 303
    assert choose(stranger, path, NEW) == 410


def test_a_newer_link_a_day_and_the_end_of_access_end_a_link(small_world: World, enter_small: Enter, admin: Browser) -> None:
    stranger = enter_small()
    first, second = link_to(small_world, admin), link_to(small_world, admin)
    assert stranger.get(first).status_code == 410 and stranger.get(second).status_code == 200
    small_world.offset = timedelta(hours=25)
    assert stranger.get(second).status_code == 410
    small_world.offset = timedelta()
    third = link_to(small_world, admin)
    assert admin.post(f"/people/{small_world.people['yamada']}/disable").status_code == 303
    assert stranger.get(third).status_code == 410
    assert stranger.get("/renewal?token=x").status_code == 410


def test_nobody_makes_a_link_for_themselves_or_for_another_town(small_world: World, admin: Browser) -> None:
    assert admin.post(f"/people/{small_world.people['admin']}/renewal").status_code == 409
    assert admin.post(f"/people/{small_world.people['tonari']}/renewal").status_code == 404
