"""The pages that keep the directory true, as an editor and a provider use them."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from resources import directory, entry_reports, verification
from resources.drafts import Draft, PhoneNumber
from resources.entry_reports import Said
from resources.hours import parse_hours
from resources.records import Record
from resources.services import Status
from resources.staff import Role
from tests.desk import Browser, World

Enter = Callable[..., Browser]
SALON = Draft(
    "ひだまりサロン", kind="salon", phones=(PhoneNumber("099-000-2101"),), slots=parse_hours("24We 10:00-12:00 祝休"),
    eligibility_description="どなたでも", fees_description="100円", town="本町", address="みらい市本町8-3",
)  # fmt: skip


@pytest.fixture
def entry(world: World) -> uuid.UUID:
    """A salon nobody has ever checked, and two people who keep the directory."""
    for name, shown in (("editor", "編集"), ("second", "第二")):
        world.add_person(name, shown, [Role.DIRECTORY_EDITOR], [])
    return add(world, SALON)


def add(world: World, draft: Draft, town: str | None = None) -> uuid.UUID:
    with world.database.writing() as session:
        return directory.add(session, draft, municipality=town or world.town, by="編集", now=world.now)


def read(world: World, service_id: uuid.UUID) -> Record:
    with world.database.reading() as session:
        return directory.get(session, service_id)


def fields(page: str) -> dict[str, str]:
    """What the largest form of a page would send if nothing in it were touched."""
    found = dict(re.findall(r'name="((?:was\.|seen)[^"]*)" value="([^"]*)"', page))
    return found | {name.replace("was.", "said."): words for name, words in found.items() if name.startswith("was.")}


def sheet(entry: uuid.UUID) -> str:
    return f"/directory/verification/{entry}"


def test_an_entry_is_claimed_checked_and_leaves_the_list(world: World, enter: Enter, entry: uuid.UUID) -> None:
    browser = enter("editor")
    assert "一度も確かめていない" in browser.get("/directory/verification").text
    assert browser.post("/directory/verification", town=world.town).headers["location"].endswith("said=claimed")
    page = browser.get(sheet(entry)).text
    told = browser.post(sheet(entry), **fields(page) | {"said.fee": "200円"}, all="1", how="phone")
    assert told.status_code == 303 and "said=confirmed" in told.headers["location"]
    kept = read(world, entry).draft
    assert (kept.fees_description, kept.assured_date) == ("200円", date(2026, 11, 24))
    assert (kept.assurer, kept.assured_how) == ("編集", "電話")
    assert replace(kept, fees_description="100円", assured_date=None, assurer="", assured_how="") == SALON
    assert "ひだまりサロン" not in browser.get("/directory/verification").text


def test_single_points_are_kept_until_all_are_found(world: World, enter: Enter, entry: uuid.UUID) -> None:
    browser = enter("editor")
    browser.post(f"{sheet(entry)}/claim")
    page = browser.get(sheet(entry)).text
    browser.post(sheet(entry), **fields(page), **{"right.name": "on", "right.phone": "on", "right.there": "on"})
    assert read(world, entry).draft.assured_date is None
    page = browser.get(sheet(entry)).text
    assert re.search(r'name="right.phone" checked', page) and not re.search(r'name="right.fee" checked', page)
    browser.post(sheet(entry), **fields(page), **{"right.hours": "on", "right.whom": "on", "right.fee": "on"})
    assert read(world, entry).draft.assured_date == date(2026, 11, 24)


def test_who_comes_second_is_told_and_changes_nothing(world: World, enter: Enter, entry: uuid.UUID) -> None:
    first, second = enter("editor"), enter("second")
    assert first.post(f"{sheet(entry)}/claim").status_code == 303
    late = second.post(f"{sheet(entry)}/claim")
    assert late.status_code == 409 and "先にこの項目" in late.text
    refused = second.post(sheet(entry), all="1")
    assert refused.status_code == 409 and "引き受けていない" in refused.text
    assert read(world, entry).draft == SALON


def test_a_change_by_somebody_else_is_never_overwritten(world: World, enter: Enter, entry: uuid.UUID) -> None:
    browser = enter("editor")
    browser.post(f"{sheet(entry)}/claim")
    page = browser.get(sheet(entry)).text
    with world.database.writing() as session:
        now = world.now + timedelta(seconds=5)
        directory.edit(session, entry, replace(SALON, fees_description="無料"), by="別の人", now=now)
    refused = browser.post(sheet(entry), **fields(page) | {"said.name": "ひだまりの会"}, all="1")
    assert refused.status_code == 409 and "ひだまりの会" in refused.text and "無料" in refused.text
    assert read(world, entry).draft.name == SALON.name
    again = fields(refused.text) | {"said.name": "ひだまりの会"}
    assert browser.post(sheet(entry), **again, all="1").status_code == 303
    kept = read(world, entry).draft
    assert (kept.name, kept.fees_description) == ("ひだまりの会", "無料")


def test_nobody_reached_is_counted_over_the_rounds(world: World, enter: Enter, entry: uuid.UUID) -> None:
    browser = enter("editor")
    for _ in range(2):
        browser.post(f"{sheet(entry)}/claim")
        browser.post(f"{sheet(entry)}/not-reached")
        browser.post(f"{sheet(entry)}/give-back")
    assert "つながらず2回" in browser.get(sheet(entry)).text


def test_a_colleague_is_asked_and_takes_it(world: World, enter: Enter, entry: uuid.UUID) -> None:
    browser, second = enter("editor"), enter("second")
    assert browser.post(f"{sheet(entry)}/assign", staff=str(world.people["second"])).status_code == 303
    assert browser.post(f"{sheet(entry)}/assign", staff=str(world.people["yamada"])).status_code == 409
    assert "頼まれています" in second.get("/directory/verification?whose=mine").text
    second.post(f"{sheet(entry)}/claim")
    with world.database.reading() as session:
        current = verification.current(session, entry)
    assert current is not None and current.state == verification.State.CLAIMED


def test_what_is_no_more_leaves_the_answers_with_a_reason(world: World, enter: Enter, entry: uuid.UUID) -> None:
    browser = enter("editor")
    browser.post(f"{sheet(entry)}/claim")
    page = browser.get(sheet(entry)).text
    assert browser.post(f"{sheet(entry)}/end", seen=fields(page)["seen"], reason="").status_code == 422
    assert browser.post(f"{sheet(entry)}/end", seen=fields(page)["seen"], reason="3月で閉じた").status_code == 303
    kept = read(world, entry).draft
    assert (kept.status, kept.status_reason) == (Status.DEFUNCT, "3月で閉じた")


def test_reports_come_first_and_are_settled_by_checking(world: World, enter: Enter, entry: uuid.UUID) -> None:
    add(world, Draft("あさがおの会", kind="salon"))
    with world.database.writing() as session:
        assert entry_reports.record(session, entry, Said.GONE, now=world.now)
        assert not entry_reports.record(session, uuid.uuid4(), Said.GONE, now=world.now)
    browser = enter("editor")
    page = browser.get("/directory/verification").text
    assert page.index("ひだまりサロン") < page.index("あさがおの会") and "もうやっていない 1件" in page
    browser.post(f"{sheet(entry)}/claim")
    browser.post(sheet(entry), **fields(browser.get(sheet(entry)).text), all="1")
    assert "もうやっていない 1件" not in browser.get("/directory/verification").text


def test_another_towns_entry_does_not_exist(world: World, enter: Enter, entry: uuid.UUID) -> None:
    foreign = add(world, SALON, world.other_town)
    browser = enter("editor")
    assert browser.get(sheet(foreign)).status_code == 404
    assert browser.get(f"/directory/verification?town={world.other_town}").status_code == 404
    for part in ("", "/claim", "/assign", "/give-back", "/not-reached", "/end", "/reports", "/link", "/answer"):
        assert browser.post(sheet(foreign) + part).status_code == 404, part
    assert browser.get(f"/directory/duplicates/{entry}/{foreign}").status_code == 404
    assert browser.post(f"/directory/duplicates/{entry}/{foreign}").status_code == 404


def test_a_town_changes_its_rhythm_and_the_figures_follow(world: World, enter: Enter, entry: uuid.UUID) -> None:
    with world.database.writing() as session:
        checked = date(2026, 9, 1)
        directory.assure(session, entry, assurer="編集", how="電話", on=checked, by="編集", now=world.now)
    browser = enter("editor")
    assert "<b>100%</b>" in browser.get("/directory/freshness").text
    for wrong in ("0", "17", "abc", "-1"):
        assert browser.post("/directory/freshness", town=world.town, kind="salon", months=wrong).status_code == 409, wrong
    assert browser.post("/directory/freshness", town=world.town, kind="salon", months="1").status_code == 303
    page = browser.get("/directory/freshness").text
    assert "<b>0%</b>" in page and "この町の決まり（ふつうは6か月）" in page
    assert "期限が過ぎた" in browser.get("/directory/verification").text
    browser.post("/directory/freshness", town=world.town, kind="salon", months="")
    assert "<b>100%</b>" in browser.get("/directory/freshness").text


def test_a_place_that_rests_for_a_while_is_kept_with_the_day_it_opens_again(
    world: World, enter: Enter, entry: uuid.UUID
) -> None:
    browser = enter("editor")
    assert browser.post(f"{sheet(entry)}/rest", until="2026-12-10").status_code == 409
    browser.post(f"{sheet(entry)}/claim")
    told = fields(browser.get(sheet(entry)).text)
    past = browser.post(f"{sheet(entry)}/rest", **told, until="2026-11-01", why="改装のため")
    assert past.status_code == 409 and "明日より後" in past.text and "改装のため" in past.text
    assert read(world, entry).draft.status is Status.ACTIVE
    world.offset = timedelta(minutes=1)
    assert browser.post(f"{sheet(entry)}/rest", **told, until="2026-12-10", why="改装のため").status_code == 303
    page = browser.get(sheet(entry)).text
    assert "2026年12月10日に再開の予定（改装のため）" in page
    late = browser.post(f"{sheet(entry)}/rest", **told, until="2026-12-24", why="長引くため")
    assert late.status_code == 409 and "長引くため" in late.text
    assert read(world, entry).draft.reopens_on == date(2026, 12, 10)
    assert browser.post(f"{sheet(entry)}/reopen", **fields(page)).status_code == 303
    assert read(world, entry).draft == SALON
