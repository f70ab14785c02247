"""The bot's sentences as a town reads and approves them: a changed sentence is a draft again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from handoff import wording
from handoff.wording import TextReview
from resources.access import actor_for
from resources.journal import JournalEntry
from resources.staff import Staff
from resources.voice import Sentence
from tests.desk import Browser, World

ONE = Sentence("greeting.hello", "normal", "こんにちは。", reviewed=False)


def test_a_review_holds_for_these_words_and_this_town_only(world: World) -> None:
    with world.database.reading() as session:
        actor = actor_for(session, session.get_one(Staff, world.people["suzuki"]))
    with world.database.writing() as session:
        for _ in range(2):
            mark = wording.digest(ONE).hex()
            wording.review(session, world.town, ONE, mark=mark, actor=actor, now=world.now)
    changed = replace(ONE, words="おはようございます。")
    with world.database.reading() as session:
        assert wording.unread(session, world.town, [ONE]) == 0
        assert wording.unread(session, world.town, [changed]) == 1
        assert wording.unread(session, world.other_town, [ONE]) == 1
        assert session.scalar(select(func.count()).select_from(TextReview)) == 1
        assert wording.standing(session, world.town, [ONE])[0].by == "鈴木"
    with pytest.raises(wording.ChangedMeanwhile), world.database.writing() as session:
        wording.review(session, world.town, changed, mark=mark, actor=actor, now=world.now)


def test_the_page_lists_searches_and_reviews(small_world: World, enter_small: Callable[..., Browser]) -> None:
    world, browser = small_world, enter_small("suzuki")
    sentences = world.voice().sentences()
    page = browser.get("/settings/texts").text
    assert f"{len(sentences)}文のうち{len(sentences)}文" in page and "次の50文を見る" in page
    one = sentences[0]
    found = browser.get(f"/settings/texts?q={one.key}").text
    assert one.key in found
    form = {"key": one.key, "register": one.register, "mark": wording.digest(one).hex(), "q": one.key}
    stale = browser.post("/settings/texts/review", **{**form, "mark": "00"})
    assert stale.status_code == 409 and "変わりました" in stale.text
    assert browser.post("/settings/texts/review", **form).status_code == 303
    assert "鈴木さん" in browser.get(f"/settings/texts?only=all&q={one.key}").text
    assert f"{len(sentences)}文のうち{len(sentences) - 1}文" in browser.get("/settings/texts").text
    with world.database.reading() as session:
        assert session.scalars(select(JournalEntry.detail).where(JournalEntry.act == "text.review")).all() == [
            f"{one.key}:{one.register}"
        ]
    assert browser.post("/settings/texts/review", **{**form, "key": "no.such"}).status_code == 404
