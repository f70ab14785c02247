"""Ends what takes too long: one timer for all requests, because a timer for each costs more than most of them."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class _Wait:
    """One piece of work under way; `task` is empty when it has ended."""

    __slots__ = ("late", "task", "until")

    def __init__(self, task: asyncio.Task[Any], until: float) -> None:
        self.task: asyncio.Task[Any] | None = task
        self.until = until
        self.late = False


class Deadline:
    """The same limit for every piece of work of one event loop, so that what began first is late first."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._waits: deque[_Wait] = deque()
        self._timed = False

    async def within(self, work: Coroutine[Any, Any, T]) -> T:
        """Return what the work returns; raises TimeoutError when it takes longer, after cancelling it."""
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        assert task is not None
        wait = _Wait(task, loop.time() + self._seconds)
        self._waits.append(wait)
        if not self._timed:
            self._timed = True
            loop.call_at(wait.until, self._look, loop)
        try:
            return await work
        except asyncio.CancelledError:
            if wait.late and task.uncancel() == 0:
                raise TimeoutError from None
            raise
        finally:
            wait.task = None

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        now = loop.time()
        while self._waits and (self._waits[0].task is None or self._waits[0].until <= now):
            wait = self._waits.popleft()
            if wait.task is not None:
                wait.late = True
                wait.task.cancel()
        self._timed = bool(self._waits)
        if self._waits:
            loop.call_at(self._waits[0].until, self._look, loop)
