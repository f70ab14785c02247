"""What the running system writes down about itself: ids and codes, never words of people, never a secret."""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from types import TracebackType
from typing import Any

import structlog

# Only these may appear in a log line; anything else is dropped, so that a careless call cannot leak.
ALLOWED = frozenset(
    {
        "event", "level", "timestamp", "logger", "account", "account_id", "event_id", "outgoing_id", "case_id",
        "contact_id", "municipality", "platform", "reason", "state", "count", "seconds", "status", "path", "method",
        "error", "attempt", "worker", "job", "request_id", "exc_info", "exception",
    }
)  # fmt: skip


def configure(level: str) -> None:
    """Send structured lines to standard error; libraries that log addresses with tokens are kept quiet."""
    structlog.configure(
        processors=[
            structlog.stdlib.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _only_allowed,
            _error_without_words,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_PlaceOnly())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    for name in ("httpx", "httpcore", "aiohttp", "telegram", "linebot", "sqlalchemy", "multipart"):
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in ("uvicorn", "uvicorn.error"):  # whatever uvicorn set up for itself would print messages
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True
    logging.getLogger("uvicorn.access").disabled = True  # its lines carry query strings


def _only_allowed(logger: object, method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return {name: value for name, value in line.items() if name in ALLOWED}


def _error_without_words(logger: object, method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    # A traceback may carry values of a statement, and those are words of people: only kind and place are kept.
    if line.pop("exc_info", None):
        kind, _, trace = sys.exc_info()
        line["error"], line["exception"] = kind.__name__ if kind else "unknown", _places(trace)
    return line


class _PlaceOnly(logging.Formatter):
    """Writes what a library reports without its message, because that may quote people: level, name, kind and place."""

    def format(self, record: logging.LogRecord) -> str:
        """Return one line."""
        line = f"{record.levelname} {record.name}"
        kind, _, trace = record.exc_info if record.exc_info else (None, None, None)
        return f"{line} {kind.__name__} {_places(trace)}" if kind else line


def _places(trace: TracebackType | None) -> str:
    places = []
    while trace is not None:
        places.append(f"{trace.tb_frame.f_globals.get('__name__', '?')}:{trace.tb_lineno}")
        trace = trace.tb_next
    return " > ".join(places[-6:])
