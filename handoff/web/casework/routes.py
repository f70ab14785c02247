"""The pages beside a case, and who may open them."""

from __future__ import annotations

from typing import Final

from handoff.web.casework import report, reports, welfare
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
    one, intent = f"{CASE}/reports/{{report_id}}", f"{CASE}/welfare/{{intent_id}}"
    return [
        Page(f"{CASE}/reports", reports.page, MAY, tab="通告・通報"),
        Page(f"{CASE}/reports", reports.make, MAY, "POST"),
        Page(f"{CASE}/reports/waive", reports.waive, MAY, "POST"),
        Page(f"{CASE}/reports/waived", reports.waived, MAY, "POST"),
        Page(one, report.page, MAY),
        Page(f"{one}/print", report.printed, MAY),
        Page(f"{one}/add", report.add, MAY, "POST"),
        Page(f"{one}/correct", report.correct, MAY, "POST"),
        Page(f"{one}/safety", report.safety, MAY, "POST"),
        Page(f"{one}/close", report.close, MAY, "POST"),
        Page(f"{one}/reporter", report.keep_reporter, MAY, "POST"),
        Page(f"{one}/reporter/read", report.read_reporter, MAY, "POST"),
        Page(f"{CASE}/welfare", welfare.spoken, MAY, "POST"),
        Page(f"{intent}/told", welfare.tell, MAY, "POST"),
        Page(f"{intent}/applied", welfare.apply, MAY, "POST"),
        Page(f"{intent}/withdrawn", welfare.withdraw, MAY, "POST"),
    ]


def _meetings() -> list[Page]:
    return []


def _outreach() -> list[Page]:
    return []


def _endings() -> list[Page]:
    return []
