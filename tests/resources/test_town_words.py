"""A town's own words: kept per town, checked, and heard with the next message."""

from __future__ import annotations

import json

import pytest

from resources import directory, places, town_words
from resources.drafts import Draft
from resources.jsonl import search_lines
from resources.search import Search
from resources.town_words import NotATownWord, TownEars

TOWN, NEXT = "990019", "990027"


@pytest.fixture
def say(database, bare_town, kinds, now):
    """Add a word and return how it is kept."""

    def run(expression, topics=("gathering",), kind="", note=""):
        with database.writing() as session:
            row = town_words.add(
                session, bare_town, expression, topics=topics, kind=kind, note=note, kinds=kinds, by="編集", now=now
            )
            return row.expression

    return run


def test_words_are_kept_in_one_form_and_listed_with_who_added_them(database, say, now):
    assert say("ﾎﾟｶﾎﾟｶひろば", note="中央公民館の2階") == "ポカポカひろば"
    say("ポカポカひろば", topics=(), kind="salon")
    with database.reading() as session:
        [row] = town_words.listed(session, TOWN)
        assert (row.topics, row.kind, row.note, row.added_by, row.added_at) == ([], "salon", "", "編集", now)


@pytest.mark.parametrize(
    ("expression", "topics", "kind", "why"),
    [
        ("", ("gathering",), "", "2〜40文字"),
        ("茶", ("gathering",), "", "2〜40文字"),
        ("あいうえおかきくけこ" * 4 + "さ", ("gathering",), "", "2〜40文字"),
        ("…！？", ("gathering",), "", "2〜40文字"),
        ("こと", ("gathering",), "", "どの文にも"),
        ("ぽかぽか", (), "", "1つ以上"),
        ("ぽかぽか", ("play",), "", "という分野はありません"),
        ("ぽかぽか", (), "castle", "という種類はありません"),
    ],
    ids=lambda _: "case",
)
def test_a_word_that_cannot_be_used_is_refused_with_the_reason(database, say, expression, topics, kind, why):
    with pytest.raises(NotATownWord, match=why):
        say(expression, topics, kind)
    with database.reading() as session:
        assert town_words.listed(session, TOWN) == []


def test_a_running_process_hears_changes_with_the_next_message(database, say, ear, now):
    ears = TownEars(ear)

    def kinds_heard(code=TOWN):
        with database.reading() as session:
            return ears.of(session, code).assess("ぽかぽか広場はどこですか").kinds

    assert "salon" not in kinds_heard()
    say("ぽかぽか広場", kind="salon")
    assert "salon" in kinds_heard()
    with database.writing() as session:
        places.add(session, NEXT, "となり市", now=now)
    assert "salon" not in kinds_heard(NEXT)
    with database.writing() as session:
        assert town_words.remove(session, TOWN, "ぽかぽか広場")
        assert not town_words.remove(session, TOWN, "ぽかぽか広場")
    assert "salon" not in kinds_heard()


def test_nothing_is_built_twice_while_nothing_changes(database, say, ear):
    ears = TownEars(ear)
    say("ぽかぽか広場")
    with database.reading() as session:
        assert ears.of(session, TOWN) is ears.of(session, TOWN)


def test_the_search_finds_what_a_town_calls_by_its_own_name(database, say, ear, kinds, now):
    with database.writing() as session:
        directory.add(session, Draft("本町ふれあいの家", kind="salon"), municipality=TOWN, by="編集", now=now)
    search = Search(database, ear, kinds)

    def found():
        [line] = search_lines(['{"id": 1, "text": "わはは亭"}'], search, TOWN, 3, now)
        return [place["name"] for place in json.loads(line)["results"]]

    assert found() == []
    say("わはは亭", topics=(), kind="salon")
    assert found() == ["本町ふれあいの家"]
