"""The door of the console: signing in and out, the first administrator's link, and where a person lands."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from resources import sign_in
from resources.staff import Role
from tests.desk import PASSWORD, Browser, World, served

Enter = Callable[..., Browser]


def test_known_unknown_wrong_and_locked_look_the_same(small_world: World, enter_small: Enter) -> None:
    browser = enter_small()
    answers = [browser.sign_in("nobody"), browser.sign_in("yamada", "ちがう")]
    for _ in range(6):
        answers.append(browser.sign_in("yamada", "ちがう"))
    answers.append(browser.sign_in("yamada", PASSWORD))
    shown = {answer.text.replace("nobody@", "yamada@") for answer in answers}
    assert {answer.status_code for answer in answers} == {403} and len(shown) == 1


def test_a_session_cookie_is_strict_and_a_new_one_is_given_at_every_sign_in(
    small_world: World, enter_small: Enter
) -> None:
    browser = enter_small()
    first = browser.sign_in("yamada").headers["set-cookie"]
    second = browser.sign_in("yamada").headers["set-cookie"]
    assert "HttpOnly" in first and "SameSite=strict" in first and "Path=/" in first and first != second


def test_over_https_the_cookies_are_guarded_by_the_browser(small_world: World) -> None:
    small_world.production = True
    with served(small_world) as address:
        browser = Browser(address)
        page = browser.get("/sign-in")
        door = page.headers["set-cookie"]
        browser.client.headers["cookie"] = door.split(";")[0]
        cookie = browser.post("/sign-in", login="yamada@example.jp", password=PASSWORD).headers["set-cookie"]
        browser.close()
    for given in (door, cookie):
        assert given.startswith("__Host-") and "Secure" in given and "Domain" not in given
    assert page.headers["strict-transport-security"] == "max-age=31536000"


def test_signing_out_ends_the_session_for_good(small_world: World, enter_small: Enter) -> None:
    browser = enter_small("yamada")
    cookies = dict(browser.client.cookies)
    assert browser.post("/sign-out").headers["location"] == "/sign-in"
    browser.client.cookies.update(cookies)
    assert browser.get("/desk").status_code == 303


def test_an_idle_session_ends_but_a_live_question_does_not_prolong_it(
    small_world: World, enter_small: Enter
) -> None:
    browser = enter_small("yamada")
    small_world.offset = timedelta(minutes=50)
    assert browser.get("/desk/live").status_code == 200
    small_world.offset = timedelta(minutes=61)
    assert browser.get("/desk/live").status_code == 401


def test_use_prolongs_a_session(small_world: World, enter_small: Enter) -> None:
    browser = enter_small("yamada")
    for minutes in (50, 100, 150):
        small_world.offset = timedelta(minutes=minutes)
        assert browser.get("/desk").status_code == 200


def test_after_signing_in_a_person_is_where_they_wanted_to_go(small_world: World, enter_small: Enter) -> None:
    browser = enter_small()
    assert browser.get("/desk").headers["location"] == "/sign-in?next=/desk"
    browser.get("/sign-in?next=/desk")
    answer = browser.post("/sign-in", login="yamada@example.jp", password=PASSWORD, next="/desk")
    assert answer.headers["location"] == "/desk"


def test_nobody_is_led_elsewhere_after_signing_in(small_world: World, enter_small: Enter) -> None:
    browser = enter_small()
    browser.get("/sign-in")
    for elsewhere in ("//evil.example", "https://evil.example", "/\\evil.example", "evil", "/a\nb"):
        answer = browser.post("/sign-in", login="yamada@example.jp", password=PASSWORD, next=elsewhere)
        assert answer.headers["location"] == "/start", elsewhere


def test_the_first_administrator_comes_in_by_a_link_that_works_once(small_world: World, enter_small: Enter) -> None:
    with small_world.database.writing() as session:
        token = sign_in.invite(session, municipality=small_world.town, role=Role.ADMINISTRATOR, now=small_world.now)
    browser = enter_small()
    for _ in range(2):
        page = browser.get(f"/invitation?token={token}")
        assert "みらい市" in page.text and "管理者" in page.text
    fields = {"token": token, "login": "admin@example.jp", "display_name": "管理 花子"}
    refused = browser.post("/invitation", **fields, password="みじかい", again="みじかい")
    assert refused.status_code == 422 and "12文字以上" in refused.text and "管理 花子" in refused.text
    refused = browser.post("/invitation", **fields, password=PASSWORD, again="べつのことば")
    assert "同じではありません" in refused.text and PASSWORD not in refused.text
    assert "登録できました" in browser.post("/invitation", **fields, password=PASSWORD, again=PASSWORD).text
    assert browser.post("/invitation", **fields, password=PASSWORD, again=PASSWORD).status_code == 410
    assert browser.get(f"/invitation?token={token}").status_code == 410
    assert browser.sign_in("admin").status_code == 303
    assert browser.get("/desk").status_code == 403
    consoles = browser.get("/start").text
    assert all(f'href="{path}"' in consoles for path in ("/people", "/settings", "/account")) and "/desk\"" not in consoles


def test_the_door_takes_no_forms_without_its_token(small_world: World, enter_small: Enter) -> None:
    browser = enter_small()
    answer = browser.client.post("/sign-in", data={"login": "yamada@example.jp", "password": PASSWORD})
    assert answer.status_code == 403 and "set-cookie" not in answer.headers


def test_an_endless_form_is_refused(small_world: World, enter_small: Enter) -> None:
    browser = enter_small("yamada")
    assert browser.post("/desk/search", sought="x" * 300_000).status_code == 413
    many = {f"f{number}": "x" for number in range(500)}
    assert browser.post("/desk/search", **many).status_code == 413


def test_an_unknown_page_says_what_was_kept_and_what_to_do(small_world: World, enter_small: Enter) -> None:
    browser = enter_small("yamada")
    for path in ("/", "/desk/none", "/static/../kit.py", "/static/none.css", "/desk/cases/"):
        assert browser.get(path).status_code == 404, path
    answer = browser.get("/nowhere")
    for word in ("何が起きたか", "残っているもの", "次にすること"):
        assert word in answer.text
    assert enter_small().client.get("/nowhere", headers={"accept": "application/json"}).json() == {"detail": "missing"}
