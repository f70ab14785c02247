"""The meetings of a case, and all meetings one sits in: planned here, read by their members only."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from handoff import consent, presses
from handoff.cases import Case
from handoff.casework import meeting_names, meetings, seats
from handoff.casework.meetings import Seated
from handoff.casework.seats import Seat
from handoff.history import RECIPIENTS
from handoff.states import CaseState, NotAllowed
from handoff.web.case import case_of
from handoff.web.casework import frame
from resources import dates
from resources.web.console import View, Visit

# How many people without an account may be asked at once.
OUTSIDERS = 3


def case_meetings(visit: Visit, *, trouble: str = "", status: int = 200) -> Response:
    """Show the meetings of a case of which one is a member, and plan another."""
    case = case_of(visit)
    convening = meetings.may_convene(case, visit.actor) if case.state != CaseState.CLOSED else []
    people = [one for one in seats.candidates(visit.session, case) if one.id != visit.actor.staff_id] if convening else []
    return frame.show(
        visit, case, "case_meetings.html", said={}, trouble=trouble, status=status,
        listed=_listed(visit, meetings.of_actor(visit.session, visit.actor, case)), convening=convening,
        names=meeting_names.called(visit.session, case.custodian), people=people, recipients=_recipients(),
        outsiders=range(OUTSIDERS), means=consent.MEANS,
    )  # fmt: skip


def plan(visit: Visit) -> Response | View:
    """Plan a meeting; a second press of the same form finds the first one's."""
    case, key = case_of(visit, to_change=True), visit.form.get("key", "")
    if presses.counted(visit.session, case, key):
        return visit.go(f"/desk/cases/{case.id}/meetings")
    try:
        meeting = meetings.plan(
            visit.session, case, visit.form.get("kind", ""),
            dates.read_moment(visit.form.get("day", ""), visit.form.get("time", "")),
            visit.form.get("place", ""), _wanted(visit, case), actor=visit.actor, now=visit.now,
            means=visit.form.get("means", ""),
        )  # fmt: skip
    except NotAllowed as why:
        trouble = str(why)
        return lambda later: case_meetings(later, trouble=trouble, status=409)
    presses.first(visit.session, case, key, actor=visit.actor, now=visit.now)
    return visit.go(f"/desk/meetings/{meeting.id}?said=planned")


def own_meetings(visit: Visit) -> Response:
    """List the meetings one sits in."""
    return visit.page("meetings.html", listed=_listed(visit, meetings.of_actor(visit.session, visit.actor)))


def _listed(visit: Visit, found: list[Seated]) -> list[tuple[Seated, str]]:
    names = {town: meeting_names.called(visit.session, town) for town in {one.case.custodian for one in found}}
    return [(one, names[one.case.custodian][one.meeting.kind]) for one in found]


def _recipients() -> list[tuple[str, str]]:
    return [(code, RECIPIENTS[code]) for code in seats.OUTSIDE]


def _wanted(visit: Visit, case: Case) -> list[Seat]:
    form = visit.form
    people = [Seat(staff_id=one.id) for one in seats.candidates(visit.session, case) if form.get(f"member_{one.id}")]
    outside = [
        Seat(outside=form[f"outside_{number}"], recipient=form.get(f"recipient_{number}", ""))
        for number in range(OUTSIDERS)
        if form.get(f"outside_{number}", "").strip()
    ]
    return [*people, *outside]


def kept_values(visit: Visit) -> dict[str, Any]:
    """Return what was typed, for a form that is shown again."""
    return {name: value for name, value in visit.form.items() if name != "csrf"}
