"""The pages of the desk, and who may open them."""

from __future__ import annotations

from handoff.web import acts, aside, canned, case, composing, desk, wording
from resources.access import Permission
from resources.web.console import Page

_CASE = "/desk/cases/{case_id}"
_ASIDE = "/desk/unreadable/{event_id}"
_MAY = Permission.CONSULT


def desk_pages() -> list[Page]:
    """Return the pages of the desk console."""
    return [*_lists(), *_case(), *_acts(), *_unreadable(), *_talking()]


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
        Page("/settings/canned", canned.listing, up, entry="定型文"),
        Page("/settings/canned", canned.add, up, "POST"),
        Page("/settings/canned/offer", canned.offer, up, "POST"),
        Page("/settings/canned/speaks", canned.speaks, up, "POST"),
        Page("/settings/canned/{canned_id}", canned.one, up),
        Page("/settings/canned/{canned_id}", canned.change, up, "POST"),
        Page("/settings/canned/{canned_id}/move", canned.move, up, "POST"),
        Page("/settings/canned/{canned_id}/switch", canned.switch, up, "POST"),
        Page("/settings/texts", wording.texts, up, entry="住民が読む文"),
        Page("/settings/texts/review", wording.review, up, "POST"),
    ]
