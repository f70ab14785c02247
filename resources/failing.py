"""For which reasons a place that fits the words does not fit who asks, and what each leaves of it."""

from __future__ import annotations

from datetime import date

from intents import Assessment
from resources import fitting, requirements
from resources.drafts import Draft
from resources.near_misses import Reason

NOT_AT_ALL = 0.0
_SHARES = {Reason.RESTING: 0.6, Reason.FULL: 0.6, Reason.AGE: 0.5, Reason.REQUIREMENT: 0.4}


def fails(draft: Draft, text: str, heard: Assessment | None, *, today: date, by_name: bool) -> dict[Reason, float]:
    """Return what is left by each reason in the person and the place itself; who calls it by name is of any age."""
    true = {
        Reason.RESTING: draft.rests(today),
        Reason.FULL: fitting.is_full(draft),
        Reason.AGE: not by_name and fitting.too_old_or_young(draft, text, heard),
        Reason.REQUIREMENT: requirements.lacked(draft, text),
    }
    return {reason: _SHARES[reason] for reason, holds in true.items() if holds}
