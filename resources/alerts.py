"""The ways in which staff are called out of the office: listed by the operator, used by their names only."""

from __future__ import annotations

import logging
import queue
import re
import threading
import time
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Protocol

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_URL: Final = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*://[!-~]+")
_TOWN: Final = re.compile(r"[0-9]{6}")
_FIELDS: Final = frozenset({"url", "label", "towns"})
_MOST: Final = 200


class BadEndpoints(ValueError):
    """The operator's list of endpoints cannot be used; nothing is loaded from it. Says where, never an address."""


@dataclass(frozen=True)
class Letter:
    """What an alert says; nothing in it is about a person."""

    title: str
    body: str


@dataclass(frozen=True)
class Endpoint:
    """One way to reach somebody: a mailbox, a telephone gateway, a room of a chat tool."""

    name: str
    url: str = field(repr=False)  # holds passwords and tokens: never shown, never logged
    label: str = ""
    towns: frozenset[str] = frozenset()  # which towns may use it; none named: all

    def serves(self, town: str) -> bool:
        """Whether a town may use it."""
        return not self.towns or town in self.towns


class Alerter(Protocol):
    """Calls people by the endpoints an operator has listed."""

    def offered(self, town: str) -> tuple[Endpoint, ...]:
        """Return the endpoints a town may choose from."""

    def send(self, names: Sequence[str], letter: Letter, *, town: str) -> bool:
        """Send a letter to endpoints by their names; False when none of them took it."""


@dataclass(frozen=True)
class Alerting:
    """What calling staff takes: the way out, the words, and where a link leads."""

    alerter: Alerter
    urgent: Callable[[str, str], Letter]  # the town's name and the link
    trial: Callable[[str, str], Letter]  # the town's name and the contact's
    base_url: str


class Apprise:
    """The real one; the library is loaded at the first alert, and its own log is switched off: it writes addresses."""

    def __init__(self, endpoints: Mapping[str, Endpoint], *, timeout: float) -> None:
        """`timeout` in seconds counts for all endpoints of a letter together."""
        self._endpoints = endpoints
        self._timeout = timeout

    def offered(self, town: str) -> tuple[Endpoint, ...]:
        """Return the endpoints a town may choose from."""
        return tuple(one for one in self._endpoints.values() if one.serves(town))

    def send(self, names: Sequence[str], letter: Letter, *, town: str) -> bool:
        """Send to all at once; True as soon as the first took it, the others go on by themselves."""
        chosen = [one for one in self.offered(town) if one.name in names]
        answers: queue.SimpleQueue[bool] = queue.SimpleQueue()
        for one in chosen:
            job = threading.Thread(target=_notify, args=(one, letter, answers), name="alert", daemon=True)
            job.start()
        until = time.monotonic() + self._timeout
        for _ in chosen:
            try:
                if answers.get(timeout=max(0.0, until - time.monotonic())):
                    return True
            except queue.Empty:
                return False
        return False


class Recording:
    """Keeps what would be sent: for trying and for tests."""

    def __init__(self, endpoints: Iterable[Endpoint] = (), *, broken: Iterable[str] = ()) -> None:
        """`broken` names endpoints that take nothing."""
        self._endpoints = tuple(endpoints)
        self.broken = set(broken)
        self.sent: list[tuple[tuple[str, ...], Letter]] = []

    def offered(self, town: str) -> tuple[Endpoint, ...]:
        """Return the endpoints a town may choose from."""
        return tuple(one for one in self._endpoints if one.serves(town))

    def send(self, names: Sequence[str], letter: Letter, *, town: str) -> bool:
        """Keep the letter, unless everything named is broken or unknown."""
        known = tuple(one.name for one in self.offered(town) if one.name in names and one.name not in self.broken)
        if known:
            self.sent.append((known, letter))
        return bool(known)


class Nobody:
    """Where an operator has listed no endpoints: nothing goes out, and it is said so."""

    def offered(self, town: str) -> tuple[Endpoint, ...]:
        """Return nothing."""
        return ()

    def send(self, names: Sequence[str], letter: Letter, *, town: str) -> bool:
        """Send nothing."""
        return False


def load(path: Path) -> dict[str, Endpoint]:
    """Read the operator's list and refuse it as a whole when anything in it is wrong; raises BadEndpoints."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadEndpoints(type(error).__name__) from None
    rows = data.get("endpoint")
    if set(data) != {"endpoint"} or not isinstance(rows, dict) or len(rows) > _MOST:
        raise BadEndpoints("endpoint")
    return {name: _endpoint(name, row) for name, row in rows.items()}


def understood(endpoint: Endpoint) -> bool:
    """Whether the library knows what kind of address this is; nothing is sent."""
    from apprise import Apprise as Library

    logging.getLogger("apprise").disabled = True
    return Library.instantiate(endpoint.url, suppress_exceptions=True) is not None


def _endpoint(name: str, row: Any) -> Endpoint:
    if not _NAME.fullmatch(name) or not isinstance(row, dict) or not set(row) <= _FIELDS:
        raise BadEndpoints(name[:40])
    url, label, towns = row.get("url"), row.get("label", ""), row.get("towns", [])
    listed = isinstance(towns, list) and all(isinstance(town, str) and _TOWN.fullmatch(town) for town in towns)
    if not isinstance(url, str) or not _URL.fullmatch(url) or not isinstance(label, str) or not listed:
        raise BadEndpoints(name)
    return Endpoint(name, url, label[:40], frozenset(towns))


def _notify(endpoint: Endpoint, letter: Letter, answers: queue.SimpleQueue[bool]) -> None:
    from apprise import Apprise as Library

    logging.getLogger("apprise").disabled = True
    library = Library()
    # Both answer with False instead of raising, whatever happens in them.
    answers.put(bool(library.add(endpoint.url) and library.notify(title=letter.title, body=letter.body)))
