"""What the form of a report carries: what was told to whom, and who told the desk of it."""

from __future__ import annotations

from collections.abc import Mapping

from handoff.casework.reporters import Who
from handoff.casework.reports import Told
from resources import dates


def told(form: Mapping[str, str]) -> Told:
    """Return what was told, to whom and when."""
    return Told(
        form.get("place", ""), form.get("name", ""), form.get("received_by", ""), dates.read_moment(form.get("at", "")),
        form.get("words", ""), form.get("will", ""),
    )  # fmt: skip


def who(form: Mapping[str, str]) -> Who:
    """Return who told the desk of it."""
    return Who(
        form.get("who_name", ""), form.get("who_phone", ""), form.get("who_relation", ""), form.get("who_sighting", "")
    )
