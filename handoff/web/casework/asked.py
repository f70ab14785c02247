"""What towns ask their prefecture when nobody takes a case on: no names unless the person allowed it, and advice in return."""

from __future__ import annotations

from starlette.responses import Response

from handoff import cases
from handoff.casework import prefecture_requests
from handoff.states import NotAllowed
from resources.web.console import NoSuchPage, Visit

SAID = {"answered": "助言を町に伝えました。相談の記録に残り、担当者に知らせました。"}


def asked(visit: Visit) -> Response:
    """List the questions to one's prefecture."""
    codes = _prefectures(visit)
    with visit.console.database.reading(prefecture_requests.towns(visit.session, codes)) as session:
        listed = prefecture_requests.listed(session, visit.actor, codes)
    return visit.page(
        "asked.html", asked=listed, in_prefecture=True,
        said=SAID.get(visit.request.query_params.get("said", ""), ""),
    )  # fmt: skip


def question(visit: Visit, *, trouble: str = "", status: int = 200) -> Response:
    """Show one question; who reads is on record before."""
    codes = _prefectures(visit)
    towns = prefecture_requests.towns(visit.session, codes)
    with visit.console.database.reading(towns) as session:
        found = prefecture_requests.find(session, visit.actor, codes, visit.id("request_id"))
    if found is None:
        raise NoSuchPage(NoSuchPage.__doc__)
    with visit.console.database.writing(towns) as session:
        prefecture_requests.note_reading(session, found, actor=visit.actor, now=visit.now)
    mine = found.receipt and cases.find(visit.session, visit.actor, found.request.case_id) is not None
    return visit.page(
        "asked_one.html", status=status, asked=found, trouble=trouble, typed=visit.form.get("words", ""), linked=mine
    )


def answer(visit: Visit) -> Response:
    """Send advice to the town."""
    with visit.console.database.reading() as session:
        codes = _prefectures(visit.within(session))
        towns = prefecture_requests.towns(session, codes)
    try:
        with visit.console.database.writing(towns) as session:
            found = prefecture_requests.find(session, visit.actor, codes, visit.id("request_id"))
            if found is None:
                raise NoSuchPage(NoSuchPage.__doc__)
            words = visit.form.get("words", "")
            prefecture_requests.answer(session, found, words, actor=visit.actor, now=visit.now)
    except NotAllowed as why:
        with visit.console.database.reading(visit.actor.custodians) as session:
            return question(visit.within(session), trouble=str(why), status=409)
    return visit.go("/desk/asked?said=answered")


def _prefectures(visit: Visit) -> frozenset[str]:
    codes = prefecture_requests.prefectures(visit.session, visit.actor)
    if not codes:
        raise NoSuchPage(NoSuchPage.__doc__)
    return codes
