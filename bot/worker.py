"""The worker: takes what arrived, lets the dialogue answer, sends, and never stops for one failure."""

from __future__ import annotations

import asyncio
import os
import secrets
import socket
import threading
import traceback
from collections.abc import Callable, Coroutine, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import structlog
from sqlalchemy.exc import InterfaceError, OperationalError

from bot.channels.opening import Channels
from bot.channels.quotas import Quotas
from bot.channels.telegram_polling import Polling
from bot.clock import Clock, real
from bot.deliveries import Deliveries
from bot.downloading import Downloading, Refused, say_nothing
from bot.failpoints import Failpoints
from bot.inbox import Acceptor
from bot.preparing import lease_for
from bot.sending import Sending
from bot.ticker import Due, Ticker
from bot.turns import Answer, Farewell, Turns
from handoff import workers
from resources.db import EVERYWHERE, Database, database_clock

_LOOK: Final = 0.5
_BEAT: Final = 2.0
_HELD: Final = 15.0

log = structlog.get_logger()


class Worker:
    """Threads that take turns, one loop that speaks to the platforms, and a sign of life."""

    def __init__(
        self,
        database: Database,
        *,
        acceptor: Acceptor,
        answer: Answer,
        apologise: Answer,
        tools: Callable[[], Any],
        now: Clock,
        failpoints: Failpoints,
        threads: int = 2,
        send_timeout: float = 10.0,
        dues: Sequence[Due] = (),
        refused: Refused = say_nothing,
    ) -> None:
        """`answer` is the dialogue, `apologise` what is said when a message broke it three times.

        `tools` is what they use; it is called before the first turn, because making the ear takes a while.
        `refused` tells a resident that what they sent could not be taken in.
        """
        self.name = f"{socket.gethostname()[:24]}:{os.getpid()}:{secrets.token_hex(4)}"
        self._database = database
        self._acceptor = acceptor
        self._now = now
        self._failpoints = failpoints
        self._send_timeout = send_timeout
        self._turns = Turns(
            database,
            answer=answer,
            apologise=apologise,
            tools=tools,
            now=now,
            failpoints=failpoints,
            farewell=self._say_farewell,
        )
        self._deliveries = Deliveries(
            database, worker=f"{self.name}/out", now=now, wall=real, attempt=self._try, lease=lease_for(send_timeout)
        )
        held = Due("release_held", _HELD, self._release_held)
        self._ticker = Ticker(database, (held, *dues), now=now)
        self._tools = tools
        self._bells = [threading.Event() for _ in range(max(1, threads))]
        self._stop = threading.Event()
        self._beginning: threading.Thread | None = None
        self._threads: list[threading.Thread] = []
        self._refused = refused
        self._sending: Sending | None = None
        self._downloading: Downloading | None = None
        self._spoken = threading.Event()
        self._leads = False

    def run(self, stop: threading.Event) -> None:
        """Work until told to stop."""
        self.start()
        stop.wait()
        self.close()

    def start(self) -> None:
        """Return at once; the threads begin as soon as the tools are at hand."""
        self._beginning = threading.Thread(target=self._begin, name="begin", daemon=True)
        self._beginning.start()

    def _begin(self) -> None:
        while self._try("prepare", self._tools) is not None:
            if self._stop.wait(_BEAT):
                return
        self._try("beat", self._beat)
        jobs: list[tuple[str, Callable[[], None]]] = [("speak", self._speak), ("tick", self._tick)]
        jobs += [(f"turns{at}", lambda at=at: self._take_turns(at)) for at in range(len(self._bells))]  # type: ignore[misc]
        self._threads = [threading.Thread(target=work, name=name, daemon=True) for name, work in jobs]
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        """Finish what is under way and stop."""
        self._stop.set()
        self.wake()
        if self._beginning is not None:
            self._beginning.join(timeout=30)
        for thread in self._threads:
            thread.join(timeout=30)
        self._threads = []
        self._try("farewell", self._bid_farewell)

    def wake(self) -> None:
        """Say, from any thread, that something was stored; otherwise it is found within half a second."""
        for bell in self._bells:
            bell.set()
        if self._sending is not None:
            self._sending.wake()
        if self._downloading is not None:
            self._downloading.wake()

    # -- turns ----------------------------------------------------------------------------------------------------

    def _release_held(self, database: Database, moment: datetime) -> None:
        with database.writing(EVERYWHERE) as session:
            self._deliveries.release_held(session)

    def _take_turns(self, at: int) -> None:
        name, bell = f"{self.name}/{at}", self._bells[at]
        while not self._stop.is_set():
            bell.clear()
            failure = self._try("turn", lambda: self._take_all(name))
            if failure is not None:
                # When the database is away, that is not the message's fault.
                blameless = isinstance(failure, OperationalError | InterfaceError | OSError)
                while self._try("release", lambda: self._turns.release(name, blameless=blameless)):  # noqa: B023
                    if self._stop.wait(_LOOK):
                        return
            bell.wait(_LOOK)

    def _take_all(self, name: str) -> None:
        while not self._stop.is_set() and self._turns.take_one(name):
            if self._sending is not None:
                self._sending.wake()
            if self._downloading is not None:
                self._downloading.wake()

    def _say_farewell(self, farewell: Farewell) -> None:
        self._spoken.wait(30)
        if self._sending is not None:
            self._sending.say_farewell(farewell)

    # -- speaking -------------------------------------------------------------------------------------------------

    def _speak(self) -> None:
        while not self._stop.is_set():
            self._try("speak", lambda: asyncio.run(self._speak_until_stopped()))
            self._stop.wait(_LOOK)

    async def _speak_until_stopped(self) -> None:
        stop = asyncio.Event()
        channels = Channels(timeout=self._send_timeout)
        self._sending = Sending(
            self._database, self._deliveries, channels, failpoints=self._failpoints, guard=self._guard
        )
        self._spoken.set()
        polling = Polling(self._database, self._acceptor, guard=self._guard, leads=lambda: self._leads, now=self._now)
        quotas = Quotas(self._database, channels, guard=self._guard, leads=lambda: self._leads, now=self._now)
        self._downloading = Downloading(
            self._database, channels, worker=f"{self.name}/files", guard=self._guard, now=self._now,
            failpoints=self._failpoints, refused=self._refused,
        )  # fmt: skip
        running = (polling.run(stop), quotas.run(stop), self._downloading.run(stop))
        beside = [asyncio.create_task(work) for work in running]
        watch = asyncio.create_task(self._watch(stop))
        try:
            await self._sending.run(stop)
        finally:
            stop.set()
            for task in (*beside, watch):
                task.cancel()
            await asyncio.gather(*beside, watch, return_exceptions=True)

    async def _watch(self, stop: asyncio.Event) -> None:
        while not self._stop.is_set():
            await asyncio.sleep(0.1)
        stop.set()

    async def _guard(self, work: Coroutine[Any, Any, Any], name: str) -> bool:
        try:
            await work
        except Exception as error:
            self._log(name, error)
            return False
        return True

    # -- signs of life --------------------------------------------------------------------------------------------

    def _tick(self) -> None:
        while not self._stop.wait(_BEAT):
            self._try("beat", self._beat)
            for due in self._ticker.due(leads=self._leads):
                self._try(due.name, lambda due=due: self._ticker.run(due))  # type: ignore[misc]
                self.wake()

    def _beat(self) -> None:
        """Give a sign of life, free what dead workers held, and see who leads."""
        with self._database.writing(EVERYWHERE) as session:
            clock = database_clock(session)
            workers.beat(session, self.name, clock=clock)
            session.flush()
            dead = {worker for worker in workers.known(session) if self._died_here(worker)}
            workers.farewell(session, [*dead.union(workers.gone(session, clock=clock))])
            session.flush()
            self._leads = min(workers.known(session)) == self.name

    def _bid_farewell(self) -> None:
        with self._database.writing(EVERYWHERE) as session:
            workers.farewell(session, [self.name])

    def _died_here(self, worker: str) -> bool:
        """Whether this was a process of this machine that is no more."""
        host, _, rest = worker.partition(":")
        pid, _, _ = rest.partition(":")
        if host != socket.gethostname()[:24] or worker == self.name or not pid.isdigit():
            return False
        if int(pid) == os.getpid():
            return True  # Our number, another life: containers give the same number again.
        try:
            os.kill(int(pid), 0)
        except ProcessLookupError:
            return True
        except PermissionError:
            return False
        return False

    def _try(self, name: str, work: Callable[[], object]) -> Exception | None:
        """Run something to its end whatever happens in it; returns what went wrong."""
        try:
            work()
        except Exception as error:
            self._log(name, error)
            return error
        return None

    def _log(self, name: str, error: Exception) -> None:
        # Kind and places only: the values in a traceback are words of people.
        frames = traceback.extract_tb(error.__traceback__)[-6:]
        places = " > ".join(f"{Path(frame.filename).stem}:{frame.lineno}" for frame in frames)
        log.error("a task failed", job=name, worker=self.name, error=type(error).__name__, exception=places)
