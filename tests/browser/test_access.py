"""Access as people live it: invited, equipped with a telephone, let in by a code, and looked after by two administrators."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pyotp
import pytest

from resources import sign_in
from resources.db import Database
from resources.staff import Role
from tests.browser.test_every_page import LOOKED_AT, enter
from tests.browser.walking import Walk
from tests.desk import PASSWORD, World, found_world

pytestmark = pytest.mark.browser
Open = Callable[..., Any]


@pytest.fixture
def world(sqlite_database: Database, now: datetime) -> World:
    """みらい市 with a console that asks everybody for a code."""
    made = found_world(sqlite_database, now)
    made.second_factor = True
    for name, shown in (("admin", "管理 花子"), ("second", "副島 次郎")):
        made.add_person(name, shown, [Role.ADMINISTRATOR], [])
    return made


def key_on(page: Any) -> pyotp.TOTP:
    page.locator("summary", has_text="読み取れないとき").click()
    return pyotp.TOTP(page.locator(".key").inner_text().replace(" ", ""))


def equip(world: World, page: Any, name: str) -> tuple[pyotp.TOTP, list[str]]:
    """Sign in for the first time, with the set-up of a telephone."""
    page.goto("/sign-in")
    enter(page, name)
    page.wait_for_url("**/sign-in/set-up")
    telephone = key_on(page)
    page.get_by_label("アプリに出た6桁の数字").fill(telephone.at(world.clock()))
    page.get_by_role("button", name="この数字で設定する").click()
    page.get_by_role("heading", name="予備コードを控えて").wait_for()
    codes = page.locator(".codes li").all_inner_texts()
    page.get_by_role("link", name="控えたので").click()
    page.wait_for_load_state()
    return telephone, codes


def give_code(page: Any, code: str) -> None:
    page.get_by_label("確認コード（6桁）").fill(code)
    page.get_by_role("button", name="確認してサインインする").click()


def sign_out(page: Any) -> None:
    page.locator(".me summary").click()
    page.get_by_role("button", name="サインアウト").click()
    page.wait_for_url("**/sign-in")


def accept(page: Any, path: str, login: str, name: str) -> None:
    page.goto(path)
    page.get_by_label("メールアドレス").fill(login)
    page.get_by_label("お名前").fill(name)
    for label in ("パスワード（12文字以上）", "パスワード（もう一度）"):
        page.get_by_label(label).fill(PASSWORD)
    page.get_by_role("button", name="この内容で登録する").click()
    page.get_by_text("登録できました").wait_for()


def test_from_the_invitation_to_a_sign_in_by_code(world: World, open_page: Open, walk: Walk) -> None:
    """Invited, a wrong first code, set up, signed out, and in again: by a code, never by a wrong or used one."""
    page = open_page()
    with world.database.writing() as session:
        token = sign_in.invite(session, municipality=world.town, role=Role.ADMINISTRATOR, now=world.now)
    accept(page, f"/invitation?token={token}", "new@example.jp", "新田 みどり")
    enter(page, "new")
    page.wait_for_url("**/sign-in/set-up")
    page.goto("/people")
    page.wait_for_url("**/sign-in?next=/people")
    page.go_back()
    telephone = key_on(page)
    page.get_by_label("アプリに出た6桁の数字").fill("12")
    page.get_by_role("button", name="この数字で設定する").click()
    page.get_by_text("もう一度入れてください").wait_for()
    walk.look(page, "access-set-up")
    page.get_by_label("アプリに出た6桁の数字").fill(telephone.at(world.clock()))
    page.get_by_role("button", name="この数字で設定する").click()
    page.get_by_role("heading", name="予備コードを控えて").wait_for()
    codes = page.locator(".codes li").all_inner_texts()
    assert len(codes) == 10
    walk.look(page, "access-recovery-codes")
    page.get_by_role("link", name="控えたので").click()
    page.wait_for_url("**/start")
    sign_out(page)
    world.offset = timedelta(minutes=2)
    enter(page, "new")
    page.wait_for_url("**/sign-in/code")
    give_code(page, "000")
    page.get_by_text("確かめられませんでした").wait_for()
    walk.look(page, "access-code-refused")
    give_code(page, codes[3])
    page.wait_for_url("**/start")
    sign_out(page)
    enter(page, "new")
    give_code(page, codes[3])
    page.get_by_text("確かめられませんでした").wait_for()
    give_code(page, telephone.at(world.clock()))
    page.wait_for_url("**/start")
    page.get_by_role("link", name="職員", exact=True).first.click()
    page.wait_for_url("**/people")
    page.reload()
    page.get_by_role("heading", name="職員").wait_for()
    assert walk.saw(LOOKED_AT["steps"])


def test_ones_own_settings(world: World, open_page: Open, walk: Walk) -> None:
    """Names refused and changed, other devices ended, a new telephone after the password was given once more."""
    page, elsewhere = open_page(), open_page()
    telephone, _ = equip(world, page, "yamada")
    world.offset = timedelta(minutes=2)
    elsewhere.goto("/desk")
    enter(elsewhere, "yamada")
    give_code(elsewhere, telephone.at(world.clock()))
    elsewhere.wait_for_url("**/desk")
    page.locator(".me summary").click()
    page.get_by_role("link", name="自分の設定").click()
    page.wait_for_url("**/account")
    walk.look(page, "access-account")
    page.get_by_label("お名前").fill("　")
    page.get_by_role("button", name="名前を変える").click()
    page.get_by_text("お名前を入れてください").wait_for()
    walk.shot(page, "access-account-refused")
    page.get_by_role("button", name="ほかの端末をすべて").click()
    page.get_by_text("ほかの端末をすべてサインアウトしました").wait_for()
    elsewhere.wait_for_url("**/sign-in?next=/desk")
    world.offset = timedelta(minutes=20)
    page.get_by_role("button", name="スマートフォンを替える").click()
    page.get_by_role("heading", name="もう一度、パスワード").wait_for()
    page.get_by_label("パスワード").fill("ちがう")
    page.get_by_role("button", name="確かめて続ける").click()
    page.get_by_text("パスワードが違うようです").wait_for()
    walk.look(page, "access-prove")
    page.get_by_label("パスワード").fill(PASSWORD)
    page.get_by_role("button", name="確かめて続ける").click()
    page.get_by_role("button", name="さきほどの操作を行う").click()
    page.wait_for_url("**/account/telephone")
    walk.look(page, "access-telephone")
    fresh = pyotp.TOTP(page.locator(".key").inner_text().replace(" ", ""))
    page.get_by_label("アプリに出た6桁の数字").fill(fresh.at(world.clock()))
    page.get_by_role("button", name="この数字で設定する").click()
    page.get_by_role("heading", name="予備コードを控えて").wait_for()
    assert walk.saw(LOOKED_AT["account"])


def test_an_administrator_invites(world: World, open_page: Open, walk: Walk) -> None:
    """A last day in the past is refused; the link is shown once, and who follows it is there with the desk and the day."""
    page = open_page()
    equip(world, page, "admin")
    page.goto("/people")
    page.get_by_role("link", name="新しい人を招く").click()
    page.get_by_label("応援").check()
    page.get_by_label("福祉総合相談課").check()
    page.get_by_label("利用の最後の日").fill("2020-01-01")
    page.get_by_role("button", name="招待のリンクを作る").click()
    page.get_by_text("今日かそれより後の日").wait_for()
    walk.look(page, "access-invite")
    page.get_by_label("利用の最後の日").fill("2027-03-31")
    page.get_by_role("button", name="招待のリンクを作る").click()
    page.get_by_role("heading", name="招待のリンクができました").wait_for()
    walk.look(page, "access-invited")
    link = page.get_by_label("リンク", exact=True).input_value()
    accept(open_page(), re.sub(r"^https?://[^/]+", "", link), "guest@example.jp", "応援 太郎")
    page.goto("/people")
    page.get_by_text("2027年3月31日まで").wait_for()
    walk.look(page, "access-people")
    assert walk.saw({"/people", "/people/invite"})


def test_two_administrators_look_after_people(world: World, open_page: Open, walk: Walk) -> None:
    """One changes roles; the other, from an older page, sees what the first did; a lost telephone is ended."""
    page, other, worker = open_page(), open_page(), open_page()
    equip(world, page, "admin")
    equip(world, other, "second")
    equip(world, worker, "yamada")
    for one in (page, other):
        one.goto("/people?sought=山田")
        one.get_by_role("link", name="山田").click()
    page.get_by_label("責任者").check()
    page.get_by_role("button", name="役割と窓口を変える").click()
    page.get_by_text("役割と窓口を変えました").wait_for()
    other.get_by_label("応援").check()
    other.get_by_role("button", name="役割と窓口を変える").click()
    other.get_by_text("先に管理 花子さんが変えました").wait_for()
    assert other.get_by_label("責任者").is_checked() and not other.get_by_label("応援").is_checked()
    walk.shot(other, "access-person-late")
    page.reload()
    assert page.get_by_label("責任者").is_checked()
    walk.look(page, "access-person")
    page.get_by_role("button", name="すべての端末からサインアウト").click()
    page.get_by_text("サインアウトさせました").wait_for()
    worker.goto("/desk")
    worker.wait_for_url("**/sign-in?next=/desk")
    page.get_by_role("button", name="さんの利用を止める").click()
    page.get_by_text("利用を止めました").wait_for()
    assert walk.saw({"/people/{staff_id}"})
