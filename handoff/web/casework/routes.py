"""The pages beside a case, and who may open them."""

from __future__ import annotations

from typing import Final

from handoff.web.casework import sheet
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
    part = f"{CASE}/sheet"
    return [
        Page(part, sheet.page, MAY, tab="相談票"),
        Page(f"{part}/save", sheet.save, MAY, "POST"),
        Page(f"{part}/settle", sheet.settle, MAY, "POST"),
        Page(f"{part}/household", sheet.add_person, MAY, "POST"),
        Page(f"{part}/household/{{person_id}}", sheet.change_person, MAY, "POST"),
        Page(f"{part}/consents", sheet.answer, MAY, "POST"),
        Page(f"{part}/consents/withdraw", sheet.withdraw, MAY, "POST"),
        Page(f"{part}/print", sheet.printed, MAY),
        Page(f"{part}/download", sheet.download, MAY, proof=True),
    ]


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
