"""How pages are put up: permission before the view, one transaction a page, and a token on every form."""

from __future__ import annotations

import asyncio
import inspect
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from hmac import compare_digest
from pathlib import Path
from urllib.parse import parse_qsl, quote, urlsplit

from jinja2 import Environment
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from resources import sign_in
from resources.access import Actor, Permission, actor_for
from resources.db import bind_custodian
from resources.web import errors, uploads
from resources.web.console import Console, FormTooLarge, Page, Upload, View, Visit, json
from resources.web.look import environment_for, static_route

SAFE_METHODS = frozenset({"GET", "HEAD"})
LARGEST_FORM = 256 * 1024
_DOOR_TOKEN = 43

# A table of a town hall may have two hundred columns, each with its own field on the page that asks about them.
_MOST_FIELDS = 300

# How long a browser may take to bring a form.
_PATIENCE = 20

# For how long a password counts as just given.
PROOF = timedelta(minutes=10)
# What never goes into a page again, not even to the person who typed it.
_NEVER_KEPT = frozenset({"csrf", "secret", "token"})


class PageWithoutPermission(TypeError):
    """A page says who may open it, or it is not put up."""


@dataclass(frozen=True)
class _Site:
    console: Console
    environment: Environment
    pages: tuple[Page, ...]


def mount(app: Starlette, console: Console, pages: Sequence[Page]) -> None:
    """Put up pages; templates and static files stand in folders beside their views."""
    for page in pages:
        if not isinstance(page.permission, Permission):
            raise PageWithoutPermission(f"{PageWithoutPermission.__doc__} ({page.path})")
    folders = list(dict.fromkeys([Path(__file__).parent, *(Path(inspect.getfile(page.view)).parent for page in pages)]))
    environment = environment_for(folders)
    site = _Site(console, environment, tuple(pages))
    for page in pages:
        app.router.routes.append(Route(page.path, _endpoint(site, page), methods=[page.method]))
    app.router.routes.append(static_route(folders))
    errors.install(app, environment)


def cookie_name(console: Console) -> str:
    """Return the name of the session cookie; over https the browser guards it with the __Host- rules."""
    return "__Host-uketome" if console.production else "uketome"


def half_name(console: Console) -> str:
    """Return the name of the cookie of somebody who has given the password and not yet the code."""
    return "__Host-uketome-half" if console.production else "uketome-half"


def _door_name(console: Console) -> str:
    return "__Host-uketome-door" if console.production else "uketome-door"


def set_session(response: Response, console: Console, token: str) -> None:
    """Give the browser its session token."""
    _set(response, console, cookie_name(console), token)
    _forget(response, console, half_name(console))


def set_half(response: Response, console: Console, token: str) -> None:
    """Give the browser the token with which it may only bring the code."""
    _set(response, console, half_name(console), token)


def end_session(response: Response, console: Console) -> None:
    """Take the session token away from the browser."""
    _forget(response, console, cookie_name(console))
    _forget(response, console, half_name(console))


def _forget(response: Response, console: Console, name: str) -> None:
    response.delete_cookie(name, httponly=True, samesite="strict", secure=console.production, path="/")


def _set(response: Response, console: Console, name: str, token: str) -> None:
    response.set_cookie(name, token, httponly=True, samesite="strict", secure=console.production, path="/")


def _endpoint(site: _Site, page: Page) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        form: Mapping[str, str] = {}
        upload: Upload | None = None
        if page.upload and uploads.is_one(request):
            # A stranger's file is not even read.
            if await run_in_threadpool(_may_bring, site, page, request):
                form, upload = await uploads.read(request)
        elif page.method not in SAFE_METHODS:
            form = await _read_form(request)
        return await run_in_threadpool(_answer, site, page, request, form, upload)

    return endpoint


def _may_bring(site: _Site, page: Page, request: Request) -> bool:
    console, token = site.console, request.cookies.get(cookie_name(site.console), "")
    if not token or not _same_origin(request):
        return False
    with console.database.reading() as session:
        now, two_factors = console.now(), console.second_factor
        known = sign_in.recognise(session, token, idle=console.idle, now=now, two_factors=two_factors)
        return known is not None and actor_for(session, known.staff).may(page.permission)


def _answer(
    site: _Site, page: Page, request: Request, form: Mapping[str, str], upload: Upload | None = None
) -> Response:
    console, now = site.console, site.console.now()
    token = request.cookies.get(cookie_name(console), "")
    door = request.cookies.get(_door_name(console), "")
    visit = Visit(console, site.environment, request, site.pages, now, form, door, upload=upload)
    unsafe = page.method not in SAFE_METHODS
    if unsafe and not _same_origin(request):
        return errors.page(site.environment, "foreign", 403)
    if page.permission is Permission.ANYONE:
        return _answer_anyone(page, visit, unsafe)
    with console.database.reading() as session:
        known = (
            sign_in.recognise(session, token, idle=console.idle, now=now, two_factors=console.second_factor)
            if token
            else None
        )
        if known is None:
            return _not_signed_in(page, visit, unsafe)
        actor = actor_for(session, known.staff)
        visit = replace(visit, csrf=known.csrf, session_id=known.session_id, known_actor=actor)
        if not actor.may(page.permission):
            return json({"error": "forbidden"}, 403) if page.live else visit.page(
                "error.html", status=403, **errors.words("forbidden")
            )
        if page.proof and known.proved_at + PROOF <= now:
            return _not_proved(page, visit)
        if not unsafe:
            bind_custodian(session, actor.custodians)
            response = _shown(page.view, replace(visit, open_session=session))
    if known.touch and not page.live:
        with console.database.writing() as session:
            sign_in.touch(session, known.session_id, now=now)
    return response if not unsafe else _answer_writing(page, visit, actor)


def _answer_writing(page: Page, visit: Visit, actor: Actor) -> Response:
    if not _token_fits(visit):
        return _stale_form(page, visit)
    if page.own_sessions:
        return _shown(page.view, visit)
    with visit.console.database.writing(actor.custodians) as session:
        answer = page.view(replace(visit, open_session=session))
    if isinstance(answer, Response):
        return answer
    with visit.console.database.reading(actor.custodians) as session:
        return _shown(answer, replace(visit, open_session=session))


def _shown(view: View, visit: Visit) -> Response:
    answer = view(visit)
    if not isinstance(answer, Response):
        raise TypeError("a view that only reads must answer with a page")
    return answer


def _answer_anyone(page: Page, visit: Visit, unsafe: bool) -> Response:
    if unsafe and not page.traceless and not _token_fits(visit):
        return errors.page(visit.environment, "stale_door", 403)
    fresh = "" if page.traceless or len(visit.csrf) == _DOOR_TOKEN else secrets.token_urlsafe(32)
    response = _shown(page.view, replace(visit, csrf=fresh or visit.csrf))
    if fresh:
        _set(response, visit.console, _door_name(visit.console), fresh)
    return response


def _not_signed_in(page: Page, visit: Visit, unsafe: bool) -> Response:
    if page.live:
        return json({"error": "signed_out"}, 401)
    if unsafe:
        return _stale_form(page, visit, status=401)
    path = visit.request.url.path
    return visit.go(f"/sign-in?next={quote(path)}" if path != "/" else "/sign-in")


def _not_proved(page: Page, visit: Visit) -> Response:
    if page.live:
        return json({"error": "not_proved"}, 403)
    if page.method not in SAFE_METHODS:
        if not _token_fits(visit):
            return _stale_form(page, visit)
        kept = {name: value for name, value in visit.form.items() if name != "csrf"}
        return visit.page("prove.html", path=visit.request.url.path, kept=kept, posted=True, error="")
    wanted = visit.request.url
    return visit.go(f"/prove?next={quote(wanted.path + (f'?{wanted.query}' if wanted.query else ''))}")


def _stale_form(page: Page, visit: Visit, status: int = 403) -> Response:
    # What was typed goes back to the person who typed it, never anywhere else: the request came from our own page.
    if page.live:
        return json({"error": "stale"}, status)
    kept = {name: value for name, value in visit.form.items() if name not in _NEVER_KEPT}
    return visit.page("stale.html", status=status, kept=kept, signed_in=status != 401, path=visit.request.url.path)


def _token_fits(visit: Visit) -> bool:
    return bool(visit.csrf) and compare_digest(visit.csrf.encode(), visit.form.get("csrf", "").encode())


def _same_origin(request: Request) -> bool:
    # Browsers say where a form comes from. Our referrer policy makes some send "null" as the origin; then, and from
    # browsers too old to say anything, the token in the form and the strict cookie decide alone.
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("origin", "null")
    return origin == "null" or urlsplit(origin).netloc == request.headers.get("host")


async def _read_form(request: Request) -> dict[str, str]:
    kind = request.headers.get("content-type", "").split(";")[0].strip()
    if kind not in ("application/x-www-form-urlencoded", ""):
        raise FormTooLarge(FormTooLarge.__doc__)
    body = b""
    async with asyncio.timeout(_PATIENCE):
        async for chunk in request.stream():
            body += chunk
            if len(body) > LARGEST_FORM:
                raise FormTooLarge(FormTooLarge.__doc__)
    try:
        pairs = parse_qsl(body.decode("ascii", "replace"), keep_blank_values=True, max_num_fields=_MOST_FIELDS, errors="replace")
    except ValueError as error:
        raise FormTooLarge(FormTooLarge.__doc__) from error
    return {name: value.replace("\0", "").replace("\r\n", "\n") for name, value in pairs}
