"""The pages of the desk, and who may open them."""

from __future__ import annotations

from handoff.web import (
    ack,
    acts,
    aside,
    canned,
    case,
    composing,
    desk,
    duty,
    emergency,
    files,
    finding,
    handover,
    help_requests,
    live,
    newcomers,
    wording,
    writing,
)
from handoff.web.casework.routes import casework_pages
from resources.access import Permission
from resources.web.console import Page

_CASE = "/desk/cases/{case_id}"
_ASIDE = "/desk/unreadable/{event_id}"
_REQUEST = "/requests/{request_id}"
_DUTY = "/settings/duty"
_FILE = f"{_CASE}/files/{{file_id}}"
_MAY = Permission.CONSULT


def desk_pages() -> list[Page]:
    """Return the pages of the desk console."""
    return [
        *_lists(), *_case(), *_acts(), *_unreadable(), *_help_requests(), *_alerts(), *_together(), *_talking(), *_files(),
        *casework_pages(),
    ]  # fmt: skip


def _lists() -> list[Page]:
    return [
        Page("/desk", desk.desk, _MAY, entry="相談窓口"),
        Page("/desk/live", desk.desk_live, _MAY, live=True),
        Page("/desk/events", live.events, _MAY, live=True),
        Page("/desk/search", finding.ask, _MAY),
        Page("/desk/search", finding.search, _MAY, "POST"),
    ]


def _case() -> list[Page]:
    return [
        Page(_CASE, case.case, _MAY, tab="会話"),
        Page(f"{_CASE}/live", case.live, _MAY, live=True),
        Page(f"{_CASE}/lines", case.lines, _MAY),
    ]


def _acts() -> list[Page]:
    return [
        Page(f"{_CASE}/take", acts.take, _MAY, "POST"),
        Page(f"{_CASE}/reply", acts.reply, _MAY, "POST"),
        Page(f"{_CASE}/note", acts.note, _MAY, "POST"),
        Page(f"{_CASE}/away", acts.away, _MAY, "POST"),
        Page(f"{_CASE}/back", acts.back, _MAY, "POST"),
        Page(f"{_CASE}/return", acts.give_back, _MAY, "POST"),
        Page(f"{_CASE}/close", acts.close, _MAY, "POST"),
        Page(f"{_CASE}/present", acts.present, _MAY, "POST", live=True),
    ]


def _unreadable() -> list[Page]:
    return [
        Page(_ASIDE, aside.aside, _MAY),
        Page(f"{_ASIDE}/retry", aside.retry, _MAY, "POST"),
        Page(f"{_ASIDE}/settle", aside.settle, _MAY, "POST"),
    ]


def _help_requests() -> list[Page]:
    return [
        Page(f"{_CASE}/requests", help_requests.form, _MAY),
        Page(f"{_CASE}/requests", help_requests.ask, _MAY, "POST"),
        Page(f"{_CASE}/requests/{{request_id}}/withdraw", help_requests.withdraw, _MAY, "POST"),
        Page("/requests", help_requests.requests, Permission.HELP, entry="あなたへのお願い"),
        Page(_REQUEST, help_requests.request, Permission.HELP),
        Page(f"{_REQUEST}/accept", help_requests.accept, Permission.HELP, "POST"),
        Page(f"{_REQUEST}/refuse", help_requests.refuse, Permission.HELP, "POST"),
        Page(f"{_REQUEST}/report", help_requests.report, Permission.HELP, "POST"),
    ]


def _alerts() -> list[Page]:
    return [
        Page("/ack/{token}", ack.ack, Permission.ANYONE),
        Page("/ack/{token}", ack.acknowledge, Permission.ANYONE, "POST"),
        Page(f"{_CASE}/acknowledge", acts.acknowledge, _MAY, "POST"),
        Page(f"{_CASE}/emergency", emergency.emergency, _MAY),
        Page(_DUTY, duty.duty, Permission.SET_UP, setting="緊急の連絡"),
        Page(_DUTY, duty.decide, Permission.SET_UP, "POST"),
        Page(f"{_DUTY}/rest", duty.decide_rest, Permission.SET_UP, "POST"),
        Page(f"{_DUTY}/contacts", duty.add_contact, Permission.SET_UP, "POST"),
        Page(f"{_DUTY}/contacts/{{contact_id}}", duty.change_contact, Permission.SET_UP, "POST"),
        Page(f"{_DUTY}/contacts/{{contact_id}}/trial", duty.try_contact, Permission.SET_UP, "POST"),
    ]


def _together() -> list[Page]:
    return [
        Page("/desk/new", newcomers.form, _MAY),
        Page("/desk/new", newcomers.write_down, _MAY, "POST"),
        Page("/desk/leave", writing.leave, _MAY, "POST"),
        Page("/desk/come-back", writing.come_back, _MAY, "POST"),
        Page(f"{_CASE}/hand-over", handover.choose, _MAY),
        Page(f"{_CASE}/hand-over", handover.hand_over, _MAY, "POST"),
        Page(f"{_CASE}/same", handover.same, _MAY),
        Page(f"{_CASE}/same", handover.same_found, _MAY, "POST"),
        Page(f"{_CASE}/join", handover.join, _MAY, "POST"),
        Page(f"{_CASE}/part", handover.part, _MAY, "POST"),
        Page(f"{_CASE}/draft", writing.keep, _MAY, "POST"),
        Page(f"{_CASE}/draft/swap", writing.swap, _MAY, "POST"),
        Page(f"{_CASE}/draft/give", writing.give, _MAY, "POST"),
        Page(f"{_CASE}/draft/drop", writing.drop, _MAY, "POST"),
        Page(f"{_CASE}/spoken", writing.note_call, _MAY, "POST"),
        Page(f"{_CASE}/looking", writing.look, _MAY, "POST", live=True),
    ]


def _talking() -> list[Page]:
    up = Permission.SET_UP
    return [
        Page(f"{_CASE}/canned", composing.canned, _MAY, "POST"),
        Page(f"{_CASE}/places", composing.places, _MAY, "POST"),
        Page(f"{_CASE}/cards", composing.cards, _MAY, "POST"),
        Page(f"{_CASE}/ask", composing.ask, _MAY, "POST"),
        Page(f"{_CASE}/later", composing.plan, _MAY, "POST"),
        Page(f"{_CASE}/later/change", composing.change_plan, _MAY, "POST"),
        Page(f"{_CASE}/later/cancel", composing.cancel_plan, _MAY, "POST"),
        Page(f"{_CASE}/plain", composing.advise, _MAY, "POST"),
        Page("/desk/plain", composing.advise_live, _MAY, "POST", live=True),
        Page("/settings/canned", canned.listing, up, setting="定型文"),
        Page("/settings/canned", canned.add, up, "POST"),
        Page("/settings/canned/offer", canned.offer, up, "POST"),
        Page("/settings/canned/speaks", canned.speaks, up, "POST"),
        Page("/settings/canned/{canned_id}", canned.one, up),
        Page("/settings/canned/{canned_id}", canned.change, up, "POST"),
        Page("/settings/canned/{canned_id}/move", canned.move, up, "POST"),
        Page("/settings/canned/{canned_id}/switch", canned.switch, up, "POST"),
        Page("/settings/texts", wording.texts, up, setting="住民が読む文"),
        Page("/settings/texts/review", wording.review, up, "POST"),
    ]


def _files() -> list[Page]:
    return [
        Page(_FILE, files.file, _MAY),
        Page(f"{_FILE}/thumb", files.thumb, _MAY),
        Page(f"{_FILE}/content", files.content, _MAY),
        Page(f"{_FILE}/download", files.download, _MAY),
        Page(f"{_FILE}/state", files.state, _MAY, live=True),
    ]
