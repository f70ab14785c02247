"""The line on which an open desk hears that something moved: no content, only that it is time to look."""

from __future__ import annotations

from sqlalchemy.orm import Session
from starlette.responses import Response

from resources import sign_in
from resources.access import Permission, actor_for
from resources.web.console import Visit, json
from resources.web.kit import cookie_name
from resources.web.streams import Stream


def events(visit: Visit) -> Response:
    """Open the line; whether its person may still listen is asked again all the time."""
    streams = visit.console.streams
    if streams.closed:
        return json({"error": "ending"}, 503)
    console, token = visit.console, visit.request.cookies.get(cookie_name(visit.console), "")

    def still_may(session: Session) -> bool:
        known = sign_in.recognise(session, token, idle=console.idle, now=console.now())
        return known is not None and actor_for(session, known.staff).may(Permission.CONSULT)

    return Stream(streams, still_may)
