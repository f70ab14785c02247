"""How often one address may send a form that anybody may send; kept in memory only, and only for a while."""

from __future__ import annotations

import ipaddress
import threading
from collections import deque
from datetime import datetime, timedelta
from typing import Final

# Whoever has one IPv6 address has the whole network that begins with so many bits.
_NETWORK: Final = 64


class Pace:
    """Counts what was taken from each address lately; the addresses of one IPv6 network (/64) are one."""

    def __init__(self, most: int, within: timedelta) -> None:
        self._most, self._within = most, within
        self._taken: dict[str, deque[datetime]] = {}
        self._lock = threading.Lock()

    def allows(self, address: str, now: datetime) -> bool:
        """Whether one more may be taken from an address."""
        with self._lock:
            self._forget(now)
            return len(self._taken.get(_sender(address), ())) < self._most

    def count(self, address: str, now: datetime) -> None:
        """Remember that one was taken."""
        with self._lock:
            self._taken.setdefault(_sender(address), deque()).append(now)

    def _forget(self, now: datetime) -> None:
        for address, times in list(self._taken.items()):
            while times and times[0] <= now - self._within:
                times.popleft()
            if not times:
                del self._taken[address]


def _sender(address: str) -> str:
    try:
        read = ipaddress.ip_address(address)
    except ValueError:
        return address
    if read.version == 4:
        return str(read)
    return str(read.ipv4_mapped or int(read) >> (128 - _NETWORK))
