"""The editors' console: written once, kept while typed, never over another's words, taken back, and found by the bot at once."""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from intents import Ear
from resources import change_sets, directory
from resources.drafts import Draft, PhoneNumber
from resources.editing import typed
from resources.editing.kept import KeptSheet
from resources.editing.three_ways import fingerprint
from resources.hours import parse_hours
from resources.kinds import Kinds
from resources.records import Record
from resources.search import Search
from resources.services import Service, Status
from resources.staff import Role
from tests.desk import Browser, World

Enter = Callable[..., Browser]
SALON = Draft(
    "ひだまりサロン", kind="salon", address="あけぼの県みらい市本町8-3", phones=(PhoneNumber("099-000-2101"),),
    slots=parse_hours("24We 10:00-12:00 祝休"), note="前のメモ",
)  # fmt: skip


def add(world: World, draft: Draft = SALON, town: str | None = None) -> uuid.UUID:
    with world.database.writing() as session:
        return directory.add(session, draft, municipality=town or world.town, by="取り込み", now=world.now)


def read(world: World, service_id: uuid.UUID) -> Record:
    with world.database.reading() as session:
        return directory.get(session, service_id)


def count(world: World) -> int:
    with world.database.reading() as session:
        return session.scalar(select(func.count()).select_from(Service)) or 0


def sheet(draft: Draft, **changed: str) -> dict[str, str]:
    return {**typed.write(draft), "seen": fingerprint(draft), **changed}


def key_of(page: str) -> str:
    found = re.search(r'name="draft" value="([^"]+)"', page)
    assert found is not None
    return found[1]


@pytest.fixture
def editor(world: World, enter: Enter) -> Browser:
    """Somebody who keeps the directory and sees no case."""
    world.add_person("editor", "編集", [Role.DIRECTORY_EDITOR], [])
    return enter("editor")


@pytest.fixture
def small_editor(small_world: World, enter_small: Enter) -> Browser:
    """The same where the kind of database does not matter."""
    small_world.add_person("editor", "編集", [Role.DIRECTORY_EDITOR], [])
    return enter_small("editor")


def test_a_new_entry_is_made_once_however_often_it_is_pressed(world: World, editor: Browser) -> None:
    key = key_of(editor.get("/directory/new").text)
    fields = {**typed.write(SALON), "draft": key, "of_town": world.town}
    first, second = editor.post("/directory/new", **fields), editor.post("/directory/new", **fields)
    assert first.status_code == second.status_code == 303 and count(world) == 1
    made = uuid.UUID(first.headers["location"].split("/")[2].split("?")[0])
    assert str(made) in second.headers["location"] and read(world, made).draft == SALON
    assert editor.get(f"/directory/new?draft={key}").headers["location"] == f"/directory/{made}"


def test_two_presses_in_one_moment_make_one_entry(world: World, editor: Browser) -> None:
    fields = {**typed.write(SALON), "draft": key_of(editor.get("/directory/new").text), "of_town": world.town}
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: editor.client.post(
            "/directory/new", data={"csrf": editor.csrf, **fields}, headers={"sec-fetch-site": "same-origin"}
        ).status_code, range(4)))  # fmt: skip
    assert answers == [303] * 4 and count(world) == 1


def test_a_refused_form_keeps_every_word_and_says_where_it_is_wrong(small_world: World, small_editor: Browser) -> None:
    key = key_of(small_editor.get("/directory/new").text)
    typed_in = {"name": "", "hours": "そのうち", "description": "カナリアの話", "topic.food": "yes"}
    answer = small_editor.post("/directory/new", draft=key, of_town=small_world.town, **typed_in)
    assert answer.status_code == 409 and count(small_world) == 0
    assert "カナリアの話" in answer.text and "そのうち" in answer.text and "名称を書いてください" in answer.text
    assert 'href="#field-hours"' in answer.text
    # The refused sheet is there on another day, too.
    assert key in small_editor.get("/directory").text
    assert "カナリアの話" in small_editor.get(f"/directory/new?draft={key}").text
    assert small_editor.post("/directory/new/let-go", draft=key).status_code == 303
    assert key not in small_editor.get("/directory").text


def test_what_is_typed_is_kept_for_the_one_who_types_and_nobody_else(
    world: World, editor: Browser, enter: Enter
) -> None:
    made = add(world)
    told = editor.post(f"/directory/{made}/keep", **sheet(SALON, fees_description="カナリア円", hours="月〜金 9:00〜17:00"))
    assert told.status_code == 200 and told.json()["hours"] == ["月〜金 9:00〜17:00"] and not told.json()["late"]
    assert any("カナリア円" in line for seen in told.json()["line"] for line in seen["lines"])
    assert read(world, made).draft == SALON
    assert "カナリア円" in editor.get(f"/directory/{made}").text
    assert "カナリア円" not in enter("suzuki").get(f"/directory/{made}").text
    editor.post(f"/directory/{made}/let-go")
    assert "カナリア円" not in editor.get(f"/directory/{made}").text
    with world.database.reading() as session:
        assert [row.cells for row in session.scalars(select(KeptSheet))] == [{}]


def test_a_late_word_of_a_saved_form_begins_no_draft(small_world: World, small_editor: Browser) -> None:
    made = add(small_world)
    fields = sheet(SALON, fees_description="無料")
    assert small_editor.post(f"/directory/{made}", **fields).status_code == 303
    assert small_editor.post(f"/directory/{made}/keep", **fields).status_code == 200
    assert "の下書きです" not in small_editor.get(f"/directory/{made}").text


def test_the_bot_finds_an_edit_within_two_seconds(world: World, editor: Browser, now) -> None:
    made = add(world)
    ear, kinds = Ear.standard(), Kinds.load()
    asked, watched = Search(world.database, ear, kinds), Search(world.database, ear, kinds, watched=True)
    for search in (asked, watched):
        assert made not in [hit.id for hit in search.find("ウクレレを弾きたい", municipality=world.town, now=now)]
    saved = editor.post(f"/directory/{made}", **sheet(SALON, name="ウクレレの会", description="ウクレレを弾きます"))
    begun = time.monotonic()
    assert saved.status_code == 303
    watched.refresh()  # The worker of each process does this every second.
    for search in (asked, watched):
        assert [hit.id for hit in search.find("ウクレレを弾きたい", municipality=world.town, now=now)] == [made]
    assert time.monotonic() - begun < 1.0


def test_two_editors_see_both_words_and_choose_field_by_field(world: World, editor: Browser, enter: Enter) -> None:
    made, other = add(world), enter("suzuki")
    other.get("/directory")
    assert other.post(f"/directory/{made}", **sheet(SALON, note="相手のメモ", parking="なし")).status_code == 303
    late = editor.post(f"/directory/{made}", **sheet(SALON, note="わたしのメモ", fees_description="無料"))
    assert late.status_code == 409 and "まだ保存していません" in late.text
    assert all(words in late.text for words in ("前のメモ", "相手のメモ", "わたしのメモ", "鈴木"))
    assert read(world, made).draft.note == "相手のメモ"
    theirs = fingerprint(read(world, made).draft)
    assert 'name="keep.note"' in late.text and 'name="keep.parking"' not in late.text
    unchosen = editor.post(f"/directory/{made}/conflict", theirs=theirs)
    assert unchosen.status_code == 409 and "編集する人のメモ" in unchosen.text
    # While they choose, the other saves once more.
    now = read(world, made).draft
    other.post(f"/directory/{made}", **sheet(now, pick_up="あり"))
    again = editor.post(f"/directory/{made}/conflict", theirs=theirs, **{"keep.note": "mine"})
    assert again.status_code == 409 and "また保存されました" in again.text
    theirs = fingerprint(read(world, made).draft)
    assert editor.post(f"/directory/{made}/conflict", theirs=theirs, **{"keep.note": "mine"}).status_code == 303
    assert read(world, made).draft == replace(SALON, note="わたしのメモ", fees_description="無料", parking="なし", pick_up="あり")
    assert editor.get(f"/directory/{made}/conflict").status_code == 303


def test_many_editors_at_once_lose_no_word(world: World, enter: Enter) -> None:
    made = add(world)
    browsers = []
    for at in range(4):
        world.add_person(f"e{at}", f"編集{at}", [Role.DIRECTORY_EDITOR], [])
        browsers.append(enter(f"e{at}"))
    for browser in browsers:
        browser.get(f"/directory/{made}")

    def save(at: int) -> int:
        return browsers[at].post(f"/directory/{made}", **sheet(SALON, note=f"メモ{at}")).status_code

    with ThreadPoolExecutor(4) as pool:
        answers = sorted(pool.map(save, range(4)))
    assert answers == [303, 409, 409, 409]
    with world.database.reading() as session:
        assert len(change_sets.history(session, made)) == 2


def test_a_save_of_the_same_words_is_no_conflict(small_world: World, small_editor: Browser) -> None:
    made = add(small_world)
    fields = sheet(SALON, note="同じ")
    assert [small_editor.post(f"/directory/{made}", **fields).status_code for _ in range(2)] == [303, 303]
    with small_world.database.reading() as session:
        assert len(change_sets.history(session, made)) == 2


def test_a_change_is_taken_back_and_what_came_after_stays(small_world: World, small_editor: Browser) -> None:
    made = add(small_world)
    small_world.offset = timedelta(minutes=1)
    small_editor.post(f"/directory/{made}", **sheet(SALON, note="二つ目"))
    now = read(small_world, made).draft
    small_world.offset = timedelta(minutes=2)
    small_editor.post(f"/directory/{made}", **sheet(now, parking="3台"))
    page = small_editor.get(f"/directory/{made}/history").text
    assert all(words in page for words in ("前のメモ", "二つ目", "3台", "編集"))
    with small_world.database.reading() as session:
        parking, note, first = change_sets.history(session, made)
    path = f"/directory/{made}/history"
    assert small_editor.post(f"{path}/{note.id}/undo").status_code == 303
    assert read(small_world, made).draft == replace(SALON, parking="3台")
    small_world.offset = timedelta(minutes=3)
    small_editor.post(f"/directory/{made}", **sheet(read(small_world, made).draft, parking="なし"))
    refused = small_editor.post(f"{path}/{parking.id}/undo")
    assert refused.status_code == 409 and "駐車場" in refused.text and "新しい変更から" in refused.text
    assert small_editor.post(f"{path}/{first.id}/undo").status_code == 409
    assert small_editor.post(f"{path}/{uuid.uuid4()}/undo").status_code == 404
    assert read(small_world, made).draft.parking == "なし"


def test_an_entry_rests_comes_back_ends_and_is_checked(small_world: World, small_editor: Browser) -> None:
    made = add(small_world)
    path = f"/directory/{made}"
    refused = small_editor.post(f"{path}/rest", until="2026-01-01", reason="カナリア")
    assert refused.status_code == 409 and "カナリア" in refused.text and "明日より後" in refused.text
    assert small_editor.post(f"{path}/rest", until="いつか", reason="").status_code == 409
    assert small_editor.post(f"{path}/rest", until="2027-01-13", reason="改修").status_code == 303
    draft = read(small_world, made).draft
    assert (draft.status, draft.reopens_on, draft.status_reason) == (Status.TEMPORARILY_CLOSED, date(2027, 1, 13), "改修")
    assert "休んでいます" in small_editor.get(path).text
    assert small_editor.post(f"{path}/reopen").status_code == 303 and read(small_world, made).draft == SALON
    assert small_editor.post(f"{path}/retire", reason=" ").status_code == 409
    assert small_editor.post(f"{path}/retire", reason="閉店").status_code == 303
    assert read(small_world, made).draft.status is Status.DEFUNCT
    small_editor.post(f"{path}/reopen")
    for on, how in (("2999-01-01", "電話"), ("", "電話"), ("2026-11-01", "")):
        assert small_editor.post(f"{path}/assure", on=on, how=how, seen=fingerprint(SALON)).status_code == 409
    assert small_editor.post(f"{path}/assure", on="2026-11-01", how="電話", seen="x").status_code == 409
    assert small_editor.post(f"{path}/assure", on="2026-11-01", how="電話", seen=fingerprint(SALON)).status_code == 303
    draft = read(small_world, made).draft
    assert (draft.assured_date, draft.assurer, draft.assured_how) == (date(2026, 11, 1), "編集", "電話")


def test_a_typed_sheet_outlives_what_was_done_beside_it(small_world: World, small_editor: Browser) -> None:
    made = add(small_world)
    small_editor.post(f"/directory/{made}/keep", **sheet(SALON, note="書きかけ"))
    small_editor.post(f"/directory/{made}/rest", until="", reason="改修")
    page = small_editor.get(f"/directory/{made}").text
    assert "書きかけ" in page and "ほかの人が先に保存しました" in page
    late = small_editor.post(f"/directory/{made}", **sheet(SALON, note="書きかけ"))
    assert late.status_code == 409 and 'type="radio" name="keep.' not in late.text
    theirs = fingerprint(read(small_world, made).draft)
    assert small_editor.post(f"/directory/{made}/conflict", theirs=theirs).status_code == 303
    assert read(small_world, made).draft == replace(
        SALON, note="書きかけ", status=Status.TEMPORARILY_CLOSED, status_reason="改修"
    )



def hidden(page: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="(seen|kept|screen)" value="([^"]*)">', page))


def test_two_screens_of_one_editor_never_overwrite_each_other_unsaid(small_world: World, small_editor: Browser) -> None:
    made = add(small_world)
    path = f"/directory/{made}"
    first, second = hidden(small_editor.get(path).text), hidden(small_editor.get(path).text)
    words = {name: {**sheet(SALON, note=f"{name}の話"), **told} for name, told in (("一", first), ("二", second))}
    told = small_editor.post(f"{path}/keep", **words["一"]).json()
    assert told["elsewhere"] is False
    late = small_editor.post(f"{path}/keep", **words["二"]).json()
    assert late["elsewhere"] is True
    page = small_editor.post(f"{path}/look", **words["二"]).text
    assert "別の画面（タブ）でも" in page and "二の話" in page
    assert "一の話" in small_editor.get(path).text
    # The first screen goes on, also while its last word is still on its way, and so does one that was loaded anew.
    again = small_editor.post(f"{path}/keep", **{**words["一"], "note": "一の続き"}).json()
    assert again["elsewhere"] is False
    anew = hidden(small_editor.get(path).text)
    assert small_editor.post(f"{path}/keep", **{**sheet(SALON, note="一の終わり"), **anew}).json()["elsewhere"] is False
    # Saving on the second screen leaves what was typed on the first.
    assert small_editor.post(path, **words["二"]).status_code == 303
    assert read(small_world, made).draft.note == "二の話"
    assert "一の終わり" in small_editor.get(path).text


def test_an_entry_is_tried_as_it_was_typed_and_nothing_of_that_is_found_by_residents(
    small_world: World, small_editor: Browser
) -> None:
    made = add(small_world)
    path = f"/directory/{made}"
    fields = {**sheet(SALON, name="きつつき木工教室", kind=""), **hidden(small_editor.get(path).text)}
    tried = small_editor.post(f"{path}/try", **fields)
    assert tried.status_code == 200 and "まだ保存していない下書き" in tried.text
    answered = small_editor.post(f"{path}/try", words="きつつき木工教室")
    assert "見つかります" in answered.text and "きつつき木工教室" in answered.text
    small_editor.post(f"{path}/let-go")
    after = small_editor.post(f"{path}/try", words="きつつき木工教室")
    assert "保存されている内容" in after.text and read(small_world, made).draft == SALON
