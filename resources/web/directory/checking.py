"""The sheet on which one entry is checked: each point asked, corrected on the spot, and what others say of it."""

from __future__ import annotations

from starlette.responses import Response

from resources import critical, directory, entry_reports, freshness, provider_links, verification
from resources.entry_reports import Said
from resources.importing.values import NotReadable, day
from resources.kinds import Kinds
from resources.provider_links import GONE
from resources.services import Status
from resources.web.console import View, Visit
from resources.web.directory import truth
from resources.web.directory.verification import after, told
from resources.web.qr import picture

_REFUSED = (verification.SomebodyElse, verification.NotYours, verification.NobodySuch, verification.NotAhead,
            critical.NotReadable, directory.EditedMeanwhile, provider_links.NoLink, provider_links.NothingWaits)  # fmt: skip


def sheet(visit: Visit) -> Response:
    """Show the sheet of one entry."""
    return _show(visit)


def assign(visit: Visit) -> Response | View:
    """Ask a colleague to check an entry."""
    record = truth.entry_of(visit)
    try:
        verification.assign(visit.session, record, visit.parse_id(visit.form.get("staff", "")), now=visit.now)
    except _REFUSED as refused:
        return _refused(refused)
    return visit.go(f"/directory/verification/{record.id}?said=assigned")


def give_back(visit: Visit) -> Response:
    """Put an entry back on the list."""
    record = truth.entry_of(visit)
    verification.give_back(visit.session, record, now=visit.now)
    return after(visit, record, "given_back")


def not_reached(visit: Visit) -> Response | View:
    """Count that nobody answered."""
    record = truth.entry_of(visit)
    try:
        verification.not_reached(visit.session, record, actor=visit.actor, now=visit.now)
    except _REFUSED as refused:
        return _refused(refused)
    return visit.go(f"/directory/verification/{record.id}?said=not_reached")


def check(visit: Visit) -> Response | View:
    """Keep what was found on each point."""
    record = truth.entry_of(visit)
    everything = "all" in visit.form
    right = frozenset(verification.POINTS) if everything else frozenset(truth.chosen(visit, "right."))
    try:
        whole = verification.check(
            visit.session, record, truth.typed(visit), right, how=visit.form.get("how", ""), seen=truth.seen(visit),
            actor=visit.actor, now=visit.now,
        )  # fmt: skip
    except _REFUSED as refused:
        return _refused(refused)
    return after(visit, record, "confirmed") if whole else visit.go(f"/directory/verification/{record.id}?said=part")


def end(visit: Visit) -> Response | View:
    """Take an entry that is no more out of every answer."""
    record = truth.entry_of(visit)
    reason = visit.form.get("reason", "").strip()[:400]
    if not reason:
        return lambda later: _show(later, trouble="外す理由を書いてください。まだ何も変えていません。", status=422)
    try:
        verification.end_entry(visit.session, record, reason, seen=truth.seen(visit), actor=visit.actor, now=visit.now)
    except _REFUSED as refused:
        return _refused(refused)
    return after(visit, record, "ended")


def rest(visit: Visit) -> Response | View:
    """Keep that an entry is closed for a while."""
    record = truth.entry_of(visit)
    try:
        until = day(visit.form.get("until", ""))
        reason = visit.form.get("why", "").strip()[:400]
        verification.rest(
            visit.session, record, until=until, reason=reason, seen=truth.seen(visit), actor=visit.actor, now=visit.now
        )
    except NotReadable as unread:
        return _refused(verification.NotAhead(f"再開する日：{unread.says}まだ何も変えていません。"))
    except _REFUSED as refused:
        return _refused(refused)
    return visit.go(f"/directory/verification/{record.id}?said=rested")


def reopen(visit: Visit) -> Response | View:
    """Keep that an entry is open again."""
    record = truth.entry_of(visit)
    try:
        verification.reopen(visit.session, record, seen=truth.seen(visit), actor=visit.actor, now=visit.now)
    except _REFUSED as refused:
        return _refused(refused)
    return visit.go(f"/directory/verification/{record.id}?said=reopened")


def reports(visit: Visit) -> Response:
    """Say that what residents reported was looked into and the entry is left as it is."""
    record = truth.entry_of(visit)
    entry_reports.settle(visit.session, record.id, now=visit.now)
    return visit.go(f"/directory/verification/{record.id}?said=reports")


def link(visit: Visit) -> Response | View:
    """Make a provider's link and show it this once."""
    record = truth.entry_of(visit)
    try:
        secret = provider_links.make(visit.session, record, actor=visit.actor, now=visit.now)
    except _REFUSED as refused:
        return _refused(refused)
    address = f"{visit.console.base_url}/provider/{secret}"
    return lambda later: later.page(
        "truth_link.html", link=address, picture=picture(address), record=record, days=provider_links.DAYS
    )


def answer(visit: Visit) -> Response | View:
    """Take the chosen points of a provider's answer."""
    record = truth.entry_of(visit)
    try:
        provider_links.accept(
            visit.session, record, visit.parse_id(visit.form.get("link", "")), truth.chosen(visit, "take."),
            seen=truth.seen(visit), actor=visit.actor, now=visit.now,
        )  # fmt: skip
    except _REFUSED as refused:
        return _refused(refused)
    return visit.go(f"/directory/verification/{record.id}?said=answer")


def _refused(refused: Exception) -> View:
    trouble = str(refused)
    return lambda later: _show(later, trouble=trouble, status=409)


_DONE = {
    "assigned": "頼みました。頼んだ人の一覧に出ます。",
    "rested": "休みと記録しました。答えには「休んでいます」と出ます。確認は、このまま続けられます。",
    "reopened": "また開いていると記録しました。",
    "not_reached": "つながらなかったことを記録しました。時間を変えて、またかけてください。",
}


def _show(visit: Visit, *, trouble: str = "", status: int = 200) -> Response:
    record = truth.entry_of(visit)
    kinds, draft, session = Kinds.load(), record.draft, visit.session
    open_round, waits = verification.current(session, record.id), provider_links.waiting(session, record.id)
    known, chosen = kinds.by_code.get(draft.kind), record.cadence_months
    people = verification.colleagues(session, record.municipality_code)
    # After a refusal stands what was typed; after a change by somebody else, what the entry says by now beside it.
    typed = truth.typed(visit) if trouble else {}
    return visit.page(
        "truth_entry.html", status=status, trouble=trouble, record=record, points=critical.points(draft),
        said=_DONE.get(visit.request.query_params.get("said", ""), told(visit)), typed=typed, right=truth.chosen(visit, "right."),
        round=open_round, mine=open_round is not None and open_round.staff_id == visit.actor.staff_id,
        who=next((one.display_name for one in people if open_round is not None and one.id == open_round.staff_id), ""),
        people=people, how=verification.HOW, unreached=verification.unreached_before(session, record.id),
        reports=entry_reports.of_entry(session, record.id), kinds_of_report=list(Said), over=critical.is_over(draft),
        waits=waits, answers=_answers(waits.proposed if waits else {}), told=critical.told(draft), gone=GONE,
        kind=known.label if known else draft.kind_label, months=freshness.months_of(draft.kind, kinds, chosen=chosen),
        due=truth.on(freshness.due_on(draft.assured_date, draft.kind, kinds, chosen=chosen)), on=truth.on,
        resting=draft.status == Status.TEMPORARILY_CLOSED, form=visit.form,
        latest=provider_links.latest(session, record.id),
    )  # fmt: skip


def _answers(proposed: dict[str, str]) -> list[tuple[str, str, str]]:
    """Return the points of an answer: field, label, words."""
    return [(field, critical.LABELS[field], proposed[field]) for field in critical.LABELS if field in proposed]
