"""Named moments at which a test can make the process die, to prove that nothing is lost there."""

from __future__ import annotations

import os
import signal
import threading

NAMES = frozenset(
    {
        "after_verify",
        "in_accept_before_commit",
        "after_accept_before_200",
        "after_200",
        "in_turn_before_assess",
        "in_turn_before_commit",
        "in_handoff_before_commit",
        "after_turn_commit",
        "before_send",
        "after_send_before_record",
        "after_download_before_record",
    }
)


class UnknownFailpoint(ValueError):
    """There is no failpoint of this name."""


class Failpoints:
    """Kills the process at the n-th pass of one named moment; without a setting it does nothing."""

    def __init__(self, setting: str = "") -> None:
        """`setting` is a name, or name:n; raises UnknownFailpoint."""
        self._name, _, count = setting.partition(":")
        if self._name and self._name not in NAMES:
            raise UnknownFailpoint(self._name)
        self._left = int(count or 1)
        self._lock = threading.Lock()

    def at(self, name: str) -> None:
        """Pass a moment, or die there as a power cut would have it."""
        if self._name != name:
            return
        with self._lock:
            self._left -= 1
            if self._left <= 0:
                os.kill(os.getpid(), signal.SIGKILL)
