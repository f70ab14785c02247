"""The page behind the one-time link of an offer: it shows what was agreed, and takes one answer."""

from __future__ import annotations

from starlette.responses import Response

from handoff.casework import referral_answers, referral_links
from handoff.casework.referral_links import LinkUseless
from handoff.casework.referrals import Reason
from handoff.states import NotAllowed
from handoff.web.casework.referrals import tell
from resources import dates
from resources.db import EVERYWHERE
from resources.web.console import Visit


def refer(visit: Visit) -> Response:
    """Show what is asked; looking answers nothing, because mail programs open links by themselves."""
    return _show(visit)


def answer(visit: Visit) -> Response:
    """Accept or decline, once."""
    yes, form = visit.form.get("answer") == "accept", visit.form
    try:
        with visit.console.database.writing(EVERYWHERE) as session:
            referral, case = referral_links.hold(session, _secret(visit), now=visit.now)
            if yes:
                first = dates.read(form.get("first_contact", ""))
                referral_answers.accept_outside(
                    session, referral, case, form.get("person", ""), first, actor=None, now=visit.now
                )
            else:
                referral_answers.decline(
                    session, referral, case, form.get("reason", ""), form.get("why", ""), actor=None, now=visit.now
                )
            tell(visit.within(session), case, referral)
    except LinkUseless as useless:
        return visit.page("refer_useless.html", status=410, error=str(useless))
    except NotAllowed as why:
        return _show(visit, trouble=str(why), status=409)
    return visit.page("refer_done.html", yes=yes)


def _show(visit: Visit, *, trouble: str = "", status: int = 200) -> Response:
    try:
        with visit.console.database.reading(EVERYWHERE) as session:
            referral, case = referral_links.open_link(session, _secret(visit), now=visit.now)
            told = referral_answers.told(session, referral, case)
    except LinkUseless as useless:
        return visit.page("refer_useless.html", status=410, error=str(useless))
    if referral.link_opened_at is None:
        with visit.console.database.writing(EVERYWHERE) as session:
            referral_links.note_opening(session, referral, now=visit.now)
    return visit.page(
        "refer.html", status=status, told=told, trouble=trouble, reasons=list(Reason), kept=visit.form, secret=_secret(visit),
        today=dates.day_of(visit.now),
    )  # fmt: skip


def _secret(visit: Visit) -> str:
    return str(visit.request.path_params["token"])
