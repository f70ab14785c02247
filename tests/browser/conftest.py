"""A real Chromium before the real console."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest

from resources.db import Database
from tests.browser.walking import Walk
from tests.desk import PASSWORD, World, found_world, served

playwright_api = pytest.importorskip("playwright.sync_api")
# Pictures of pages are kept when somebody names a folder for them.
SHOTS = os.environ.get("SCREENSHOTS", "")
# The lighter program of the same release comes first.
PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser")
SIZES = {"wide": {"width": 1280, "height": 900}, "narrow": {"width": 390, "height": 844}}


@pytest.fixture(scope="module")
def chromium() -> Iterator[object]:
    """Debian's Chromium; a machine without it skips, the continuous build does not.

    For one module only: as long as it is open, its event loop runs, and tests of other modules start their own.
    """
    found = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if found is None:
        if os.environ.get("CI"):
            pytest.fail("CI must have Chromium")
        pytest.skip("Chromium is not installed")
    with playwright_api.sync_playwright() as player:
        browser = player.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def world(sqlite_database: Database, now: datetime) -> World:
    """みらい市 with its desks and people."""
    return found_world(sqlite_database, now)


@pytest.fixture
def address(world: World) -> Iterator[str]:
    """The address of the console."""
    with served(world) as found:
        yield found


@pytest.fixture
def open_page(chromium, address: str) -> Iterator[Callable]:
    """Return a function that opens a page as somebody; a script error or a refused resource fails the test."""
    contexts, complaints = [], []

    def enter(name: str = "", size: str = "wide", **more: object):
        context = chromium.new_context(base_url=address, locale="ja-JP", viewport=SIZES[size], **more)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", lambda dialog: (complaints.append(f"dialog {dialog.message}"), dialog.dismiss()))
        page.on("console", lambda said: complaints.append(said.text) if "Content Security" in said.text else None)
        if name:
            page.goto("/desk")
            page.get_by_label("メールアドレス").fill(f"{name}@example.jp")
            page.get_by_label("パスワード").fill(PASSWORD)
            page.get_by_role("button", name="サインインする").click()
            page.wait_for_url("**/desk")
        return page

    yield enter
    for context in contexts:
        context.close()
    assert not complaints


@pytest.fixture
def shot() -> Callable:
    """Return a function that keeps a picture of a page, when pictures are wanted."""

    def keep(page, name: str) -> None:
        if SHOTS:
            page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)

    return keep


@pytest.fixture
def walk(shot: Callable) -> Walk:
    """A walk through the pages that has not begun."""
    return Walk(shot)
