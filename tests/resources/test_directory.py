"""The directory keeps what was said, who said it and what was there before."""

import threading
import time
import uuid
from dataclasses import replace
from datetime import date, timedelta

import pytest

from resources import change_sets, directory, places
from resources.drafts import Draft, as_json, differences, draft_fields, from_json
from resources.places import Municipality
from resources.services import Status


def version(database, town):
    with database.reading() as session:
        return session.get(Municipality, town).directory_version


def test_the_sample_entry_fills_every_field(salon):
    plain = {"confidential"}
    empty = [field.name for field in draft_fields() if getattr(salon, field.name) == field.default]
    assert set(empty) == plain


def test_a_draft_survives_as_json(salon):
    assert from_json(as_json(salon)) == salon
    assert as_json(Draft("名前だけ")) == {"name": "名前だけ"}


def test_an_entry_comes_back_as_it_was_written(database, bare_town, salon, now):
    with database.writing() as session:
        made = directory.add(session, salon, municipality=bare_town, by="編集", now=now)
    with database.reading() as session:
        assert directory.get(session, made).draft == salon


def test_a_service_without_a_place_is_an_entry(database, bare_town, now):
    with database.writing() as session:
        made = directory.add(session, Draft("給付金"), municipality=bare_town, by="編集", now=now)
    with database.reading() as session:
        assert directory.get(session, made).draft == Draft("給付金")


def test_an_edit_keeps_before_and_after_and_moves_the_version(database, bare_town, salon, now):
    with database.writing() as session:
        made = directory.add(session, salon, municipality=bare_town, by="編集", now=now)
    moved = replace(salon, address="あけぼの県みらい市緑町1-1", phones=(), closures=())
    before = version(database, bare_town)
    with database.writing() as session:
        directory.edit(session, made, moved, by="佐藤", now=now + timedelta(minutes=1))
    with database.reading() as session:
        assert directory.get(session, made).draft == moved
        newest, first = change_sets.history(session, made)
    assert (newest.by, from_json(newest.before), from_json(newest.after)) == ("佐藤", salon, moved)
    assert (first.act, first.before) == ("added", None)
    assert version(database, bare_town) == before + 1


def test_saving_without_a_change_is_not_an_edit(database, bare_town, salon, now):
    with database.writing() as session:
        made = directory.add(session, salon, municipality=bare_town, by="編集", now=now)
        directory.edit(session, made, salon, by="佐藤", now=now)
        assert len(change_sets.history(session, made)) == 1


def test_an_editor_who_saw_an_older_entry_is_told(database, bare_town, salon, now):
    with database.writing() as session:
        made = directory.add(session, salon, municipality=bare_town, by="編集", now=now)
        seen = directory.get(session, made).last_modified
        directory.edit(session, made, replace(salon, note="先"), by="先の人", now=now + timedelta(seconds=1))
        with pytest.raises(directory.EditedMeanwhile):
            directory.edit(session, made, replace(salon, note="後"), by="後の人", now=now, seen=seen)


def test_a_change_is_taken_back(database, bare_town, salon, now):
    with database.writing() as session:
        made = directory.add(session, salon, municipality=bare_town, by="編集", now=now)
        directory.edit(session, made, replace(salon, note="まちがい"), by="佐藤", now=now + timedelta(seconds=1))
        directory.undo(session, change_sets.history(session, made)[0], by="鈴木", now=now + timedelta(seconds=2))
        assert directory.get(session, made).draft == salon
        assert [row.act for row in change_sets.history(session, made)] == ["undone", "changed", "added"]


def test_retiring_resting_and_assuring(database, bare_town, salon, now):
    with database.writing() as session:
        made = directory.add(session, replace(salon, status=Status.ACTIVE), municipality=bare_town, by="編集", now=now)
        directory.rest(session, made, reopens_on=date(2027, 4, 1), reason="改修", by="佐藤", now=now)
        assert directory.get(session, made).draft.reopens_on == date(2027, 4, 1)
        directory.assure(session, made, assurer="山本", how="訪問", on=date(2026, 11, 1), by="佐藤", now=now)
        assert directory.get(session, made).draft.assured_date == date(2026, 11, 1)
        directory.retire(session, made, reason="終了", by="佐藤", now=now)
        assert directory.get(session, made).draft.status is Status.DEFUNCT


def test_pages_follow_each_other_without_gaps(database, bare_town, now):
    with database.writing() as session:
        made = [directory.add(session, Draft(f"会{n}"), municipality=bare_town, by="編集", now=now) for n in range(5)]
        first = directory.listed(session, bare_town, limit=3)
        second = directory.listed(session, bare_town, limit=3, after=first[-1].id)
    assert [record.id for record in (*first, *second)] == made


def test_an_entry_that_is_not_there(database, bare_town):
    with database.reading() as session, pytest.raises(directory.NoSuchEntry):
        directory.get(session, uuid.uuid4())


def test_differences_name_the_field_with_both_values(salon):
    assert [(d.field, d.before, d.after) for d in differences(salon, replace(salon, note="x"))] == [("note", "猫がいます", "x")]


def test_a_town_of_a_prefecture_that_is_not_there_is_refused_in_words(sqlite_database, now):
    with pytest.raises(places.NotACode, match="都道府県を登録"), sqlite_database.writing() as session:
        places.add(session, "222127", "焼津市", now=now, prefecture="220001")
    with sqlite_database.reading() as session:
        assert places.towns(session) == []


def test_of_two_editors_who_saw_the_same_only_one_saves(database, bare_town, salon, now):
    with database.writing() as session:
        entry = directory.add(session, salon, municipality=bare_town, by="編集", now=now)
        seen = directory.get(session, entry).last_modified
    both, ended = threading.Barrier(2), []

    def save(name):
        both.wait()
        try:
            with database.writing() as session:
                changed = replace(salon, note=name)
                directory.edit(session, entry, changed, seen=seen, by=name, now=now + timedelta(minutes=1))
                time.sleep(0.2)  # The other one is at its own look by now.
            ended.append(name)
        except directory.EditedMeanwhile:
            ended.append("refused")

    people = [threading.Thread(target=save, args=(name,)) for name in ("佐藤", "鈴木")]
    for one in people:
        one.start()
    for one in people:
        one.join()
    with database.reading() as session:
        assert set(ended) == {"refused", directory.get(session, entry).draft.note}
