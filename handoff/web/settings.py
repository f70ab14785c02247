"""The first page of a town's settings: what is still missing before residents may write, and where to put it right."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from starlette.responses import Response

from handoff import settings as rules
from handoff.states import NotAllowed
from resources.access import Permission
from resources.places import Municipality
from resources.web.console import NoSuchPage, View, Visit

# Where each obstacle is put right.
_WHERE = {
    "relay": "/settings/town", "safe_page": "/settings/town", "no_channel": "/settings/channels",
    "no_desk": "/settings/desks", "desk_without_staff": "/settings/desks", "desk_without_hours": "/settings/desks",
    "no_violence_desk": "/settings/desks",
}  # fmt: skip
_GENERAL = frozenset(
    {"not_production", "plain_http", "fixed_clock", "failpoint", "texts_drafted", "hotlines_drafted", "hotlines_old",
     "hotlines_hours"}
)  # fmt: skip
_SECRET = frozenset({"csrf", "secret", "token"})


def settings(visit: Visit) -> Response:
    """Show what a town still lacks and all pages of its settings."""
    town = town_of(visit)
    found = list(visit.console.obstacles(town.code)) if visit.console.obstacles is not None else []
    may = {page.path for page in visit.settings()}
    lacking = [(words, _place(code) if _place(code) in may else "") for code, words in found if code not in _GENERAL]
    general = [words for code, words in found if code in _GENERAL]
    return shown(visit, "settings.html", town, lacking=lacking, general=general, checked=visit.console.obstacles is not None)


def town_of(visit: Visit, permission: Permission = Permission.SET_UP) -> Municipality:
    """Return the town whose settings are asked for, or the person's own; another town's do not exist."""
    towns = rules.towns_of(visit.actor, permission)
    own = visit.actor.home if visit.actor.home in towns else min(towns)
    told = visit.form.get("town") or visit.request.query_params.get("town") or own
    if told not in towns:
        raise NoSuchPage(NoSuchPage.__doc__)
    return visit.session.get_one(Municipality, told)


def shown(visit: Visit, template: str, town: Municipality, *, status: int = 200, **values: Any) -> Response:
    """Show a page of the settings, with the person's other towns."""
    others = sorted(rules.towns_of(visit.actor, Permission.SET_UP) - {town.code})
    towns = [visit.session.get_one(Municipality, code) for code in others]
    here = visit.request.url.path
    return visit.page(template, status=status, town=town, towns=towns, here=here, **{"trouble": "", "said": "", **values})


def attempt(
    visit: Visit, act: Callable[[], None], *, then: str, again: Callable[[Visit, str, Mapping[str, str]], Response]
) -> Response | View:
    """Do something and go on, or show the page again with what did not work and what was typed."""
    try:
        with visit.session.begin_nested():
            act()
    except rules.NoSuchRow:
        raise NoSuchPage(NoSuchPage.__doc__) from None
    except NotAllowed as refused:
        trouble = str(refused)
        kept = {name: value for name, value in visit.form.items() if name not in _SECRET}
        return lambda later: again(later, trouble, kept)
    return visit.go(then)


def said(visit: Visit, sentences: Mapping[str, str]) -> str:
    """Return what was done a moment ago, in words."""
    return sentences.get(visit.request.query_params.get("said", ""), "")


def _place(code: str) -> str:
    if code == "duty_empty":
        return "/settings/duty"
    return "/settings/channels" if code.startswith("account_") else _WHERE.get(code, "")
