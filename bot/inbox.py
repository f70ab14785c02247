"""Takes messages in: stored for good before the platform is told so, many requests in one commit."""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import hashlib
import queue
import threading
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import structlog
from sqlalchemy.exc import DBAPIError

from bot.channels.base import Arrival
from bot.clock import Clock
from bot.doors import Door
from bot.failpoints import Failpoints
from handoff import inbox
from handoff.inbox import EventState
from resources.db import EVERYWHERE, Database, new_id
from resources.sealing import Place, Sealer

_TOGETHER: Final = 256
_REMEMBERED: Final = 10_000
_WAITING_ROOM: Final = 5_000
# LINE gives two seconds; what is not stored a little earlier is refused, so that LINE brings it again.
PATIENCE: Final = 1.5

log = structlog.get_logger()


class NotStored(RuntimeError):
    """The message could not be stored in time; whoever brought it has to bring it again."""


@dataclass(frozen=True)
class _Load:
    door: Door
    arrivals: Sequence[Arrival]
    loop: asyncio.AbstractEventLoop | None  # of the caller; None for a thread that waits
    done: asyncio.Future[bool] | concurrent.futures.Future[bool]


class Acceptor:
    """One writer for all requests of this process: whatever waits at the same time shares a commit."""

    def __init__(
        self,
        database: Database,
        sealer: Sealer,
        *,
        wall: Clock,
        failpoints: Failpoints,
        woken: Callable[[], None] = lambda: None,
    ) -> None:
        """`wall` is the real time, by which reply tokens live; `woken` is called after each commit."""
        self._database = database
        self._sealer = sealer
        self._wall = wall
        self._failpoints = failpoints
        self._woken = woken
        self._loads: queue.SimpleQueue[_Load | None] = queue.SimpleQueue()
        self._lanes: dict[tuple[uuid.UUID, str], bytes] = {}
        self._thread: threading.Thread | None = None
        self._open = False

    def start(self) -> None:
        """Start the writer."""
        self._open = True
        self._thread = threading.Thread(target=self._write, name="inbox", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Store what waits and end the writer."""
        self._open = False
        if self._thread is not None:
            self._loads.put(None)
            self._thread.join(timeout=10)
            self._thread = None

    async def store(self, door: Door, arrivals: Sequence[Arrival]) -> None:
        """Return once the events are stored for good; raises NotStored. How long to wait is the caller's to say."""
        loop = asyncio.get_running_loop()
        done: asyncio.Future[bool] = loop.create_future()
        self._queue(_Load(door, arrivals, loop, done))
        if not await done:
            raise NotStored(NotStored.__doc__)

    def store_now(self, door: Door, arrivals: Sequence[Arrival]) -> None:
        """The same for callers that have a thread of their own (the browser page, the terminal)."""
        done: concurrent.futures.Future[bool] = concurrent.futures.Future()
        self._queue(_Load(door, arrivals, None, done))
        try:
            good = done.result(PATIENCE)
        except TimeoutError:
            good = False
        if not good:
            raise NotStored(NotStored.__doc__)

    def _queue(self, load: _Load) -> None:
        waiting = self._loads.qsize()
        if not self._open or waiting > _WAITING_ROOM:
            raise NotStored(NotStored.__doc__)
        # What broke the writer once shall not close the door for ever. One that lives leaves nothing waiting for long,
        # and asking a thread whether it lives is dear.
        if self._thread is None or (waiting and not self._thread.is_alive()):
            self.start()
        self._loads.put(load)

    def _write(self) -> None:
        while True:
            load = self._loads.get()
            loads: list[_Load] = []
            while load is not None:
                loads.append(load)
                if len(loads) >= _TOGETHER or self._loads.empty():
                    break
                load = self._loads.get()
            if loads:
                good = self._commit(loads)
                _tell(loads, good)
                if good:
                    self._woken()
            if load is None:
                return

    def _commit(self, loads: Sequence[_Load]) -> bool:
        try:
            rows = self._rows([(load.door, arrival) for load in loads for arrival in load.arrivals])
            with self._database.writing(EVERYWHERE) as session:
                inbox.accept(session, rows)
                self._failpoints.at("in_accept_before_commit")
        except (DBAPIError, OSError) as error:
            log.warning("messages were not stored", error=type(error).__name__, count=len(loads))
            return False
        return True

    def _rows(self, letters: Sequence[tuple[Door, Arrival]]) -> list[dict[str, Any]]:
        """Return the rows to store. Whatever asks the system is asked once for all: each question lets others go first."""
        first, received_at = new_id().int, self._wall()
        ids = [uuid.UUID(int=first + at) for at in range(len(letters))]
        sealed = self._sealer.seal_all(
            [
                (Place(door.custodian, door.account_id, "inbound_event", "payload_sealed", event_id), arrival.payload)
                for event_id, (door, arrival) in zip(ids, letters, strict=True)
            ]
        )
        return [
            {
                "id": event_id,
                "custodian": door.custodian,
                "account_id": door.account_id,
                "event_key": arrival.key,
                "lane": self._lane(door, arrival),
                "happened_at": arrival.happened_at,
                "received_at": received_at,
                "payload_sealed": payload,
                "state": EventState.SET_ASIDE if arrival.trouble else EventState.WAITING,
                "attempts": 0,
                "trouble": arrival.trouble,
            }
            for event_id, payload, (door, arrival) in zip(ids, sealed, letters, strict=True)
        ]

    def _lane(self, door: Door, arrival: Arrival) -> bytes:
        if not arrival.sender:
            return hashlib.sha256(door.account_id.bytes + arrival.key.encode()).digest()
        sender = (door.account_id, arrival.sender)
        lane = self._lanes.pop(sender, None)
        if lane is None:
            lane = self._sealer.blind(door.custodian, f"address:{door.account_id.hex}", arrival.sender)
        self._lanes[sender] = lane
        if len(self._lanes) > _REMEMBERED:
            del self._lanes[next(iter(self._lanes))]
        return lane


def _tell(loads: Sequence[_Load], good: bool) -> None:
    """Tell all who wait; one call into each event loop, for each costs it a wake-up."""
    waiting: dict[asyncio.AbstractEventLoop, list[tuple[asyncio.Future[bool], bool]]] = {}
    for load in loads:
        if isinstance(load.done, concurrent.futures.Future):
            load.done.set_result(good)
        elif load.loop is not None:
            waiting.setdefault(load.loop, []).append((load.done, good))
    for loop, settled in waiting.items():
        with contextlib.suppress(RuntimeError):  # The caller may be gone, and its loop with it.
            loop.call_soon_threadsafe(_settle, settled)


def _settle(settled: Sequence[tuple[asyncio.Future[bool], bool]]) -> None:
    for done, good in settled:
        if not done.done():
            done.set_result(good)
