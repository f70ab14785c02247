"""Takes messages in: stored for good before the platform is told so, many requests in one commit."""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import hashlib
import queue
import threading
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
_WAITING_ROOM: Final = 5_000
# LINE gives two seconds; what is not stored by then is refused, so that LINE brings it again.
PATIENCE: Final = 1.5

log = structlog.get_logger()


class NotStored(RuntimeError):
    """The message could not be stored in time; whoever brought it has to bring it again."""


@dataclass(frozen=True)
class _Load:
    door: Door
    arrivals: Sequence[Arrival]
    stored: Callable[[bool], None]


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
        """Return once the events are stored for good; raises NotStored."""
        loop = asyncio.get_running_loop()
        done: asyncio.Future[bool] = loop.create_future()

        def settle(good: bool) -> None:
            if not done.done():
                done.set_result(good)

        def tell(good: bool) -> None:
            with contextlib.suppress(RuntimeError):  # The caller may be gone, and its loop with it.
                loop.call_soon_threadsafe(settle, good)

        self._queue(_Load(door, arrivals, tell))
        try:
            async with asyncio.timeout(PATIENCE):
                good = await done
        except TimeoutError:
            good = False
        if not good:
            raise NotStored(NotStored.__doc__)

    def store_now(self, door: Door, arrivals: Sequence[Arrival]) -> None:
        """The same for callers that have a thread of their own (the browser page, the terminal)."""
        done: concurrent.futures.Future[bool] = concurrent.futures.Future()
        self._queue(_Load(door, arrivals, done.set_result))
        try:
            good = done.result(PATIENCE)
        except TimeoutError:
            good = False
        if not good:
            raise NotStored(NotStored.__doc__)

    def _queue(self, load: _Load) -> None:
        if not self._open or self._loads.qsize() > _WAITING_ROOM:
            raise NotStored(NotStored.__doc__)
        if self._thread is None or not self._thread.is_alive():
            self.start()  # What broke the writer once shall not close the door for ever.
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
                for one in loads:
                    one.stored(good)
                if good:
                    self._woken()
            if load is None:
                return

    def _commit(self, loads: Sequence[_Load]) -> bool:
        try:
            rows = [self._row(load.door, arrival) for load in loads for arrival in load.arrivals]
            with self._database.writing(EVERYWHERE) as session:
                inbox.accept(session, rows)
                self._failpoints.at("in_accept_before_commit")
        except (DBAPIError, OSError) as error:
            log.warning("messages were not stored", error=type(error).__name__, count=len(loads))
            return False
        return True

    def _row(self, door: Door, arrival: Arrival) -> dict[str, Any]:
        event_id = new_id()
        place = Place(door.custodian, door.account_id, "inbound_event", "payload_sealed", event_id)
        if arrival.sender:
            lane = self._sealer.blind(door.custodian, f"address:{door.account_id.hex}", arrival.sender)
        else:
            lane = hashlib.sha256(door.account_id.bytes + arrival.key.encode()).digest()
        return {
            "id": event_id,
            "custodian": door.custodian,
            "account_id": door.account_id,
            "event_key": arrival.key,
            "lane": lane,
            "happened_at": arrival.happened_at,
            "received_at": self._wall(),
            "payload_sealed": self._sealer.seal(place, arrival.payload),
            "state": EventState.SET_ASIDE if arrival.trouble else EventState.WAITING,
            "attempts": 0,
            "trouble": arrival.trouble,
        }
