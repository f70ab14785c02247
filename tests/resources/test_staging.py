"""A long import is invisible until it is whole, survives a crash, and never keeps a webhook waiting."""

import threading
import time
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text

from resources import directory, importing, places, staging
from resources.change_sets import ChangeSet, ChangeSetState
from resources.db import Database, new_id
from resources.drafts import Draft
from resources.places import Municipality
from resources.records import NewEntry
from resources.services import Service
from resources.staging import Change


@pytest.fixture
def bare_small_town(sqlite_database, now):
    """A town with an empty directory, on SQLite."""
    with sqlite_database.writing() as session:
        places.add(session, "990019", "みらい市", now=now)
    return "990019"


def begun(database, town, now):
    return staging.begin(database, municipality=town, by="編集", now=now)


def names(database, town):
    with database.reading() as session:
        return [record.draft.name for record in directory.whole(session, town)]


def version(database, town):
    with database.reading() as session:
        return session.get_one(Municipality, town).directory_version


def test_new_entries_are_seen_only_when_all_are_there(database, bare_town, now):
    made = begun(database, bare_town, now)
    entries = [NewEntry(new_id(), bare_town, Draft(f"会{number}")) for number in range(60)]
    before = version(database, bare_town)
    staging.stage_new(database, made, entries, by="編集", now=now)
    assert names(database, bare_town) == []
    assert version(database, bare_town) == before
    staging.show(database, made, counts={}, now=now)
    assert len(names(database, bare_town)) == 60
    assert version(database, bare_town) == before + 1


def test_changes_are_in_force_at_once_and_written_later(database, bare_town, salon, now):
    with database.writing() as session:
        entry = directory.add(session, salon, municipality=bare_town, by="編集", now=now)
    made = begun(database, bare_town, now)
    after = replace(salon, name="新しい名前", phones=())
    staging.stage_changes(database, made, [Change(entry, salon, after)], by="編集", now=now)
    assert names(database, bare_town) == [salon.name]
    before = version(database, bare_town)
    staging.show(database, made, counts={}, now=now)
    assert version(database, bare_town) > before
    with database.reading() as session:
        assert directory.get(session, entry).draft == after
        assert session.scalars(select(Service.name)).one() == salon.name  # not yet folded into the rows
    staging.fold(database, now=now)
    with database.reading() as session:
        assert directory.get(session, entry).draft == after
        assert session.scalars(select(Service.name)).one() == "新しい名前"
        assert session.scalar(select(func.count()).where(Service.ahead_id.is_not(None))) == 0


def test_an_edit_before_folding_builds_on_what_is_in_force(database, bare_town, salon, now):
    with database.writing() as session:
        entry = directory.add(session, salon, municipality=bare_town, by="編集", now=now)
    made = begun(database, bare_town, now)
    staging.stage_changes(database, made, [Change(entry, salon, replace(salon, note="ファイル"))], by="編集", now=now)
    staging.show(database, made, counts={}, now=now)
    with database.writing() as session:
        draft = directory.get(session, entry).draft
        directory.edit(session, entry, replace(draft, alert="人の手"), by="佐藤", now=now)
    staging.fold(database, now=now)
    with database.reading() as session:
        draft = directory.get(session, entry).draft
    assert (draft.note, draft.alert) == ("ファイル", "人の手")


def test_somebody_who_edits_during_an_import_wins(database, bare_town, salon, now):
    with database.writing() as session:
        entry = directory.add(session, salon, municipality=bare_town, by="編集", now=now)
    made = begun(database, bare_town, now)
    staging.stage_changes(database, made, [Change(entry, salon, replace(salon, note="ファイル"))], by="編集", now=now)
    with database.writing() as session:
        directory.edit(session, entry, replace(salon, note="人の手"), by="佐藤", now=now + timedelta(seconds=1))
    assert staging.show(database, made, counts={}, now=now) == 1
    with database.reading() as session:
        assert directory.get(session, entry).draft.note == "人の手"


def test_an_import_that_died_leaves_nothing_behind(database, bare_town, now):
    made = begun(database, bare_town, now)
    entry = NewEntry(new_id(), bare_town, Draft("会", address="本町", slots=(), organization="団体"))
    staging.stage_new(database, made, [entry], by="編集", now=now)
    staging.tidy(database, now=now + timedelta(hours=1))
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Service)) == 1
    staging.tidy(database, now=now + timedelta(days=2))
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Service)) == 0
        assert session.get_one(ChangeSet, made).state == ChangeSetState.ABANDONED


def test_others_write_between_the_batches_of_an_import(sqlite_database, now):
    with sqlite_database.writing() as session:
        places.add(session, "990019", "みらい市", now=now)
    rows = "".join(f"{at},会{at},本町{at},099-000-{at:04},月火水木金,09:00,17:00\r\n" for at in range(3000))
    data = ("ID,名称,住所,電話番号,利用可能曜日,開始時間,終了時間\r\n" + rows).encode()
    done = threading.Event()

    def take():
        importing.run(sqlite_database, data, "a.csv", municipality="990019", by="編集", now=now)
        done.set()

    worker = threading.Thread(target=take)
    worker.start()
    turns = 0
    while not done.is_set():
        with sqlite_database.writing() as session:
            session.execute(text("UPDATE municipality SET phone = phone"))
        turns += 1
        time.sleep(0.01)
    worker.join()
    assert turns > 10


def test_another_process_writes_between_the_batches_of_an_import(sqlite_database, bare_small_town, now):
    """A second Database shares no lock with the first: it waits for SQLite as the serving process does."""
    other = Database(str(sqlite_database.url))
    made = begun(sqlite_database, bare_small_town, now)
    entries = [NewEntry(new_id(), bare_small_town, Draft(f"会{at}", note="長い説明" * 50)) for at in range(4000)]
    ended, turns = threading.Event(), []

    def take():
        staging.stage_new(sqlite_database, made, entries, by="編集", now=now)
        ended.set()

    worker = threading.Thread(target=take)
    worker.start()
    while not ended.wait(0.01):
        with other.writing() as session:
            session.execute(text("UPDATE municipality SET phone = phone"))
            turns.append(session.scalar(select(func.count()).select_from(Service)))
    worker.join()
    other.close()
    # What was written so far grew from turn to turn: nobody waited for the whole.
    assert len({count for count in turns if 0 < count < 4000}) >= 2


def test_batches_shrink_when_the_database_is_slow(sqlite_database):
    sizes = []

    def slowly(session, batch):
        sizes.append(len(batch))
        time.sleep(0.01 * len(batch))

    staging.in_batches(sqlite_database, range(40), slowly)
    assert sum(sizes) == 40
    assert sizes[1] < sizes[0]
