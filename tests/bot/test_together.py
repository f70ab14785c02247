"""What many tasks have to write down shares commits, and a database that is away for a moment costs nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Any

from bot.together import Together


def run(items: Sequence[int], *, failures: int = 0) -> tuple[list[int | None], list[list[int]]]:
    """Hand in all items at once; returns the results and what each commit held."""
    commits: list[list[int]] = []
    left = [failures]

    async def write(batch: Sequence[int]) -> list[int]:
        if left[0] > 0:
            left[0] -= 1
            raise OSError
        commits.append(list(batch))
        await asyncio.sleep(0.01)
        return [item * 10 for item in batch]

    async def guard(work: Coroutine[Any, Any, None], name: str) -> bool:
        try:
            await work
        except OSError:
            return False
        return True

    async def hand_in() -> list[int | None]:
        together: Together[int, int] = Together(write, name="test", most=4, guard=guard)
        first = await together.store(items[0])
        return [first, *await asyncio.gather(*map(together.store, items[1:]))]

    return asyncio.run(hand_in()), commits


def test_what_waits_at_the_same_time_shares_a_commit_up_to_its_size() -> None:
    results, commits = run(range(8))
    assert results == [item * 10 for item in range(8)]
    assert commits == [[0], [1, 2, 3, 4], [5, 6, 7]]


def test_database_that_comes_back_soon_has_missed_nothing() -> None:
    results, commits = run([1, 2], failures=2)
    assert (results, commits) == ([10, 20], [[1], [2]])
