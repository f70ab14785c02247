"""The pages of the people: what an administrator changes, sees refused, and hands on once."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import select

from resources.staff import Role, Staff, StaffSession
from tests.desk import PASSWORD, Browser, World

Enter = Callable[..., Browser]


def administrator(world: World, enter: Enter, name: str = "admin") -> Browser:
    if name not in world.people:
        world.add_person(name, {"admin": "管理", "second": "副管理"}[name], [Role.ADMINISTRATOR], [])
    return enter(name)


def mark_of(text: str) -> str:
    found = re.search(r'name="mark" value="(\w+)"', text)
    assert found
    return found[1]


def test_of_two_administrators_the_second_sees_what_the_first_did(small_world: World, enter_small: Enter) -> None:
    first, second = administrator(small_world, enter_small), administrator(small_world, enter_small, "second")
    path = f"/people/{small_world.people['yamada']}"
    mark = mark_of(first.get(path).text)
    assert mark == mark_of(second.get(path).text)
    town, desk = small_world.town, small_world.desk_id
    ticked = {f"role.{town}.desk_worker": "yes", f"role.{town}.supervisor": "yes", f"desk.{desk}": "yes"}
    assert first.post(f"{path}/roles", mark=mark, **ticked).status_code == 303
    late = second.post(f"{path}/roles", mark=mark, **{f"role.{town}.stand_in": "yes"})
    assert late.status_code == 409 and "先に管理さんが変えました" in late.text
    assert re.search(rf'name="role.{town}.supervisor" value="yes" checked', late.text)
    assert second.post(f"{path}/disable", mark=mark).status_code == 409
    fresh = mark_of(late.text)
    assert second.post(f"{path}/roles", mark=fresh, **{f"role.{town}.stand_in": "yes"}).status_code == 303


def test_refusals_of_changes_are_shown_and_keep_what_was_ticked(small_world: World, enter_small: Enter) -> None:
    browser = administrator(small_world, enter_small)
    path = f"/people/{small_world.people['yamada']}"
    refused = browser.post(f"{path}/roles", **{f"desk.{small_world.violence_desk_id}": "yes"})
    assert refused.status_code == 409 and "役割も選んでください" in refused.text
    assert f'name="desk.{small_world.violence_desk_id}" value="yes" checked' in refused.text
    for fields in ({"role.990019.king": "yes"}, {"desk.x": "yes"}, {"role.990019": "yes"}):
        assert browser.post(f"{path}/roles", **fields).status_code == 422
    assert browser.post(f"{path}/roles", **{"role.990027.administrator": "yes"}).status_code == 409
    assert browser.post(f"{path}/last-day", last_day="きのう").status_code == 422
    assert browser.post(f"{path}/last-day", last_day="2026-11-23").status_code == 409
    own = f"/people/{small_world.people['admin']}"
    assert browser.post(f"{own}/disable").status_code == 409 and browser.get("/people").status_code == 200


def test_disabling_and_signing_out_end_the_other_browser_at_once(small_world: World, enter_small: Enter) -> None:
    browser, worker = administrator(small_world, enter_small), enter_small("yamada")
    path = f"/people/{small_world.people['yamada']}"
    assert browser.post(f"{path}/sign-out").status_code == 303
    assert worker.get("/desk/live").status_code == 401
    assert worker.sign_in("yamada").status_code == 303
    assert browser.post(f"{path}/disable").status_code == 303
    assert worker.get("/desk/live").status_code == 401 and worker.sign_in("yamada").status_code == 403
    assert "止めています" in browser.get("/people").text
    assert browser.post(f"{path}/enable").status_code == 303 and worker.sign_in("yamada").status_code == 303


def test_the_last_day_ends_access_with_that_day(small_world: World, enter_small: Enter) -> None:
    browser, worker = administrator(small_world, enter_small), enter_small("yamada")
    assert browser.post(f"/people/{small_world.people['yamada']}/last-day", last_day="2026-11-24").status_code == 303
    assert worker.get("/desk").status_code == 200
    assert "2026年11月24日" in worker.get("/account").text
    with small_world.database.writing() as session:
        for row in session.scalars(select(StaffSession)):
            row.expires_at = row.seen_at = small_world.now + timedelta(hours=14)
    small_world.offset = timedelta(hours=13, minutes=56)
    assert worker.get("/desk").status_code == 303


def test_resetting_a_second_factor_wants_the_password_and_another_person(small_world: World, enter_small: Enter) -> None:
    browser = administrator(small_world, enter_small)
    with small_world.database.writing() as session:
        for name in ("yamada", "admin"):
            session.get_one(Staff, small_world.people[name]).totp_sealed = b"sealed"
    small_world.offset = timedelta(minutes=20)
    yamada, oneself = (f"/people/{small_world.people[name]}/reset-second-factor" for name in ("yamada", "admin"))
    assert "もう一度、パスワード" in browser.post(yamada).text
    assert browser.post("/prove", password=PASSWORD).status_code == 303
    assert browser.post(yamada).status_code == 303 and browser.post(oneself).status_code == 409
    with small_world.database.reading() as session:
        assert session.get_one(Staff, small_world.people["yamada"]).totp_sealed is None
        assert session.get_one(Staff, small_world.people["admin"]).totp_sealed is not None


def test_an_invitation_is_shown_once_and_leads_to_the_role_and_desk(small_world: World, enter_small: Enter) -> None:
    browser = administrator(small_world, enter_small)
    fields = {"town": small_world.town, "role": "stand_in", f"desk.{small_world.desk_id}": "yes", "last_day": "2027-03-31"}
    refused = browser.post("/people/invite", **{**fields, "login": "なまえだけ"})
    assert refused.status_code == 422 and "なまえだけ" in refused.text and 'value="stand_in" required checked' in refused.text
    shown = browser.post("/people/invite", **fields)
    link = re.search(r"https://uketome\.example\.jp(/invitation\?token=[\w-]+)", shown.text)
    assert shown.status_code == 200 and link and "data:image/svg+xml" in shown.text
    assert "応援" in browser.get("/people").text and link[1] not in browser.get("/people").text
    for wrong in ({**fields, "role": "king"}, {**fields, "town": small_world.other_town}, {**fields, "last_day": "2020-01-01"}):
        assert browser.post("/people/invite", **wrong).status_code == 422
    guest = enter_small()
    guest.get(link[1])
    accepted = {"token": link[1].partition("=")[2], "login": "guest@example.jp", "display_name": "応援 太郎"}
    assert "登録できました" in guest.post("/invitation", **accepted, password=PASSWORD, again=PASSWORD).text
    assert guest.sign_in("guest").status_code == 303
    assert "福祉総合相談課" in guest.get("/desk").text and "2027年3月31日" in guest.get("/account").text


def test_a_commissioner_comes_to_what_they_are_asked(small_world: World, enter_small: Enter) -> None:
    small_world.add_person("minsei", "民生 一郎", [Role.COMMISSIONER], [])
    browser = enter_small("minsei")
    assert browser.get("/start").headers["location"] == "/requests"
    shown = browser.get("/requests")
    assert "いま、お願いはありません" in shown.text and 'href="/account"' in shown.text
    assert browser.get("/people").status_code == 403
