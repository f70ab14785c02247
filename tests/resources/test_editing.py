"""What an editor types is read as it was meant, and what nobody touched stays as it was."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from resources import places
from resources.drafts import Draft, draft_fields
from resources.editing import finding, form, hours_lines, three_ways, typed
from resources.editing.finding import NO_KIND, Wanted
from resources.freshness import is_stale
from resources.hours import parse_hours
from resources.kinds import Kinds
from resources.services import Status

HOURS = (
    "月〜金 8:30〜17:15、祝日は休み",
    "第2・4水 10:00〜12:00",
    "隔週日 13:00〜15:00（2026-04-05の週から）",
    "最終金 10:00〜12:00（2026-04-01〜2026-09-30）",
    "毎日 24時間",
    "毎月10日 10:00〜11:00",
    "土・日",
    "月・水 9:00〜12:00・13:00〜17:00",
)


@pytest.mark.parametrize("line", HOURS)
def test_hours_are_read_and_written_as_the_same_hours(line: str) -> None:
    read = hours_lines.read_hours(line)
    assert read.slots and not read.troubles
    again = hours_lines.read_hours(hours_lines.write_hours(read.slots))
    assert again.slots == read.slots and not again.troubles
    assert hours_lines.write_hours(read.slots) == line


@pytest.mark.parametrize("exact", ["24Tu 10:00-12:00 祝開", "0Mo0We 22:00-翌5:00", "7Su", "Ho 10:00-12:00", "LD 09:00-10:00"])
def test_every_slot_can_be_typed_again(exact: str) -> None:
    slots = parse_hours(exact)
    assert hours_lines.read_hours(hours_lines.write_hours(slots)).slots == slots


def test_a_line_that_cannot_be_read_says_what_to_write() -> None:
    read = hours_lines.read_hours("月〜金 9:00〜17:00\nそのうち 10:00〜11:00")
    assert read.slots == hours_lines.read_hours("月〜金 9:00〜17:00").slots
    ((line, says),) = read.troubles
    assert line == "そのうち 10:00〜11:00" and "例" in says


def test_closures_are_read_and_written_as_the_same() -> None:
    text = "2026-08-10〜2026-08-20 夏休み\n2026-12-28 10:00〜12:00 短い日\n2026-05-03"
    found, troubles = hours_lines.read_closures(text)
    assert not troubles and hours_lines.write_closures(found) == text
    assert hours_lines.read_closures("2026年8月10日～2026年8月20日 夏休み")[0] == found[:1]
    assert hours_lines.read_closures("夏のあいだ")[1] == (("夏のあいだ", hours_lines._NO_CLOSURE),)


def test_a_full_entry_stands_in_the_form_and_comes_back(salon: Draft, kinds: Kinds) -> None:
    cells = typed.write(salon)
    assert typed.read(cells, salon, kinds=kinds) == typed.Read(salon)
    afresh = typed.read(cells, Draft(""), kinds=kinds)
    beside = {"status", "status_reason", "reopens_on", "assured_date", "assurer", "assured_how"}
    kept = {name: getattr(Draft(""), name) for name in beside}
    assert not afresh.troubles and replace(afresh.draft, topics=salon.topics) == replace(salon, **kept)
    assert set(afresh.draft.topics) == set(salon.topics)
    asked = {form.typed_as(field.name) for field in draft_fields()} - {""}
    assert asked == set(form.asked())


def test_what_cannot_be_read_is_said_field_by_field(kinds: Kinds) -> None:
    cells = {
        "hours": "そのうち", "phones": "いつでも", "postcode": "12", "minimum_age": "20", "maximum_age": "10", "position": "0,0",
        "emails": "だれか", "url": "javascript:alert(1)", "forms": "ftp://x", "kind": "x", "tax_id": "12", "closures": "夏",
    }  # fmt: skip
    read = typed.read(cells, Draft(""), kinds=kinds)
    assert {each.field for each in read.troubles} == set(cells) - {"minimum_age"} | {"name"}
    assert all(each.says and each.label for each in read.troubles)
    assert not read.draft.url and not read.draft.emails


def test_what_was_not_touched_is_not_judged(kinds: Kinds) -> None:
    old = Draft("むかしの項目", url="www.example.jp", postcode="12")
    read = typed.read({**typed.write(old), "fees_description": "無料"}, old, kinds=kinds)
    assert read == typed.Read(replace(old, fees_description="無料"))


def test_a_house_that_must_hide_cannot_be_saved_in_the_open(kinds: Kinds) -> None:
    read = typed.read({"name": "緑の母子生活支援施設"}, Draft(""), kinds=kinds)
    assert [each.field for each in read.troubles] == ["confidential"]
    assert not typed.read({"name": "緑の母子生活支援施設", "confidential": "yes"}, Draft(""), kinds=kinds).troubles


def test_words_of_two_are_joined_field_by_field(salon: Draft) -> None:
    mine = replace(salon, note="わたし", fees_description="200円")
    theirs = replace(salon, note="相手", parking="なし")
    found = {fork.field: fork.both for fork in three_ways.forks(salon, mine, theirs)}
    assert found == {"note": True, "fees_description": False, "parking": False}
    joined = three_ways.joined(salon, mine, theirs, keep_mine={"note"})
    assert joined == replace(salon, note="わたし", fees_description="200円", parking="なし")
    assert three_ways.joined(salon, mine, theirs, keep_mine=()).note == "相手"


def test_the_list_knows_what_is_the_matter(database, bare_town, salon, kinds, now) -> None:
    from resources import directory

    today = date(2026, 11, 23)
    drafts = {
        "新しい": replace(salon, name="新しい", assured_date=today, status=Status.ACTIVE),
        "古い": replace(salon, name="古い", assured_date=date(2024, 1, 1), topics=("food",), phones=(), town="南町", areas=()),
        "まだ": Draft("まだ", kind="salon"),
        "種類なし": Draft("種類なし", assured_date=date(2024, 1, 1), status=Status.DEFUNCT),
    }
    with database.writing() as session:
        places.add(session, "990027", "となり町", now=now)
        for draft in drafts.values():
            directory.add(session, draft, municipality=bare_town, by="編集", now=now)
        directory.add(session, Draft("よその町"), municipality="990027", by="編集", now=now)

    def names(**wanted) -> set[str]:
        with database.reading() as session:
            found, total = finding.found(session, bare_town, Wanted(**wanted), kinds=kinds, today=today)
        assert total == len(found)
        return {record.draft.name for record in found}

    assert names() == set(drafts)
    assert names(words="古") == {"古い"} and names(words="099-000-2101") == {"新しい"} and names(words="100%_") == set()
    assert names(words="お茶 新し") == {"新しい"}
    assert names(kind="salon") == {"新しい", "古い", "まだ"} and names(kind=NO_KIND) == {"種類なし"}
    assert names(topic="food") == {"古い"} and names(topic="gathering") == {"新しい", "まだ"}
    assert names(area="南町") == {"古い"} and names(area="中央町") == {"新しい"}
    assert names(status=Status.DEFUNCT) == {"種類なし"}
    assert names(stale=True) == {"古い", "種類なし"} and names(never=True) == {"まだ"}
    assert names(no_phone=True) == {"古い", "まだ", "種類なし"}


@pytest.mark.parametrize("months", [1, 3, 12, 16])
def test_stale_means_the_same_in_the_list_and_in_an_answer(kinds: Kinds, months: int) -> None:
    kind = next((kind for kind in kinds.kinds if kind.cadence_months == months), None)
    if kind is None:
        pytest.skip("no kind is verified so often")
    for offset in range(0, 800, 17):
        today = date(2026, 1, 1) + timedelta(days=offset)
        first = finding.fresh_since(months, today)
        assert not is_stale(first, kind.code, kinds, today=today)
        assert is_stale(first - timedelta(days=1), kind.code, kinds, today=today)
