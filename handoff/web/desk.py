"""The queue of the desk: who waits, and who should look next."""

from __future__ import annotations

import uuid

from sqlalchemy.orm import Session
from starlette.responses import Response

from handoff import deadlines, queue, unreadable
from handoff.casework import referral_answers
from handoff.lists import Tab
from handoff.queue import Tally, Watch
from handoff.web.wording import unread
from resources import journal
from resources.web.console import Visit, json
from resources.web.look import ago

SAID = {
    "left": "席をはずしました。あなたの会話では、ボットが緊急の案内と場所の案内だけを続けます。",
    "returned": "戻りました。あなたの会話では、ボットは黙っています。",
    "passed_on": "専用窓口の待機に渡しました。この相談は、これからは専用窓口だけに見えます。記録は残っています。",
    "left_team": "あなたの所属はチームを抜けました。この相談は、もう見えません。書いたことは残っています。",
    "settled": "確かめたメッセージを一覧から外しました。だれがいつ確かめたかは残っています。",
    "retried": "機械がもう一度読みます。読めないときは、またこの一覧に出ます。",
    "gone": "そのメッセージは、もうこの一覧にありません。ほかの人が先に確かめたか、機械が読み直しています。",
}


def desk(visit: Visit) -> Response:
    """Show one list of the queue; what came while nobody read stands before all others."""
    book = deadlines.book(visit.session, visit.actor, now=visit.now)
    counted = queue.tally(visit.session, visit.actor, book)
    tab = _tab(visit) or (Tab.HANDOVER if counted.counts[Tab.HANDOVER] else Tab.WAITING)
    _note_list(visit, tab)
    after = parse_case_id(visit.request.query_params.get("after", ""))
    watch = queue.watch(visit.session, visit.actor, tab, counted, book, after=after)
    found = queue.watched(visit.session, visit.actor, watch, book, now=visit.now)
    return visit.page(
        "desk.html",
        tab=tab,
        said=SAID.get(visit.request.query_params.get("said", ""), ""),
        tabs=list(Tab),
        counts=_counts(visit, counted),
        alarm=counted.alarm,
        rows=found[: queue.PAGE],
        more=found[queue.PAGE - 1].case.id if len(found) > queue.PAGE else None,
        aside=unreadable.waiting(visit.session, visit.actor) if tab is Tab.HELD else [],
        version=watch.version,
        after=after,
        unread_texts=unread(visit),
        offers=referral_answers.waiting(visit.session, visit.actor),
    )


def desk_live(visit: Visit) -> Response:
    """Tell a script whether the list moved; ids, times and figures only."""
    book = deadlines.book(visit.session, visit.actor, now=visit.now)
    counted = queue.tally(visit.session, visit.actor, book)
    tab, after = _tab(visit) or Tab.WAITING, parse_case_id(visit.request.query_params.get("after", ""))
    watch = queue.watch(visit.session, visit.actor, tab, counted, book, after=after)
    return json({
        "version": watch.version, "ids": watch.ids, "counts": _counts(visit, counted), "clocks": _clocks(visit, watch),
        "urgent": {"count": counted.alarm.count, "newest": counted.alarm.newest},
    })  # fmt: skip


def note_reading(visit: Visit, session: Session, detail: str) -> None:
    """Write down who looked at a list: it shows residents' own sentences."""
    journal.record(
        session, "queue.read", municipality=visit.actor.home, subject_kind="queue", staff_id=visit.actor.staff_id,
        now=visit.now, detail=detail,
    )  # fmt: skip


def parse_case_id(written: str) -> uuid.UUID | None:
    """Return an id, None when it is not one."""
    try:
        return uuid.UUID(written)
    except ValueError:
        return None


def _tab(visit: Visit) -> Tab | None:
    asked = visit.request.query_params.get("tab", "")
    return Tab(asked) if asked in list(Tab) else None


def _counts(visit: Visit, counted: Tally) -> dict[str, int]:
    aside = unreadable.count(visit.session, visit.actor)
    return {tab.value: n + (aside if tab is Tab.HELD else 0) for tab, n in counted.counts.items()}


def _clocks(visit: Visit, watch: Watch) -> dict[str, list[str]]:
    # How long each waits and may wait still: a page that stands open for an hour must not tell old figures.
    return {
        key: [ago(since, visit.now), limit.words, "over" if limit.over else ""] for key, (since, limit) in watch.clocks.items()
    }


def _note_list(visit: Visit, tab: Tab) -> None:
    # Who looked is written down before it is shown.
    with visit.console.database.writing() as session:
        note_reading(visit, session, tab.value)
