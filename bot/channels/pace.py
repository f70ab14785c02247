"""How fast we may speak: a place in line for each chat and for the whole bot."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

_CHATS: Final = 5_000


@dataclass
class _Bucket:
    """So many at once, refilled at a rate; whoever comes too early gets a place further back."""

    rate: float
    burst: float
    level: float
    at: float

    def reserve(self, now: float) -> float:
        self.level = min(self.burst, self.level + (now - self.at) * self.rate) - 1
        self.at = now
        return max(0.0, -self.level / self.rate)


class Pace:
    """About one message a second to a chat and thirty a second in all, a little below what Telegram bears."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._bot = _Bucket(28.0, 28.0, 28.0, clock())
        self._chats: OrderedDict[str, _Bucket] = OrderedDict()
        self._silent_until = 0.0

    def reserve(self, chat: str) -> float:
        """Take the next place in line; return the seconds until it comes."""
        now = self._clock()
        bucket = self._chats.pop(chat, None) or _Bucket(0.95, 2.0, 2.0, now)
        self._chats[chat] = bucket
        while len(self._chats) > _CHATS:
            self._chats.popitem(last=False)
        return max(self._silent_until - now, bucket.reserve(now), self._bot.reserve(now))

    def silence(self, seconds: float) -> None:
        """Say nothing at all for so long: the platform has asked for it."""
        self._silent_until = max(self._silent_until, self._clock() + seconds)

    @property
    def silent_for(self) -> float:
        """How long nothing may be said."""
        return max(0.0, self._silent_until - self._clock())
