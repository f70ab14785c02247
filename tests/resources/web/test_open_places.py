"""The open directory as anybody's browser gets it: places found, said plainly, and nothing that is not for everybody."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import httpx
import pytest

from intents import Ear
from resources import directory
from resources.drafts import Draft, PhoneNumber
from resources.hours import Closure, parse_hours
from resources.places import Neighbour
from resources.services import Status
from tests.desk import World, served

SALON = Draft(
    "ひだまりサロン", kind="salon", plain_name="ひだまりの会（かい）", phones=(PhoneNumber("099(000)2101", "12"),), town="本町",
    slots=parse_hours("0Tu 10:00-12:00 祝休"), address="みらい市本町8-3", latitude=35.4964, longitude=141.7957,
    assured_date=date(2026, 11, 2), anonymous_ok=True, men_welcome=False, url="https://example.jp/", note="カナリア備考",
    assurer="カナリア田中", assured_how="カナリア電話", status_reason="カナリア理由",
)  # fmt: skip
OFFICE = Draft(
    "地域包括支援センター", kind="community_general_support_center", town="緑町", address="みらい市緑町1",
    slots=parse_hours("0We 9:00-17:00"),
)
HIDDEN = replace(SALON, name="カナリアの家", address="カナリア町", confidential=True)


@pytest.fixture
def browser(small_world: World) -> Iterator[httpx.Client]:
    """Somebody's browser before the running server."""
    with served(small_world) as address, httpx.Client(base_url=address, timeout=60, headers={"accept": "text/html"}) as client:
        yield client


def add(world: World, draft: Draft, town: str = "") -> uuid.UUID:
    with world.database.writing() as session:
        return directory.add(session, draft, municipality=town or world.town, by="編集", now=world.now)


def names(page: httpx.Response) -> list[str]:
    assert page.status_code == 200, page.text
    return re.findall(r'class="open-name"[^>]*>([^<]+)', page.text)


def sought(browser: httpx.Client, path: str, **said: str) -> httpx.Response:
    return browser.post(path, data=said, headers={"sec-fetch-site": "same-origin"})


def test_a_town_is_chosen_and_its_places_are_found(small_world: World, browser: httpx.Client) -> None:
    town = f"/places/{small_world.town}"
    add(small_world, SALON)
    add(small_world, OFFICE)
    add(small_world, replace(SALON, name="となりのサロン"), small_world.other_town)
    assert f'href="{town}"' in browser.get("/places").text
    assert sorted(names(browser.get(town))) == ["ひだまりサロン", OFFICE.name]
    assert names(sought(browser, town, q="お茶を飲むサロンに行きたい"))[0] == "ひだまりサロン"
    assert names(browser.get(f"{town}?area=緑町")) == [OFFICE.name]
    assert names(browser.get(f"{town}?kind=salon&area=本町")) == ["ひだまりサロン"]
    assert names(browser.get(f"{town}?open=1")) == ["ひだまりサロン"]  # a Tuesday, 10:05; nobody checked the office's hours
    assert len(names(browser.get(f"{town}?kind=%00&area=x&page=-3&open=2"))) == 2
    assert "見つかりませんでした" in sought(browser, town, q="ひだまりサロン", area="緑町", kind="salon").text
    with small_world.database.writing() as session:
        session.add(Neighbour(municipality_code=small_world.town, neighbour_code=small_world.other_town))
    page = browser.get(f"{town}?kind=salon")
    assert names(page) == ["ひだまりサロン", "となりのサロン"] and '<span class="mark info">となり町</span>' in page.text


def test_an_entry_says_plainly_what_somebody_must_know(small_world: World, browser: httpx.Client) -> None:
    made = add(small_world, replace(SALON, closures=(Closure(date(2026, 12, 1), date(2026, 12, 8), "床の工事"),)))
    page = browser.get(f"/places/{small_world.town}/{made}").text
    for words in (
        'href="tel:0990002101"', "（内線12）", "ひだまりの会（かい）", "（火）",
        "2026年12月8日（火）まで（床の工事）", "名前を言わなくても大丈夫です", "男性は参加できません", "query=35.49640,141.79570",
        "2026年11月2日（月）", "今日からの7日間",
    ):  # fmt: skip
        assert words in page, words
    assert not re.search(r"<script|<iframe|(src|action)=.https?:", page)
    old = add(small_world, replace(SALON, name="古い会", assured_date=date(2024, 1, 1)))
    assert "ご注意" in browser.get(f"/places/{small_world.town}/{old}").text


def test_what_is_not_for_everybody_is_not_there(small_world: World, browser: httpx.Client) -> None:
    town, hidden = f"/places/{small_world.town}", add(small_world, HIDDEN)
    shown, foreign = add(small_world, SALON), add(small_world, OFFICE, small_world.other_town)
    over = add(small_world, replace(SALON, name="終わった会", status=Status.DEFUNCT, description="カナリア"))
    assert browser.get(f"{town}/{over}").status_code == 410
    for path in (f"{town}/{hidden}", f"{town}/{foreign}", f"/places/000000/{shown}", "/places/123", f"{town}/x"):
        assert browser.get(path).status_code == 404, path
    for path in (town, f"{town}?kind=salon", f"{town}/{shown}", f"{town}/{over}"):
        assert "カナリア" not in browser.get(path).text, path
    assert not any("カナリア" in sought(browser, town, q=words).text for words in ("ひだまり", "逃げる家"))
    stopped = add(small_world, replace(SALON, name="載せるのを止めた会", status=Status.INACTIVE))
    assert browser.get(f"{town}/{stopped}").status_code == 404 and "止めた会" not in browser.get(town).text
    with small_world.database.writing() as session:
        directory.edit(session, shown, replace(SALON, confidential=True), by="編集", now=small_world.now)
    assert names(browser.get(town)) == [] and browser.get(f"{town}/{shown}").status_code == 404


def test_nothing_is_kept_and_nothing_is_sent_twice(small_world: World, browser: httpx.Client) -> None:
    made = add(small_world, SALON)
    for path in ("/places", f"/places/{small_world.town}?kind=salon", f"/places/{small_world.town}/{made}"):
        page = browser.get(path)
        assert "set-cookie" not in page.headers and page.headers["cache-control"] == "public, no-cache"
        assert browser.get(path, headers={"if-none-match": page.headers["etag"]}).status_code == 304
    assert browser.post(path).status_code == 405
    small_world.offset = timedelta(hours=3)  # what was open is shut now, and that is another page
    assert browser.get(path, headers={"if-none-match": page.headers["etag"]}).status_code == 200


def test_long_lists_come_in_pages(small_world: World, browser: httpx.Client) -> None:
    for number in range(45):
        add(small_world, replace(SALON, name=f"会{number:02}"))
    seen, path = [], f"/places/{small_world.town}?kind=salon"
    while path:
        page = browser.get(path)
        seen += names(page)
        after = re.search(r'href="([^"]+)" rel="next"', page.text)
        path = after[1].replace("&amp;", "&") if after else ""
    assert seen == [f"会{number:02}" for number in range(45)]
    assert "もうありません" in browser.get(f"/places/{small_world.town}?page=9").text


def test_words_of_danger_are_answered_first(small_world: World, browser: httpx.Client, ear: Ear) -> None:
    small_world.hears = lambda session, town, words: ear.assess(words)
    page = sought(browser, f"/places/{small_world.town}", q="もう死にたい").text
    assert "119" in page and f"/chat/{small_world.town}" in page and "つらいとき" in page
    assert "つらいとき" not in sought(browser, f"/places/{small_world.town}", q="介護の相談").text


def test_words_stand_in_no_address_and_nobody_keeps_the_answer(small_world: World, browser: httpx.Client) -> None:
    for number in range(21):
        add(small_world, replace(SALON, name=f"サロン{number:02}"))
    path = f"/places/{small_world.town}"
    page = sought(browser, path, q="サロン")
    assert "no-store" in page.headers["cache-control"] and "set-cookie" not in page.headers
    assert not re.search(r'href="[^"]*q=', page.text) and 'method="post"' in page.text
    assert len(names(page)) == 20 and len(names(sought(browser, path, q="サロン", page="2"))) == 1
    assert len(names(browser.get(f"{path}?q=だれも知らない言葉"))) == 20  # an address carries no words
    assert browser.post(path, data={"q": "サロン"}, headers={"origin": "http://evil.example"}).status_code == 403
