"""What pages are made with: the running system as plain values, and one visit to one page."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from jinja2 import Environment
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from intents import Assessment
from resources.access import Actor, Permission
from resources.alerts import Alerting
from resources.db import Database
from resources.passwords import Passwords
from resources.search import Search
from resources.voice import Voice
from resources.web.pace import Pace
from resources.web.streams import Streams


@dataclass(frozen=True)
class Console:
    """The running system as the pages see it."""

    database: Database
    now: Callable[[], datetime]
    compose: Callable[[str, str], str]  # words and the sender's name -> the body a channel can send
    # Tells the resident of a case that the machine answers again, in the bot's own approved words.
    handed_back: Callable[[Session, Any, datetime], None]
    # Likewise, that another person or desk is responsible from now on.
    handed_over: Callable[[Session, Any, datetime], None]
    # Tells the resident of a case one approved sentence: its key and what stands in its gaps.
    tells: Callable[[Session, Any, str, Mapping[str, str], datetime], None]
    voice: Voice  # what else can be said and found for the desk
    production: bool = False
    base_url: str = "http://127.0.0.1:8000"  # under which people reach the server: for links that are handed on
    second_factor: bool = True  # everybody is asked for a code, not only who has set a telephone up
    session_hours: int = 12
    idle_minutes: int = 60
    passwords: Passwords = field(default_factory=Passwords)
    # What is understood of words in a town, for trying the settings; and what a town still lacks, as codes and sentences.
    hears: Callable[[Session, str, str], Assessment] | None = None
    obstacles: Callable[[str], Sequence[tuple[str, str]]] | None = None
    alerting: Alerting | None = None  # how staff are called in an emergency
    search: Callable[[], Search] | None = None  # finds places for residents, the same for the bot and the open pages
    font: Path | None = None  # the Japanese font for PDF files, where the operator has chosen one
    streams: Streams = field(init=False, repr=False, compare=False)
    proposing: Pace = field(init=False, repr=False, compare=False)  # how often one address may propose by the public form

    def __post_init__(self) -> None:
        object.__setattr__(self, "streams", Streams(self.database))
        object.__setattr__(self, "proposing", Pace(10, timedelta(hours=1)))

    @property
    def idle(self) -> timedelta:
        """After how long without use a session ends."""
        return timedelta(minutes=self.idle_minutes)


@dataclass(frozen=True)
class Page:
    """One row of a route table: where, what, and who may. `live` pages are asked by scripts and answer in JSON.

    The view of a writing page may return another view: that one shows what came of it, after the commit.
    """

    path: str
    view: View
    permission: Permission
    method: str = "GET"
    entry: str = ""  # the name under which the page stands in the menu of consoles
    setting: str = ""  # the name under which it stands among the settings of the town
    tab: str = ""  # the name under which it stands among the pages of one case
    live: bool = False
    beside: bool = False  # in the menu, but no console to begin with
    proof: bool = False  # only for those who gave their password within the last minutes
    upload: bool = False  # a form that may bring a file: its body is read only for those who may send it
    traceless: bool = False  # for anyone: the browser is given nothing to keep, and what it sends changes nothing
    own_sessions: bool = False  # a writing page that opens its own transactions, because something slow stands between them


@dataclass(frozen=True)
class Upload:
    """A file that a form brought; one that is too large comes without its content."""

    name: str
    content: bytes
    too_large: bool = False


@dataclass(frozen=True)
class Visit:
    """One request to one page, by a person who may open it."""

    console: Console
    environment: Environment
    request: Request
    pages: tuple[Page, ...]
    now: datetime
    form: Mapping[str, str]
    csrf: str
    session_id: uuid.UUID | None = None
    known_actor: Actor | None = None
    open_session: Session | None = None
    upload: Upload | None = None

    @property
    def actor(self) -> Actor:
        """The person who asks; pages for anyone have none."""
        if self.known_actor is None:
            raise LookupError("a page for anyone asked who is signed in")
        return self.known_actor

    @property
    def session(self) -> Session:
        """The page's transaction: reading for GET, writing for POST; pages for anyone open their own."""
        if self.open_session is None:
            raise LookupError("a page for anyone opens its own sessions")
        return self.open_session

    def within(self, session: Session) -> Visit:
        """Return this visit with a session a page has opened itself."""
        return replace(self, open_session=session)

    def id(self, name: str) -> uuid.UUID:
        """Return an id of the path; anything that is not one is a page that does not exist."""
        return self.parse_id(str(self.request.path_params[name]))

    def parse_id(self, written: str) -> uuid.UUID:
        """Return an id written exactly as we write ids; raises NoSuchPage."""
        try:
            found = uuid.UUID(written)
        except ValueError:
            raise NoSuchPage(NoSuchPage.__doc__) from None
        if str(found) != written:
            raise NoSuchPage(NoSuchPage.__doc__)
        return found

    def page(self, template: str, *, status: int = 200, **values: Any) -> Response:
        """Render a template."""
        return HTMLResponse(
            self.environment.get_template(template).render(
                visit=self, actor=self.known_actor, csrf=self.csrf, now=self.now, **values
            ),
            status,
        )

    def go(self, path: str) -> Response:
        """Send the browser to another page after something was done."""
        return RedirectResponse(path, 303)

    def entries(self) -> list[Page]:
        """Return what stands in the menu of this person: first the consoles, then the rest."""
        mine = [page for page in self.pages if page.entry and self.known_actor and self.known_actor.may(page.permission)]
        return sorted(mine, key=lambda page: page.beside)

    def consoles(self) -> list[Page]:
        """Return the consoles this person may open."""
        return [page for page in self.entries() if not page.beside]

    @property
    def here(self) -> uuid.UUID:
        """The session of this browser."""
        if self.session_id is None:
            raise LookupError("a page for anyone has no session")
        return self.session_id

    def settings(self) -> list[Page]:
        """Return the pages of the town's settings this person may open."""
        return [page for page in self.pages if page.setting and self.known_actor and self.known_actor.may(page.permission)]


View = Callable[[Visit], "Response | View"]


class NoSuchPage(LookupError):
    """このページは見つかりません。"""


class FormTooLarge(ValueError):
    """入力が大きすぎるか、扱えない形式のため、受け取れませんでした。"""


def json(values: Mapping[str, Any], status: int = 200) -> Response:
    """Answer a script."""
    return JSONResponse(dict(values), status)
