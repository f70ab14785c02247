"""Two entries that are one place are found, laid side by side, merged field by field, and taken apart again."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from resources import directory, duplicates, entry_reports
from resources.change_sets import Revision
from resources.drafts import Draft, PhoneNumber
from resources.entry_reports import Said
from resources.services import Status
from tests.desk import Browser, World
from tests.resources.web.test_truth_pages import SALON, add, entry, read

__all__ = ["entry"]
Enter = Callable[..., Browser]
TWIN = replace(
    SALON, name="ひだまり サロン", phones=(PhoneNumber("0990002101"), PhoneNumber("099-000-9999")), url="https://example.jp/",
    fees_description="150円", assured_date=date(2026, 10, 1), assurer="佐藤", assured_how="電話",
)  # fmt: skip


@pytest.fixture
def twin(world: World, entry: uuid.UUID) -> uuid.UUID:
    """The same salon written down a second time."""
    return add(world, TWIN)


def pair(one: uuid.UUID, other: uuid.UUID) -> str:
    return f"/directory/duplicates/{one}/{other}"


def seen(page: str) -> dict[str, str]:
    return dict(re.findall(r'name="(seen\.\w+)" value="([^"]*)"', page))


def suggested(world: World) -> list[set[str]]:
    with world.database.reading() as session:
        found = duplicates.suggested(session, directory.whole(session, world.town))
    return [{one.first.draft.name, one.second.draft.name} for one in found]


def test_twins_are_suggested_and_neighbours_are_not(world: World, twin: uuid.UUID) -> None:
    for name in ("第一保育所", "第二保育所", "さくら保育園", "市役所 福祉課", "市役所 税務課"):
        add(world, Draft(name, phones=(PhoneNumber("099-000-1000"),), address="みらい市中央1-1"))
    assert suggested(world) == [{"ひだまりサロン", "ひだまり サロン"}]


def test_two_become_one_field_by_field_and_both_histories_stay(
    world: World, enter: Enter, entry: uuid.UUID, twin: uuid.UUID
) -> None:
    browser = enter("editor")
    assert str(twin) in browser.get("/directory/duplicates").text
    with world.database.writing() as session:
        entry_reports.record(session, twin, Said.NO_ANSWER, now=world.now)
    page = browser.get(pair(entry, twin)).text
    chosen = {"field.phones": "both", "field.fees_description": "kept", "field.url": "gone", "field.assured_date": "gone"}
    assert browser.post(pair(entry, twin), **seen(page), **chosen).status_code == 303
    kept, gone = read(world, entry).draft, read(world, twin).draft
    assert (kept.name, kept.fees_description, kept.url) == ("ひだまりサロン", "100円", "https://example.jp/")
    assert [phone.number for phone in kept.phones] == ["099-000-2101", "0990002101", "099-000-9999"]
    assert (kept.assured_date, kept.assurer) == (date(2026, 10, 1), "佐藤")
    assert gone.status is Status.DEFUNCT and gone.name == "ひだまり サロン"
    with world.database.reading() as session:
        assert duplicates.standing_for(session, twin) == entry
        assert entry_reports.of_entry(session, entry)[Said.NO_ANSWER] == 1
        for service_id in (entry, twin):
            acts = session.scalars(select(Revision.act).where(Revision.service_id == service_id).order_by(Revision.id)).all()
            assert acts == ["added", "merged"]
    assert suggested(world) == []


def test_a_merge_is_undone_unless_something_was_changed_since(
    world: World, enter: Enter, entry: uuid.UUID, twin: uuid.UUID
) -> None:
    browser = enter("editor")
    page = browser.get(pair(entry, twin)).text
    browser.post(pair(entry, twin), **seen(page), **{"field.url": "gone"})
    undo = re.search(r'action="(/directory/duplicates/[^"]+/undo)"', browser.get("/directory/duplicates").text)
    assert undo is not None
    world.offset = timedelta(minutes=1)
    assert browser.post(undo[1]).status_code == 303
    assert (read(world, entry).draft, read(world, twin).draft) == (SALON, TWIN)
    assert browser.post(undo[1]).status_code == 409
    with world.database.reading() as session:
        assert duplicates.standing_for(session, twin) == twin
    page = browser.get(pair(entry, twin)).text
    browser.post(pair(entry, twin), **seen(page))
    undo = re.search(r'action="(/directory/duplicates/[^"]+/undo)"', browser.get("/directory/duplicates").text)
    assert undo is not None
    later = world.now + timedelta(minutes=2)
    with world.database.writing() as session:
        changed = replace(directory.get(session, entry).draft, note="直した")
        directory.edit(session, entry, changed, by="別の人", now=later)
    refused = browser.post(undo[1])
    assert refused.status_code == 409 and "手で直して" in refused.text


def test_who_merges_second_is_told(world: World, enter: Enter, entry: uuid.UUID, twin: uuid.UUID) -> None:
    first, second = enter("editor"), enter("second")
    page, late = first.get(pair(entry, twin)).text, second.get(pair(twin, entry)).text
    assert first.post(pair(entry, twin), **seen(page)).status_code == 303
    refused = second.post(pair(twin, entry), **seen(late), **{"field.fees_description": "gone"})
    assert refused.status_code == 409 and read(world, twin).draft.status is Status.DEFUNCT
    assert read(world, entry).draft.status is Status.ACTIVE


def test_a_merge_of_something_changed_meanwhile_writes_nothing(
    world: World, enter: Enter, entry: uuid.UUID, twin: uuid.UUID
) -> None:
    browser = enter("editor")
    page = browser.get(pair(entry, twin)).text
    later = world.now + timedelta(seconds=5)
    with world.database.writing() as session:
        directory.edit(session, entry, replace(SALON, fees_description="無料"), by="別の人", now=later)
    refused = browser.post(pair(entry, twin), **seen(page), **{"field.url": "gone"})
    assert refused.status_code == 409 and "無料" in refused.text
    assert read(world, twin).draft == TWIN and read(world, entry).draft.url == ""


def test_two_places_are_not_suggested_again_until_that_is_undone(
    world: World, enter: Enter, entry: uuid.UUID, twin: uuid.UUID
) -> None:
    browser = enter("editor")
    browser.get(pair(entry, twin))
    assert browser.post(f"{pair(entry, twin)}/apart").status_code == 303
    assert suggested(world) == []
    undo = re.search(r'action="(/directory/duplicates/[^"]+/undo)"', browser.get("/directory/duplicates").text)
    assert undo is not None and browser.post(undo[1]).status_code == 303
    assert len(suggested(world)) == 1


def test_what_was_said_of_a_merged_entry_is_its_own_again_when_the_merge_is_undone(
    world: World, enter: Enter, entry: uuid.UUID, twin: uuid.UUID
) -> None:
    browser = enter("editor")
    made = browser.post(f"/directory/verification/{twin}/link").text
    link = re.search(r"/provider/[\w-]+", made)
    assert link is not None
    with world.database.writing() as session:
        entry_reports.record(session, twin, Said.GONE, now=world.now)
    page = browser.get(pair(entry, twin)).text
    assert browser.post(pair(entry, twin), **seen(page)).status_code == 303
    assert "ひだまりサロン" in browser.get(link[0]).text
    with world.database.reading() as session:
        mine = frozenset({world.town})
        assert entry_reports.of_entry(session, entry)[Said.GONE] == 1
        assert entry_reports.of_towns(session, mine)[entry][Said.GONE] == 1
    undo = re.search(r'action="(/directory/duplicates/[^"]+/undo)"', browser.get("/directory/duplicates").text)
    assert undo is not None and browser.post(undo[1]).status_code == 303
    with world.database.reading() as session:
        assert not entry_reports.of_entry(session, entry)
        assert entry_reports.of_entry(session, twin)[Said.GONE] == 1
        assert entry_reports.of_towns(session, mine).keys() == {twin}
    assert "ひだまり サロン" in browser.get(link[0]).text
