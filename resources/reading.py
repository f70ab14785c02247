"""What a page that only reads has found already, so that its parts need not ask for it again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy import event
from sqlalchemy.orm import Session

from resources.db import Guarded

Found = TypeVar("Found")


def once(session: Session, read: Callable[[], Found], *key: object) -> Found:
    """Return what was read under a key in this transaction; a session that may write reads anew each time."""
    if not session.info.get("reads_only"):
        return read()
    known: dict[tuple[object, ...], Any] = session.info.setdefault("known", {})
    if key not in known:
        known[key] = read()
    found: Found = known[key]
    return found


@event.listens_for(Guarded, "after_transaction_end")
def _forget(session: Session, transaction: object) -> None:
    session.info.pop("known", None)
