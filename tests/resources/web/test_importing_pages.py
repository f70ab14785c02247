"""Files that editors bring: checked, their columns chosen and remembered, shown, taken in, refused, and taken back."""

from __future__ import annotations

import html
import json
import re
import uuid
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from resources import directory, exporting, importing
from resources.importing import jobs, kept, working
from resources.importing.jobs import ImportJob, JobState
from resources.services import Status
from resources.staff import Role
from resources.web import uploads
from tests.desk import Browser, World
from tests.resources.test_reading import workbook

Enter = Callable[..., Browser]
PUBLISHED = Path("/work/shared/data")
HEAD = "名称,住所,電話番号\r\n"
TWO = HEAD + "一の会,本町1,099-000-1111\r\n二の会,本町2,099-000-2222\r\n"
NEXT = "名称,住所,電話番号,郵便番号\r\n一の会,本町1,099-000-3333,\r\n三の会,本町3,,12\r\n"


@pytest.fixture
def editor(world: World, enter: Enter) -> Browser:
    """An editor of みらい市, signed in."""
    world.add_person("henshu", "編集", [Role.DIRECTORY_EDITOR], [])
    return enter("henshu")


def bring(browser: Browser, content: str | bytes, name: str = "一覧.csv", town: str = "990019") -> httpx.Response:
    browser.get("/directory/import")
    data = content.encode() if isinstance(content, str) else content
    return browser.client.post(
        "/directory/import", data={"csrf": browser.csrf, "town": town}, files={"file": (name, data)},
        headers={"sec-fetch-site": "same-origin"},
    )  # fmt: skip


def worked(world: World) -> None:
    """Do what the worker has done in the background."""
    while working.work_next(world.database, now=world.clock()):
        pass


def seen(page: httpx.Response) -> str:
    found = re.search(r'name="seen" value="(\w*)"', page.text)
    return found[1] if found else ""


def checked(world: World, browser: Browser, content: str | bytes, name: str = "一覧.csv") -> tuple[str, httpx.Response]:
    path = bring(browser, content, name).headers["location"]
    worked(world)
    return path, browser.get(path)


def applied(world: World, browser: Browser, content: str | bytes, name: str = "一覧.csv", **choices: str) -> str:
    path, page = checked(world, browser, content, name)
    assert browser.post(f"{path}/apply", seen=seen(page), **choices).status_code == 303
    worked(world)
    return path


def there(world: World, town: str = "990019") -> dict[str, directory.Record]:
    with world.database.reading() as session:
        return {record.draft.name: record for record in directory.whole(session, town)}


def job_of(world: World, path: str) -> ImportJob:
    with world.database.reading() as session:
        return session.get_one(ImportJob, uuid.UUID(path.rsplit("/", 1)[1]))


def test_a_file_is_checked_shown_taken_in_and_taken_back(world: World, editor: Browser) -> None:
    path = bring(editor, TWO).headers["location"]
    waiting = editor.get(path)
    assert "順番を待っています" in waiting.text and 'http-equiv="refresh"' in waiting.text
    assert editor.get(f"{path}/live").json()["state"] == "waiting"
    worked(world)
    page = editor.get(path)
    assert "追加 2・変更 0" in page.text and there(world) == {}
    assert editor.post(f"{path}/apply", seen=seen(page), missing="none").headers["location"] == path
    assert "取り込みを待っています" in editor.get(path).text
    worked(world)
    assert "取り込みました" in editor.get(path).text
    assert set(there(world)) == {"一の会", "二の会"}

    second, page = checked(world, editor, NEXT)
    assert "追加 1・変更 1・同じ 0・ファイルに無い 1" in page.text
    changed = editor.get(f"{second}?show=changed").text
    assert "099-000-1111" in changed and "099-000-3333" in changed
    problems = editor.get(f"{second}?show=problems").text
    assert "3行目" in problems and "郵便番号は123-4567" in problems
    missing = there(world)["二の会"].id
    answer = editor.post(f"{second}/apply", seen=seen(page), missing="some")
    assert answer.status_code == 409 and "廃止にする項目を選んでください" in answer.text
    editor.post(f"{second}/apply", seen=seen(page), missing="some", **{f"close.{missing}": "yes"})
    worked(world)
    assert there(world)["二の会"].draft.status is Status.DEFUNCT
    assert there(world)["一の会"].draft.phones[0].number == "099-000-3333"

    with world.database.writing() as session:
        third = there(world)["三の会"]
        mended = replace(third.draft, note="手で直した")
        directory.edit(session, third.id, mended, by="佐藤", now=world.clock())
    assert editor.post(f"{second}/undo").status_code == 303
    worked(world)
    after = there(world)
    assert after["二の会"].draft.status is Status.ACTIVE and after["一の会"].draft.phones[0].number == "099-000-1111"
    assert after["三の会"].draft.note == "手で直した"
    assert "取り消しました" in editor.get(second).text
    late = editor.post(f"{second}/undo")
    assert late.status_code == 409 and "ほかの人が先に" in late.text


def test_what_the_file_has_no_more_stays_unless_somebody_chooses(world: World, editor: Browser) -> None:
    applied(world, editor, TWO)
    applied(world, editor, HEAD + "一の会,本町1,099-000-1111\r\n", missing="none")
    assert there(world)["二の会"].draft.status is Status.ACTIVE
    applied(world, editor, HEAD + "一の会,本町1,099-000-1112\r\n", missing="all")
    closed = there(world)["二の会"].draft
    assert closed.status is Status.DEFUNCT and "ファイルに載っていない" in closed.status_reason


def test_columns_are_chosen_and_remembered_for_the_town(world: World, editor: Browser) -> None:
    own = "どこ,ばしょ,でんわ\r\n一の会,本町1,099-000-1111\r\n"
    path, page = checked(world, editor, own, "独自.csv")
    assert "取り込めません" in page.text and "名称の列が見つかりません" in page.text
    fields = {"c.0.0": "name", "c.0.1": "address", "c.0.2": "name"}
    refused = editor.post(f"{path}/columns", **fields)
    assert refused.status_code == 409 and "「名称」を2つ以上の列で選んでいます" in refused.text
    assert re.search(r'name="c\.0\.1".*?value="address" selected', refused.text, re.DOTALL)
    assert "名称」かを選んでください" in editor.post(f"{path}/columns", **fields | {"c.0.0": "", "c.0.2": ""}).text
    assert editor.post(f"{path}/columns", **fields | {"c.0.2": "phone"}).status_code == 303
    worked(world)
    assert "追加 1" in editor.get(path).text
    other, page = checked(world, editor, own.replace("一の会", "二の会"), "来年.csv")
    assert "覚えた読み方を使いました" in page.text
    editor.post(f"{other}/apply", seen=seen(page))
    worked(world)
    assert there(world)["二の会"].draft.phones[0].number == "099-000-1111"
    again, page = checked(world, editor, own.replace("一の会", "三の会"), "再来年.csv")
    assert editor.post(f"{again}/columns", do="forget").status_code == 303
    worked(world)
    assert "名称の列が見つかりません" in editor.get(again).text


def test_a_column_that_is_not_to_be_read_is_left_out(world: World, editor: Browser) -> None:
    path, _ = checked(world, editor, TWO)
    editor.post(f"{path}/columns", **{"c.0.0": "name", "c.0.1": "address", "c.0.2": ""})
    worked(world)
    editor.post(f"{path}/apply", seen=seen(editor.get(path)))
    worked(world)
    assert there(world)["一の会"].draft.phones == ()


def test_two_editors_cannot_take_in_at_once(world: World, editor: Browser, enter: Enter) -> None:
    world.add_person("sumi", "隅", [Role.SUPERVISOR], [])
    colleague = enter("sumi")
    first, page = checked(world, editor, TWO)
    second, other = checked(world, colleague, NEXT, "別.csv")
    assert editor.post(f"{first}/apply", seen=seen(page)).status_code == 303
    refused = colleague.post(f"{second}/apply", seen=seen(other), missing="none")
    assert refused.status_code == 409 and "いま編集さんが「一覧.csv」を取り込んでいます" in refused.text
    with pytest.raises(jobs.Busy):
        importing.run(world.database, TWO.encode(), "a.csv", municipality=world.town, by="command line", now=world.clock())
    worked(world)
    # What the second editor saw is no longer what would happen: it is shown anew, and nothing is written.
    colleague.post(f"{second}/apply", seen=seen(other), missing="none")
    worked(world)
    moved = colleague.get(second)
    assert "確かめたあとで台帳が変わりました" in moved.text and "三の会" not in there(world)
    stale = colleague.post(f"{second}/apply", seen=seen(other), missing="none")
    assert stale.status_code == 409 and "確かめた内容が変わりました" in stale.text
    colleague.post(f"{second}/apply", seen=seen(stale), missing="none")
    worked(world)
    assert "三の会" in there(world)


def test_what_cannot_be_read_is_refused_with_words(world: World, editor: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "ファイルを選んでください" in editor.post("/directory/import", town=world.town).text
    assert "中身がありません" in bring(editor, "\r\n").text
    assert bring(editor, TWO, town=world.other_town).status_code == 409
    monkeypatch.setattr(uploads, "LARGEST", 100_000)
    large = bring(editor, HEAD + "あ,い,う\r\n" * 20_000)
    assert large.status_code == 409 and "ファイルが大きすぎます" in large.text
    path, page = checked(world, editor, "%PDF-1.7", "表.pdf")
    assert "これはPDFです" in html.unescape(page.text)
    assert editor.post(f"{path}/discard").status_code == 303
    assert "台帳は変わっていません" in editor.get(path).text and there(world) == {}


def test_a_sheet_of_examples_is_never_data_and_several_sheets_are_read(world: World, editor: Browser) -> None:
    rows = [["名称", "住所"], ["一の会", "本町1"]]
    book = workbook(北=rows, 南=[rows[0], ["二の会", "本町2"]], 入力例=[rows[0], ["例の会", "例町"]])
    path, page = checked(world, editor, book, "一覧.xlsx")
    assert "追加 2" in page.text and "「入力例」は見本" in editor.get(f"{path}?show=problems").text
    assert "シート「南」" in page.text


def test_another_towns_file_does_not_exist(world: World, editor: Browser, enter: Enter) -> None:
    world.add_person("far", "遠", [Role.DIRECTORY_EDITOR], [], world.other_town)
    path, page = checked(world, editor, TWO)
    far = enter("far")
    assert far.get(path).status_code == 404 and far.post(f"{path}/apply", seen=seen(page)).status_code == 404
    assert "一覧.csv" not in far.get("/directory/import").text


def test_the_same_file_pressed_twice_is_one_file(world: World, editor: Browser) -> None:
    assert bring(editor, TWO).headers["location"] == bring(editor, TWO).headers["location"]


def test_a_file_whose_process_died_is_settled_and_can_be_checked_again(world: World, editor: Browser) -> None:
    path = bring(editor, TWO).headers["location"]
    with world.database.writing() as session:
        claimed = jobs.claim(session)
        assert claimed is not None
        jobs.fall(session, claimed)
    assert "読んでいる途中で止まりました" in editor.get(path).text
    assert editor.post(f"{path}/again").status_code == 303
    worked(world)
    assert job_of(world, path).state == JobState.READY


def test_bytes_of_settled_files_are_let_go(world: World, editor: Browser) -> None:
    applied(world, editor, TWO)
    kept.sweep(world.database, world.clock())
    with world.database.reading() as session:
        assert session.scalars(select(kept.ImportPart)).first() is None
        assert session.scalars(select(kept.ImportPage)).first() is not None


def test_benefits_are_taken_in_as_services_without_a_place(world: World, editor: Browser) -> None:
    head = "制度番号,全国地方公共団体コード,タイトル（制度名）,対象者,概要,利用・申請方法,手続書類,詳細参照先,お問い合わせ先\r\n"
    row = "S1,990019,住居確保給付金,離職した方,家賃を支給,窓口で申請,本人確認書類;通帳,https://example.jp/a,福祉課\r\n"
    path, page = checked(world, editor, head + row, "支援制度.csv")
    assert "支援制度（給付金）情報" in page.text and "追加 1・変更 0" in page.text
    editor.post(f"{path}/apply", seen=seen(page), missing="none")
    worked(world)
    benefit = there(world)["住居確保給付金"].draft
    assert not benefit.has_place and benefit.documents == ("本人確認書類", "通帳")
    assert "追加 0・変更 0・同じ 1" in checked(world, editor, head + row, "支援制度.csv")[1].text


def test_an_hsds_file_is_taken_in_twice_touched_only_where_it_changed_and_taken_back(world: World, editor: Browser) -> None:
    applied(world, editor, TWO)
    with world.database.reading() as session:
        whole = json.loads(exporting.to_hsds(session, world.town))
    for service in whole["contents"]:
        service["id"] = str(uuid.uuid4())
        service["name"] = f"{service['name']}（HSDS）"
    content = json.dumps(whole, ensure_ascii=False).encode()
    first, page = checked(world, editor, content, "services.json")
    assert "Open Referral HSDS 3" in page.text and "追加 2・変更 0" in page.text
    editor.post(f"{first}/apply", seen=seen(page), missing="none")
    worked(world)
    assert {"一の会（HSDS）", "二の会（HSDS）"} < set(there(world))
    whole["contents"][0]["description"] = "お茶を飲みます。"
    again, page = checked(world, editor, json.dumps(whole).encode(), "services.json")
    assert "追加 0・変更 1・同じ 1・ファイルに無い 0" in page.text
    assert "お茶を飲みます。" in editor.get(f"{again}?show=changed").text
    del whole["contents"][1]
    fewer, page = checked(world, editor, json.dumps(whole).encode(), "services.json")
    assert "ファイルに無い 1" in page.text
    editor.post(f"{fewer}/apply", seen=seen(page), missing="none")
    worked(world)
    assert len(there(world)) == 4 and all(each.draft.status is Status.ACTIVE for each in there(world).values())
    refused = checked(world, editor, b'{"contents": 5}', "odd.json")[1].text
    assert "取り込めません" in refused and "HSDSのJSONではありません" in refused
    editor.post(f"{first}/undo")
    worked(world)
    assert "取り消しました" in editor.get(first).text and "二の会（HSDS）" not in there(world)


@pytest.mark.skipif(not PUBLISHED.exists(), reason="the published files are not here")
def test_published_files_are_taken_in_and_back(small_world: World, enter_small: Enter) -> None:
    world = small_world
    world.add_person("henshu", "編集", [Role.DIRECTORY_EDITOR], [])
    editor = enter_small("henshu")
    for name in ("nara_hoiku_cp932.csv", "takamatsu_ikoinoie.xlsx", "takamatsu_0045_9_header_lines.csv"):
        path = applied(world, editor, (PUBLISHED / name).read_bytes(), name, missing="none")
        job = job_of(world, path)
        assert job.state == JobState.APPLIED and len(there(world)) == job.report["added"] > 0, name
        editor.post(f"{path}/undo")
        worked(world)
        assert there(world) == {}, name
