"""The page on which a town gives its meetings the names it uses."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.responses import Response

from handoff.casework import meeting_names
from handoff.casework.meeting_kinds import kinds
from handoff.web.settings import attempt, said, shown, town_of
from resources.web.console import View, Visit

PATH = "/settings/meetings"
_SAID = {"changed": "会議の名前を変えました。"}


def settings_meetings(visit: Visit) -> Response:
    """Show the kinds of meetings and what the town calls them."""
    return _page(visit, "", {})


def change(visit: Visit) -> Response | View:
    """Give the kinds of meetings names."""
    town = town_of(visit)

    def act() -> None:
        meeting_names.change(
            visit.session, town.code, visit.form, visit.form.get("seen", ""), actor=visit.actor, now=visit.now
        )

    return attempt(visit, act, then=f"{PATH}?town={town.code}&said=changed", again=_page)


def _page(visit: Visit, trouble: str, kept: Mapping[str, str]) -> Response:
    town = town_of(visit)
    own = meeting_names.own(visit.session, town.code)
    return shown(
        visit, "settings_meetings.html", town, status=409 if trouble else 200, kinds=list(kinds().values()), own=own,
        kept=kept or own, seen=meeting_names.mark(visit.session, town.code), longest=meeting_names.LONGEST, trouble=trouble,
        said=said(visit, _SAID),
    )  # fmt: skip
