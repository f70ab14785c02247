"""Who may open what: every row of the route tables, for every role, for strangers, and for another town."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable

import pytest
from fastapi import FastAPI
from sqlalchemy import text

from resources.access import GRANTS, Permission
from resources.staff import Role
from resources.web.console import Page
from resources.web.headers import HEADERS
from resources.web.kit import PageWithoutPermission, mount
from tests.desk import Browser, World, all_pages

CLOSED_TO_STRANGERS = [page for page in all_pages() if page.permission is not Permission.ANYONE]
CASE_PAGES = [page for page in all_pages() if "{case_id}" in page.path]
SENT = [page for page in all_pages() if page.method == "POST"]
# What changes nothing and keeps nothing needs no token.
UNSAFE = [page for page in SENT if not page.traceless]
Enter = Callable[..., Browser]


def path_of(page: Page, case_id: uuid.UUID | None = None) -> str:
    named = {name: uuid.uuid4() for name in re.findall(r"{(\w+)}", page.path)}
    return page.path.format(**named | ({"case_id": case_id} if case_id else {}))


def call(browser: Browser, page: Page, path: str) -> int:
    return (browser.post(path) if page.method == "POST" else browser.get(path)).status_code


def fingerprint(world: World) -> list[object]:
    tables = ("consultation_case", "case_event", "note", "outgoing", "message", "press", "staff", "staff_session")
    tables += ("draft", "looking", "same_person", "contact")
    with world.database.reader.connect() as connection:
        return [connection.execute(text(f"SELECT * FROM {table} ORDER BY 1, 2")).all() for table in tables]


@pytest.mark.parametrize("role", list(Role))
def test_every_role_opens_exactly_what_the_permission_table_grants(role: Role, small_world: World, enter_small: Enter) -> None:
    small_world.add_person(role.value, role.label, [role], [small_world.desk_id])
    browser = enter_small(role.value)
    for page in CLOSED_TO_STRANGERS:
        if page.path == "/sign-out":
            continue
        status = call(browser, page, path_of(page))
        assert (status != 403) == (role in GRANTS[page.permission]) and status < 500, (page.method, page.path, status)


def test_a_stranger_is_led_to_the_door_and_reads_nothing(small_world: World, enter_small: Enter) -> None:
    case_id = small_world.open_case("カナリアのことば")
    stranger = enter_small()
    for page in CLOSED_TO_STRANGERS:
        path = path_of(page, case_id)
        answer = stranger.post(path) if page.method == "POST" else stranger.get(path)
        assert answer.status_code in (401, 303), page.path
        assert "カナリア" not in answer.text
        if answer.status_code == 303:
            assert answer.headers["location"].startswith("/sign-in?next=/")


def test_another_towns_case_does_not_exist(small_world: World, enter_small: Enter) -> None:
    case_id = small_world.open_case("カナリアのことば")
    browser = enter_small("tonari")
    before = fingerprint(small_world)
    for page in CASE_PAGES:
        assert call(browser, page, path_of(page, case_id)) == 404, page.path
    assert fingerprint(small_world) == before
    assert "カナリア" not in browser.get("/desk?tab=desks").text
    receipt = small_world.read_case(case_id).receipt
    assert receipt not in browser.post("/desk/search", sought=receipt).text.replace(f'value="{receipt}"', "")


def test_an_odd_id_is_a_page_that_does_not_exist(small_world: World, enter_small: Enter) -> None:
    case_id = small_world.open_case("こんにちは")
    browser = enter_small("yamada")
    for odd in ("0", "-1", "1e3", "１２", "%2e%2e", "{brace}", "ABCDEF", "%00", str(case_id).upper()):
        assert browser.get(f"/desk/cases/{odd}").status_code == 404, odd
        assert browser.get(f"/desk/cases/{case_id}?before={odd}").status_code == 404, odd


def test_a_walled_case_is_seen_at_the_desk_made_for_it_only(small_world: World, enter_small: Enter) -> None:
    walled = small_world.open_case(
        "カナリアのことば", desk_id=small_world.violence_desk_id, crisis="dv", reasons=["crisis"], walled=True
    )
    for name in ("yamada", "suzuki"):
        browser = enter_small(name)
        assert browser.get(f"/desk/cases/{walled}").status_code == 404
        for tab in ("waiting", "desks", "urgent", "unread"):
            assert "カナリア" not in browser.get(f"/desk?tab={tab}").text
    assert "カナリア" in enter_small("tanaka").get(f"/desk/cases/{walled}").text


def test_a_supervisor_oversees_the_other_cases_of_the_town(small_world: World, enter_small: Enter) -> None:
    case_id = small_world.open_case("こんにちは")
    assert enter_small("suzuki").get(f"/desk/cases/{case_id}").status_code == 200


def test_an_unsafe_request_without_the_token_changes_nothing(small_world: World, enter_small: Enter) -> None:
    case_id = small_world.open_case("こんにちは")
    browser = enter_small("yamada")
    before = fingerprint(small_world)
    for page in UNSAFE:
        for wrong in ("", "forged"):
            browser.csrf = wrong
            assert call(browser, page, path_of(page, case_id)) == 403, page.path
    assert fingerprint(small_world) == before


def test_a_form_of_another_site_is_refused_even_with_the_token(small_world: World, enter_small: Enter) -> None:
    case_id = small_world.open_case("こんにちは")
    browser = enter_small("yamada")
    before = fingerprint(small_world)
    elsewhere = ({"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}, {"origin": "http://evil.example"})
    for page in SENT:
        for headers in elsewhere:
            fields = {"csrf": browser.csrf, "words": "とどくな"}
            answer = browser.client.post(path_of(page, case_id), data=fields, headers=headers)
            assert answer.status_code == 403 and "とどくな" not in answer.text, page.path
    assert fingerprint(small_world) == before


def test_a_page_without_permission_cannot_be_put_up(small_world: World) -> None:
    page = Page("/open", lambda visit: visit.go("/"), None)  # type: ignore[arg-type]
    with pytest.raises(PageWithoutPermission):
        mount(FastAPI(), small_world.console(), [page])


def test_every_answer_carries_the_strict_headers(small_world: World, enter_small: Enter) -> None:
    browser = enter_small("yamada")
    for path in ("/desk", "/sign-in", "/desk/cases/none", "/nowhere", "/start"):
        answer = browser.get(path)
        for name, value in HEADERS.items():
            assert answer.headers[name] == value, (path, name)
        assert "unsafe-inline" not in answer.headers["content-security-policy"]


def test_a_disabled_person_is_out_with_the_next_request(small_world: World, enter_small: Enter) -> None:
    from resources import sign_in

    browser = enter_small("yamada")
    assert browser.get("/desk/live").status_code == 200
    with small_world.database.writing() as session:
        sign_in.disable(session, "yamada@example.jp", small_world.now)
    assert browser.get("/desk/live").status_code == 401
    assert browser.get("/desk").status_code == 303
