"""The pages beside a case, and who may open them."""

from __future__ import annotations

from typing import Final

from handoff.web.casework import record_copies, records, settings_approval, sheet, tasks
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
    records_of, tasks_of = f"{CASE}/records", f"{CASE}/tasks"
    return [
        Page(records_of, records.page, MAY, tab="経過記録"),
        Page(records_of, records.add, MAY, "POST"),
        Page(f"{records_of}/text", record_copies.text, MAY),
        Page(f"{records_of}/sheet", record_copies.sheet, MAY),
        Page(f"{records_of}/xlsx", record_copies.xlsx, MAY, proof=True),
        Page(f"{records_of}/{{entry_id}}", records.entry, MAY),
        Page(f"{records_of}/{{entry_id}}", records.correct, MAY, "POST"),
        Page(tasks_of, tasks.add, MAY, "POST"),
        Page(f"{tasks_of}/{{task_id}}/done", tasks.finish, MAY, "POST"),
        Page(f"{tasks_of}/{{task_id}}/due", tasks.change_due, MAY, "POST"),
        Page("/desk/tasks", tasks.mine, MAY, entry="予定", beside=True),
        Page("/settings/approval", settings_approval.settings_approval, Permission.SET_UP, setting="供覧・決裁の欄"),
        Page("/settings/approval", settings_approval.change, Permission.SET_UP, "POST"),
    ]


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
