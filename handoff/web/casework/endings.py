"""How a case ends, what fitted nobody, and the places that fit after all: one page beside the case."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from starlette.responses import Response

from handoff import later
from handoff.cases import Case
from handoff.casework import closing, endings, gap_matches, gaps
from handoff.conversation import staff_names
from handoff.states import CaseState, Outcome
from handoff.web.case import case_of
from handoff.web.casework.frame import attempt, show
from intents.codes import Topic
from resources import areas
from resources.voice import Offered
from resources.web.console import View, Visit

_SAID = {
    "noted": "狭間の記録に残しました。合いそうな場所が台帳に載ると、ここに出て、予定にも入ります。",
    "gap_closed": "狭間の記録を閉じました。新しい場所とは、もう比べません。",
    "sent": "場所の案内を送信待ちに入れました。届いたかどうかは、会話の印で分かります。",
    "dismissed": "候補を見送りました。この狭間には、もう出ません。",
    "again": "相談をもう一度開き、あなたが受けました。会話から、本人に書いてください。",
}
_ENDED = "終了しました。本人からまたメッセージが届くと、自動で待機に戻ります。"
_ASKED = "もう一人の確認を頼みました。確認されるまで、この相談は終わりません。"
_WANTED = 200


def ending(visit: Visit) -> Response:
    """Show how a case may end and did before, and its gaps."""
    return _page(visit)


def end(visit: Visit) -> Response | View:
    """End the case, ask a second person, or agree as that person."""
    return _try(visit, "ended", lambda case: closing.end(visit.session, case, visit.form, actor=visit.actor, now=visit.now))


def look(visit: Visit) -> View:
    """Look for places that nearly fit; nothing is kept yet."""
    case = case_of(visit, to_change=True)
    sought, town = visit.form.get("sought", "").strip()[:_WANTED], case.custodian
    if not sought:
        return lambda later: _page(later, trouble="探すことばを入れてください。まだ何も残していません。", status=409)
    return lambda later: _page(later, found=later.console.voice.find(sought, town=town, now=later.now))


def note(visit: Visit) -> Response | View:
    """Write a gap into the ledger."""
    need, key = gaps.Need.read(visit.form), visit.form.get("key", "")
    sought = visit.form.get("sought", "").strip()[:_WANTED]

    def page(again: Visit, *, trouble: str, status: int) -> Response:
        # The places that were found stay on the page when keeping them was refused.
        town = case_of(again).custodian
        found = again.console.voice.find(sought, town=town, now=again.now) if sought else None
        return _page(again, trouble=trouble, status=status, found=found)

    return attempt(
        visit, "ending", "noted",
        lambda case: gaps.note(visit.session, case, need, key=key, actor=visit.actor, now=visit.now), page,
    )  # fmt: skip


def close_gap(visit: Visit) -> Response | View:
    """Say that a gap needs no place any more."""
    gap_id = visit.id("gap_id")
    return _try(visit, "gap_closed", lambda case: gaps.close(visit.session, case, gap_id, actor=visit.actor, now=visit.now))


def send(visit: Visit) -> Response | View:
    """Send a place that fits to the person."""
    match_id, words, key = visit.id("match_id"), visit.form.get("words", ""), visit.form.get("key", "")
    return _try(
        visit, "sent",
        lambda case: gap_matches.send(
            visit.session, case, match_id, words, key=key, actor=visit.actor, voice=visit.console.voice, now=visit.now
        ),
    )  # fmt: skip


def dismiss(visit: Visit) -> Response | View:
    """Say that a place does not fit, and why."""
    match_id, reason = visit.id("match_id"), visit.form.get("reason", "")
    return _try(
        visit, "dismissed",
        lambda case: gap_matches.dismiss(visit.session, case, match_id, reason, actor=visit.actor, now=visit.now),
    )  # fmt: skip


def contact_again(visit: Visit) -> Response | View:
    """Open a closed case again for a place that fits."""
    match_id = visit.id("match_id")
    return _try(
        visit, "again",
        lambda case: gap_matches.contact_again(visit.session, case, match_id, actor=visit.actor, now=visit.now),
    )  # fmt: skip


def _try(visit: Visit, said: str, act: Callable[[Case], object]) -> Response | View:
    return attempt(visit, "ending", said, act, _page)


def _page(
    visit: Visit, *, trouble: str = "", status: int = 200, found: Sequence[Offered] | None = None
) -> Response:
    case, session = case_of(visit), visit.session
    asked = endings.awaited_told(session, case)
    first = staff_names(session, {case.owner_id})[case.owner_id] if case.owner_id else ""
    return show(
        visit, case, "case_ending.html", said={**_SAID, "ended": _ENDED if case.state == CaseState.CLOSED else _ASKED},
        trouble=trouble, status=status, outcomes=list(Outcome), needs=endings.NEEDS, labels=endings.LABELS,
        asked=asked, first=first, planned=len(later.waiting(session, case)), earlier=endings.of_case(session, case),
        gaps=gaps.of_case(session, case), proposed=gaps.proposed(session, case),
        proposals=gap_matches.of_case(session, case), found=found, topics=list(Topic), bands=list(gaps.AgeBand),
        whys=list(gaps.Why), again=case.outcome not in gap_matches.OVER,
        catchments=sorted({one.catchment for one in areas.of_town(session, case.custodian) if one.catchment}),
    )  # fmt: skip
