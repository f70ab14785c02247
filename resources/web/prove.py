"""Giving the password once more before something that must not happen by a screen left open."""

from __future__ import annotations

from starlette.responses import Response

from resources import account
from resources.passwords import TooManyAtOnce
from resources.web.console import Visit
from resources.web.login import local

_KEPT = "kept."


def prove_form(visit: Visit) -> Response:
    """Ask for the password."""
    path = local(visit.request.query_params.get("next", "")) or "/account"
    return visit.page("prove.html", path=path, kept={}, posted=False, error="")


def prove_now(visit: Visit) -> Response:
    """Check the password and go on where the person wanted to go; a form that was sent is kept and sent again."""
    path, posted = local(visit.form.get("next", "")) or "/account", bool(visit.form.get("posted"))
    kept = {name.removeprefix(_KEPT): value for name, value in visit.form.items() if name.startswith(_KEPT)}
    try:
        proven = right_password(visit, visit.form.get("password", ""), remember=True)
    except TooManyAtOnce as busy:
        return visit.page("prove.html", status=503, path=path, kept=kept, posted=posted, error=str(busy))
    if not proven:
        error = str(account.NotYou.__doc__)
        return visit.page("prove.html", status=422, path=path, kept=kept, posted=posted, error=error)
    return visit.page("proved.html", path=path, kept=kept) if posted else visit.go(path)


def right_password(visit: Visit, password: str, *, remember: bool = False) -> bool:
    """Whether the password of the person who asks is right; raises TooManyAtOnce.

    The costly check stands between two transactions, so that nobody else waits for it.
    """
    database, staff_id = visit.console.database, visit.actor.staff_id
    with database.reading() as session:
        stored = account.me(session, staff_id).password_hash
    fits = visit.console.passwords.fits(stored, password)
    with database.writing() as session:
        staff = account.me(session, staff_id, to_change=True)
        proven = account.proven(session, staff, fits=fits, checked=stored, now=visit.now)
        if proven and remember:
            account.prove(session, staff, visit.here, now=visit.now)
    return proven
