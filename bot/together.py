"""Writes down what many tasks have to say at the same time in one commit."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, Final, Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")

# While the database is away, what must not be forgotten is tried again after so many seconds.
_PAUSES: Final = (0.0, 0.1, 0.5, 2.0, 5.0, 10.0)


class Together(Generic[T, R]):
    """Tasks of one event loop hand in items; whatever waits at the same time shares a transaction."""

    def __init__(
        self,
        write: Callable[[Sequence[T]], Coroutine[Any, Any, Sequence[R]]],
        *,
        name: str,
        most: int,
        guard: Callable[[Coroutine[Any, Any, None], str], Coroutine[Any, Any, bool]],
    ) -> None:
        """`write` stores up to `most` items and returns a result for each; `guard` says whether it went well."""
        self._write = write
        self._name = name
        self._most = most
        self._guard = guard
        self._waiting: list[tuple[T, asyncio.Future[R | None]]] = []
        self._busy: asyncio.Task[None] | None = None

    async def store(self, item: T) -> R | None:
        """Return the result once the item is stored for good; None when the database stayed away."""
        done: asyncio.Future[R | None] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, done))
        if self._busy is None:
            self._busy = asyncio.create_task(self._write_all())
        return await done

    async def _write_all(self) -> None:
        while self._waiting:
            batch = self._waiting[: self._most]
            del self._waiting[: self._most]
            results = await self._insist([item for item, _ in batch])
            for at, (_, done) in enumerate(batch):
                if not done.done():
                    done.set_result(results[at] if results else None)
        self._busy = None

    async def _insist(self, items: Sequence[T]) -> Sequence[R]:
        results: list[R] = []

        async def write() -> None:
            results.extend(await self._write(items))

        for pause in _PAUSES:
            await asyncio.sleep(pause)
            if await self._guard(write(), self._name):
                break
        return results
