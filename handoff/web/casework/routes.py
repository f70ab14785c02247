"""The pages beside a case, and who may open them."""

from __future__ import annotations

from typing import Final

from handoff.web.casework import (
    asked,
    endings,
    figures,
    gaps,
    history,
    meeting,
    meeting_names,
    meetings,
    outreach,
    plans,
    received,
    record_copies,
    records,
    refer,
    referrals,
    report,
    reports,
    settings_approval,
    settings_limits,
    sheet,
    tasks,
    team,
    welfare,
)
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
        *_figures(),
        Page(f"{CASE}/history", history.page, MAY, tab="履歴"),
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
        Page(f"{member}/part", team.part, MAY, "POST"),
        Page(f"{member}/stay", team.stay, MAY, "POST"),
    ]


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
        Page("/settings/limits", settings_limits.settings_limits, Permission.SET_UP, setting="つなぎとおたずねの数"),
        Page("/settings/limits", settings_limits.change, Permission.SET_UP, "POST"),
    ]


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
    return [
        Page(f"{CASE}/outreach", outreach.page, MAY, tab="訪問・伴走"),
        Page(f"{CASE}/outreach", outreach.note_down, MAY, "POST"),
        Page(f"{CASE}/check-ins", outreach.agree, MAY, "POST"),
        Page(f"{CASE}/check-ins/{{plan_id}}/stop", outreach.stop, MAY, "POST"),
        Page("/desk/checkins", outreach.listing, MAY, entry="訪問・伴走の一覧", beside=True),
    ]


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


def _figures() -> list[Page]:
    part, counts = "/desk/figures", Permission.FIGURES
    return [
        Page(part, figures.page, counts, entry="集計", beside=True),
        Page(f"{part}.csv", figures.csv, counts, proof=True),
        Page(f"{part}.xlsx", figures.xlsx, counts, proof=True),
    ]
