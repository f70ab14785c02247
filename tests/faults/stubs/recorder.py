"""Everything the product sent to a platform, and every rule it broke while doing so."""

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

MARKS = ("(再送)", "（再送）")


@dataclass(frozen=True)
class Violation:
    """One request that the platform's contract forbids."""

    rule: str
    detail: str
    account: str
    recipient: str
    at: float


@dataclass(frozen=True)
class Sent:
    """One request that carried something to a person, whatever became of it.

    `accepted` says that the platform took it, `delivered` that the person saw it, `answered` that the product was told.
    """

    number: int
    at: float
    account: str
    recipient: str
    via: str
    messages: tuple[dict[str, Any], ...]
    request_id: str
    accepted: bool
    delivered: bool
    answered: int | None
    fault: str = ""
    retry_key: str = ""
    reply_token: str = ""
    event_id: str = ""

    @property
    def texts(self) -> tuple[str, ...]:
        """Every sentence a person could read in it, cards and buttons included."""
        return tuple(_sentences(list(self.messages)))

    @property
    def marked(self) -> bool:
        """Whether it tells the reader that it may be a repeat."""
        return any(mark in text for text in self.texts for mark in MARKS)

    @property
    def content(self) -> str:
        """What makes two sendings the same for the reader: the content without the mark of a repeat."""
        text = json.dumps(self.messages, ensure_ascii=False, sort_keys=True)
        for mark in MARKS:
            for piece in (f"{mark}\\n", f"{mark} ", mark):
                text = text.replace(piece, "")
        return text


def _sentences(value: Any) -> list[str]:
    if isinstance(value, dict):
        own = [value[key] for key in ("text", "altText", "title", "label") if isinstance(value.get(key), str)]
        return own + [text for inner in value.values() for text in _sentences(inner)]
    if isinstance(value, list | tuple):
        return [text for inner in value for text in _sentences(inner)]
    return []


class Recorder:
    """Keeps sendings and violations in order; safe to read from another thread."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._sent: list[Sent] = []
        self._violations: list[Violation] = []

    @property
    def sent(self) -> list[Sent]:
        """A copy of all sendings so far, oldest first."""
        with self._changed:
            return list(self._sent)

    @property
    def violations(self) -> list[Violation]:
        """A copy of all broken rules so far, oldest first."""
        with self._changed:
            return list(self._violations)

    def violate(self, rule: str, detail: str = "", *, account: str = "", recipient: str = "") -> None:
        """Write down a broken rule."""
        with self._changed:
            self._violations.append(Violation(rule, detail, account, recipient, time.time()))
            self._changed.notify_all()

    def add(self, **fields: Any) -> Sent:
        """Write down a sending; number and time are given here."""
        with self._changed:
            entry = Sent(number=len(self._sent), at=time.time(), **fields)
            self._sent.append(entry)
            self._changed.notify_all()
            return entry

    def amend(self, entry: Sent, **fields: Any) -> None:
        """Complete a sending once its answer has gone out."""
        with self._changed:
            self._sent[entry.number] = replace(self._sent[entry.number], **fields)
            self._changed.notify_all()

    def since(self, number: int) -> list[Sent]:
        """The sendings from the given number on, without copying the older ones."""
        with self._changed:
            return self._sent[number:]

    def to(self, recipient: object, *, delivered: bool = True) -> list[Sent]:
        """What one person was sent; with `delivered` only what they saw."""
        return [s for s in self.sent if s.recipient == str(recipient) and (s.delivered or not delivered)]

    def wait_for(self, check: Callable[[list[Sent]], bool], timeout: float = 10.0) -> list[Sent]:
        """Wait until the sendings satisfy `check`; raises TimeoutError with the count seen."""
        with self._changed:
            if not self._changed.wait_for(lambda: check(self._sent), timeout):
                raise TimeoutError(f"{len(self._sent)} sendings after {timeout} s did not satisfy the check")
            return list(self._sent)
