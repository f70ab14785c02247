"""What anybody may ask for and is slow to write: written once for each version, one at a time, and nobody waits for long."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Final

from starlette.responses import Response

_ROOM: Final = 32 * 1024 * 1024
_PATIENCE: Final = 2.0


class Busy(RuntimeError):
    """いま、ほかの人のために作っています。少し待って、もう一度開いてください。"""


class KeptBytes:
    """Keeps what was asked for last, by what its content depends on; whoever waits for it must hold no session."""

    def __init__(self, *, room: int = _ROOM, patience: float = _PATIENCE) -> None:
        self._kept: OrderedDict[Hashable, tuple[Hashable, bytes]] = OrderedDict()
        self._room, self._patience, self._size = room, patience, 0
        self._lock = threading.Lock()
        self._turn = threading.Lock()

    def get(self, key: Hashable, version: Hashable, write: Callable[[], bytes]) -> bytes:
        """Return what is kept under a key for a version, else what is written now; raises Busy."""
        found = self._known(key, version)
        if found is not None:
            return found
        if not self._turn.acquire(timeout=self._patience):
            raise Busy(Busy.__doc__)
        try:
            # Whoever asks for the same meanwhile gets what the first one wrote.
            found = self._known(key, version)
            return self._keep(key, version, write()) if found is None else found
        finally:
            self._turn.release()

    def _known(self, key: Hashable, version: Hashable) -> bytes | None:
        with self._lock:
            held, content = self._kept.get(key, (None, b""))
            if held != version:
                return None
            self._kept.move_to_end(key)
            return content

    def _keep(self, key: Hashable, version: Hashable, content: bytes) -> bytes:
        with self._lock:
            self._size += len(content) - len(self._kept.pop(key, (None, b""))[1])
            self._kept[key] = (version, content)
            while self._size > self._room:
                self._size -= len(self._kept.popitem(last=False)[1][1])
        return content


def wait() -> Response:
    """Ask to come back in a moment."""
    return Response(Busy.__doc__, 503, {"Retry-After": "10"}, "text/plain; charset=utf-8")
