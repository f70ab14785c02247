"""The ways in which a platform or the network can let a request down."""

import random
from collections import deque
from collections.abc import Iterable, Mapping
from enum import StrEnum


class Fault(StrEnum):
    """What goes wrong with one request; `accepts` says whether the platform did its work all the same."""

    NONE = "none"
    ERROR = "error"  # 500, nothing done
    ERROR_AFTER_ACCEPT = "error_after_accept"  # done, yet 500
    HANG = "hang"  # nothing done, no answer
    HANG_AFTER_ACCEPT = "hang_after_accept"  # done, no answer
    CLOSE_MID_BODY = "close_mid_body"  # done, half an answer
    JUNK = "junk"  # done, 200 with an unreadable answer
    BAD_GATEWAY = "bad_gateway"  # 502 in HTML, nothing done
    TOO_MANY = "too_many"  # 429, nothing done
    MONTHLY_LIMIT = "monthly_limit"  # LINE's 429 for spent pushes; on other calls and on Telegram the same as TOO_MANY
    REFUSE = "refuse"  # the port is closed for a while
    DRIP = "drip"  # done, the answer comes byte by byte
    UNAUTHORIZED = "unauthorized"  # 401
    TOO_LARGE = "too_large"  # 413

    @property
    def accepts(self) -> bool:
        """Whether the platform carries the request out in spite of the fault."""
        return self in (
            Fault.NONE,
            Fault.ERROR_AFTER_ACCEPT,
            Fault.HANG_AFTER_ACCEPT,
            Fault.CLOSE_MID_BODY,
            Fault.JUNK,
            Fault.DRIP,
        )

    @property
    def ambiguous(self) -> bool:
        """Whether the product cannot know that the person was reached."""
        return (self.accepts and self is not Fault.NONE) or self is Fault.HANG or self is Fault.ERROR


class FaultPlan:
    """Draws faults by weight from a seeded source; `then` puts certain faults first in line."""

    def __init__(self, weights: Mapping[Fault, float] | None = None, *, seed: int = 0) -> None:
        """Weights are shares of all requests; what is left to 1.0 goes well."""
        shares = dict(weights or {})
        if sum(shares.values()) > 1.0:
            raise ValueError("the weights of faults add up to more than 1")
        self._shares = shares
        self._random = random.Random(seed)
        self._next: deque[Fault] = deque()
        self.drawn: dict[Fault, int] = dict.fromkeys(Fault, 0)
        self.on = True

    def then(self, faults: Fault | Iterable[Fault]) -> None:
        """Let exactly these faults happen to the next requests that carry something to a person."""
        self._next.extend([faults] if isinstance(faults, Fault) else faults)

    def draw(self, *, carries: bool) -> Fault:
        """The fault of the request at hand; `carries` says whether it brings something to a person."""
        fault = self._next.popleft() if carries and self._next else self._by_weight()
        self.drawn[fault] += 1
        return fault

    def _by_weight(self) -> Fault:
        if not self.on:
            return Fault.NONE
        point = self._random.random()
        for fault, share in self._shares.items():
            point -= share
            if point < 0:
                return fault
        return Fault.NONE


ROUGH_WEATHER: Mapping[Fault, float] = {
    Fault.ERROR: 0.02,
    Fault.ERROR_AFTER_ACCEPT: 0.01,
    Fault.HANG_AFTER_ACCEPT: 0.005,
    Fault.CLOSE_MID_BODY: 0.01,
    Fault.BAD_GATEWAY: 0.01,
    Fault.TOO_MANY: 0.02,
    Fault.DRIP: 0.005,
    Fault.REFUSE: 0.002,
}
