"""The second step of signing in: the code of the telephone, and its set-up when somebody comes for the first time."""

from __future__ import annotations

from urllib.parse import quote

from starlette.responses import Response

from resources import second_factor, two_steps
from resources.web.console import Visit
from resources.web.kit import end_session, half_name, set_session
from resources.web.login import local
from resources.web.qr import picture

_WRONG = (
    "コードを確かめられませんでした。アプリにいま出ている6桁の数字か、まだ使っていない予備コードを入れてください。"
    "続けて間違えると、しばらく（1〜15分）受け付けられなくなります。"
)
_WRONG_AT_SET_UP = "コードを確かめられませんでした。アプリにいま出ている6桁の数字を、もう一度入れてください。"


def code_form(visit: Visit) -> Response:
    """Ask for the code, or lead to the set-up of a telephone."""
    return _ask(visit, local(visit.request.query_params.get("next", "")))


def code_given(visit: Visit) -> Response:
    """Check the code and begin a session."""
    onward, console = local(visit.form.get("next", "")), visit.console
    with console.database.writing() as session:
        token = two_steps.complete(
            session, _half(visit), visit.form.get("code", ""), hours=console.session_hours, now=visit.now
        )
    if token is None:
        return _ask(visit, onward, error=_WRONG)
    response = visit.go(onward or "/start")
    set_session(response, console, token)
    return response


def set_up_form(visit: Visit) -> Response:
    """Show the key of a new telephone."""
    return _ask(visit, local(visit.request.query_params.get("next", "")), setting_up=True)


def set_up_confirmed(visit: Visit) -> Response:
    """Take the first code of a new telephone, and show the recovery codes this once."""
    onward, console = local(visit.form.get("next", "")), visit.console
    with console.database.writing() as session:
        done = two_steps.set_up(
            session, _half(visit), visit.form.get("code", ""), hours=console.session_hours, now=visit.now
        )
    if done is None:
        return _ask(visit, onward, setting_up=True, error=_WRONG_AT_SET_UP)
    token, codes = done
    response = visit.page("recovery_codes.html", codes=codes, onward=onward or "/start")
    set_session(response, console, token)
    return response


def given_up(visit: Visit) -> Response:
    """Go back to the password."""
    with visit.console.database.writing() as session:
        two_steps.give_up(session, _half(visit))
    response = visit.go("/sign-in")
    end_session(response, visit.console)
    return response


def _ask(visit: Visit, onward: str, *, setting_up: bool = False, error: str = "") -> Response:
    with visit.console.database.reading() as session:
        half = two_steps.waiting(session, _half(visit), now=visit.now)
    if half is None:
        return visit.go("/sign-in")
    status = 422 if error else 200
    if half.key is None:
        if setting_up:
            return visit.go("/sign-in/code")
        return visit.page("code.html", status=status, next=onward, error=error)
    if not setting_up:
        return visit.go(f"/sign-in/set-up?next={quote(onward)}" if onward else "/sign-in/set-up")
    return visit.page(
        "set_up.html", status=status, next=onward, error=error, key=second_factor.in_fours(half.key), login=half.staff.login,
        picture=picture(second_factor.address(half.staff, half.key)), action="/sign-in/set-up", first=True,
    )  # fmt: skip


def _half(visit: Visit) -> str:
    return visit.request.cookies.get(half_name(visit.console), "")
