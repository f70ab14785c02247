"""What time it is: the real time, or the one an operator fixed for trying."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def real() -> datetime:
    """Return the present moment."""
    return datetime.now(UTC)


def fixed(moment: datetime) -> Clock:
    """Return a clock that always shows one moment."""
    return lambda: moment
