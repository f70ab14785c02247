"""The pages beside a case, and who may open them."""

from __future__ import annotations

from typing import Final

from handoff.web.casework import asked, received, refer, referrals
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
    part, one = f"{CASE}/referrals", f"{CASE}/referrals/{{referral_id}}"
    mine, question = "/desk/referrals", "/desk/asked/{request_id}"
    return [
        Page(part, referrals.page, MAY, tab="つなぎ"),
        Page(part, referrals.offer, MAY, "POST"),
        Page(f"{part}/prefecture", referrals.ask_prefecture, MAY, "POST"),
        Page(f"{one}/withdraw", referrals.withdraw, MAY, "POST"),
        Page(f"{one}/link", referrals.link, MAY, "POST"),
        Page(f"{one}/accepted", referrals.accepted, MAY, "POST"),
        Page(f"{one}/declined", referrals.declined, MAY, "POST"),
        Page(mine, received.received, MAY, entry="つなぎの依頼", beside=True),
        Page("/desk/bounced", received.bounced, MAY),
        Page("/desk/asked", asked.asked, MAY),
        Page(question, asked.question, MAY),
        Page(question, asked.answer, MAY, "POST", own_sessions=True),
        Page(f"{mine}/{{referral_id}}", received.offered, MAY),
        Page(f"{mine}/{{referral_id}}/accept", received.accept, MAY, "POST"),
        Page(f"{mine}/{{referral_id}}/decline", received.decline, MAY, "POST"),
        Page("/refer/{token}", refer.refer, Permission.ANYONE),
        Page("/refer/{token}", refer.answer, Permission.ANYONE, "POST"),
    ]


def _reports() -> list[Page]:
    return []


def _meetings() -> list[Page]:
    return []


def _outreach() -> list[Page]:
    return []


def _endings() -> list[Page]:
    return []
