"""What residents ask and do not find, as editors see it: counts, messages that wait, the town's own words."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from resources import directory, search_log, town_words, unmatched
from resources.db import EVERYWHERE
from resources.drafts import Draft
from resources.editing.kept import KeptSheet
from resources.search_log import Choice
from resources.staff import Role
from resources.town_words import TownWord
from resources.unmatched import Outcome, Unmatched, Why
from tests.desk import Browser, World

Enter = Callable[..., Browser]
LIST = "/directory/unmatched"


@pytest.fixture
def editors(world: World) -> World:
    """Two people who keep the directory, and one of the neighbours'."""
    for name, shown in (("editor", "編集"), ("second", "第二")):
        world.add_person(name, shown, [Role.DIRECTORY_EDITOR], [])
    world.add_person("foreign", "隣の編集", [Role.DIRECTORY_EDITOR], [], world.other_town)
    return world


def wait(world: World, *said: str, town: str | None = None) -> list[uuid.UUID]:
    town = town or world.town
    with world.database.writing(town) as session:
        for words in said:
            unmatched.keep(session, words, town=town, why=Why.UNHEARD, now=world.now)
        session.flush()
        rows = session.scalars(select(Unmatched).where(Unmatched.outcome.is_(None)))
        known = {unmatched.message(session, row).words: row.id for row in rows}
    return [known[words] for words in said]


def row(world: World, message: uuid.UUID) -> Unmatched:
    with world.database.reading(EVERYWHERE) as session:
        return session.scalars(select(Unmatched).where(Unmatched.id == message)).one()


def words_of(world: World, town: str | None = None) -> dict[str, TownWord]:
    with world.database.reading() as session:
        return {word.expression: word for word in town_words.listed(session, town or world.town)}


def test_alike_messages_stand_together_and_one_word_lets_them_go(editors: World, enter: Enter) -> None:
    first, second, other = wait(editors, "ぽかぽかに行きたい", "ぽかぽかってどこ", "花火大会はいつ")
    browser = enter("editor")
    page = browser.get(LIST).text
    assert "3件が、2組に" in re.sub(r"\s", "", page) and "にたもの2件" in page
    form = browser.get(f"{LIST}/{first}").text
    assert 'name="picked" value="ぽかぽか" checked' in form and f"also.{second}" in form
    told = browser.post(f"{LIST}/{first}/word", picked="ぽかぽか", kind="salon", **{f"also.{second}": "yes"})
    assert told.status_code == 303 and told.headers["location"].endswith("said=word")
    assert words_of(editors)["ぽかぽか"].kind == "salon"
    for message in (first, second):
        done = row(editors, message)
        assert (done.outcome, done.done_by, done.words_sealed) == (Outcome.WORD, "編集", None)
    assert row(editors, other).words_sealed is not None and "花火大会" in browser.get(LIST).text
    assert "ぽかぽかに" not in browser.get(f"{LIST}/{first}").text


def test_a_word_without_a_meaning_is_refused_and_everything_typed_stays(editors: World, enter: Enter) -> None:
    first, second = wait(editors, "ぽかぽかに行きたい", "ぽかぽかってどこ")
    browser = enter("editor")
    browser.get(f"{LIST}/{first}")
    told = browser.post(f"{LIST}/{first}/word", expression="ぽかぽか広場", note="駅の裏")
    assert told.status_code == 409 and "1つ以上選んで" in told.text
    assert 'value="ぽかぽか広場"' in told.text and 'value="駅の裏"' in told.text
    assert re.search(rf'name="also.{second}" value="yes">', told.text)
    assert not words_of(editors) and row(editors, first).words_sealed is not None


def test_who_comes_second_is_told_who_was_faster(editors: World, enter: Enter) -> None:
    (message,) = wait(editors, "ぽかぽかに行きたい")
    early, late = enter("editor"), enter("second")
    late.get(f"{LIST}/{message}")
    early.get(f"{LIST}/{message}")
    early.post(f"{LIST}/{message}/aside")
    told = late.post(f"{LIST}/{message}/word", picked="ぽかぽか", kind="salon")
    assert told.status_code == 409 and "先に片づけました" in told.text and "編集" in told.text and "「ぽかぽか」" in told.text
    assert not words_of(editors)
    assert late.post(f"{LIST}/{message}/entry", picked="ぽかぽか").status_code == 409
    assert late.post(f"{LIST}/{message}/aside").status_code == 409


def test_a_new_entry_begins_with_what_was_picked(editors: World, enter: Enter) -> None:
    (message,) = wait(editors, "ぽかぽかに行きたい")
    browser = enter("editor")
    browser.get(f"{LIST}/{message}")
    told = browser.post(f"{LIST}/{message}/entry", picked="ぽかぽか", kind="salon", **{"topic.gathering": "yes"})
    assert re.fullmatch(r"/directory/new\?draft=[-0-9a-f]{36}", told.headers["location"])
    page = browser.get(told.headers["location"]).text
    assert 'name="name" value="ぽかぽか"' in page and '<option value="salon" selected>' in page
    assert re.search(r'name="topic.gathering" value="yes" checked', page)
    assert row(editors, message).outcome == Outcome.ENTRY
    with editors.database.reading() as session:
        assert len(session.scalars(select(KeptSheet)).all()) == 1


def test_another_towns_messages_and_words_do_not_exist(editors: World, enter: Enter) -> None:
    (message,) = wait(editors, "ぽかぽかに行きたい", town=editors.other_town)
    browser = enter("editor")
    browser.get(LIST)
    assert browser.get(f"{LIST}/{message}").status_code == 404
    for act in ("word", "entry", "aside"):
        assert browser.post(f"{LIST}/{message}/{act}", picked="ぽかぽか", kind="salon").status_code == 404
    for path in (LIST, "/directory/asked", "/directory/words"):
        assert browser.get(f"{path}?town={editors.other_town}").status_code == 404
    told = browser.post("/directory/words", town=editors.other_town, expression="ぽかぽか", kind="salon")
    assert told.status_code == 404 and not words_of(editors, editors.other_town)
    assert "ぽかぽか" in enter("foreign").get(LIST).text


def test_others_of_another_town_cannot_be_let_go_along(editors: World, enter: Enter) -> None:
    (mine,), (theirs,) = wait(editors, "ぽかぽか"), wait(editors, "ぽかぽか", town=editors.other_town)
    browser = enter("editor")
    browser.get(LIST)
    browser.post(f"{LIST}/{mine}/aside", **{f"also.{theirs}": "yes"})
    assert row(editors, theirs).words_sealed is not None


def test_words_are_added_changed_and_taken_away_as_they_were_seen(editors: World, enter: Enter) -> None:
    browser, late = enter("editor"), enter("second")
    browser.get("/directory/words")
    told = browser.post("/directory/words", town=editors.town, expression="ぽかぽか", kind="salon", note="駅の裏")
    assert told.status_code == 303
    again = browser.post("/directory/words", town=editors.town, expression="ぽかぽか", kind="cafe")
    assert again.status_code == 409 and "もう町のことばにあります" in again.text
    form = late.get("/directory/words?word=ぽかぽか").text
    seen = re.search(r'name="seen" value="([^"]+)"', form)[1]
    assert "意味を直す" in form and 'value="駅の裏"' in form
    editors.offset = timedelta(minutes=1)
    browser.post("/directory/words", town=editors.town, expression="ぽかぽか", seen=seen, **{"topic.health": "yes"})
    assert words_of(editors)["ぽかぽか"].topics == ["health"]
    typed = {"expression": "ぽかぽか", "seen": seen, "note": "私の", "topic.food": "yes"}
    told = late.post("/directory/words", town=editors.town, **typed)
    assert told.status_code == 409 and "ほかの人が" in told.text and 'value="私の"' in told.text
    gone = late.post("/directory/words/remove", town=editors.town, expression="ぽかぽか", seen=seen)
    assert gone.status_code == 409 and "ぽかぽか" in words_of(editors)
    now = words_of(editors)["ぽかぽか"].added_at.isoformat()
    assert late.post("/directory/words/remove", town=editors.town, expression="ぽかぽか", seen=now).status_code == 303
    assert not words_of(editors)


def test_a_message_is_tried_with_the_words_as_they_are_now(editors: World, enter: Enter) -> None:
    with editors.database.writing() as session:
        directory.add(session, Draft("ひだまりサロン", kind="salon"), municipality=editors.town, by="編集", now=editors.now)
    browser = enter("editor")
    browser.get("/directory/words")
    before = browser.post("/directory/words/try", town=editors.town, message="ぽかぽかに行きたい").text
    browser.post("/directory/words", town=editors.town, expression="ぽかぽか", kind="salon")
    after = browser.post("/directory/words/try", town=editors.town, message="ぽかぽかに行きたい").text
    assert "ひだまりサロン" not in before and "ひだまりサロン" in after
    with editors.database.reading(EVERYWHERE) as session:
        assert not session.scalars(select(Unmatched)).all()


def test_counts_are_told_by_year_and_small_ones_are_not(editors: World, enter: Enter) -> None:
    with editors.database.writing() as session:
        for number in range(7):
            found = search_log.record(
                session, municipality=editors.town, topics=["food"], kinds=["cafe"], area="緑町", hits=0 if number < 6 else 2,
                shown=[], lacks=["hours"], now=editors.now,
            )  # fmt: skip
            search_log.choose(session, found, Choice.PERSON)
        once = {"topics": ["debt"], "kinds": [], "area": "本町", "hits": 1, "shown": [], "lacks": []}
        search_log.record(session, municipality=editors.town, now=editors.now, **once)
    page = enter("editor").get("/directory/asked").text
    flat = re.sub(r"<[^>]+>|\s", "", page)
    assert "食べるものがない7" in flat and "債務について非表示" in flat and "緑町食べるものがない" in flat
    assert "曜日・時間" in flat and "2026年11月" in flat
    assert "2025年度" not in page
