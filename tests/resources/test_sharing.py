"""Entries from above and from neighbours: found, hidden, annotated and shared, seen at once by every process."""

import threading
from contextlib import suppress
from dataclasses import replace
from datetime import date

import pytest

from resources import directory, places, sharing
from resources.access import Actor
from resources.cards import for_answer
from resources.db import new_id
from resources.drafts import Draft
from resources.search import Search

HOME, NEXT, ABOVE = "990019", "990027", "990001"
CENTRE = Draft("あけぼの難病相談支援センター", kind="intractable_disease_center", assured_date=date(2026, 10, 1))
SALON = Draft("となりのサロン", kind="salon", areas=("となり町本町",), assured_date=date(2026, 10, 1))


@pytest.fixture
def actor():
    return Actor(new_id(), "編集", frozenset(), frozenset(), frozenset({HOME}), HOME)


@pytest.fixture
def towns(database, now):
    with database.writing() as session:
        places.add(session, ABOVE, "あけぼの県", now=now)
        places.add(session, HOME, "みらい市", now=now, prefecture=ABOVE)
        places.add(session, NEXT, "となり町", now=now, prefecture=ABOVE)
    return database


@pytest.fixture
def put(towns, now):
    def add(draft, town):
        with towns.writing() as session:
            return directory.add(session, draft, municipality=town, by="編集", now=now)

    return add


@pytest.fixture
def say(towns, actor, now):
    def run(service_id, act, note="", town=HOME, seen=None):
        with towns.writing() as session:
            found = sharing.came(session, town, [service_id])
            known = found[0].seen if found and seen is None else seen or ""
            sharing.say(session, town, service_id, act=act, note=note, seen=known, actor=actor, now=now)

    return run


@pytest.fixture
def share(towns, actor, now):
    def run(*ids, receiver=HOME, town=NEXT):
        with towns.writing() as session:
            return sharing.share(session, town, ids, receiver=receiver, actor=actor, now=now)

    return run


def names(search, words, now, town=HOME, **said):
    return [found.name for found in search.find(words, municipality=town, now=now, **said)]


def test_a_watched_process_follows_hiding_and_showing_again(towns, ear, kinds, put, say, now):
    other = Search(towns, ear, kinds, watched=True)
    centre = put(CENTRE, ABOVE)
    other.refresh()
    assert names(other, "難病の相談", now) == names(other, "難病の相談", now, NEXT) == [CENTRE.name]
    say(centre, "hide")
    other.refresh()
    assert names(other, "難病の相談", now) == [] and names(other, "難病の相談", now, NEXT) == [CENTRE.name]
    assert other.known([centre], municipality=HOME) == []
    say(centre, "show")
    other.refresh()
    assert names(other, "難病の相談", now) == [CENTRE.name]


def test_a_note_stands_on_the_card_of_that_town_only(towns, ear, kinds, put, say, now):
    centre = put(CENTRE, ABOVE)
    say(centre, "note", " 市役所2階でも\n月1回相談できます ")
    search = Search(towns, ear, kinds)
    here, there = (search.find("難病の相談", municipality=town, now=now)[0] for town in (HOME, NEXT))
    assert here.note == "市役所2階でも 月1回相談できます" and there.note == ""
    shown = for_answer(here.record, now=now, kinds=kinds, note=here.note)
    assert shown is not None and shown.town_note == here.note


def test_one_entry_is_shared_with_a_named_town_and_no_other(towns, ear, kinds, put, share, actor, now):
    search = Search(towns, ear, kinds)
    salon = put(SALON, NEXT)
    put(replace(SALON, name="となりの別のサロン"), NEXT)
    assert names(search, "サロンを探しています", now) == []
    assert share(salon) == 1
    assert names(search, "サロンを探しています", now) == ["となりのサロン"]
    assert names(search, "", now, kinds=("salon",)) == ["となりのサロン"]
    with towns.writing() as session:
        sharing.stop(session, NEXT, salon, receiver=HOME, actor=actor, now=now)
    assert names(search, "サロンを探しています", now) == []
    with towns.writing() as session, pytest.raises(sharing.Refused, match="先に"):
        sharing.stop(session, NEXT, salon, receiver=HOME, actor=actor, now=now)


def test_a_whole_directory_is_shared_and_given_back(towns, ear, kinds, put, actor, now):
    search = Search(towns, ear, kinds)
    put(replace(SALON, areas=()), NEXT)
    put(replace(SALON, name="となりの寮", areas=(), confidential=True), NEXT)
    with towns.writing() as session:
        sharing.share_all(session, NEXT, receiver=HOME, actor=actor, now=now)
    assert names(search, "サロンを探しています", now, for_desk=True) == ["となりのサロン"]
    with towns.writing() as session, pytest.raises(sharing.Refused, match="先に"):
        sharing.share_all(session, NEXT, receiver=HOME, actor=actor, now=now)
    with towns.writing() as session:
        sharing.stop_all(session, NEXT, receiver=HOME, actor=actor, now=now)
    assert names(search, "サロンを探しています", now) == []


@pytest.mark.parametrize("hidden", [{"confidential": True}, {"residency": "町内在住"}])
def test_what_is_not_for_others_is_not_shared(put, share, hidden):
    salon = put(replace(SALON, **hidden), NEXT)
    with pytest.raises(sharing.Refused, match="共有できません"):
        share(salon)


def test_a_shared_entry_that_becomes_confidential_leaves_the_neighbour_and_its_desk(towns, ear, kinds, put, share, say, now):
    search = Search(towns, ear, kinds)
    salon = put(SALON, NEXT)
    share(salon)
    with towns.writing() as session:
        directory.edit(session, salon, replace(SALON, confidential=True), by="編集", now=now)
    assert names(search, "サロンを探しています", now) == names(search, "サロンを探しています", now, for_desk=True) == []
    with pytest.raises(sharing.Gone):
        say(salon, "hide")


def test_an_entry_retired_meanwhile_and_one_somebody_else_hid_are_refused(towns, put, say, now):
    centre = put(CENTRE, ABOVE)
    with towns.reading() as session:
        seen = sharing.came(session, HOME, [centre])[0].seen
    say(centre, "hide")
    with pytest.raises(sharing.SaidMeanwhile):
        say(centre, "note", "私のメモ", seen=seen)
    with pytest.raises(sharing.Refused, match="50文字"):
        say(centre, "note", "あ" * 51)
    with towns.writing() as session:
        directory.retire(session, centre, reason="閉所", by="編集", now=now)
    with pytest.raises(sharing.Gone):
        say(centre, "show")


def test_a_town_says_nothing_about_its_own_entries_or_strangers(put, say):
    for draft, town in ((SALON, HOME), (SALON, NEXT)):
        with pytest.raises(sharing.Gone):
            say(put(draft, town), "hide", seen="")


def test_the_version_of_the_receiving_town_moves(towns, put, share, say):
    salon = put(SALON, NEXT)

    def version():
        with towns.reading() as session:
            return session.get_one(places.Municipality, HOME).directory_version

    before = version()
    share(salon)
    say(salon, "hide")
    assert version() == before + 2


def test_two_towns_that_share_with_each_other_at_once_do_not_wait_for_each_other(towns, actor, now, monkeypatch):
    both, done, receivers = threading.Barrier(2), [], sharing.receivers

    def slowly(session, town):
        # Here both would hold their own town, if each took the other one only when it is needed.
        with suppress(threading.BrokenBarrierError):
            both.wait(2)
        return receivers(session, town)

    monkeypatch.setattr(sharing, "receivers", slowly)

    def run(town, receiver):
        with towns.writing() as session:
            sharing.share_all(session, town, receiver=receiver, actor=actor, now=now)
        done.append(town)

    threads = [threading.Thread(target=run, args=pair) for pair in ((HOME, NEXT), (NEXT, HOME))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(done) == [HOME, NEXT]
