"""What became of the webhooks that a platform sent to the product."""

import threading
import time
from dataclasses import dataclass, field


@dataclass
class Delivery:
    """One webhook request and its attempts; `acked_at` is set by the first 2xx."""

    ids: tuple[str, ...]
    recipient: str
    begun_at: float = field(default_factory=time.time)
    statuses: list[int | str] = field(default_factory=list)
    acked_at: float | None = None
    took: float = 0.0
    given_up: bool = False


class Log:
    """Deliveries by the ids they carried; safe to read from another thread."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._all: list[Delivery] = []
        self._by_id: dict[str, Delivery] = {}

    def begin(self, ids: tuple[str, ...], recipient: str) -> Delivery:
        """A new request is on its way."""
        delivery = Delivery(ids, recipient)
        with self._changed:
            self._all.append(delivery)
            for known in ids:
                self._by_id.setdefault(known, delivery)
        return delivery

    def note(self, delivery: Delivery, status: int | str, took: float) -> bool:
        """An attempt came back (or broke); returns whether it was a 2xx."""
        good = isinstance(status, int) and 200 <= status < 300
        with self._changed:
            delivery.statuses.append(status)
            if good and delivery.acked_at is None:
                delivery.acked_at = time.time()
                delivery.took = took
            self._changed.notify_all()
        return good

    def give_up(self, delivery: Delivery) -> None:
        """The platform will not try again."""
        with self._changed:
            delivery.given_up = True
            self._changed.notify_all()

    @property
    def all(self) -> list[Delivery]:
        """A copy of all deliveries, oldest first."""
        with self._changed:
            return list(self._all)

    def acked(self, event_id: str) -> bool:
        """Whether the product answered 2xx to this event at least once."""
        with self._changed:
            delivery = self._by_id.get(event_id)
            return delivery is not None and delivery.acked_at is not None

    def wait(self, event_id: str, timeout: float = 10.0) -> Delivery:
        """Wait until the event was taken or given up; raises TimeoutError."""
        with self._changed:
            delivery = self._by_id[event_id]
            if not self._changed.wait_for(lambda: delivery.acked_at is not None or delivery.given_up, timeout):
                raise TimeoutError(f"not acknowledged within {timeout} s; attempts: {delivery.statuses[-5:]}")
            return delivery

    def settle(self, timeout: float = 30.0) -> None:
        """Wait until no delivery is open; raises TimeoutError with the number still open."""
        with self._changed:
            done = self._changed.wait_for(lambda: all(d.acked_at is not None or d.given_up for d in self._all), timeout)
            if not done:
                still_open = sum(d.acked_at is None and not d.given_up for d in self._all)
                raise TimeoutError(f"{still_open} deliveries not acknowledged within {timeout} s")
