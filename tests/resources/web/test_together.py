"""The pages of towns together and of files: who may, what is refused, what is told to whoever was too late."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import select

from resources import directory, exporting, places
from resources.areas import Area
from resources.drafts import Draft, PhoneNumber
from resources.journal import JournalEntry
from resources.places import Municipality
from resources.sharing import EntryShare, LocalWord
from resources.staff import Role
from tests.desk import Browser, World
from tests.resources.web.test_truth_pages import SALON, add

Enter = Callable[..., Browser]
NEXT, ABOVE = "990027", "990001"
CENTRE = Draft("難病相談支援センター", kind="intractable_disease_center", phones=(PhoneNumber("099-000-3000"),))


@pytest.fixture
def next_town(world: World) -> str:
    """A neighbour, and two people who keep the directory of this town."""
    for name, shown in (("editor", "編集"), ("second", "第二")):
        world.add_person(name, shown, [Role.DIRECTORY_EDITOR], [])
    with world.database.writing() as session:
        places.add(session, NEXT, "となり町", now=world.now)
    return NEXT


@pytest.fixture
def centre(world: World, next_town: str) -> uuid.UUID:
    """An entry of the prefecture."""
    with world.database.writing() as session:
        places.add(session, ABOVE, "あけぼの県", now=world.now)
        session.get_one(Municipality, world.town).prefecture_code = ABOVE
    return add(world, CENTRE, ABOVE)


def seen(page: str, service_id: uuid.UUID) -> str:
    form = re.search(rf'action="/directory/shared/{service_id}">(.*?)</form>', page, re.S)
    assert form is not None
    found = re.search(r'name="seen" value="([^"]*)"', form[1])
    assert found is not None
    return found[1]


def word(world: World, service_id: uuid.UUID) -> tuple[bool, str] | None:
    with world.database.reading() as session:
        found = session.get(LocalWord, (world.town, service_id))
        return None if found is None else (found.hidden, found.note)


def test_an_entry_from_above_is_hidden_annotated_and_shown_again(world: World, enter: Enter, centre: uuid.UUID) -> None:
    browser, path = enter("editor"), f"/directory/shared/{centre}"
    page = browser.get("/directory/shared").text
    assert CENTRE.name in page
    answer = browser.post(path, town=world.town, act="hide", note="市役所でも相談できます", seen=seen(page, centre))
    assert answer.status_code == 303 and word(world, centre) == (True, "市役所でも相談できます")
    page = browser.get("/directory/shared?state=hidden").text
    assert "この町では案内していません" in page
    kept = {"act": "show", "note": "市役所でも相談できます", "seen": seen(page, centre)}
    assert browser.post(path, town=world.town, **kept).status_code == 303
    assert word(world, centre) == (False, "市役所でも相談できます")
    assert CENTRE.name not in browser.get("/directory/shared?state=hidden").text
    assert CENTRE.name in browser.get("/directory/shared?state=noted&q=難病").text


def test_who_annotates_second_sees_what_the_first_wrote_and_keeps_the_own_words(
    world: World, enter: Enter, centre: uuid.UUID
) -> None:
    first, second, path = enter("editor"), enter("second"), f"/directory/shared/{centre}"
    known = seen(first.get("/directory/shared").text, centre)
    second.get("/directory/shared")
    form = {"town": world.town, "service": str(centre), "seen": known, "act": "note"}
    assert first.post(path, **form, note="最初のメモ").status_code == 303
    refused = second.post(path, **form, note="あとのメモ")
    assert refused.status_code == 409 and "先に" in refused.text
    assert "いま残っているメモ：最初のメモ" in refused.text and ">あとのメモ</textarea>" in refused.text
    assert word(world, centre) == (False, "最初のメモ")
    again = second.post(path, **form | {"seen": seen(refused.text, centre)}, note="あとのメモ")
    assert again.status_code == 303 and word(world, centre) == (False, "あとのメモ")


def test_a_note_on_an_entry_that_was_retired_meanwhile_is_given_back(world: World, enter: Enter, centre: uuid.UUID) -> None:
    browser = enter("editor")
    known = seen(browser.get("/directory/shared").text, centre)
    with world.database.writing() as session:
        directory.retire(session, centre, reason="閉所", by="県", now=world.now)
    form = {"town": world.town, "service": str(centre), "seen": known, "act": "note", "note": "書きかけ"}
    refused = browser.post(f"/directory/shared/{centre}", **form)
    assert refused.status_code == 409 and "もう届いていません" in refused.text and "入力していたメモ：書きかけ" in refused.text
    assert word(world, centre) is None


def test_entries_are_shared_with_a_named_town_and_given_back(world: World, enter: Enter, next_town: str) -> None:
    salon, hidden = add(world, SALON), add(world, replace(SALON, name="寮", confidential=True))
    browser, ours = enter("editor"), "/directory/shared/ours"
    assert "寮" not in browser.get(ours).text
    chosen = {f"entry.{salon}": "1", "town": world.town, "what": "chosen"}
    nobody = browser.post(ours, **chosen)
    assert nobody.status_code == 409 and f'name="entry.{salon}" value="1" checked' in nobody.text
    forced = browser.post(ours, **chosen | {f"entry.{hidden}": "1"}, receiver=next_town)
    assert forced.status_code == 409 and "所在を伏せる" in forced.text
    assert browser.post(ours, **chosen, receiver=next_town).status_code == 303
    assert browser.post(ours, **chosen, receiver=next_town).status_code == 409
    assert "ひだまりサロン → となり町" in browser.get(ours).text
    stop = {"town": world.town, "receiver": next_town, "entry": str(salon)}
    assert browser.post(f"{ours}/stop", **stop).status_code == 303
    assert browser.post(f"{ours}/stop", **stop).status_code == 409
    whole = {"town": world.town, "receiver": next_town}
    assert browser.post(ours, **whole, what="all").status_code == 303
    assert "台帳のすべて" in browser.get(ours).text
    assert browser.post(f"{ours}/stop", **whole).status_code == 303
    with world.database.reading() as session:
        assert session.scalars(select(EntryShare)).all() == []


def test_nobody_acts_for_another_town(world: World, enter: Enter, centre: uuid.UUID, next_town: str) -> None:
    browser = enter("editor")
    browser.get("/directory/shared")
    theirs = add(world, SALON, next_town)
    for path, form in (
        (f"/directory/shared/{centre}", {"act": "hide"}),
        ("/directory/shared/ours", {"what": "all", "receiver": world.town}),
        ("/directory/shared/ours/stop", {"receiver": world.town}),
        ("/directory/export", {"file": "directory.csv"}),
    ):
        assert browser.post(path, town=next_town, **form).status_code == 404
    assert browser.get(f"/directory/export?town={next_town}").status_code == 404
    mine = {"town": world.town, "what": "chosen", "receiver": next_town, f"entry.{theirs}": "1"}
    assert browser.post("/directory/shared/ours", **mine).status_code == 409


def test_the_whole_is_handed_out_and_written_down_and_strangers_get_the_open_part(
    world: World, enter: Enter, next_town: str
) -> None:
    add(world, replace(SALON, note="職員のメモ"))
    add(world, replace(SALON, name="寮", confidential=True))
    browser = enter("editor")
    page = browser.get("/directory/export").text
    assert "公開できる項目は1件" in page
    answer = browser.post("/directory/export", town=world.town, file="directory.csv")
    with world.database.reading() as session:
        assert answer.content == exporting.to_csv(session, world.town, whole=True)
        acts = session.scalars(select(JournalEntry.detail).where(JournalEntry.act == "directory.exported")).all()
    assert acts == ["directory.csv"] and "職員のメモ" in answer.text and "寮" in answer.text
    assert browser.post("/directory/export", town=world.town, file="passwords").status_code == 409
    for path in re.findall(r'href="(/places/[^"]+)"', page):
        given = browser.get(path)
        assert given.status_code == 200, path
        assert "職員のメモ".encode() not in given.content and "寮".encode() not in given.content
    assert browser.get(f"/places/{world.town}/data/directory.csv").status_code == 404
    assert browser.get("/places/999999/data/hsds.json").status_code == 404


def test_an_open_file_is_written_again_only_when_the_directory_has_changed(world: World, enter: Enter, next_town: str) -> None:
    add(world, SALON)
    browser, path = enter("editor"), f"/places/{world.town}/data/resources.csv"
    first = browser.get(path)
    browser.client.headers["If-None-Match"] = first.headers["etag"]
    assert browser.get(path).status_code == 304
    add(world, replace(SALON, name="新しいサロン"))
    assert "新しいサロン" in browser.get(path).text


def test_an_address_leads_to_those_who_are_there_for_it(world: World, next_town: str, enter: Enter) -> None:
    with world.database.writing() as session:
        session.add(
            Area(municipality_code=world.town, name="本町", school_district="本町小学校", catchment="中央圏域",
                 postcode="099-0001", latitude=35.5, longitude=141.8)
        )  # fmt: skip
    serving = {"町名": ("本町",), "校区": ("本町小学校区",), "圏域": ("中央圏域",), "よその校区": ("緑町小学校区",), "全域": ()}
    for name, areas in serving.items():
        add(world, replace(SALON, name=name, areas=areas, latitude=35.51, longitude=141.8))
    browser = enter("editor")
    page = browser.post("/directory/areas", address="みらい市本町２丁目３－４").text
    found = page.partition("ここを担当するところ")[2].partition("登録されている地区")[0]
    assert {name for name in serving if f">{name}</a>" in found} == {"町名", "校区", "圏域"}
    assert "約1.1km" in found and "本町小学校" in page
    assert ">町名</a>" in browser.post("/directory/areas", address="〒099-0001").text
    for unknown in ("", "どこでもない町"):
        assert browser.post("/directory/areas", address=unknown).status_code == 409
    assert browser.get(f"/directory/areas?town={NEXT}").status_code == 404
