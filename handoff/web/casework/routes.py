"""The pages beside a case, and who may open them."""

from __future__ import annotations

from typing import Final

from handoff.web.casework import outreach
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
    return [
        Page(f"{CASE}/outreach", outreach.page, MAY, tab="訪問・伴走"),
        Page(f"{CASE}/outreach", outreach.note_down, MAY, "POST"),
        Page(f"{CASE}/check-ins", outreach.agree, MAY, "POST"),
        Page(f"{CASE}/check-ins/{{plan_id}}/stop", outreach.stop, MAY, "POST"),
        Page("/desk/checkins", outreach.listing, MAY, entry="訪問・伴走の一覧", beside=True),
    ]


def _endings() -> list[Page]:
    return []
