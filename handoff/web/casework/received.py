"""What other desks ask of one's own: the list, one offer with what was told of it, and the answer."""

from __future__ import annotations

from collections.abc import Callable

from starlette.responses import Response

from handoff import cases
from handoff.cases import Case
from handoff.casework import prefecture_requests, referral_answers, referrals
from handoff.casework.referrals import NoLongerOpen, Reason, Referral
from handoff.states import NotAllowed
from handoff.web.casework.referrals import tell
from resources import dates, journal
from resources.desks import Desk
from resources.places import Municipality
from resources.web.console import NoSuchPage, View, Visit

SAID = {
    "declined": "引き受けられないと伝えました。知らせてくださって、ありがとうございます。",
    "gone": "その依頼は、もう返事がすんでいるか、取り下げられています。あなたの操作では何も変わっていません。",
}


def received(visit: Visit) -> Response:
    """List what one's desks are asked, and how what one asked oneself stands; nothing about a person."""
    waiting = referral_answers.of_desks(visit.session, visit.actor)
    made = referrals.made_by(visit.session, visit.actor, now=visit.now)
    desks = {one.desk_id for one in (*waiting, *made)} | {one.from_desk_id for one in waiting}
    names = {desk: visit.session.get_one(Desk, desk).name for desk in desks if desk}
    return visit.page(
        "received.html",
        waiting=waiting,
        made=[(one, referrals.accepted_by(visit.session, one)) for one in made],
        names=names,
        towns={one.custodian: visit.session.get_one(Municipality, one.custodian).name for one in waiting},
        today=dates.day_of(visit.now),
        in_prefecture=bool(prefecture_requests.prefectures(visit.session, visit.actor)),
        said=SAID.get(visit.request.query_params.get("said", ""), ""),
    )


def offered(visit: Visit, *, trouble: str = "", status: int = 200) -> Response:
    """Show one offer with what was agreed to be told; who reads is on record before."""
    found = _found(visit)
    with visit.console.database.writing(visit.actor.custodians) as session:
        referral_answers.note_reading(session, found[0], actor=visit.actor, now=visit.now)
    return visit.page(
        "received_one.html", status=status, told=referral_answers.told(visit.session, *found), trouble=trouble,
        reasons=list(Reason), kept=visit.form, today=dates.day_of(visit.now),
    )  # fmt: skip


def accept(visit: Visit) -> Response | View:
    """Take the case on: from now on it is one's own."""

    def act(referral: Referral, case: Case) -> str:
        first = dates.read(visit.form.get("first_contact", ""))
        referral_answers.accept(visit.session, referral, case, first, actor=visit.actor, now=visit.now)
        return f"/desk/cases/{case.id}?said=taken"

    return _answer(visit, act)


def decline(visit: Visit) -> Response | View:
    """Say no, with a reason."""

    def act(referral: Referral, case: Case) -> str:
        reason, why = visit.form.get("reason", ""), visit.form.get("why", "")
        referral_answers.decline(visit.session, referral, case, reason, why, actor=visit.actor, now=visit.now)
        return "/desk/referrals?said=declined"

    return _answer(visit, act)


def bounced(visit: Visit) -> Response:
    """List the cases that were declined twice or oftener, for who finds out who is in charge."""
    query = cases.visible_to(visit.actor).where(Case.id.in_(referrals.bounced_ids()), Case.state != "closed")
    found = list(visit.session.scalars(query.order_by(Case.need, Case.id)))
    with visit.console.database.writing(visit.actor.custodians) as session:
        journal.record(
            session, "queue.read", municipality=visit.actor.home, subject_kind="queue", staff_id=visit.actor.staff_id,
            now=visit.now, detail="bounced",
        )  # fmt: skip
    return visit.page(
        "bounced.html", rows=[(case, referrals.of_case(visit.session, case)) for case in found],
        in_prefecture=bool(prefecture_requests.prefectures(visit.session, visit.actor)),
    )  # fmt: skip


def _answer(visit: Visit, act: Callable[[Referral, Case], str]) -> Response | View:
    found = referral_answers.find(visit.session, visit.actor, visit.id("referral_id"), to_change=True)
    if found is None:
        return visit.go("/desk/referrals?said=gone")
    try:
        path = act(*found)
    except NoLongerOpen:
        return visit.go("/desk/referrals?said=gone")
    except NotAllowed as why:
        trouble = str(why)
        return lambda later: offered(later, trouble=trouble, status=409)
    tell(visit, found[1], found[0])
    return visit.go(path)


def _found(visit: Visit) -> tuple[Referral, Case]:
    found = referral_answers.find(visit.session, visit.actor, visit.id("referral_id"))
    if found is None:
        raise NoSuchPage(NoSuchPage.__doc__)
    return found
