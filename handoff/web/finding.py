"""Looking for a case: the words travel in the form, never in an address."""

from __future__ import annotations

import uuid
from datetime import date

from starlette.responses import Response

from handoff import finding, queue
from handoff.finding import DaysReversed, Standing, Wanted
from handoff.rows import Row
from handoff.web.desk import note_reading, parse_case_id
from intents.codes import Topic
from resources.web.console import Visit

_DATE_ODD = "日付の書き方が読み取れません。カレンダーから選ぶか、2026-11-24 のように入れてください。"
_NOTHING_GIVEN = "探すものが入っていません。受付番号か名前、または条件をひとつ以上入れてください。"


def ask(visit: Visit) -> Response:
    """Show the empty form."""
    return _page(visit, Wanted(), [], asked=False)


def search(visit: Visit) -> Response:
    """Find cases; a single one that was named is opened at once."""
    try:
        wanted = _wanted(visit)
    except ValueError as odd:
        trouble = str(odd) if isinstance(odd, DaysReversed) else _DATE_ODD
        return _page(visit, Wanted(words=_words(visit)), [], trouble=trouble, status=422)
    if wanted.nothing:
        return _page(visit, wanted, [], trouble=_NOTHING_GIVEN if "standing" in visit.form else "", asked=False)
    after = parse_case_id(visit.form.get("after", ""))
    found = finding.find(visit.session, visit.actor, wanted, now=visit.now, after=after, limit=queue.PAGE + 1)
    if len(found) == 1 and wanted.words and not wanted.filtered and after is None:
        return visit.go(f"/desk/cases/{found[0].case.id}")
    note_reading(visit, visit.session, "search")
    return _page(visit, wanted, found, first=after is None)


def _page(
    visit: Visit,
    wanted: Wanted,
    found: list[Row],
    *,
    trouble: str = "",
    status: int = 200,
    asked: bool = True,
    first: bool = True,
) -> Response:
    return visit.page(
        "search.html",
        status=status,
        wanted=wanted,
        kept={name: visit.form.get(name, "") for name in ("desk", "topic", "standing", "since", "until")},
        trouble=trouble,
        asked=asked,
        first=first,
        desks=finding.desks(visit.session, visit.actor),
        topics=list(Topic),
        standings=list(Standing),
        rows=found[: queue.PAGE],
        more=found[queue.PAGE - 1].case.id if len(found) > queue.PAGE else None,
    )


def _wanted(visit: Visit) -> Wanted:
    chosen = {name: visit.form.get(name, "").strip() for name in ("desk", "topic", "standing", "since", "until")}
    known: set[uuid.UUID] = {desk.id for desk in finding.desks(visit.session, visit.actor)}
    desk_id = parse_case_id(chosen["desk"])
    return Wanted(
        words=_words(visit),
        desk_id=desk_id if desk_id in known else None,
        topic=Topic(chosen["topic"]) if chosen["topic"] in list(Topic) else None,
        standing=Standing(chosen["standing"]) if chosen["standing"] in list(Standing) else Standing.ANY,
        since=date.fromisoformat(chosen["since"]) if chosen["since"] else None,
        until=date.fromisoformat(chosen["until"]) if chosen["until"] else None,
    )


def _words(visit: Visit) -> str:
    return visit.form.get("sought", "").strip()[: finding.LONGEST]
