"""What every setting of a town asks first: whose town it is, and whether somebody else changed it meanwhile."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import inspect
from sqlalchemy.orm import Session

from handoff.states import NotAllowed
from resources import journal
from resources.access import GRANTS, Actor, Permission
from resources.db import Base


class ChangedMeanwhile(NotAllowed):
    """画面を開いたあとに、ほかの人がここを変えました。いまの内容を下に出しました。確かめて、もう一度お試しください。"""


class NoSuchRow(LookupError):
    """この設定は、もうありません。"""


def towns_of(actor: Actor, permission: Permission) -> frozenset[str]:
    """Return the towns whose settings a person may change."""
    return actor.towns_as(*GRANTS[permission])


def mark_of(row: Base) -> str:
    """Return a short mark of what a row says now: a form carries it, so that nobody overwrites what they have not seen."""
    return mark_of_values(getattr(row, column.key) for column in inspect(type(row)).column_attrs)


def mark_of_values(values: Iterable[object]) -> str:
    """Return a short mark of some values."""
    return hashlib.sha256("\0".join(map(str, values)).encode()).hexdigest()[:16]


def require_same(row: Base, seen: str) -> None:
    """Refuse a change of a row that no longer says what was seen; raises ChangedMeanwhile."""
    if seen and seen != mark_of(row):
        raise ChangedMeanwhile(ChangedMeanwhile.__doc__)


def note(
    session: Session, act: str, town: str, *, actor: Actor, now: datetime, subject: uuid.UUID | None = None, **codes: Any
) -> None:
    """Write a change of the settings into the journal: codes, never words."""
    detail = " ".join(f"{name}={value}" for name, value in codes.items())[:200]
    journal.record(
        session, f"settings.{act}", municipality=town, subject_kind="settings", subject_id=subject,
        staff_id=actor.staff_id, now=now, detail=detail,
    )  # fmt: skip
