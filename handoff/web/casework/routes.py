"""The pages beside a case, and who may open them."""

from __future__ import annotations

from typing import Final

from handoff.web.casework import team
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
    member, helper = f"{CASE}/team/{{member_id}}", f"{CASE}/team/helpers/{{helper_id}}"
    return [
        Page(f"{CASE}/team", team.show_team, MAY, tab="チーム"),
        Page(f"{CASE}/team", team.invite, MAY, "POST"),
        Page(f"{CASE}/team/tasks/{{task_id}}", team.finish, MAY, "POST"),
        Page(f"{CASE}/team/helpers", team.ask_helper, MAY, "POST"),
        Page(helper, team.helper_paper, MAY),
        Page(f"{helper}/end", team.end_helper, MAY, "POST"),
        Page(f"{member}/name", team.name, MAY, "POST"),
        Page(f"{member}/let-in", team.let_in, MAY, "POST"),
        Page(f"{member}/call-off", team.call_off, MAY, "POST"),
        Page(f"{member}/role", team.divide, MAY, "POST"),
        Page(f"{member}/tasks", team.promise, MAY, "POST"),
        Page(f"{member}/leave", team.leave, MAY, "POST"),
        Page(f"{member}/ask-to-leave", team.ask_to_leave, MAY, "POST"),
        Page(f"{member}/agree", team.agree_to_leave, MAY, "POST"),
    ]


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
