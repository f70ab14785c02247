"""What happened to a case, all its notes, and who has read it."""

from __future__ import annotations

from starlette.responses import Response

from handoff import notes, trail
from handoff.web.case import case_of
from handoff.web.casework.frame import show
from resources.web.console import Visit


def page(visit: Visit) -> Response:
    """Show the history of a case; whoever opens it stands among its readers from the next time on."""
    case = case_of(visit)
    return show(
        visit, case, "case_history.html", said={},
        happenings=trail.happenings(visit.session, case), readers=trail.readers(visit.session, case),
        notes=notes.of_case(visit.session, case, actor=visit.actor),
    )  # fmt: skip
