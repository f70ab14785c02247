"""The gap ledger of a town: what nothing fitted, rolled up by area and topic."""

from __future__ import annotations

from datetime import date

from starlette.responses import Response

from handoff.casework import gap_ledger
from handoff.casework.gap_ledger import Ledger
from resources.access import Permission
from resources.web.console import Visit


def ledger(visit: Visit) -> Response:
    """Show the ledger of a period."""
    return visit.page(
        "gaps.html", ledger=_gathered(visit), fewest=gap_ledger.FEWEST, consults=visit.actor.may(Permission.CONSULT)
    )


def download(visit: Visit) -> Response:
    """Return the figures of a period as CSV."""
    found = _gathered(visit)
    name = f"gaps_{found.first:%Y%m%d}-{found.last:%Y%m%d}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(gap_ledger.to_csv(found), media_type="text/csv; charset=utf-8", headers=headers)


def _gathered(visit: Visit) -> Ledger:
    first, last = gap_ledger.fiscal_year(visit.now)
    first, last = _day(visit, "first") or first, _day(visit, "last") or last
    return gap_ledger.gather(visit.session, visit.actor, first=min(first, last), last=max(first, last))


def _day(visit: Visit, name: str) -> date | None:
    try:
        return date.fromisoformat(visit.request.query_params.get(name, ""))
    except ValueError:
        return None
