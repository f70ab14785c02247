"""Pages where one person gives a case to another, or joins two conversations of one person."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from handoff import casefile, cases, handing_over, history, merging
from handoff.cases import Case
from handoff.conversation import mention, staff_names
from handoff.states import NotAllowed
from handoff.web.acts import done, refused_with
from handoff.web.case import case_of
from handoff.web.casework.frame import show
from resources import journal
from resources.desks import Desk
from resources.web.console import View, Visit
from resources.web.fields import number, row_id
from resources.web.look import brief


def choose(visit: Visit, *, trouble: str = "", status: int = 200) -> Response:
    """Ask to whom a case is given, and why."""
    case = case_of(visit)
    may = handing_over.may_hand_over(case, visit.actor, now=visit.now)
    return show(
        visit, case, "hand_over.html", said={}, trouble=trouble, status=status, may=may,
        receivers=handing_over.receivers(visit.session, case) if may else [],
    )  # fmt: skip


def hand_over(visit: Visit) -> Response | View:
    """Give a case to a colleague or another desk; who comes too late is told who was first, and when."""
    case = case_of(visit, to_change=True)
    desk, _, person = visit.form.get("to", "").partition(".")
    try:
        handing_over.hand_over(
            visit.session, case, visit.form.get("reason", ""), desk_id=row_id(desk), to=row_id(person) if person else None,
            seen=number(visit.form.get("seen", "")), actor=visit.actor, now=visit.now,
        )  # fmt: skip
    except NotAllowed as why:
        late = _too_late(visit, case) if isinstance(why, handing_over.MovedOn) else ""
        trouble = late or str(why)
        return lambda later: choose(later, trouble=trouble, status=409)
    receiver = staff_names(visit.session, {case.owner_id}).get(case.owner_id) if case.owner_id else None
    desk_name = visit.session.get_one(Desk, case.desk_id).name
    to = f"{receiver}さん" if receiver else desk_name
    mention(visit.session, case, f"{visit.actor.name}さんが{to}に引き継ぎました", now=visit.now)
    visit.console.handed_over(visit.session, case, visit.now)
    return done(visit, case, "handed")


def same(visit: Visit) -> Response:
    """Ask for the other conversation of the same person."""
    return visit.page("same.html", **_shown(visit, case_of(visit)))


def same_found(visit: Visit) -> Response:
    """Show what was found, or two conversations side by side; who reads is on record."""
    case, sought = case_of(visit), visit.form.get("sought", "").strip()[:80]
    other = _other(visit) if visit.form.get("other") else None
    for one in filter(None, (case, other)):
        _record(visit, one)
    return visit.page("same.html", **_shown(visit, case, sought=sought, other=other))


def join(visit: Visit) -> Response | View:
    """Read two conversations as one from now on."""
    case = case_of(visit, to_change=True)
    try:
        other = _other(visit, to_change=True)
        if other is None:
            raise merging.CannotJoin(merging.CannotJoin.__doc__)
        merging.join(visit.session, case, other, actor=visit.actor, now=visit.now)
    except NotAllowed as refused:
        return refused_with(visit, str(refused))
    return done(visit, case, "joined")


def part(visit: Visit) -> Response | View:
    """Separate two conversations again."""
    case = case_of(visit, to_change=True)
    try:
        merging.part(visit.session, case, row_id(visit.form.get("contact", "")), actor=visit.actor, now=visit.now)
    except NotAllowed as refused:
        return refused_with(visit, str(refused))
    return done(visit, case, "parted")


def _shown(visit: Visit, case: Case, sought: str = "", other: Case | None = None) -> dict[str, Any]:
    sides = [merging.side(visit.session, one) for one in (case, other)] if other is not None else []
    found = merging.candidates(visit.session, case, sought, actor=visit.actor, now=visit.now) if not sides else []
    return {"case": case, "sought": sought, "rows": found, "sides": sides, "asked": visit.request.method == "POST"}


def _other(visit: Visit, *, to_change: bool = False) -> Case | None:
    # One that this person may not see is treated like one that was not found.
    return cases.find(visit.session, visit.actor, row_id(visit.form.get("other", "")), to_change=to_change)


def _record(visit: Visit, case: Case) -> None:
    journal.record(
        visit.session, casefile.READ, municipality=case.custodian, subject_kind="case", subject_id=case.id,
        staff_id=visit.actor.staff_id, now=visit.now, detail="same_person",
    )  # fmt: skip


def _too_late(visit: Visit, case: Case) -> str:
    event = handing_over.last_change(visit.session, case)
    if event is None or event.staff_id is None:
        return ""
    who = staff_names(visit.session, {event.staff_id}).get(event.staff_id, "")
    when, did = brief(event.at, visit.now), history.happened(event)
    return f"{when}に{who}さんが先に動かしました（{did}）。あなたの操作では何も変わっていません。"
