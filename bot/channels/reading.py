"""Reads what platforms send without ever trusting its shape."""

from __future__ import annotations

import hashlib
import json
import math
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import orjson

from bot.channels.limits import storable

_FORWARD: Final = timedelta(minutes=5)
_BACK: Final = timedelta(days=400)
_KEY: Final = 80


def parse(body: bytes) -> Any:
    """Return the JSON value of a body; raises ValueError for whatever is not readable, however deep or large."""
    try:
        return orjson.loads(body)
    except ValueError:
        pass  # The other one also reads what is not quite right: half surrogates, NaN, UTF-16.
    try:
        return json.loads(body)
    except RecursionError:
        raise ValueError("too deep") from None


def packed(value: Any) -> str:
    """Return a value as JSON for keeping, half surrogates as escapes. Raises ValueError."""
    try:
        return orjson.dumps(value).decode()
    except TypeError:
        pass  # The other one also writes half surrogates and very large numbers.
    try:
        return json.dumps(value)
    except RecursionError:
        raise ValueError("too deep") from None


def table(value: Any, name: str) -> dict[str, Any]:
    """Return the object under a name, an empty one when there is none."""
    found = value.get(name) if isinstance(value, dict) else None
    return found if isinstance(found, dict) else {}


def words(value: Any, name: str) -> str:
    """Return the text under a name in a form that can be kept, empty when there is none."""
    found = value.get(name) if isinstance(value, dict) else None
    return storable(found) if isinstance(found, str) else ""


def number(value: Any, name: str) -> int | None:
    """Return the whole number under a name as long as a database can hold it."""
    found = value.get(name) if isinstance(value, dict) else None
    return found if type(found) is int and abs(found) < 1 << 62 else None


def degrees(value: Any, name: str, limit: float) -> float | None:
    """Return a latitude or longitude, None when it is none."""
    found = value.get(name) if isinstance(value, dict) else None
    if isinstance(found, bool) or not isinstance(found, int | float) or not math.isfinite(found):
        return None
    return float(found) if abs(found) <= limit else None


def moment(seconds: Any, *, now: datetime) -> datetime:
    """Return the time a platform names; what cannot be is replaced by `now`."""
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not math.isfinite(seconds):
        return now
    try:
        told = datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return now
    return told if now - _BACK < told < now + _FORWARD else now


def fingerprint(payload: str | bytes) -> str:
    """Return a key for an event that names none: the same bytes have the same key."""
    raw = payload.encode() if isinstance(payload, str) else payload
    return "sha256:" + hashlib.sha256(raw).hexdigest()


def key(told: Any, payload: str) -> str:
    """Return the platform's own key when it is a usable one, else a fingerprint."""
    usable = isinstance(told, str) and 0 < len(told) <= _KEY and told.isascii() and told.isprintable()
    return told if usable else fingerprint(payload)
