"""The line on which an open desk hears that something moved: who may hear it, when it ends, what it costs."""

from __future__ import annotations

import asyncio
import queue as queues
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import httpx
import pytest

from resources import sign_in
from resources.changes import Changes
from resources.db import Database
from resources.web import streams
from resources.web.streams import BEGUN, MOVED, Listener, Streams
from tests.desk import Browser, World, served

Enter = Callable[..., Browser]


class Heard:
    """What comes over one line, read in a thread of its own."""

    def __init__(self, browser: Browser) -> None:
        self.lines: queues.Queue[str] = queues.Queue()
        self.status: queues.Queue[int] = queues.Queue()
        self.ended = threading.Event()
        self._browser = browser
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        with self._browser.client.stream("GET", "/desk/events") as answer:
            self.status.put(answer.status_code)
            try:
                for line in answer.iter_lines():
                    self.lines.put(line)
            except httpx.HTTPError:
                pass
        self.ended.set()

    def until(self, line: str, seconds: float = 20.0) -> None:
        """Wait for a line; raises queue.Empty."""
        while self.lines.get(timeout=seconds) != line:
            pass


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask after a moment whether people may still listen."""
    short = Streams.__init__.__kwdefaults__
    monkeypatch.setitem(short, "proof", 0.3)
    monkeypatch.setitem(short, "look", 0.1)


@contextmanager
def listening(world: World, browser: Browser) -> Iterator[Heard]:
    heard = Heard(browser)
    assert heard.status.get(timeout=20) == 200
    heard.until("retry: 3000")
    yield heard


def test_a_new_case_is_heard_of_without_a_word_of_it(world: World, enter: Enter) -> None:
    browser = enter("yamada")
    with listening(world, browser) as heard:
        while heard.lines.empty():  # The watcher's first look may come after what we write; so write until it is heard.
            world.open_case("カナリアのことば")
            try:
                heard.until("event: moved", 2.0)
                break
            except queues.Empty:
                continue
        told = [heard.lines.get() for _ in range(heard.lines.qsize())]
        assert set(told) <= {"", "data:", "event: moved", ": here"}


@pytest.mark.usefixtures("quick")
def test_a_disabled_person_is_cut_off(small_world: World, enter_small: Enter) -> None:
    with listening(small_world, enter_small("yamada")) as heard:
        with small_world.database.writing() as session:
            sign_in.disable(session, "yamada@example.jp", small_world.now)
        assert heard.ended.wait(20)


@pytest.mark.usefixtures("quick")
def test_signing_out_and_an_idle_session_end_the_line(small_world: World, enter_small: Enter) -> None:
    first, second = enter_small("yamada"), enter_small("sato")
    with listening(small_world, first) as heard, listening(small_world, second) as other:
        beside = Browser(str(first.client.base_url))
        beside.client.cookies, beside.csrf = first.client.cookies, first.csrf
        beside.post("/sign-out")
        beside.close()
        assert heard.ended.wait(20) and not other.ended.is_set()
        small_world.offset = timedelta(hours=2)
        assert other.ended.wait(20)


def test_the_server_ends_although_somebody_listens(small_world: World) -> None:
    with served(small_world) as address:
        browser = Browser(address)
        browser.sign_in("yamada")
        heard = Heard(browser)
        heard.until("retry: 3000")
    assert heard.ended.wait(20)
    browser.close()


def test_strangers_and_other_roles_hear_nothing(small_world: World, enter_small: Enter) -> None:
    from resources.staff import Role

    small_world.add_person("kanri", "管理", [Role.ADMINISTRATOR], [])
    assert enter_small().get("/desk/events").status_code == 401
    assert enter_small("kanri").get("/desk/events").status_code == 403
    assert enter_small("yamada").client.head("/desk/events").status_code == 200


def test_the_mark_moves_with_the_writing_of_any_process_and_with_nothing_else(database: Database, world: World) -> None:
    another = Database(database.url.render_as_string(hide_password=False), info=database.info)
    changes = Changes(database)
    first = changes.mark()
    with another.reading() as session:
        session.connection()
    assert changes.mark() == first
    with another.writing() as session:
        sign_in.disable(session, "yamada@example.jp", world.now)
    second = changes.mark()
    assert second != first and changes.mark() == second
    changes.close()
    another.close()


def test_one_watcher_runs_only_while_somebody_listens_and_outlives_a_database_that_is_away(small_world: World) -> None:
    made, trouble = Streams(small_world.database, look=0.01), [0]

    class Away(Changes):
        def mark(self) -> str:
            trouble[0] += 1
            if trouble[0] in (2, 3):
                raise OSError("away")
            return "the same"

    made._changes = Away(small_world.database)

    async def run() -> None:
        first, second = Listener(lambda session: True), Listener(lambda session: True)
        assert not made.watching
        made.join(first)
        made.join(second)
        assert made.watching and made.count == 2
        # After the database was away everybody looks, though the mark is the same as before.
        assert await asyncio.wait_for(first.lines.get(), 20) == MOVED == await asyncio.wait_for(second.lines.get(), 20)
        made.part(first)
        made.part(second)
        assert made._watching is not None
        await asyncio.wait_for(made._watching, 20)
        assert not made.watching

    asyncio.run(run())


def test_who_does_not_read_is_let_go_and_holds_up_nobody(small_world: World) -> None:
    made = Streams(small_world.database)

    async def run() -> None:
        slow, quick = Listener(lambda session: True), Listener(lambda session: True)
        made._listeners |= {slow, quick}
        for _ in range(20):
            made.tell(MOVED)
            assert await quick.lines.get() == MOVED
        assert slow.gone.is_set() and not quick.gone.is_set() and slow.lines.qsize() <= 8

    asyncio.run(run())


def test_no_line_holds_a_connection_of_the_database(small_world: World, enter_small: Enter) -> None:
    browsers = [enter_small("yamada") for _ in range(5)]
    heard = [Heard(browser) for browser in browsers]
    for one in heard:
        one.until("retry: 3000")
    assert small_world.database.reader.pool.checkedout() <= 1  # type: ignore[attr-defined]
    assert BEGUN.startswith(b"retry") and streams.Stream.media_type == "text/event-stream"
