"""The pages of the desk, and who may open them."""

from __future__ import annotations

from handoff.web import acts, aside, case, desk, handover, newcomers, writing
from resources.access import Permission
from resources.web.console import Page

_CASE = "/desk/cases/{case_id}"
_ASIDE = "/desk/unreadable/{event_id}"
_MAY = Permission.CONSULT


def desk_pages() -> list[Page]:
    """Return the pages of the desk console."""
    return [*_lists(), *_case(), *_acts(), *_unreadable(), *_together()]


def _lists() -> list[Page]:
    return [
        Page("/desk", desk.desk, _MAY, entry="相談窓口"),
        Page("/desk/live", desk.desk_live, _MAY, live=True),
        Page("/desk/search", desk.search, _MAY, "POST"),
    ]


def _case() -> list[Page]:
    return [
        Page(_CASE, case.case, _MAY),
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


def _together() -> list[Page]:
    return [
        Page("/desk/new", newcomers.form, _MAY),
        Page("/desk/new", newcomers.write_down, _MAY, "POST"),
        Page("/desk/leave", writing.leave, _MAY, "POST"),
        Page("/desk/come-back", writing.come_back, _MAY, "POST"),
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
