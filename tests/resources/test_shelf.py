"""Directories in memory: renewed beside the work, made from stored terms, and the same from either."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy import func, select

from intents import Ear, Terms
from resources import directory, places
from resources.db import Database
from resources.drafts import Draft
from resources.kinds import Kinds
from resources.search import Search
from resources.stored_terms import StoredTerms

HOME = "990019"
ASKED = "サロンを探しています"


@pytest.fixture
def put(database: Database, now: datetime) -> Callable[[str], None]:
    with database.writing() as session:
        places.add(session, HOME, "みらい市", now=now)

    def add(name: str) -> None:
        with database.writing() as session:
            directory.add(session, Draft(name, kind="salon", town="桜町"), municipality=HOME, by="編集", now=now)

    return add


def _names(search: Search, now: datetime) -> list[str]:
    return sorted(place.name for place in search.find(ASKED, municipality=HOME, now=now))


def test_a_watched_search_sees_a_change_after_it_was_renewed(
    put: Callable[[str], None], database: Database, ear: Ear, kinds: Kinds, now: datetime
) -> None:
    put("ひだまりサロン")
    watched, plain = Search(database, ear, kinds, watched=True), Search(database, ear, kinds)
    assert _names(watched, now) == _names(plain, now) == ["ひだまりサロン"]
    put("あおばサロン")
    assert _names(plain, now) == ["あおばサロン", "ひだまりサロン"]
    assert _names(watched, now) == ["ひだまりサロン"]
    watched.refresh()
    assert _names(watched, now) == ["あおばサロン", "ひだまりサロン"]


def test_a_town_is_made_from_stored_terms_without_cutting_its_words(
    put: Callable[[str], None],
    database: Database,
    ear: Ear,
    kinds: Kinds,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    put("ひだまりサロン")
    put("あおばサロン")
    Search(database, ear, kinds).prepare()
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(StoredTerms)) == 2
    monkeypatch.setattr(Terms, "of", lambda *_: pytest.fail("an entry was cut into words again"))
    assert _names(Search(database, ear, kinds), now) == ["あおばサロン", "ひだまりサロン"]


def test_terms_of_what_was_changed_or_retired_are_made_anew_or_forgotten(
    put: Callable[[str], None], database: Database, ear: Ear, kinds: Kinds, now: datetime
) -> None:
    put("ひだまりサロン")
    put("あおばサロン")
    search = Search(database, ear, kinds)
    search.prepare()
    with database.writing() as session:
        first, second = directory.listed(session, HOME)
        directory.retire(session, first.id, reason="終了", by="編集", now=now)
        directory.edit(session, second.id, Draft("こもれびサロン", kind="salon"), by="編集", now=now)
    search.prepare()
    with database.reading() as session:
        assert session.scalars(select(StoredTerms.service_id)).all() == [second.id]
    assert _names(Search(database, ear, kinds), now) == ["こもれびサロン"]
