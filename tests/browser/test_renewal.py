"""A forgotten password, from the administrator's page to the new one, looked at as people see it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from resources.staff import Role
from tests.browser.test_every_page import LOOKED_AT
from tests.browser.walking import Walk
from tests.desk import World

pytestmark = pytest.mark.browser
NEW = "あたらしい-長い-合言葉-2026"


def test_a_forgotten_password(world: World, open_page: Callable[..., Any], walk: Walk) -> None:
    world.add_person("admin", "管理", [Role.ADMINISTRATOR], [])
    admin, person = open_page("admin"), open_page(size="narrow")
    admin.locator(".me summary").click()
    admin.get_by_role("link", name="職員", exact=True).click()
    admin.get_by_role("link", name="山田").click()
    admin.get_by_role("button", name="パスワードを決め直すリンクを作る").click()
    admin.get_by_role("heading", name="リンクができました").wait_for()
    walk.look(admin, "renewal-link")
    link = admin.get_by_label("リンク", exact=True).input_value()
    person.goto("/renewal?" + link.partition("?")[2])
    walk.look(person, "renewal")
    person.get_by_label("新しいパスワード（12文字以上）").fill(NEW)
    person.get_by_label("新しいパスワード（もう一度）").fill(NEW + "!")
    person.get_by_role("button", name="このパスワードにする").click()
    person.get_by_text("同じではありません").wait_for()
    walk.look(person, "renewal-refused")
    for label in ("新しいパスワード（12文字以上）", "新しいパスワード（もう一度）"):
        person.get_by_label(label).fill(NEW)
    person.get_by_role("button", name="このパスワードにする").click()
    person.get_by_text("登録できました").wait_for()
    person.goto("/renewal?" + link.partition("?")[2])
    person.get_by_text("使用済み").first.wait_for()
    assert walk.saw(LOOKED_AT["renewal"])
