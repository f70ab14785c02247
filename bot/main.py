"""What the running system consists of: everything is made here, once, and handed to those who need it."""

from __future__ import annotations

import gc
import signal
import sys
import threading
import uuid
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
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

from bot import alerting, clock, event_news, logs, readiness, voice
from bot.cli import chat as terminal
from bot.cli.saying import sentence
from bot.dialogue import checking_in, flow, handing_back, proposed, refusing, unanswered
from bot.dialogue.turn import Tools
from bot.doors import Doors
from bot.failpoints import Failpoints
from bot.importing import EVERY, Importing
from bot.inbox import Acceptor
from bot.store import Store
from bot.texts import Texts
from bot.ticker import Due
from bot.web import chat, health
from bot.web.webhooks import Webhooks
from bot.worker import Worker
from handoff import climbing, due_replies, left_behind, looking, proposers
from handoff.cases import Case
from handoff.casework import due_check_ins, due_referrals, feedback, gap_matches, report_marks, silence
from handoff.contacts import ContactPoint
from handoff.outbox import Outgoing
from handoff.web.routes import desk_pages
from handoff.web.settings_routes import settings_pages
from intents import Assessment, Ear
from resources import hotlines, proposals, search_log, staging, unmatched
from resources.alerts import Alerting
from resources.db import Database
from resources.importing import kept
from resources.kinds import Kinds
from resources.proposals import Proposal
from resources.search import Search
from resources.web import open_api
from resources.web.console import Console
from resources.web.directory.routes import directory_pages
from resources.web.headers import Guarded
from resources.web.kit import mount
from resources.web.routes import shared_pages
from resources.web.serving import Server

_PATIENCE = 15
_NOT_STARTED = 3  # the exit code uvicorn itself gives
_REFRESH = 1.0  # seconds until a change of the directory is found
_PREPARE = 2.0  # seconds between looks for entries whose terms are not stored yet
_REST = 5.0  # seconds until the pages of the dictionary are given back
_ALERT = 2.0  # seconds between looks for alerts to staff that are due
_PLANNED = 2.0  # seconds between looks for replies whose time has come
_SAFETY = 60.0  # seconds between looks for safety checks whose hours run out
_CHECK_INS = 20.0  # seconds between looks for check-ins whose time has come
_SILENCE = 60.0  # seconds between looks for check-ins that were answered, or not
_GAPS = 60.0  # seconds between looks for entries that fit an open gap
_EVENTS = 30.0  # seconds between looks for cancelled events of which somebody has to be told
_PROPOSALS = 5.0  # seconds between looks for proposals that were decided
_LEFT = 60.0  # seconds between looks for cases whose owner no longer works here
_TIDY = 600.0  # seconds between looks for imports that a crash left half done


@dataclass(frozen=True)
class Product:
    """The parts of one process."""

    store: Store
    texts: Texts
    acceptor: Acceptor
    worker: Worker
    failpoints: Failpoints
    hears: Callable[[Session, str, str], Assessment]
    alerting: Alerting
    tools: Callable[[], Tools]


def build(store: Store, *, watched: bool = True) -> Product:
    """Make the parts; nothing runs yet. `watched`: a worker runs beside and tells the search of every change."""
    texts, settings = Texts.load(), store.settings
    called = alerting.make(settings)

    @cache
    def tools() -> Tools:
        ear, kinds = Ear.standard(), Kinds.load()
        gc.collect()
        gc.freeze()  # A million objects that stay; looking through them again and again would hold up everybody.
        return Tools(ear, Search(store.database, ear, kinds, watched=watched), hotlines.load(), kinds, texts)

    def climb(database: Database, moment: datetime) -> None:
        def tell(session: Session, case: Case, now: datetime) -> uuid.UUID | None:
            return unanswered.tell(session, case, tools=tools(), now=now)

        climbing.climb(database, moment, alerting=called, tell=tell)

    def tells(session: Session, case: Case, key: str, values: Mapping[str, str], now: datetime) -> None:
        handing_back.tell(session, case, key, values, texts=texts, now=now)
    def ask(session: Session, point: ContactPoint, now: datetime) -> Outgoing:
        return checking_in.ask(session, point, now, texts=texts)
    def ask_of_use(session: Session, case: Case, now: datetime) -> bool:
        return handing_back.ask_of_use(session, case, texts=texts, now=now)

    def answer_proposer(session: Session, point: ContactPoint, proposal: Proposal, now: datetime) -> None:
        proposed.tell(session, point, proposal, now, texts=texts)

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
            Due("alert_staff", _ALERT, climb),
            Due("tidy_imports", _TIDY, lambda database, moment: staging.tidy(database, now=moment)),
            Due("imports", EVERY, Importing().look),
            Due("sweep_imports", _TIDY, kept.sweep),
            Due("refresh_search", _REFRESH, lambda database, moment: tools().search.refresh(), everywhere=True),
            Due("prepare_search", _PREPARE, lambda database, moment: tools().search.prepare()),
            Due("sweep_looking", _TIDY, looking.sweep),
            Due("sweep_searches", _TIDY, search_log.sweep),
            Due("sweep_unmatched", _TIDY, unmatched.sweep),
            Due("left_behind", _LEFT, left_behind.settle),
            Due("planned_replies", _PLANNED, lambda database, moment: due_replies.due(database, moment, compose=voice.say)),
            Due("referrals", _TIDY, lambda database, moment: due_referrals.due(database, moment, tells=tells)),
            Due("safety_checks", _SAFETY, report_marks.remind),
            Due("check_ins", _CHECK_INS, lambda database, moment: due_check_ins.due(database, moment, ask=ask)),
            Due("silence", _SILENCE, silence.settle),
            Due("ask_of_use", _TIDY, lambda database, moment: feedback.due(database, moment, ask=ask_of_use)),
            Due("match_gaps", _GAPS, lambda database, moment: gap_matches.due(database, moment, kinds=tools().kinds)),
            Due("event_news", _EVENTS, lambda database, moment: event_news.due(database, moment, texts=texts)),
            Due("proposals", _PROPOSALS, lambda database, moment: proposers.due(database, moment, tell=answer_proposer)),
            Due("sweep_proposals", _TIDY, proposals.purge),
            Due("rest_ear", _REST, lambda database, moment: tools().ear.words.rest(), everywhere=True),
        ],
    )

    def hears(session: Session, town: str, words: str) -> Assessment:
        return tools().search.ears.of(session, town).assess(words)

    return Product(store, texts, acceptor, worker, failpoints, hears, called, tools)


def console_of(product: Product) -> Console:
    """Return the running system as the pages see it."""
    store = product.store

    def handed_back(session: Session, case: Case, now: datetime) -> None:
        handing_back.handed_back(session, case, texts=product.texts, now=now)

    def handed_over(session: Session, case: Case, now: datetime) -> None:
        handing_back.handed_over(session, case, texts=product.texts, now=now)

    def tells(session: Session, case: Case, key: str, values: Mapping[str, str], now: datetime) -> None:
        handing_back.tell(session, case, key, values, texts=product.texts, now=now)

    return Console(
        database=store.database,
        now=store.now,
        compose=voice.say,
        handed_back=handed_back,
        handed_over=handed_over,
        tells=tells,
        voice=voice.DeskVoice(product.tools, product.texts),
        hears=product.hears,
        obstacles=lambda town: [
            (one.code, sentence(f"check.{one.code}", **one.values)) for one in readiness.of_town(store, town)
        ],
        alerting=product.alerting,
        search=lambda: product.tools().search,
        font=store.settings.font,
        production=store.settings.production,
        base_url=store.settings.base_url,
        second_factor=store.settings.second_factor,
        session_hours=store.settings.session_hours,
    )


def web(product: Product, *, with_worker: bool, console: Console | None = None) -> ASGIApp:
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

    pages = FastAPI(title="Uketome", docs_url=None, redoc_url=None, openapi_url=None, lifespan=running, redirect_slashes=False)
    pages.router.routes.extend([Route("/", _front, methods=["GET"]), *health.routes(store.database)])
    shown = console or console_of(product)
    mount(pages, shown, [*shared_pages(), *desk_pages(), *settings_pages(), *directory_pages()])
    open_api.install(pages, shown)
    browser = chat.Chat(store.database, product.acceptor, product.texts, store.now, settings.production)
    pages.router.routes.extend(chat.routes(browser))
    doors = Doors(store.database)
    guarded = Guarded(pages, production=settings.production)
    return Webhooks(guarded, doors=doors, acceptor=product.acceptor, wall=clock.real, failpoints=product.failpoints)


def run_server(store: Store, *, worker: bool) -> None:
    """Serve until told to stop."""
    settings = store.settings
    logs.configure(settings.log_level)
    product = build(store, watched=worker)
    console = console_of(product)
    config = uvicorn.Config(
        web(product, with_worker=worker, console=console),
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=_PATIENCE,
    )
    server = Server(config, ending=console.streams.close)
    with suppress(KeyboardInterrupt):
        server.run()
    if not server.started:
        sys.exit(_NOT_STARTED)


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
