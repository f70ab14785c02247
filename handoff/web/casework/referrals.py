"""The page of a case on which it is offered to other desks and agencies, with every offer and what became of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from starlette.responses import Response

from handoff import consent, handing_over, presses
from handoff.cases import Case
from handoff.casework import (
    agency_kinds,
    limits,
    prefecture_requests,
    referral_answers,
    referral_links,
    referrals,
    referring,
)
from handoff.casework.grounds import LegalGround
from handoff.casework.referrals import NoLongerOpen, Reason, Referral, ReferralState, Share
from handoff.moves import only_owner
from handoff.states import CaseState, NotAllowed
from handoff.web.case import case_of
from handoff.web.casework.frame import attempt, show
from resources import dates
from resources.web.console import View, Visit
from resources.web.fields import row_id

SAID = {
    "offered": "つなぎを依頼しました。相手が引き受けるまで、担当はあなたのままです。",
    "withdrawn": "依頼を取り下げました。相手には、もう見えません。",
    "accepted": "受け入れを記録しました。最初の連絡の日に、本人に確かめる予定を残しました。",
    "declined": "引き受けられないとの返事を記録しました。担当はあなたのままです。",
    "asked": "都道府県に、名前を出さずに相談しました。助言は、ここに出ます。",
}


def page(visit: Visit, *, trouble: str = "", status: int = 200, link: str = "") -> Response:
    """Show the offers of a case, with what did not work and a link that was just made."""
    case = case_of(visit)
    lines = referrals.of_case(visit.session, case)
    mine = case.owner_id == visit.actor.staff_id
    today, waits = dates.day_of(visit.now), limits.of_town(visit.session, case.custodian)
    return show(
        visit,
        case,
        "referrals.html",
        said=SAID,
        trouble=trouble,
        status=status,
        lines=lines,
        bounces=sum(one.referral.state == ReferralState.DECLINED for one in lines),
        mine=mine,
        may_withdraw=referring.may_withdraw(case, visit.actor),
        may_offer=mine and case.state == CaseState.TAKEN,
        desks=[one.desk for one in handing_over.receivers(visit.session, case, walled=False) if not one.here],
        agencies=list(agency_kinds.known().values()),
        shares=list(Share),
        means=consent.MEANS,
        grounds=list(LegalGround),
        reasons=list(Reason),
        usual=referring.usual_day(waits, visit.now),
        today=today,
        first_day=today + timedelta(days=1),
        last_day=today + waits.patience,
        link=link,
        accepted=referral_answers.accepted_outside(visit.session, case) if mine and case.state == CaseState.TAKEN else None,
        asked=prefecture_requests.of_case(visit.session, case),
    )


def offer(visit: Visit) -> Response | View:
    """Offer a case to a desk or agency; the person is told whom we ask."""

    def act(case: Case) -> None:
        if not visit.form.get("key") or not presses.counted(visit.session, case, visit.form["key"]):
            made = referring.offer(visit.session, case, _asking(visit), actor=visit.actor, now=visit.now)
            presses.first(visit.session, case, visit.form.get("key", ""), actor=visit.actor, now=visit.now)
            tell(visit, case, made)

    return attempt(visit, "referrals", "offered", act, page)


def withdraw(visit: Visit) -> Response | View:
    """Take an offer back."""

    def act(case: Case) -> None:
        ended = referring.withdraw(visit.session, case, visit.id("referral_id"), actor=visit.actor, now=visit.now)
        tell(visit, case, ended)

    return attempt(visit, "referrals", "withdrawn", act, page)


def link(visit: Visit) -> Response | View:
    """Make the one-time link of an offer to an agency outside, and show it this once."""
    case = case_of(visit, to_change=True)
    try:
        secret = referral_links.make(visit.session, case, visit.id("referral_id"), actor=visit.actor, now=visit.now)
    except NotAllowed as why:
        trouble = str(why)
        return lambda later: page(later, trouble=trouble, status=409)
    address = f"{visit.console.base_url}/refer/{secret}"
    return lambda later: page(later, link=address)


def accepted(visit: Visit) -> Response | View:
    """Note that an agency outside said yes by telephone or otherwise."""

    def answer(referral: Referral, case: Case) -> None:
        person, first = visit.form.get("person", ""), dates.read(visit.form.get("first_contact", ""))
        referral_answers.accept_outside(visit.session, referral, case, person, first, actor=visit.actor, now=visit.now)

    return attempt(visit, "referrals", "accepted", _outside(visit, answer), page)


def declined(visit: Visit) -> Response | View:
    """Note that an agency outside said no."""

    def answer(referral: Referral, case: Case) -> None:
        reason, why = visit.form.get("reason", ""), visit.form.get("why", "")
        referral_answers.decline(visit.session, referral, case, reason, why, actor=visit.actor, now=visit.now)

    return attempt(visit, "referrals", "declined", _outside(visit, answer), page)


def ask_prefecture(visit: Visit) -> Response | View:
    """Ask the prefecture without names before it is asked by itself."""
    return attempt(
        visit, "referrals", "asked",
        lambda case: prefecture_requests.ask_by_hand(visit.session, case, actor=visit.actor, now=visit.now), page,
    )  # fmt: skip


def tell(visit: Visit, case: Case, referral: Referral) -> None:
    """Tell the person of a case how an offer stands, where that does no harm."""
    if told := referring.news(visit.session, case, referral):
        visit.console.tells(visit.session, case, *told, visit.now)


def _outside(visit: Visit, answer: Callable[[Referral, Case], None]) -> Callable[[Case], None]:
    def act(case: Case) -> None:
        only_owner(case, visit.actor)
        referral = referrals.open_of(visit.session, case)
        if referral is None or referral.id != visit.id("referral_id") or referral.desk_id is not None:
            raise NoLongerOpen(NoLongerOpen.__doc__)
        answer(referral, case)
        tell(visit, case, referral)

    return act


def _asking(visit: Visit) -> referring.Asking:
    form = visit.form
    ground = form.get("ground", "")
    return referring.Asking(
        form.get("words", ""),
        dates.read(form.get("answer_by", "")),
        desk_id=row_id(form["desk"]) if form.get("desk") else None,
        kind=form.get("kind", ""),
        name=form.get("name", ""),
        contact=form.get("contact", ""),
        shares=[share for share in Share if form.get(f"share_{share.value}")],
        means=form["means"] if form.get("means") in consent.MEANS else "",
        ground=LegalGround(ground) if ground in list(LegalGround) else None,
        ground_words=form.get("ground_words", ""),
    )
