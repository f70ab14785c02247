"""The pages beside a case, and who may open them."""

from __future__ import annotations

from typing import Final

from handoff.web.casework import endings, gaps
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
    match = f"{CASE}/matches/{{match_id}}"
    return [
        Page(f"{CASE}/ending", endings.ending, MAY, tab="終わりと狭間"),
        Page(f"{CASE}/ending", endings.end, MAY, "POST"),
        Page(f"{CASE}/gaps", endings.note, MAY, "POST"),
        Page(f"{CASE}/gaps/look", endings.look, MAY, "POST"),
        Page(f"{CASE}/gaps/{{gap_id}}/close", endings.close_gap, MAY, "POST"),
        Page(f"{match}/send", endings.send, MAY, "POST"),
        Page(f"{match}/dismiss", endings.dismiss, MAY, "POST"),
        Page(f"{match}/again", endings.contact_again, MAY, "POST"),
        Page("/desk/gaps", gaps.ledger, Permission.GAPS, entry="制度の狭間", beside=True),
        Page("/desk/gaps.csv", gaps.download, Permission.GAPS),
    ]
