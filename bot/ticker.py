"""What has to happen from time to time, whoever is asked for it: reminders, notices, letting go of what was held."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.clock import Clock
from resources.db import Database


@dataclass(frozen=True)
class Due:
    """Something to be done every so many seconds, in short transactions of its own; doing it twice must do no harm.

    One worker does it for all, unless it is done `everywhere`: for what each process holds in memory.
    """

    name: str
    every: float
    work: Callable[[Database, datetime], object]
    everywhere: bool = False
    at_once: bool = True


class Ticker:
    """Knows what is due; the worker asks it again and again and runs what it returns."""

    def __init__(self, database: Database, dues: Sequence[Due], *, now: Clock) -> None:
        self._database = database
        self._dues = dues
        self._now = now
        begun = time.monotonic()
        self._last = {due.name: begun for due in dues if not due.at_once}

    def due(self, *, leads: bool) -> list[Due]:
        """Return what has waited long enough, and count it as begun; who does not lead does only what is done everywhere."""
        moment = time.monotonic()
        own = (due for due in self._dues if leads or due.everywhere)
        found = [due for due in own if moment - self._last.get(due.name, float("-inf")) >= due.every]
        self._last.update({due.name: moment for due in found})
        return found

    def run(self, due: Due) -> None:
        """Do one thing that is due."""
        due.work(self._database, self._now())
