"""What is kept is written once for each version, one at a time; whoever waits holds no connection and is soon sent away."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from resources import calendars, directory, events, merging, month_pdf
from resources.db import new_id
from resources.drafts import Draft
from resources.events import Day, Sheet
from resources.web.kept_bytes import Busy, KeptBytes
from tests.desk import Browser, World

Enter = Callable[..., Browser]


def test_a_version_is_written_once_and_a_new_one_anew() -> None:
    kept, written = KeptBytes(), []

    def write() -> bytes:
        written.append(1)
        return b"%d" % len(written)

    assert [kept.get("a", version, write) for version in (1, 1, 2, 2)] == [b"1", b"1", b"2", b"2"]


def test_what_was_asked_for_longest_ago_is_let_go_when_there_is_no_room() -> None:
    kept, written = KeptBytes(room=25), []

    def ask(key: str, size: int = 10) -> None:
        kept.get(key, 0, lambda: written.append(key) or bytes(size))  # type: ignore[func-returns-value]

    for key in ("a", "b", "a", "c", "a", "b"):
        ask(key)
    assert written == ["a", "b", "c", "b"]
    ask("huge", 30)
    ask("a")
    assert written[-2:] == ["huge", "a"]


@contextmanager
def writing(kept: KeptBytes) -> Iterator[None]:
    """Be in the middle of writing something."""
    begun, end = threading.Event(), threading.Event()

    def write() -> bytes:
        begun.set()
        end.wait(30)
        return b"slow"

    thread = threading.Thread(target=kept.get, args=("slow", 1, write))
    thread.start()
    begun.wait(30)
    try:
        yield
    finally:
        end.set()
        thread.join(30)


def test_whoever_waits_too_long_is_sent_away_and_what_is_kept_is_there_at_once() -> None:
    kept = KeptBytes(patience=0.05)
    kept.get("known", 1, lambda: b"known")
    with writing(kept):
        assert kept.get("known", 1, lambda: b"") == b"known"
        with pytest.raises(Busy):
            kept.get("other", 1, lambda: b"")
    assert kept.get("other", 1, lambda: b"other") == b"other"


def test_what_cannot_be_written_keeps_nobody_waiting() -> None:
    kept = KeptBytes(patience=0.05)
    with pytest.raises(ZeroDivisionError):
        kept.get("a", 1, lambda: b"%d" % (1 // 0))
    assert kept.get("a", 1, lambda: b"a") == b"a"


@pytest.mark.parametrize("path", ["/calendar/{}.ics", "/places/{}/month", "/places/{}/month.pdf", "/places/{}/data/{}"])
def test_the_browser_is_given_nothing_to_keep(small_world: World, enter_small: Enter, path: str) -> None:
    answer = enter_small().get(path.format(small_world.town, "hsds.json"))
    assert answer.status_code in (200, 503) and "set-cookie" not in answer.headers


@pytest.mark.parametrize(("path", "slow"), [("/calendar/{}.ics", "feed"), ("/places/{}/month.pdf", "draw")])
def test_waiting_takes_no_connection_and_ends_soon(
    small_world: World, enter_small: Enter, monkeypatch: pytest.MonkeyPatch, path: str, slow: str
) -> None:
    begun, end, written = threading.Event(), threading.Event(), []

    def write(*given: object, **more: object) -> bytes:
        written.append(slow)
        begun.set()
        end.wait(30)
        return b"written"

    monkeypatch.setattr(month_pdf, "font", lambda chosen: chosen)
    monkeypatch.setattr(month_pdf if slow == "draw" else calendars, slow, write)
    asked, first, second = path.format(small_world.town), enter_small(), enter_small()
    answers: list[bytes] = []
    thread = threading.Thread(target=lambda: answers.append(first.get(asked).content))
    thread.start()
    assert begun.wait(30)
    waited = threading.Thread(target=lambda: answers.append(second.get(asked).content))
    waited.start()
    waited.join(0.5)
    assert waited.is_alive() and small_world.database.reader.pool.checkedout() == 0  # type: ignore[attr-defined]
    waited.join(30)
    end.set()
    thread.join(30)
    assert "少し待って" in answers[0].decode() and answers[1] == b"written"
    again = second.get(asked)
    assert again.content == b"written" and again.headers["cache-control"] == "public, no-cache" and written == [slow]
    assert second.client.get(asked, headers={"If-None-Match": again.headers["etag"]}).status_code == 304


def test_a_calendar_of_a_place_changes_with_a_merge_into_it(small_world: World, enter_small: Enter) -> None:
    now, town = small_world.now, small_world.town
    with small_world.database.writing() as session:
        kept, gone = (
            directory.add(session, Draft(name, kind="salon"), municipality=town, by="編集", now=now) for name in ("会", "つどい")
        )
        day = Day(now + timedelta(days=7), now + timedelta(days=7, hours=2))
        events.add(session, new_id(), Sheet("もちつき", service_id=gone), [day], town=town, by="編集", now=now)
    reader, feed = enter_small(), f"/calendar/{town}/{kept}.ics"
    first = reader.get(feed)
    assert "もちつき" not in first.text
    with small_world.database.writing() as session:
        both = [directory.get(session, id_) for id_ in (kept, gone)]
        seen = {record.id: record.last_modified for record in both}
        merging.merge(session, *both, {}, seen=seen, by="編集", now=now)
    later = reader.client.get(feed, headers={"If-None-Match": first.headers["etag"]})
    assert later.status_code == 200 and "もちつき" in later.text
