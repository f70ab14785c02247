"""The page behind the link of an alert: opened by anybody who was sent it, it shows a town and a time, and one button."""

from __future__ import annotations

from starlette.responses import Response

from handoff import alarm_board
from handoff.alarms import LinkUseless
from resources.db import EVERYWHERE
from resources.web.console import Visit


def ack(visit: Visit) -> Response:
    """Show what is asked; looking changes nothing, because mail programs open links by themselves."""
    return _show(visit)


def acknowledge(visit: Visit) -> Response:
    """Acknowledge; who comes second is told who was first."""
    try:
        with visit.console.database.writing(EVERYWHERE) as session:
            won = alarm_board.press(session, _secret(visit), now=visit.now)
    except LinkUseless as useless:
        return visit.page("ack_useless.html", status=410, error=str(useless))
    return _show(visit, won=won, late=not won)


def _show(visit: Visit, *, won: bool = False, late: bool = False) -> Response:
    try:
        with visit.console.database.reading(EVERYWHERE) as session:
            link = alarm_board.link(session, _secret(visit), now=visit.now)
    except LinkUseless as useless:
        return visit.page("ack_useless.html", status=410, error=str(useless))
    return visit.page("ack.html", status=409 if late else 200, link=link, won=won, secret=_secret(visit))


def _secret(visit: Visit) -> str:
    return str(visit.request.path_params["token"])
