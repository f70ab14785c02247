"""The pages of access: two steps at the door, one's own settings, and giving the password once more."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pyotp
import pytest

from tests.desk import PASSWORD, Browser, World, all_pages, served

Enter = Callable[..., Browser]
NEW = "べつのながい合言葉にした"


@pytest.fixture
def guarded(small_world: World) -> Iterator[Callable[[], Browser]]:
    """Return a function that opens a browser before a console that asks everybody for a code."""
    small_world.second_factor = True
    opened: list[Browser] = []
    with served(small_world) as address:

        def enter() -> Browser:
            opened.append(Browser(address))
            return opened[-1]

        yield enter
        for browser in opened:
            browser.close()


def password(browser: Browser, name: str = "yamada") -> str:
    browser.get("/sign-in")
    answer = browser.post("/sign-in", login=f"{name}@example.jp", password=PASSWORD, next="/desk")
    assert answer.status_code == 303
    return answer.headers["location"]


def key_of(text: str) -> pyotp.TOTP:
    found = re.search(r'class="key">([A-Z2-7 ]+)<', text)
    assert found
    return pyotp.TOTP(found[1].replace(" ", ""))


def codes_of(text: str) -> list[str]:
    return re.findall(r"<li>([0-9A-Z]{4}(?:-[0-9A-Z]{4}){3})</li>", text)


def equip(world: World, browser: Browser) -> tuple[pyotp.TOTP, list[str]]:
    assert password(browser) == "/sign-in/code?next=/desk"
    assert browser.get("/sign-in/code?next=/desk").headers["location"] == "/sign-in/set-up?next=/desk"
    telephone = key_of(browser.get("/sign-in/set-up?next=/desk").text)
    shown = browser.post("/sign-in/set-up", code=telephone.at(world.clock()), next="/desk")
    assert shown.status_code == 200 and 'href="/desk"' in shown.text
    return telephone, codes_of(shown.text)


def test_after_the_password_alone_every_page_is_closed(small_world: World, guarded: Callable[[], Browser]) -> None:
    browser = guarded()
    case_id = small_world.open_case("カナリアのことば")
    password(browser)
    for page in all_pages():
        if page.method == "GET" and page.path.startswith(("/desk", "/account", "/people", "/start", "/prove")):
            path = re.sub(r"\{\w+\}", str(case_id), page.path)
            answer = browser.get(path)
            assert answer.status_code in (303, 401) and "カナリア" not in answer.text, path
    token = browser.client.cookies["uketome-half"]
    browser.client.cookies.set("uketome", token)
    assert browser.get("/desk").status_code == 303
    assert browser.get("/sign-in/set-up").status_code == 200
    assert browser.post("/sign-in/give-up").headers["location"] == "/sign-in"
    browser.client.cookies.set("uketome-half", token)
    assert browser.get("/sign-in/code").headers["location"] == "/sign-in"


def test_set_up_shows_ten_codes_once_and_the_next_sign_in_asks_for_one(
    small_world: World, guarded: Callable[[], Browser]
) -> None:
    browser = guarded()
    telephone, codes = equip(small_world, browser)
    assert len(codes) == 10 and browser.get("/desk").status_code == 200
    again = browser.post("/sign-in/set-up", code=telephone.at(small_world.clock()))
    assert again.status_code in (303, 403) and not codes_of(again.text)
    other = guarded()
    password(other)
    page = other.get("/sign-in/code?next=/desk")
    assert "認証アプリ" in page.text and telephone.secret not in page.text
    assert other.get("/sign-in/set-up").headers["location"] == "/sign-in/code"
    small_world.offset = timedelta(minutes=2)
    wrong = other.post("/sign-in/code", code="12", next="/desk")
    assert wrong.status_code == 422 and "確かめられませんでした" in wrong.text
    answer = other.post("/sign-in/code", code=telephone.at(small_world.clock()), next="/desk")
    assert answer.headers["location"] == "/desk" and other.get("/desk").status_code == 200
    third = guarded()
    password(third)
    third.get("/sign-in/code")
    assert third.post("/sign-in/code", code=codes[0]).headers["location"] == "/start"
    fourth = guarded()
    password(fourth)
    fourth.get("/sign-in/code")
    assert fourth.post("/sign-in/code", code=codes[0]).status_code == 422


def test_the_picture_is_drawn_here_and_carries_the_key(small_world: World, guarded: Callable[[], Browser]) -> None:
    browser = guarded()
    password(browser)
    shown = browser.get("/sign-in/set-up").text
    assert 'src="data:image/svg+xml' in shown and "<script" not in shown


def test_an_open_session_of_the_password_alone_ends_when_codes_are_asked_for(small_world: World, enter_small: Enter) -> None:
    browser = enter_small("yamada")
    small_world.second_factor = True
    with served(small_world) as address:
        other = Browser(address)
        other.client.cookies.update(browser.client.cookies)
        assert other.get("/desk").headers["location"].startswith("/sign-in")
        other.close()


def test_names_are_changed_and_too_long_ones_refused_with_what_was_typed(small_world: World, enter_small: Enter) -> None:
    browser = enter_small("yamada")
    assert browser.post("/account/names", display_name=" 山田　花 ", sender_name="福祉係").status_code == 303
    shown = browser.get("/account?said=names").text
    assert "名前を変えました" in shown and 'value="山田 花"' in shown and 'value="福祉係"' in shown
    for fields in ({"display_name": "名", "sender_name": "長" * 21}, {"display_name": " ", "sender_name": "残ることば"}):
        refused = browser.post("/account/names", **fields)
        assert refused.status_code == 422 and fields["sender_name"] in refused.text
    assert "残ることば" not in browser.get("/account").text


def test_a_password_is_changed_with_the_old_one_only_and_other_browsers_end(small_world: World, enter_small: Enter) -> None:
    here, there = enter_small("yamada"), enter_small("yamada")
    for old, new, again, said in (
        ("ちがう", NEW, NEW, "いまのパスワードが違う"), (PASSWORD, NEW, NEW + "x", "同じではありません"),
        (PASSWORD, "短い", "短い", "12文字以上"),
    ):  # fmt: skip
        refused = here.post("/account/password", old=old, password=new, again=again)
        assert refused.status_code == 422 and said in refused.text and NEW not in refused.text
    assert there.get("/desk").status_code == 200
    assert here.post("/account/password", old=PASSWORD, password=NEW, again=NEW).status_code == 303
    assert here.get("/desk").status_code == 200 and there.get("/desk").status_code == 303
    assert enter_small().sign_in("yamada", PASSWORD).status_code == 403
    assert enter_small().sign_in("yamada", NEW).status_code == 303


def test_other_devices_are_listed_and_signed_out(small_world: World, enter_small: Enter) -> None:
    here, there = enter_small("yamada"), enter_small("yamada")
    shown = here.get("/account").text
    assert shown.count("ほかの端末</span>") == 1 and shown.count("この端末</span>") == 1 and "前回のサインイン" in shown
    assert here.post("/account/leave-elsewhere").status_code == 303
    assert here.get("/desk").status_code == 200 and there.get("/desk").status_code == 303


def test_wrong_passwords_of_a_signed_in_browser_count_like_those_at_the_door(small_world: World, enter_small: Enter) -> None:
    browser = enter_small("yamada")
    for _ in range(5):
        assert browser.post("/prove", password="ちがう", next="/account").status_code == 422
    assert browser.post("/prove", password=PASSWORD, next="/account").status_code == 422
    assert enter_small().sign_in("yamada").status_code == 403


def test_after_ten_minutes_a_sensitive_page_asks_for_the_password_and_goes_on(small_world: World, enter_small: Enter) -> None:
    browser = enter_small("yamada")
    assert browser.post("/account/telephone/offer").headers["location"] == "/account/telephone"
    small_world.offset = timedelta(minutes=11)
    assert browser.get("/account/telephone?a=b").headers["location"] == "/prove?next=/account/telephone%3Fa%3Db"
    browser.get("/prove?next=/account/telephone")
    assert browser.post("/prove", next="https://evil.example", password=PASSWORD).headers["location"] == "/account"
    telephone = key_of(browser.get("/account/telephone").text)
    small_world.offset = timedelta(minutes=30)
    browser.get("/account")
    asked = browser.post("/account/telephone", code=telephone.at(small_world.clock()))
    assert "もう一度、パスワード" in asked.text and not codes_of(asked.text)
    kept = dict(re.findall(r'name="(kept\.\w+|next|posted)" value="([^"]*)"', asked.text))
    proved = browser.post("/prove", password=PASSWORD, **kept)
    assert 'action="/account/telephone"' in proved.text
    code = re.search(r'name="code" value="(\d+)"', proved.text)
    assert code and len(codes_of(browser.post("/account/telephone", code=code[1]).text)) == 10


def test_recovery_codes_are_made_anew_only_where_a_telephone_is_set_up(small_world: World, enter_small: Enter) -> None:
    browser = enter_small("yamada")
    assert browser.post("/account/recovery-codes").status_code == 409
    browser.post("/account/telephone/offer")
    telephone = key_of(browser.get("/account/telephone").text)
    assert browser.post("/account/telephone", code="123").status_code == 422
    first = codes_of(browser.post("/account/telephone", code=telephone.at(small_world.clock())).text)
    second = codes_of(browser.post("/account/recovery-codes").text)
    assert len(first) == len(second) == 10 and not set(first) & set(second)
    assert "あと<b>10</b>個" in browser.get("/account").text
    other = enter_small()  # Who has set a telephone up is asked for its code, wherever codes are not required.
    assert password(other) == "/sign-in/code?next=/desk" and other.get("/desk").status_code == 303
