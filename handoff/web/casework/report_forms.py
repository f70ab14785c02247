"""What the forms of reports and of wishes to apply carry: moments, days, and what was told."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from handoff.casework.reporters import Who
from handoff.casework.reports import Told
from resources.slots import JAPAN


def moment(written: str) -> datetime | None:
    """Return the moment a field for date and time holds, None when it holds none."""
    try:
        found = datetime.fromisoformat(written)
    except ValueError:
        return None
    return found.replace(tzinfo=JAPAN) if found.tzinfo is None else None


def day(written: str) -> date | None:
    """Return the day a field for dates holds, None when it holds none."""
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None


def told(form: Mapping[str, str]) -> Told:
    """Return what was told, to whom and when."""
    return Told(
        form.get("place", ""), form.get("name", ""), form.get("received_by", ""), moment(form.get("at", "")),
        form.get("words", ""), form.get("will", ""),
    )  # fmt: skip


def who(form: Mapping[str, str]) -> Who:
    """Return who told the desk of it."""
    return Who(
        form.get("who_name", ""), form.get("who_phone", ""), form.get("who_relation", ""), form.get("who_sighting", "")
    )


def number(written: str) -> int:
    """Return a version; what is none is no version."""
    return int(written) if written.isascii() and written.isdigit() else 0
