"""The page /chat: a messenger in the browser that leaves nothing behind on the device."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.channels import browser
from bot.channels.base import Arrival
from bot.clock import Clock
from bot.doors import Door
from bot.inbox import Acceptor, NotStored
from bot.texts import Texts
from bot.web.conversing import Conversing, conversing, door_of, is_settled
from bot.web.forms import NotAForm, brought, degrees, same_origin
from bot.web.linking import linked
from resources import places
from resources.dates import clock
from resources.db import Database
from resources.places import Level, Municipality

LONGEST: Final = 5000
# How long a page without script waits for its answer before it comes back; the answer is shown later otherwise.
PATIENCE: Final = 2.5
_LOOK_AGAIN: Final = 0.05
# How many pages wait for their answers at once: the desk's pages need the same threads.
_WAITING: Final = 16
# What differs from every other page: places may be sent, and a browser says truly that a form is ours (with no referrer at
# all, older ones send "null" instead).
_HEADERS: Final = {
    "Permissions-Policy": "geolocation=(self), camera=(), microphone=()",
    "Referrer-Policy": "same-origin",
}
_TYPES: Final = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8"}
_HERE: Final = Path(__file__).parent


@dataclass(frozen=True)
class Chat:
    """What the page needs."""

    database: Database
    acceptor: Acceptor
    texts: Texts
    now: Clock
    production: bool = False
    patience: float = PATIENCE

    @property
    def cookie(self) -> str:
        """The name of the visitor's cookie; over https the browser guards it with the __Host- rules."""
        return "__Host-uketome-chat" if self.production else "uketome-chat"


@dataclass(frozen=True)
class Visitor:
    """Who holds a page: a random name in a cookie that ends with the browser, and the town they write to."""

    town: Municipality
    name: str


# What a view that took something answers with, and whose conversation should be answered before the page comes back.
Answer = tuple[Response, "tuple[Door, Visitor] | None"]


def routes(chat: Chat) -> list[Route]:
    """Return the page's routes."""
    environment = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters.update(clock=clock, linked=linked)
    pages = _Pages(chat, environment)
    return [
        Route("/chat", _reading(pages.show, pages.away), methods=["GET"]),
        Route("/chat/", lambda request: RedirectResponse("/chat", 303), methods=["GET"]),
        Route("/chat/start", pages.writing(pages.start), methods=["POST"]),
        Route("/chat/say", pages.writing(pages.say), methods=["POST"]),
        Route("/chat/live", _reading(pages.live, pages.away), methods=["GET"]),
        Route("/chat/close", pages.writing(pages.close), methods=["POST"]),
        Route("/chat/closed", _reading(pages.closed, pages.away), methods=["GET"]),
        Route("/chat/static/{name}", _static, methods=["GET"]),
        Route("/chat/{town}", _reading(pages.show, pages.away), methods=["GET"]),
    ]


class _Pages:
    def __init__(self, chat: Chat, environment: Environment) -> None:
        self._chat = chat
        self._environment = environment
        self._waiting = 0

    def show(self, request: Request) -> Response:
        """Show the conversation, the beginning of one, or the choice of a town."""
        wanted = request.path_params.get("town") or request.query_params.get("town", "")
        visitor = self._visitor(request)
        if visitor is not None and wanted in ("", visitor.town.code):
            return self._conversation(visitor)
        towns = self._towns()
        chosen = [town for town in towns if town.code == wanted] or (towns if len(towns) == 1 else [])
        if chosen:
            return self._page("chat_start.html", town=chosen[0])
        return self._page("chat_towns.html", towns=towns, town=None)

    def start(self, request: Request, form: dict[str, str]) -> Answer:
        """Give the visitor a name, and let the conversation begin with who we are."""
        town = next((town for town in self._towns() if town.code == form.get("town", "")), None)
        if town is None:
            return RedirectResponse("/chat", 303), None
        visitor = Visitor(town, secrets.token_urlsafe(24))
        response, door = self._take(visitor, request, opened=True)
        response.set_cookie(
            self._chat.cookie,
            f"{town.code}.{visitor.name}",
            httponly=True,
            samesite="lax",
            secure=self._chat.production,
            path="/",
        )
        return response, door

    def say(self, request: Request, form: dict[str, str]) -> Answer:
        """Take words, a pressed button or a place."""
        visitor = self._visitor(request)
        if visitor is None:
            return RedirectResponse("/chat", 303), None
        text, data = form.get("text", "").strip()[:LONGEST], form.get("data", "")[:200]
        latitude, longitude = degrees(form.get("latitude")), degrees(form.get("longitude"))
        located = latitude is not None and longitude is not None
        if not (text or data or located):
            return RedirectResponse("/chat", 303), None
        return self._take(visitor, request, text=text, data=data, latitude=latitude, longitude=longitude)

    def live(self, request: Request) -> Response:
        """Return what is new since the page was made; nothing when nothing is."""
        visitor = self._visitor(request)
        if visitor is None:
            return Response(status_code=410)
        talk = conversing(self._chat.database, self._chat.texts, visitor.town, visitor.name, now=self._chat.now())
        if talk.version == request.query_params.get("v", ""):
            return Response(status_code=204)
        return self._page("chat_log.html", talk=talk, town=visitor.town)

    def close(self, request: Request, form: dict[str, str]) -> Answer:
        """Forget the visitor on this device."""
        response = RedirectResponse("/chat/closed", 303)
        response.delete_cookie(
            self._chat.cookie, path="/", httponly=True, samesite="lax", secure=self._chat.production
        )
        return response, None

    def closed(self, request: Request) -> Response:
        """Say that nothing was left behind."""
        return self._page("chat_closed.html", town=None)

    def away(self) -> Response:
        """Say, while the database cannot be reached, that nothing was stored and whom to call when it is urgent."""
        return self._page("chat_away.html", status=503, town=None)

    def _conversation(self, visitor: Visitor, *, status: int = 200, draft: str = "") -> Response:
        talk = conversing(self._chat.database, self._chat.texts, visitor.town, visitor.name, now=self._chat.now())
        return self._page("chat.html", status=status, talk=talk, town=visitor.town, draft=draft)

    def writing(self, view: Callable[[Request, dict[str, str]], Answer]) -> Callable[[Request], Awaitable[Response]]:
        """Return an endpoint that takes a form and gives the answer a moment to come; nobody's thread waits with it."""

        async def endpoint(request: Request) -> Response:
            if not same_origin(request):
                return _guarded(Response(status_code=403))
            try:
                form = await brought(request)
            except NotAForm as refused:
                return _guarded(Response(status_code=refused.status))
            try:
                response, awaited = await run_in_threadpool(view, request, form)
            except (OperationalError, NoConnectionFree):
                return _guarded(self.away())
            if awaited is not None and self._waiting < _WAITING:
                self._waiting += 1
                try:
                    await self._wait(*awaited)
                finally:
                    self._waiting -= 1
            return _guarded(response)

        return endpoint

    def _take(self, visitor: Visitor, request: Request, **said: object) -> Answer:
        chat, door = self._chat, door_of(self._chat.database, visitor.town.code)
        arrival: Arrival = browser.arrival(visitor.name, key=secrets.token_hex(16), now=chat.now(), **said)  # type: ignore[arg-type]
        try:
            chat.acceptor.store_now(door, [arrival])
        except NotStored:
            return self._conversation(visitor, status=503, draft=str(said.get("text", ""))), None
        live = request.headers.get("x-live") == "1"
        return Response(status_code=204) if live else RedirectResponse("/chat#end", 303), (door, visitor)

    async def _wait(self, door: Door, visitor: Visitor) -> None:
        end = time.monotonic() + self._chat.patience
        while not await run_in_threadpool(is_settled, self._chat.database, door, visitor.name):
            if time.monotonic() > end:
                return
            await asyncio.sleep(_LOOK_AGAIN)

    def _visitor(self, request: Request) -> Visitor | None:
        code, _, name = request.cookies.get(self._chat.cookie, "").partition(".")
        if not (16 <= len(name) <= 64 and name.isascii()):
            return None
        town = next((town for town in self._towns() if town.code == code), None)
        return Visitor(town, name) if town is not None else None

    def _towns(self) -> list[Municipality]:
        with self._chat.database.reading() as session:
            return [town for town in places.towns(session) if town.level == Level.MUNICIPALITY and town.relay]

    def _page(self, template: str, *, status: int = 200, town: Municipality | None, **values: object) -> Response:
        talk = values.get("talk")
        register = talk.register if isinstance(talk, Conversing) else "normal"

        def say(key: str, **filled: object) -> str:
            return self._chat.texts.say(key, register, **({"town": town.name} if town else {}), **filled)

        html = self._environment.get_template(template).render(say=say, town=town, **values)
        return Response(html, status, media_type="text/html; charset=utf-8")


def _reading(view: Callable[[Request], Response], away: Callable[[], Response]) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        try:
            return _guarded(await run_in_threadpool(view, request))
        except (OperationalError, NoConnectionFree):
            return _guarded(away())

    return endpoint


def _guarded(response: Response) -> Response:
    response.headers.update(_HEADERS)
    return response


def _static(request: Request) -> Response:
    file = _HERE / "static" / Path(request.path_params["name"]).name
    if file.suffix not in _TYPES or not file.is_file():
        return Response(status_code=404)
    headers = {"Cache-Control": "public, max-age=3600"}
    return Response(file.read_bytes(), media_type=_TYPES[file.suffix], headers=headers)
