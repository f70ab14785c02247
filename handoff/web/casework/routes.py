"""The pages beside a case, and who may open them."""

from __future__ import annotations

from typing import Final

from handoff.web.casework import meeting, meeting_names, meetings, plans
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
    one, name = "/desk/meetings/{meeting_id}", meeting_names
    return [
        Page(f"{CASE}/meetings", meetings.case_meetings, MAY, tab="会議"),
        Page(f"{CASE}/meetings", meetings.plan, MAY, "POST"),
        Page("/desk/meetings", meetings.own_meetings, MAY, entry="会議", beside=True),
        Page(one, meeting.meeting, MAY),
        Page(f"{one}/paper", meeting.paper, MAY),
        Page(f"{one}/confirm", meeting.confirm, MAY, "POST"),
        Page(f"{one}/entries", meeting.write, MAY, "POST"),
        Page(f"{one}/agenda", meeting.take_up, MAY, "POST"),
        Page(f"{one}/members", meeting.ask, MAY, "POST"),
        Page(f"{one}/members/{{member_id}}/remove", meeting.remove, MAY, "POST"),
        Page(f"{one}/hold", meeting.hold, MAY, "POST"),
        Page(f"{one}/cancel", meeting.cancel, MAY, "POST"),
        Page(f"{one}/decisions", meeting.decide, MAY, "POST"),
        Page(f"{one}/tasks/{{task_id}}/done", meeting.finish, MAY, "POST"),
        Page(f"{one}/log", meeting.log, MAY, "POST"),
        Page(f"{one}/agree", meeting.agree, MAY, "POST"),
        Page("/settings/meetings", name.settings_meetings, Permission.SET_UP, setting="会議の名前"),
        Page("/settings/meetings", name.change, Permission.SET_UP, "POST"),
        Page(f"{CASE}/plan", plans.plan, MAY, tab="プラン"),
        Page(f"{CASE}/plan", plans.write, MAY, "POST"),
        Page(f"{CASE}/plan/paper", plans.paper, MAY),
        Page(f"{CASE}/plan/download", plans.download, MAY, proof=True),
        *(Page(f"{CASE}/plan/{move}", view, MAY, "POST") for move, view in plans.MOVES.items()),
    ]


def _outreach() -> list[Page]:
    return []


def _endings() -> list[Page]:
    return []
