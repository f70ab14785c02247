"""What takes too long ends, by one timer for all, and nothing else does."""

from __future__ import annotations

import asyncio

import pytest

from bot.web.deadline import Deadline


async def _slowly(seconds: float, ended: list[float]) -> float:
    try:
        await asyncio.sleep(seconds)
    finally:
        ended.append(seconds)
    return seconds


def test_what_is_late_is_cancelled_and_what_is_not_goes_on() -> None:
    async def go() -> list[object]:
        deadline, ended = Deadline(0.2), []
        work = [deadline.within(_slowly(seconds, ended)) for seconds in (5.0, 0.01, 4.0, 0.02)]
        found = await asyncio.gather(*work, return_exceptions=True)
        assert sorted(ended) == [0.01, 0.02, 4.0, 5.0]
        # A later wait has a timer again, after all others have ended.
        found.append(await deadline.within(_slowly(0.0, ended)))
        with pytest.raises(TimeoutError):
            await deadline.within(_slowly(3.0, ended))
        return found

    late, quick, late_too, soon, after = asyncio.run(go())
    assert isinstance(late, TimeoutError) and isinstance(late_too, TimeoutError)
    assert (quick, soon, after) == (0.01, 0.02, 0.0)


def test_a_caller_who_gives_up_is_not_told_of_a_deadline() -> None:
    async def go() -> None:
        task = asyncio.create_task(Deadline(5.0).within(asyncio.sleep(4.0)))
        await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(go())
