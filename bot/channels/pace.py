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
        self._silent: dict[str, float] = {}
        self._all_silent_until = 0.0

    def reserve(self, chat: str) -> float:
        """Take the next place in line; return the seconds until it comes."""
        now = self._clock()
        bucket = self._chats.pop(chat, None) or _Bucket(0.95, 2.0, 2.0, now)
        self._chats[chat] = bucket
        while len(self._chats) > _CHATS:
            self._chats.popitem(last=False)
        silent_until = max(self._all_silent_until, self._silent.get(chat, 0.0))
        return max(silent_until - now, bucket.reserve(now), self._bot.reserve(now))

    def silence(self, chat: str, seconds: float) -> None:
        """Say nothing to this chat for so long: the platform has asked for it.

        It does not tell whether it means the chat or the whole bot. Asked for two chats at the same time, it means all;
        asked for one, the others, somebody in danger among them, need not wait.
        """
        now = self._clock()
        self._silent = {one: until for one, until in self._silent.items() if until > now}
        if self._silent.keys() - {chat}:
            self._all_silent_until = max(self._all_silent_until, now + seconds)
        self._silent[chat] = max(self._silent.get(chat, 0.0), now + seconds)
