"""The gap ledger of a town: what nothing fitted, rolled up by area and topic."""

from __future__ import annotations

from starlette.responses import Response

from handoff.casework import gap_ledger
from handoff.casework.gap_ledger import Ledger
from resources import dates, tables
from resources.access import Permission
from resources.web.console import Visit
from resources.web.download import download as handed_out


def ledger(visit: Visit) -> Response:
    """Show the ledger of a period."""
    return visit.page(
        "gaps.html", ledger=_gathered(visit), fewest=gap_ledger.FEWEST, consults=visit.actor.may(Permission.CONSULT)
    )


def download(visit: Visit) -> Response:
    """Return the figures of a period as CSV."""
    found = _gathered(visit)
    name = f"gaps_{found.first:%Y%m%d}-{found.last:%Y%m%d}.csv"
    return handed_out(gap_ledger.to_csv(found), tables.CSV, name)


def _gathered(visit: Visit) -> Ledger:
    first, last = gap_ledger.fiscal_year(visit.now)
    asked = visit.request.query_params
    first, last = dates.read(asked.get("first", "")) or first, dates.read(asked.get("last", "")) or last
    return gap_ledger.gather(visit.session, visit.actor, first=min(first, last), last=max(first, last))
