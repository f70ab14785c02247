"""Carries what was said to the platforms: one delivery at a time to each person, many people at once."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, TypeVar

from bot.channels.base import Outcome, Parcel
from bot.channels.opening import Channels
from bot.deliveries import Deliveries
from bot.failpoints import Failpoints
from bot.preparing import Credentials, Job
from bot.together import Together
from bot.turns import Farewell
from handoff import accounts, inbox
from handoff.accounts import Platform
from resources.db import Database

T = TypeVar("T")
Guard = Callable[[Coroutine[Any, Any, None], str], Coroutine[Any, Any, bool]]

_AT_ONCE: Final = 32
_LOOK: Final = 0.5
# A longer place in line is not waited for with the delivery in hand.
_LONGEST_WAIT: Final = 4.0
_REMEMBERED_GROUPS: Final = 1000
# Few, so that all of them have left soon after it was stored that they may.
_BEGUN_TOGETHER: Final = 4


class Sending:
    """The sending loop; it belongs to the event loop it was made in."""

    def __init__(
        self, database: Database, deliveries: Deliveries, channels: Channels, *, failpoints: Failpoints, guard: Guard
    ) -> None:
        """`guard` runs a task to its end whatever happens in it, and says whether all went well."""
        self._database = database
        self._deliveries = deliveries
        self._channels = channels
        self._failpoints = failpoints
        self._guard = guard
        self._loop = asyncio.get_running_loop()
        self._bell = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._pool = ThreadPoolExecutor(max_workers=2, thread_name_prefix="outbox")
        self._left: dict[tuple[uuid.UUID, str], None] = {}
        self._beginning: Together[tuple[Job, bool], bool] = Together(
            lambda calls: self._aside(deliveries.begin, calls), name="begin", most=_BEGUN_TOGETHER, guard=guard
        )
        self._recording: Together[tuple[Job, Outcome], Job | None] = Together(
            lambda ended: self._aside(deliveries.record, ended), name="record", most=_AT_ONCE, guard=guard
        )

    def wake(self) -> None:
        """Tell the loop, from any thread, that something new may wait."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._bell.set)

    def say_farewell(self, farewell: Farewell) -> None:
        """Explain ourselves to a group and leave it; called from any thread."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._start, self._leave(farewell), "group")

    async def run(self, stop: asyncio.Event) -> None:
        """Send until told to stop; what is under way is finished."""
        while not stop.is_set():
            self._bell.clear()
            room = _AT_ONCE - len(self._tasks)
            jobs: list[Job] = []

            async def claim(room: int = room, jobs: list[Job] = jobs) -> None:
                jobs += await self._aside(self._deliveries.claim, room)

            if room > 0:
                await self._guard(claim(), "claim")
            for job in jobs:
                self._start(self._carry(job), "send")
            if not jobs:
                await self._rest()
        await self.finish()

    async def finish(self) -> None:
        """Wait for what is under way, and close everything."""
        while self._tasks:  # The farewell to a group may still be asked for meanwhile.
            await asyncio.wait(set(self._tasks))
        await self._channels.close()
        self._pool.shutdown()

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(_LOOK):
                await self._bell.wait()
        except TimeoutError:
            return

    def _start(self, work: Coroutine[Any, Any, None], name: str) -> None:
        async def guarded() -> None:
            await self._guard(work, name)

        task = self._loop.create_task(guarded())
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._bell.set()

    async def _carry(self, job: Job) -> None:
        step: Job | None = job
        while step is not None:
            outcome: list[Outcome] = []
            if not await self._guard(self._attempt(step, outcome), "send"):
                await self._aside(self._deliveries.broken, step)
                return
            if not outcome:
                return
            step = await self._recording.store((step, outcome[0]))

    async def _attempt(self, job: Job, outcome: list[Outcome]) -> None:
        channel = await self._channel(job.credentials)
        wait = 0.0 if job.callback_id else channel.pause(job.parcel.address)
        if wait > _LONGEST_WAIT:
            await self._aside(self._deliveries.put_off, job, wait)
            return
        await asyncio.sleep(wait)
        if not await self._beginning.store((job, wait > 0)):
            return
        self._failpoints.at("before_send")
        call = channel.answer_press(job.callback_id) if job.callback_id else channel.send(job.parcel)
        outcome.append(await call)
        self._failpoints.at("after_send_before_record")

    async def _leave(self, farewell: Farewell) -> None:
        key = (farewell.account_id, farewell.group)
        if farewell.invited:
            self._left.pop(key, None)
        if key not in self._left:
            channel = await self._channel(await self._aside(self._credentials, farewell))
            if farewell.reply is not None:
                name = str(uuid.uuid5(farewell.event_id, "farewell"))
                await channel.send(Parcel(farewell.group, (farewell.reply,), name, farewell.reply_token))
            await channel.leave(farewell.group)
            self._left[key] = None
            while len(self._left) > _REMEMBERED_GROUPS:
                self._left.pop(next(iter(self._left)))
        await self._aside(self._finish_event, farewell)

    def _credentials(self, farewell: Farewell) -> Credentials:
        with self._database.reading(farewell.custodian) as session:
            account = accounts.by_id(session, farewell.account_id)
            token = accounts.token(session, account)
            return Credentials(account.id, Platform(account.platform), token, account.api_base_url)

    def _finish_event(self, farewell: Farewell) -> None:
        with self._database.writing(farewell.custodian) as session:
            event = inbox.hold(session, farewell.event_id, worker=farewell.worker)
            if event is not None:
                inbox.finish(event)

    async def _channel(self, known: Credentials) -> Any:
        return await self._channels.of(known.account_id, known.platform, known.token, known.base_url)

    async def _aside(self, work: Callable[..., T], *given: Any) -> T:
        return await self._loop.run_in_executor(self._pool, work, *given)
