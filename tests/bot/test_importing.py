"""Files that editors brought are worked on by a process of their own, which cannot harm ours."""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from bot.importing import Importing
from resources import directory, importing, places
from resources.db import Database
from resources.importing import child, jobs, kept
from resources.importing.jobs import MOVING, ImportJob, JobState
from resources.services import Status

TOWN = "990019"
ONE = "名称,住所\r\n一の会,本町1\r\n"


@pytest.fixture
def brought(database: Database, now: datetime) -> Callable[[str], uuid.UUID]:
    """Bring a file to a town with an empty directory."""
    with database.writing() as session:
        places.add(session, TOWN, "みらい市", now=now)
    return lambda text: kept.bring(database, text.encode(), "一覧.csv", municipality=TOWN, by="編集", now=now)


def settled(database: Database, starter: Importing, job_id: uuid.UUID, now: datetime) -> ImportJob:
    for _ in range(600):
        starter.look(database, now)
        with database.reading() as session:
            job = session.get_one(ImportJob, job_id)
        if job.state not in MOVING and starter.idle:
            return job
        time.sleep(0.1)
    raise TimeoutError(job.state)


@pytest.mark.timeout(180)
def test_a_file_is_checked_taken_in_and_taken_back_by_a_process_of_its_own(
    database: Database, brought: Callable[[str], uuid.UUID], now: datetime
) -> None:
    starter, job_id = Importing(), brought(ONE)
    job = settled(database, starter, job_id, now)
    assert (job.state, job.report["added"]) == (JobState.READY, 1)
    with database.writing() as session:
        jobs.move(session, session.get_one(ImportJob, job_id), to=JobState.TO_APPLY, seen=frozenset({JobState.READY}))
    assert settled(database, starter, job_id, now).state == JobState.APPLIED
    with database.reading() as session:
        assert [record.draft.name for record in directory.whole(session, TOWN)] == ["一の会"]


@pytest.mark.timeout(180)
def test_a_file_that_eats_its_process_is_refused_with_words(
    sqlite_database: Database, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    with sqlite_database.writing() as session:
        places.add(session, TOWN, "みらい市", now=now)
    job_id = kept.bring(sqlite_database, ONE.encode(), "一覧.csv", municipality=TOWN, by="編集", now=now)
    limited = child._BEGIN.replace("child.main()", "child.MEMORY = 1; child.main()")
    monkeypatch.setattr(child, "_BEGIN", limited)
    job = settled(sqlite_database, Importing(), job_id, now)
    assert job.state == JobState.FAILED and "読んでいる途中で止まりました" in job.trouble


def test_the_process_has_limits() -> None:
    source = Path(child.__file__).read_text(encoding="utf-8")
    assert {"RLIMIT_AS", "RLIMIT_CPU", "RLIMIT_CORE"} <= set(re.findall(r"RLIMIT_\w+", source))


def test_the_command_line_closes_what_is_missing_and_takes_back(sqlite_database: Database, now: datetime) -> None:
    with sqlite_database.writing() as session:
        places.add(session, TOWN, "みらい市", now=now)

    def run(text: str, **more: bool) -> importing.Report:
        return importing.run(
            sqlite_database, text.encode(), "一覧.csv", municipality=TOWN, by="command line", now=now, **more
        )

    def states() -> dict[str, Status]:
        with sqlite_database.reading() as session:
            return {record.draft.name: record.draft.status for record in directory.whole(session, TOWN)}

    run(ONE + "二の会,本町2\r\n")
    report = run(ONE, retire_missing=True)
    assert report.retired == 1 and states() == {"一の会": Status.ACTIVE, "二の会": Status.DEFUNCT}
    assert report.change_set_id is not None
    importing.undo(sqlite_database, report.change_set_id, by="command line", now=now)
    assert set(states().values()) == {Status.ACTIVE}
    with pytest.raises(importing.CannotRead, match="ほかの人が先に"):
        importing.undo(sqlite_database, report.change_set_id, by="command line", now=now)
    with pytest.raises(importing.CannotRead, match="その番号の取り込みはありません"):
        importing.undo(sqlite_database, uuid.uuid4(), by="command line", now=now)
