"""The queue of the desk: who waits, and who should look next."""

from __future__ import annotations

import uuid

from sqlalchemy.orm import Session
from starlette.responses import Response

from handoff import queue, unreadable
from handoff.queue import Tab
from handoff.web.wording import unread
from resources import journal
from resources.web.console import Visit, json

SAID = {
    "passed_on": "専用窓口の待機に渡しました。この相談は、これからは専用窓口だけに見えます。記録は残っています。",
    "settled": "確かめたメッセージを一覧から外しました。だれがいつ確かめたかは残っています。",
    "retried": "機械がもう一度読みます。読めないときは、またこの一覧に出ます。",
    "gone": "そのメッセージは、もうこの一覧にありません。ほかの人が先に確かめたか、機械が読み直しています。",
}


def desk(visit: Visit) -> Response:
    """Show one list of the queue."""
    tab = _tab(visit)
    _note_reading(visit, tab)
    after = _id(visit.request.query_params.get("after", ""))
    rows = queue.rows(visit.session, visit.actor, tab, now=visit.now, after=after, limit=queue.PAGE + 1)
    watch = queue.watch(visit.session, visit.actor, tab)
    return visit.page(
        "desk.html",
        tab=tab,
        said=SAID.get(visit.request.query_params.get("said", ""), ""),
        tabs=list(Tab),
        counts=_counts(visit, watch),
        rows=rows[: queue.PAGE],
        more=rows[queue.PAGE - 1].case.id if len(rows) > queue.PAGE else None,
        aside=unreadable.waiting(visit.session, visit.actor) if tab is Tab.HELD else [],
        version=watch.version,
        first=after is None,
        unread_texts=unread(visit),
    )


def desk_live(visit: Visit) -> Response:
    """Tell a script whether the list moved; ids and figures only."""
    watch = queue.watch(visit.session, visit.actor, _tab(visit))
    return json({"version": watch.version, "ids": watch.ids, "counts": _counts(visit, watch)})


def search(visit: Visit) -> Response:
    """Find a case by receipt number or name; the words travel in the form, never in an address."""
    words = visit.form.get("sought", "").strip()[:80]
    found = queue.search(visit.session, visit.actor, words, now=visit.now) if words else []
    if len(found) == 1:
        return visit.go(f"/desk/cases/{found[0].case.id}")
    _record(visit, visit.session, "search")
    return visit.page("search.html", sought=words, rows=found)


def _tab(visit: Visit) -> Tab:
    asked = visit.request.query_params.get("tab", "")
    return Tab(asked) if asked in list(Tab) else Tab.WAITING


def _counts(visit: Visit, watch: queue.Watch) -> dict[str, int]:
    aside = unreadable.count(visit.session, visit.actor)
    return {tab.value: n + (aside if tab is Tab.HELD else 0) for tab, n in watch.counts.items()}


def _note_reading(visit: Visit, tab: Tab) -> None:
    # The list shows residents' own sentences: who looked is written down before it is shown.
    with visit.console.database.writing() as session:
        _record(visit, session, tab.value)


def _record(visit: Visit, session: Session, detail: str) -> None:
    journal.record(
        session, "queue.read", municipality=visit.actor.home, subject_kind="queue", staff_id=visit.actor.staff_id,
        now=visit.now, detail=detail,
    )  # fmt: skip


def _id(written: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(written)
    except ValueError:
        return None
