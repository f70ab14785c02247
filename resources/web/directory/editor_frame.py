"""What the pages of the directory's editors share: the town one works in, the tables of words, and days from a form."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any

from starlette.responses import Response

from intents.codes import Topic
from resources.directory import NoSuchEntry
from resources.drafts import Draft
from resources.editing import saving, wording
from resources.editing.three_ways import fingerprint
from resources.freshness import due_on, is_stale
from resources.importing.values import NotReadable, day
from resources.kinds import Kinds
from resources.places import Municipality
from resources.records import Record
from resources.services import Status
from resources.slots import JAPAN
from resources.web.console import NoSuchPage, Visit


@cache
def kinds() -> Kinds:
    """Return the table of kinds as shipped."""
    return Kinds.load()


def today(visit: Visit) -> date:
    """Return the day of the visit in Japan."""
    return visit.now.astimezone(JAPAN).date()


def towns(visit: Visit) -> dict[str, str]:
    """Return the towns whose directory the person keeps, by code."""
    mine = saving.towns_of(visit.actor)
    return {code: visit.session.get_one(Municipality, code).name for code in sorted(mine)}


def town_of(visit: Visit, said: str) -> str:
    """Return the town that was chosen, or the first of one's own."""
    mine = saving.towns_of(visit.actor)
    return said if said in mine else visit.actor.home if visit.actor.home in mine else min(mine)


def entry_of(visit: Visit, *, to_change: bool = False) -> Record:
    """Return the entry of the path; one of another town is a page that does not exist."""
    try:
        return saving.entry(visit.session, visit.id("service_id"), actor=visit.actor, to_change=to_change)
    except NoSuchEntry:
        raise NoSuchPage(NoSuchPage.__doc__) from None


def day_of(written: str) -> date | None:
    """Return a day as a form brings it; None for an empty field and for what is no day."""
    try:
        return day(written)
    except NotReadable:
        return None


def show(visit: Visit, template: str, *, status: int = 200, **values: Any) -> Response:
    """Render a page of the editors with the words they all use."""
    return visit.page(
        template, status=status, kinds=kinds(), topics=list(Topic), statuses=wording.STATUSES, Status=Status,
        said_of=lambda field, value: wording.value(field, value, kinds()), today=today(visit), stale=stale_of(visit),
        due=lambda draft: due_on(draft.assured_date, draft.kind, kinds()), print_of=fingerprint, **values,
    )  # fmt: skip


def stale_of(visit: Visit) -> Any:
    """Return what says of an entry whether it must be checked again."""
    day = today(visit)

    def stale(draft: Draft) -> bool:
        return is_stale(draft.assured_date, draft.kind, kinds(), today=day)

    return stale


def said(visit: Visit, table: Mapping[str, str]) -> str:
    """Return the words for what was just done."""
    return table.get(visit.request.query_params.get("said", ""), "")
