"""One's own page: names, password, telephone, recovery codes, and where one is signed in."""

from __future__ import annotations

from starlette.responses import Response

from resources import account, second_factor
from resources.passwords import PasswordTooWeak, TooManyAtOnce, checked_password
from resources.web.console import View, Visit
from resources.web.prove import right_password
from resources.web.qr import picture

_SAID = {
    "names": "名前を変えました。",
    "password": "パスワードを変えました。ほかの端末はサインアウトしました。",
    "elsewhere": "ほかの端末をすべてサインアウトしました。",
}
_NOT_TWICE = "2つの新しいパスワードが同じではありません。まだ何も変えていません。"


def show(visit: Visit, *, trouble: str = "", about: str = "", status: int = 200) -> Response:
    """Show one's own page; `about` names the form that was refused."""
    staff = account.me(visit.session, visit.actor.staff_id)
    sessions = account.open_sessions(
        visit.session, staff, now=visit.now, idle_since=visit.now - visit.console.idle
    )
    return visit.page(
        "account.html", status=status, me=staff, sessions=sessions, trouble=trouble, about=about,
        typed=visit.form if about == "names" else {"display_name": staff.display_name, "sender_name": staff.sender_name},
        said=_SAID.get(visit.request.query_params.get("said", ""), ""), codes_left=second_factor.codes_left(visit.session, staff),
    )  # fmt: skip


def mine(visit: Visit) -> Response:
    """Show one's own page."""
    return show(visit)


def names(visit: Visit) -> Response | View:
    """Change the names colleagues and residents see."""
    staff = account.me(visit.session, visit.actor.staff_id, to_change=True)
    try:
        account.rename(
            visit.session, staff, display_name=visit.form.get("display_name", ""),
            sender_name=visit.form.get("sender_name", ""), now=visit.now,
        )  # fmt: skip
    except (account.NameMissing, account.NameTooLong) as refused:
        trouble = str(refused)
        return lambda later: show(later, trouble=trouble, about="names", status=422)
    return visit.go("/account?said=names")


def password(visit: Visit) -> Response:
    """Change one's password; the old one is needed, and every other browser is signed out."""
    form, console = visit.form, visit.console
    try:
        if form.get("password") != form.get("again"):
            return _password_refused(visit, _NOT_TWICE)
        fresh = checked_password(form.get("password", ""), _login(visit))
        if not right_password(visit, form.get("old", ""), remember=True):
            return _password_refused(visit, str(account.NotYou.__doc__))
    except (PasswordTooWeak, TooManyAtOnce) as refused:
        return _password_refused(visit, str(refused))
    hashed = console.passwords.make(fresh)
    with console.database.writing() as session:
        staff = account.me(session, visit.actor.staff_id, to_change=True)
        account.change_password(session, staff, hashed, here=visit.here, now=visit.now)
    return visit.go("/account?said=password")


def leave_elsewhere(visit: Visit) -> Response:
    """Sign out everywhere but here."""
    staff = account.me(visit.session, visit.actor.staff_id, to_change=True)
    account.leave_elsewhere(visit.session, staff, here=visit.here, now=visit.now)
    return visit.go("/account?said=elsewhere")


def offer_telephone(visit: Visit) -> Response:
    """Begin the set-up of a new telephone; the old one counts until the new one is confirmed."""
    second_factor.offer(visit.session, account.me(visit.session, visit.actor.staff_id, to_change=True))
    return visit.go("/account/telephone")


def telephone(visit: Visit) -> Response:
    """Show the key of the new telephone."""
    return _telephone(visit)


def confirm_telephone(visit: Visit) -> Response | View:
    """Take the new telephone by its first code, and show the recovery codes this once."""
    staff = account.me(visit.session, visit.actor.staff_id, to_change=True)
    try:
        codes = account.confirm_telephone(
            visit.session, staff, visit.form.get("code", ""), here=visit.here, now=visit.now
        )
    except account.CodeWrong as refused:
        trouble = str(refused)
        return lambda later: _telephone(later, error=trouble)
    return lambda later: later.page("recovery_codes.html", codes=codes, onward="/account")


def recovery_codes(visit: Visit) -> Response | View:
    """Make new recovery codes and show them this once."""
    staff = account.me(visit.session, visit.actor.staff_id, to_change=True)
    try:
        codes = account.renew_codes(visit.session, staff, now=visit.now)
    except account.NoFactor as refused:
        trouble = str(refused)
        return lambda later: show(later, trouble=trouble, about="factor", status=409)
    return lambda later: later.page("recovery_codes.html", codes=codes, onward="/account")


def _telephone(visit: Visit, *, error: str = "") -> Response:
    staff = account.me(visit.session, visit.actor.staff_id)
    key = second_factor.offered(visit.session, staff)
    if key is None:
        return visit.go("/account")
    return visit.page(
        "set_up.html", status=422 if error else 200, next="", error=error, key=second_factor.in_fours(key), login=staff.login,
        picture=picture(second_factor.address(staff, key)), action="/account/telephone", first=False,
    )  # fmt: skip


def _login(visit: Visit) -> str:
    with visit.console.database.reading() as session:
        return account.me(session, visit.actor.staff_id).login


def _password_refused(visit: Visit, trouble: str) -> Response:
    with visit.console.database.reading() as session:
        return show(visit.within(session), trouble=trouble, about="password", status=422)
