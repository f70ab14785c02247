"""The page of the days on which a desk or the whole town rests."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.responses import Response

from handoff import closure_settings, desk_settings
from handoff.web.settings import attempt, said, shown, town_of
from resources import dates
from resources.web.console import View, Visit

PATH = "/settings/closures"
_SAID = {"added": "休みを登録しました。", "deleted": "休みを消しました。"}


def settings_closures(visit: Visit) -> Response:
    """Show the days of rest."""
    return _page(visit, "", {})


def add(visit: Visit) -> Response | View:
    """Let a desk or the town rest."""
    town = town_of(visit)

    def act() -> None:
        closure_settings.add(
            visit.session, town.code, visit.form.get("desk", ""), dates.read(visit.form.get("starts", "")),
            dates.read(visit.form.get("ends", "")), visit.form.get("reason", ""), actor=visit.actor, now=visit.now,
        )  # fmt: skip

    return attempt(visit, act, then=f"{PATH}?town={town.code}&said=added", again=_page)


def delete(visit: Visit) -> Response | View:
    """Take a rest out again."""
    town = town_of(visit)

    def act() -> None:
        closure_settings.delete(visit.session, town.code, visit.id("closure_id"), actor=visit.actor, now=visit.now)

    return attempt(visit, act, then=f"{PATH}?town={town.code}&said=deleted", again=_page)


def _page(visit: Visit, trouble: str, kept: Mapping[str, str]) -> Response:
    town = town_of(visit)
    coming, past = closure_settings.of_town(visit.session, town.code, now=visit.now)
    return shown(
        visit, "settings_closures.html", town, status=409 if trouble else 200, coming=coming, past=past, trouble=trouble,
        kept=kept, said=said(visit, _SAID), desks=desk_settings.of_town(visit.session, town.code),
        holidays=closure_settings.holidays(visit.now),
    )  # fmt: skip
