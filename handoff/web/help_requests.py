"""What a 民生委員 is asked: the desk asks and takes back, the person asked reads, answers and reports."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from starlette.responses import Response

from handoff import consent, help_requests
from handoff.help_requests import Asked, Share
from handoff.states import Consent, NotAllowed
from handoff.web.acts import done, refused
from handoff.web.case import case_of
from handoff.web.casework.frame import show
from resources.web.console import NoSuchPage, View, Visit

SAID = {
    "accepted": "引き受けると伝えました。ありがとうございます。",
    "refused": "難しいと伝えました。理由は要りません。知らせてくださって、ありがとうございます。",
    "reported": "窓口に伝えました。",
    "finished": "終わったことを窓口に伝えました。ありがとうございました。",
    "gone": "そのお願いは、もう取り下げられたか、終わっています。",
}


def form(visit: Visit, *, trouble: str = "", status: int = 200) -> Response:
    """Ask whom and for what; without a 民生委員 in the town the page says so."""
    case = case_of(visit)
    return show(
        visit, case, "ask_commissioner.html", said={}, trouble=trouble, status=status,
        obstacle=help_requests.obstacle(visit.session, case, actor=visit.actor),
        helpers=help_requests.helpers(visit.session, case), agreed=help_requests.agreed(visit.session, case),
        shares=list(Share), means=consent.MEANS,
    )  # fmt: skip


def ask(visit: Visit) -> Response | View:
    """Ask one 民生委員, with the person's consent on record."""
    case, typed = case_of(visit, to_change=True), visit.form
    try:
        helper = visit.parse_id(typed.get("helper", "")) if typed.get("helper") else uuid.UUID(int=0)
        if typed.get("means") in consent.MEANS:
            consent.give(
                visit.session, case, Consent.GIVEN, recipient=help_requests.COMMISSIONER, scope=("request",),
                means=typed["means"], now=visit.now, by=visit.actor.staff_id,
            )  # fmt: skip
        shares = [share for share in Share if typed.get(f"share_{share.value}")]
        help_requests.ask(
            visit.session, case, helper, typed.get("request", ""), shares, actor=visit.actor, now=visit.now
        )
    except NotAllowed as why:
        trouble = str(why)
        return lambda later: form(later, trouble=trouble, status=409)
    return done(visit, case, "help_asked")


def withdraw(visit: Visit) -> Response | View:
    """Take a request back."""
    case = case_of(visit, to_change=True)
    try:
        help_requests.withdraw(visit.session, case, visit.id("request_id"), actor=visit.actor, now=visit.now)
    except NotAllowed as why:
        return refused(visit, case, why)
    return done(visit, case, "help_withdrawn")


def requests(visit: Visit) -> Response:
    """List what one is asked now."""
    return visit.page(
        "requests.html", asked=help_requests.of_helper(visit.session, visit.actor),
        said=SAID.get(visit.request.query_params.get("said", ""), ""),
    )  # fmt: skip


def request(visit: Visit) -> Response:
    """Show one request, with what the desk chose to tell; who reads is on record before."""
    found = _found(visit)
    with visit.console.database.writing(visit.actor.custodians) as session:
        help_requests.note_reading(session, found, actor=visit.actor, now=visit.now)
    return _page(visit, found)


def accept(visit: Visit) -> Response | View:
    """Say yes."""
    return _answer(visit, yes=True)


def refuse(visit: Visit) -> Response | View:
    """Say no; no reason is asked."""
    return _answer(visit, yes=False)


def report(visit: Visit) -> Response | View:
    """Tell the desk how it went, and perhaps that it is done."""
    over = visit.form.get("done") == "yes"

    def tell(found: Asked) -> None:
        words = visit.form.get("words", "")
        help_requests.report(visit.session, found, words, done=over, actor=visit.actor, now=visit.now)

    if not visit.form.get("words", "").strip():
        return lambda later: _page(later, _found(later), trouble="ようすを書いてから、伝えてください。", status=422)
    return _try(visit, tell, "finished" if over else "reported")


def _answer(visit: Visit, *, yes: bool) -> Response | View:
    return _try(
        visit,
        lambda found: help_requests.answer(visit.session, found, yes=yes, actor=visit.actor, now=visit.now),
        "accepted" if yes else "refused",
    )


def _try(visit: Visit, act: Callable[[Asked], None], said: str) -> Response | View:
    found = help_requests.find(visit.session, visit.actor, visit.id("request_id"), to_change=True)
    if found is None:
        return visit.go("/requests?said=gone")
    try:
        act(found)
    except NotAllowed as why:
        trouble = str(why)
        return lambda later: _page(later, _found(later), trouble=trouble, status=409)
    return visit.go(f"/requests?said={said}")


def _page(visit: Visit, found: Asked, *, trouble: str = "", status: int = 200) -> Response:
    return visit.page("request.html", status=status, asked=found, trouble=trouble, typed=visit.form.get("words", ""))


def _found(visit: Visit) -> Asked:
    found = help_requests.find(visit.session, visit.actor, visit.id("request_id"))
    if found is None:
        raise NoSuchPage(NoSuchPage.__doc__)
    return found
