"""Which town a person sets up on a page of settings: their own, or the one they chose among several."""

from __future__ import annotations

from resources.access import GRANTS, Permission
from resources.web.console import NoSuchPage, Visit


def town_of(visit: Visit) -> str:
    """Return the town a page of settings is about; raises NoSuchPage for one this person may not set up."""
    mine = visit.actor.towns_as(*GRANTS[Permission.SET_UP])
    wanted = visit.form.get("town") or visit.request.query_params.get("town", "")
    if wanted and wanted not in mine:
        raise NoSuchPage(NoSuchPage.__doc__)
    return wanted or (visit.actor.home if visit.actor.home in mine else min(mine))
