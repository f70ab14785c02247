"""One case on one page: left what was said, right what to know and do next."""

from __future__ import annotations

import uuid
from typing import Any

from starlette.responses import Response

from handoff import casefile, cases, conversation
from handoff.cases import Case
from handoff.replying import LONGEST
from handoff.states import Outcome
from resources.db import new_id
from resources.web.console import NoSuchPage, Visit, json

SAID = {
    "taken": "この相談を受けました。ボットは黙っています。",
    "sent": "返信を送信待ちに入れました。届いたかどうかは、ことばの横の印で分かります。",
    "noted": "メモを残しました。",
    "reached": "メモを残し、未応答の時計を止めました。",
    "away": "席をはずしました。その間は、ボットが緊急の案内と場所の案内だけを続けます。",
    "back": "戻りました。ボットは黙っています。",
    "returned": "ボットに戻しました。相談は待機に戻り、記録は残っています。",
    "closed": "終了しました。本人からまたメッセージが届くと、自動で待機に戻ります。",
    "asked": "もう一人の確認を頼みました。確認されるまで、この相談は終わりません。",
}


def case(visit: Visit) -> Response:
    """Show a case."""
    return show(visit)


def show(visit: Visit, *, trouble: str = "", status: int = 200, kept: dict[str, str] | None = None) -> Response:
    """Show a case, with what did not work and what was typed; who reads is on record before."""
    found, earlier = case_of(visit), visit.request.query_params.get("before", "")
    before = visit.parse_id(earlier) if earlier else None
    unread = _note_reading(visit, found)
    file = casefile.gather(
        visit.session, found, actor=visit.actor, now=visit.now, before=before, unread=unread
    )
    return visit.page(
        "case.html",
        status=status,
        file=file,
        trouble=trouble,
        said=SAID.get(visit.request.query_params.get("said", ""), ""),
        kept=kept or {},
        key=(kept or {}).get("key") or new_id().hex,
        outcomes=list(Outcome),
        longest=LONGEST,
        page_size=conversation.PAGE,
        earlier=before is not None,
    )


def lines(visit: Visit) -> Response:
    """Return the conversation alone, for a page that is already open."""
    found = case_of(visit)
    _note_reading(visit, found)
    said = conversation.lines(visit.session, found)
    return visit.page("lines.html", lines=said, name=casefile.called(visit.session, found), base=f"/desk/cases/{found.id}")


def live(visit: Visit) -> Response:
    """Tell a script whether something was said or moved; ids and marks only."""
    found = case_of(visit)
    marks: dict[str, Any] = {
        key: {"state": state.value, "label": state.label, "why": why}
        for key, (state, why) in conversation.marks(visit.session, found).items()
    }
    newest = conversation.newest(visit.session, found)
    return json({"newest": newest, "standing": casefile.standing(found), "marks": marks})


def case_of(visit: Visit, *, to_change: bool = False) -> Case:
    """Return the case of the path; one this person may not see does not exist."""
    found = cases.find(visit.session, visit.actor, visit.id("case_id"), to_change=to_change)
    if found is None:
        raise NoSuchPage(NoSuchPage.__doc__)
    return found


def _note_reading(visit: Visit, found: Case) -> frozenset[uuid.UUID]:
    with visit.console.database.writing(visit.actor.custodians) as session:
        unread = casefile.note_reading(session, found, actor=visit.actor, now=visit.now)
    # The page shows the database as it is after the record, so the reader is among those who have read.
    visit.session.commit()
    return unread
