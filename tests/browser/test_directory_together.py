"""Towns together: an entry of the prefecture hidden and annotated, an own one shared, and the directory taken as files."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from resources import directory, places
from resources.areas import Area
from resources.drafts import Draft, PhoneNumber
from resources.hours import parse_hours
from resources.places import Municipality
from resources.staff import Role
from tests.browser.walking import Walk
from tests.desk import World
from tests.resources.web.lines_together import LOOKED_AT

pytestmark = pytest.mark.browser
Open = Callable[..., Any]
NEXT, ABOVE = "990027", "990001"
CENTRE = Draft("難病相談支援センター", kind="intractable_disease_center", phones=(PhoneNumber("099-000-3000"),))
SALON = Draft(
    "ひだまりサロン", kind="salon", phones=(PhoneNumber("099-000-2101"),), slots=parse_hours("24We 10:00-12:00 祝休"),
    town="本町", address="みらい市本町8-3", areas=("本町",),
)  # fmt: skip


def furnish(world: World) -> uuid.UUID:
    """A prefecture with two entries, a neighbour, and an entry of the town's own; returns the last."""
    for name, shown in (("editor", "編集"), ("second", "第二")):
        world.add_person(name, shown, [Role.DIRECTORY_EDITOR, Role.DESK_WORKER], [world.desk_id])
    with world.database.writing() as session:
        places.add(session, ABOVE, "あけぼの県", now=world.now)
        places.add(session, NEXT, "となり町", now=world.now)
        session.get_one(Municipality, world.town).prefecture_code = ABOVE
        session.add(Area(municipality_code=world.town, name="本町", school_district="本町小学校", postcode="099-0001"))
        directory.add(session, CENTRE, municipality=ABOVE, by="県", now=world.now)
        directory.add(session, Draft("県立図書館", kind="civic_center"), municipality=ABOVE, by="県", now=world.now)
        return directory.add(session, SALON, municipality=world.town, by="編集", now=world.now)


def test_what_comes_from_above_is_annotated_and_hidden(world: World, open_page: Open, walk: Walk) -> None:
    salon = furnish(world)
    page, second = open_page("editor"), open_page("second")
    page.locator(".me summary").click()
    page.get_by_role("link", name="町どうしの共有と書き出し").click()
    page.get_by_text("2件あります").wait_for()
    walk.look(page, "together-shared")
    second.goto("/directory/shared")
    note = page.get_by_role("region", name=CENTRE.name).get_by_label("町のメモ")
    note.fill("あ" * 51)
    page.get_by_role("button", name=f"「{CENTRE.name}」のメモを残す").click()
    page.get_by_text("50文字までにしてください").wait_for()
    assert note.input_value() == "あ" * 51
    walk.look(page, "together-shared-refused")
    note.fill("市役所2階でも月1回相談できます")
    page.get_by_role("button", name=f"「{CENTRE.name}」のメモを残す").click()
    page.get_by_text("町のメモを残しました").wait_for()
    page.reload()
    assert note.input_value() == "市役所2階でも月1回相談できます"
    # The second editor's page is old by now.
    second.get_by_role("region", name=CENTRE.name).get_by_label("町のメモ").fill("別のメモ")
    second.get_by_role("button", name=f"「{CENTRE.name}」をこの町では案内しない").click()
    second.get_by_text("ほかの人が先にこの項目の扱いを変えました").wait_for()
    second.get_by_text("いま残っているメモ：市役所2階でも月1回相談できます").wait_for()
    walk.look(second, "together-shared-late")
    # The first question wakes the dictionary.
    page.set_default_timeout(90_000)
    page.goto(f"/directory/{salon}/try")
    page.get_by_label("住民の言葉").fill("難病のことを相談したい")
    page.get_by_role("button", name="答えを見る").click()
    page.get_by_text("町から：市役所2階でも月1回相談できます").first.wait_for()
    walk.shot(page, "together-bubble")
    page.goto("/directory/shared")
    page.get_by_role("button", name=f"「{CENTRE.name}」をこの町では案内しない").click()
    page.get_by_text("この町では案内していません").wait_for()
    walk.look(page, "together-hidden")
    assert walk.saw({"/directory/shared"})


def test_own_entries_are_shared_and_taken_as_files(world: World, open_page: Open, walk: Walk, tmp_path: Path) -> None:
    furnish(world)
    page, second = open_page("editor"), open_page("second")
    page.goto("/directory/shared/ours")
    second.goto("/directory/shared/ours")
    page.get_by_label(SALON.name).check()
    page.get_by_role("button", name="選んだ項目を共有する").click()
    page.get_by_text("共有する相手の町を選んでください").wait_for()
    assert page.get_by_label(SALON.name).is_checked()
    walk.look(page, "together-ours-refused")
    page.get_by_label("相手の町").select_option(label="となり町")
    page.get_by_role("button", name="選んだ項目を共有する").click()
    page.get_by_text("選んだ項目を共有しました").wait_for()
    page.reload()
    walk.look(page, "together-ours")
    second.get_by_label(SALON.name).check()
    second.get_by_label("相手の町").select_option(label="となり町")
    second.get_by_role("button", name="選んだ項目を共有する").click()
    second.get_by_text("もうこの町に共有しています").wait_for()
    page.get_by_role("button", name=f"「{SALON.name}」をとなり町に共有するのをやめる").click()
    page.get_by_text("共有をやめました").wait_for()
    page.get_by_role("link", name="書き出し", exact=True).click()
    page.get_by_role("heading", name="台帳の書き出し").wait_for()
    walk.look(page, "together-export")
    with page.expect_download() as coming:
        page.get_by_role("button", name="控えをCSV（交換様式）で書き出す").click()
    coming.value.save_as(tmp_path / "whole.csv")
    assert SALON.name in (tmp_path / "whole.csv").read_text(encoding="utf-8-sig")
    with page.expect_download() as coming:
        page.get_by_role("link", name="公共施設一覧").click()
    assert coming.value.suggested_filename == f"{world.town}_public_facility.csv"
    page.get_by_role("link", name="町の地区").click()
    page.get_by_label("住所・町名・郵便番号").fill("どこでもない町1-1")
    page.get_by_role("button", name="試す").click()
    page.get_by_text("その町名や郵便番号がありません").wait_for()
    page.get_by_label("住所・町名・郵便番号").fill("本町二丁目3-4")
    page.get_by_role("button", name="試す").click()
    page.get_by_role("link", name=SALON.name).wait_for()
    walk.look(page, "together-areas")
    assert walk.saw(LOOKED_AT - {"/directory/shared"})
