"""What staff press about a wish to apply for 生活保護: heard by telephone, told to the office, applied for, taken back."""

from __future__ import annotations

from starlette.responses import Response

from handoff.cases import Case
from handoff.casework import welfare
from handoff.casework.welfare import Office
from handoff.web.casework import frame
from handoff.web.casework.reports import page
from resources import dates
from resources.web.console import View, Visit


def spoken(visit: Visit) -> Response | View:
    """Keep what somebody said by telephone or face to face, as they said it."""
    form = visit.form
    return frame.attempt(
        visit, "reports", "spoken",
        lambda case: welfare.spoken(
            visit.session, case, form.get("said_words", ""), means=form.get("said_means", ""),
            at=dates.read_moment(form.get("said_at", "")), key=form.get("key", ""), actor=visit.actor, now=visit.now,
        ),
        page,
    )  # fmt: skip


def tell(visit: Visit) -> Response | View:
    """Record that the welfare office was told; the resident hears of it, where they may be told."""
    form = visit.form

    def act(case: Case) -> None:
        office = Office(form.get("office", ""), form.get("office_person", ""), dates.read_moment(form.get("office_at", "")))
        welfare.tell(visit.session, case, visit.id("intent_id"), office, actor=visit.actor, now=visit.now)
        if not case.walled:
            visit.console.tells(visit.session, case, "applying.office_told", {"place": office.name.strip()}, visit.now)

    return frame.attempt(visit, "reports", "told", act, page)


def apply(visit: Visit) -> Response | View:
    """Record the day of the application."""
    return frame.attempt(
        visit, "reports", "applied",
        lambda case: welfare.apply(
            visit.session, case, visit.id("intent_id"), dates.read(visit.form.get("applied_on", "")),
            actor=visit.actor, now=visit.now,
        ),
        page,
    )  # fmt: skip


def withdraw(visit: Visit) -> Response | View:
    """Record that the person took the wish back, in their own words."""
    return frame.attempt(
        visit, "reports", "withdrawn",
        lambda case: welfare.withdraw(
            visit.session, case, visit.id("intent_id"), visit.form.get("withdrawal", ""), actor=visit.actor, now=visit.now
        ),
        page,
    )  # fmt: skip
