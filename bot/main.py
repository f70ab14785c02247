"""What the running system consists of: everything is made here, once, and handed to those who need it."""

from __future__ import annotations

import gc
import signal
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TextIO

import uvicorn
from fastapi import FastAPI
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from bot import clock, logs, reply
from bot.cli import chat as terminal
from bot.dialogue import flow, handing_back, refusing
from bot.dialogue.turn import Tools
from bot.doors import Doors
from bot.failpoints import Failpoints
from bot.inbox import Acceptor
from bot.store import Store
from bot.texts import Texts
from bot.ticker import Due
from bot.web import chat, health
from bot.web.webhooks import Webhooks
from bot.worker import Worker
from handoff.cases import Case
from handoff.web.routes import desk_pages
from intents import Ear
from resources import hotlines, staging
from resources.kinds import Kinds
from resources.search import Search
from resources.web.console import Console
from resources.web.headers import Guarded
from resources.web.kit import mount
from resources.web.routes import shared_pages

_PATIENCE = 15
_REFRESH = 1.0  # seconds until a change of the directory is found
_PREPARE = 2.0  # seconds between looks for entries whose terms are not stored yet
_REST = 5.0  # seconds until the pages of the dictionary are given back
_TIDY = 600.0  # seconds between looks for imports that a crash left half done


@dataclass(frozen=True)
class Product:
    """The parts of one process."""

    store: Store
    texts: Texts
    acceptor: Acceptor
    worker: Worker
    failpoints: Failpoints


def build(store: Store) -> Product:
    """Make the parts; nothing runs yet."""
    texts, settings = Texts.load(), store.settings

    @cache
    def tools() -> Tools:
        ear, kinds = Ear.standard(), Kinds.load()
        gc.collect()
        gc.freeze()  # A million objects that stay; looking through them again and again would hold up everybody.
        return Tools(ear, Search(store.database, ear, kinds, watched=True), hotlines.load(), kinds, texts)

    failpoints = Failpoints(settings.failpoint)
    acceptor = Acceptor(
        store.database, store.sealer, wall=clock.real, failpoints=failpoints, woken=lambda: worker.wake()
    )
    worker = Worker(
        store.database,
        acceptor=acceptor,
        answer=flow.answer,
        apologise=flow.apologise,
        tools=tools,
        now=store.now,
        failpoints=failpoints,
        threads=settings.worker_threads,
        send_timeout=settings.send_timeout,
        refused=lambda session, row, now: refusing.refused(session, row, texts=texts, now=now),
        dues=[
            Due("tidy_imports", _TIDY, lambda database, moment: staging.tidy(database, now=moment)),
            Due("refresh_search", _REFRESH, lambda database, moment: tools().search.refresh(), everywhere=True),
            Due("prepare_search", _PREPARE, lambda database, moment: tools().search.prepare()),
            Due("rest_ear", _REST, lambda database, moment: tools().ear.words.rest(), everywhere=True),
        ],
    )
    return Product(store, texts, acceptor, worker, failpoints)


def web(product: Product, *, with_worker: bool) -> ASGIApp:
    """Return the application: webhooks in front, pages behind."""
    store, settings = product.store, product.store.settings

    @asynccontextmanager
    async def running(app: FastAPI) -> AsyncIterator[None]:
        product.acceptor.start()
        if with_worker:
            product.worker.start()
        yield
        if with_worker:
            product.worker.close()
        product.acceptor.close()

    def handed_back(session: Session, case: Case, now: datetime) -> None:
        handing_back.handed_back(session, case, texts=product.texts, now=now)

    pages = FastAPI(title="Uketome", docs_url=None, redoc_url=None, openapi_url=None, lifespan=running, redirect_slashes=False)
    pages.router.routes.extend([Route("/", _front, methods=["GET"]), *health.routes(store.database)])
    console = Console(
        database=store.database,
        now=store.now,
        compose=lambda words, sender: reply.to_json(
            reply.Reply((reply.Bubble(words),), confidential=True, sender=sender)
        ),
        handed_back=handed_back,
        production=settings.production,
        session_hours=settings.session_hours,
    )
    mount(pages, console, [*shared_pages(), *desk_pages()])
    browser = chat.Chat(store.database, product.acceptor, product.texts, store.now, settings.production)
    pages.router.routes.extend(chat.routes(browser))
    doors = Doors(store.database)
    guarded = Guarded(pages, production=settings.production)
    return Webhooks(guarded, doors=doors, acceptor=product.acceptor, wall=clock.real, failpoints=product.failpoints)


def run_server(store: Store, *, worker: bool) -> None:
    """Serve until told to stop."""
    settings = store.settings
    logs.configure(settings.log_level)
    uvicorn.run(
        web(build(store), with_worker=worker),
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=_PATIENCE,
    )


def run_worker(store: Store) -> None:
    """Work without pages until told to stop."""
    logs.configure(store.settings.log_level)
    product = build(store)
    stop = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda number, frame: stop.set())
    product.acceptor.start()
    product.worker.run(stop)
    product.acceptor.close()


def terminal_chat(store: Store, municipality: str, read: TextIO, write: TextIO) -> None:
    """Talk in the terminal, with a worker beside."""
    logs.configure("ERROR")
    product = build(store)
    product.acceptor.start()
    product.worker.start()
    try:
        deps = terminal.Deps(store.database, product.acceptor, product.texts, store.now)
        terminal.chat(deps, municipality, read=read, write=write)
    finally:
        product.worker.close()
        product.acceptor.close()


def _front(request: Request) -> Response:
    return RedirectResponse("/chat", 303)
