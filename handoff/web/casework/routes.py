"""The pages beside a case, and who may open them."""

from __future__ import annotations

from typing import Final

from resources.access import Permission
from resources.web.console import Page

CASE: Final = "/desk/cases/{case_id}"
MAY: Final = Permission.CONSULT


def casework_pages() -> list[Page]:
    """Return the pages beside a case, in the order of their tabs."""
    return [
        *_sheet(),
        *_records(),
        *_team(),
        *_referrals(),
        *_reports(),
        *_meetings(),
        *_outreach(),
        *_endings(),
    ]


def _sheet() -> list[Page]:
    return []


def _records() -> list[Page]:
    return []


def _team() -> list[Page]:
    return []


def _referrals() -> list[Page]:
    return []


def _reports() -> list[Page]:
    return []


def _meetings() -> list[Page]:
    return []


def _outreach() -> list[Page]:
    return []


def _endings() -> list[Page]:
    return []
