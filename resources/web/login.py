"""The door of the consoles: signing in and out, and accepting an invitation."""

from __future__ import annotations

from urllib.parse import quote

from starlette.responses import Response

from resources import passwords, sign_in, two_steps
from resources.places import Municipality
from resources.staff import Role
from resources.web.console import Visit
from resources.web.kit import end_session, set_half, set_session

_REFUSED = (
    "サインインできませんでした。メールアドレスとパスワードを確かめてください。"
    "続けて間違えると、しばらく（1〜15分）サインインできなくなります。"
)


def sign_in_form(visit: Visit) -> Response:
    """Show the sign-in form."""
    onward = local(visit.request.query_params.get("next", ""))
    return visit.page("sign_in.html", login="", error="", welcome=False, next=onward)


def sign_in_now(visit: Visit) -> Response:
    """Check a password and begin a session; every refusal looks and takes the same."""
    login, onward = visit.form.get("login", ""), local(visit.form.get("next", ""))
    database = visit.console.database
    with database.reading() as session:
        staff_id, stored = sign_in.known_hash(session, login)
    # The costly check stands between two transactions, so that nobody else waits for it.
    try:
        fits = visit.console.passwords.fits(stored, visit.form.get("password", ""))
    except passwords.TooManyAtOnce as busy:
        return visit.page("sign_in.html", status=503, login=login, error=str(busy), welcome=False, next=onward)
    with database.writing() as session:
        entered = two_steps.enter(
            session, staff_id, fits=fits, checked=stored, hours=visit.console.session_hours, now=visit.now,
            second=visit.console.second_factor,
        )  # fmt: skip
    if entered is None:
        return visit.page("sign_in.html", status=403, login=login, error=_REFUSED, welcome=False, next=onward)
    if entered.half:
        response = visit.go(f"/sign-in/code?next={quote(onward)}" if onward else "/sign-in/code")
        set_half(response, visit.console, entered.token)
        return response
    response = visit.go(onward or "/start")
    set_session(response, visit.console, entered.token)
    return response


def sign_out(visit: Visit) -> Response:
    """End the session."""
    if visit.session_id is not None:
        sign_in.leave(visit.session, visit.session_id)
    response = visit.go("/sign-in")
    end_session(response, visit.console)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def start(visit: Visit) -> Response:
    """Lead to the one console a person uses, or show which there are."""
    consoles = visit.consoles()
    return visit.go(consoles[0].path) if len(consoles) == 1 else visit.page("start.html", consoles=consoles)


def invitation_form(visit: Visit) -> Response:
    """Show what an invitation is for; looking does not use it up."""
    return _invitation(visit, visit.request.query_params.get("token", ""))


def invitation_accepted(visit: Visit) -> Response:
    """Take the name and password of the invited person; the link is spent afterwards."""
    form, token = visit.form, visit.form.get("token", "")
    name = " ".join(form.get("display_name", "").split())[:40]
    try:
        with visit.console.database.reading() as session:
            login = sign_in.invitation(session, token, now=visit.now).login or form.get("login", "")
        if not name or "@" not in login:
            return _invitation(visit, token, error="お名前とメールアドレスを入れてください。")
        if form.get("password") != form.get("again"):
            return _invitation(visit, token, error="2つのパスワードが同じではありません。もう一度入れてください。")
        hashed = visit.console.passwords.make(passwords.checked_password(form.get("password", ""), login))
        with visit.console.database.writing() as session:
            sign_in.accept(
                session, token, login=login, display_name=name, sender_name=form.get("sender_name", "").strip(),
                password_hash=hashed, now=visit.now,
            )  # fmt: skip
    except sign_in.InvitationSpent as spent:
        return visit.page("invitation_spent.html", status=410, error=str(spent))
    except (passwords.PasswordTooWeak, sign_in.LoginTaken) as refused:
        return _invitation(visit, token, error=str(refused))
    return visit.page("sign_in.html", login=login, error="", next="", welcome=True)


def _invitation(visit: Visit, token: str, *, error: str = "") -> Response:
    try:
        with visit.console.database.reading() as session:
            invited = sign_in.invitation(session, token, now=visit.now)
            town = session.get_one(Municipality, invited.municipality_code).name
    except sign_in.InvitationSpent as spent:
        return visit.page("invitation_spent.html", status=410, error=str(spent))
    return visit.page(
        "invitation.html", status=422 if error else 200, error=error, token=token, town=town,
        role=Role(invited.role).label, fixed_login=invited.login, typed=visit.form,
    )  # fmt: skip


def local(path: str) -> str:
    """Return a path of our own pages, nothing for any other address."""
    # Only a path of our own: "//host" and backslashes would lead a browser elsewhere.
    plain = path.startswith("/") and not path.startswith("//") and path.isascii() and path.isprintable()
    return path if plain and "\\" not in path and not path.startswith("/sign-") else ""
