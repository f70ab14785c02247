"""The sheet that is read out to 110 or 119, or printed for whoever goes there."""

from __future__ import annotations

from starlette.responses import Response

from handoff import emergency as sheets
from handoff.web.case import case_of
from resources.web.console import Visit


def emergency(visit: Visit) -> Response:
    """Show the sheet of a case; who opens it is on record before, each time anew."""
    found = case_of(visit)
    with visit.console.database.writing(visit.actor.custodians) as session:
        sheets.note_opening(session, found, actor=visit.actor, now=visit.now)
    return visit.page("emergency.html", sheet=sheets.sheet(visit.session, found))
