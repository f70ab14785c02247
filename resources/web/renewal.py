"""Choosing a new password with a link: the administrator hands it over, the person opens it."""

from __future__ import annotations

from starlette.responses import Response

from resources import passwords, people_changes, renewals
from resources.web.console import View, Visit
from resources.web.person import find, show
from resources.web.qr import picture


def offer(visit: Visit) -> Response | View:
    """Make a link for a person of one's towns and show it this once."""
    person = find(visit, to_change=True)
    try:
        token = people_changes.offer_renewal(visit.session, person, actor=visit.actor, now=visit.now)
    except people_changes.Refused as refused:
        trouble = str(refused)
        return lambda later: show(later, trouble=trouble, status=409)
    link = f"{visit.console.base_url}/renewal?token={token}"
    return lambda later: later.page(
        "renewal_link.html", link=link, picture=picture(link), person=person, hours=renewals.HOURS
    )


def renewal(visit: Visit) -> Response:
    """Ask for the new password; looking does not use the link up."""
    return _ask(visit, visit.request.query_params.get("token", ""))


def renew(visit: Visit) -> Response:
    """Take the new password; the link is spent afterwards."""
    form, token = visit.form, visit.form.get("token", "")
    try:
        with visit.console.database.reading() as session:
            login = renewals.whose(session, token, now=visit.now).login
        if form.get("password") != form.get("again"):
            return _ask(visit, token, error="2つのパスワードが同じではありません。もう一度入れてください。")
        hashed = visit.console.passwords.make(passwords.checked_password(form.get("password", ""), login))
        with visit.console.database.writing() as session:
            renewals.renew(session, token, hashed, now=visit.now)
    except renewals.RenewalSpent as spent:
        return visit.page("invitation_spent.html", status=410, error=str(spent))
    except passwords.PasswordTooWeak as weak:
        return _ask(visit, token, error=str(weak))
    return visit.page("sign_in.html", login=login, error="", next="", welcome=True)


def _ask(visit: Visit, token: str, *, error: str = "") -> Response:
    try:
        with visit.console.database.reading() as session:
            login = renewals.whose(session, token, now=visit.now).login
    except renewals.RenewalSpent as spent:
        return visit.page("invitation_spent.html", status=410, error=str(spent))
    return visit.page("renewal.html", status=422 if error else 200, error=error, token=token, login=login)
