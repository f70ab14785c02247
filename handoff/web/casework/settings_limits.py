"""The page on which a town decides how long an offer waits and how many check-ins its desks carry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict

from starlette.responses import Response

from handoff import settings
from handoff.casework import limits
from handoff.web.settings import attempt, said, shown, town_of
from resources.web.console import View, Visit

PATH = "/settings/limits"
_SAID = {"changed": "つなぎとおたずねの数を変えました。すでに頼んだつなぎは、頼んだときの日数のままです。"}


def settings_limits(visit: Visit) -> Response:
    """Show the numbers of the town."""
    return _page(visit, "", {})


def change(visit: Visit) -> Response | View:
    """Decide the numbers."""
    town = town_of(visit)

    def act() -> None:
        limits.change(
            visit.session, town.code, visit.form, seen=visit.form.get("seen", ""), actor=visit.actor, now=visit.now
        )

    return attempt(visit, act, then=f"{PATH}?town={town.code}&said=changed", again=_page)


def _page(visit: Visit, trouble: str, kept: Mapping[str, str]) -> Response:
    town = town_of(visit)
    decided = limits.of_town(visit.session, town.code)
    return shown(
        visit, "settings_limits.html", town, status=409 if trouble else 200, trouble=trouble, decided=decided,
        kept=kept or asdict(decided), bounds=limits.BOUNDS, said=said(visit, _SAID),
        changed=trouble == settings.ChangedMeanwhile.__doc__,
    )  # fmt: skip
