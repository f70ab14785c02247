"""Whether the process lives, and whether it can do its work: for those who watch over it."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.clock import real
from handoff import inbox, workers
from resources.db import EVERYWHERE, Database, database_clock

_STUCK: Final = timedelta(seconds=60)


def routes(database: Database) -> list[Route]:
    """Return /healthz and /readyz."""

    def healthz(request: Request) -> Response:
        return PlainTextResponse("ok")

    def readyz(request: Request) -> Response:
        try:
            with database.reading(EVERYWHERE) as session:
                beat, oldest = workers.last_beat(session), inbox.oldest_waiting(session)
                clock = database_clock(session)
        except (SQLAlchemyError, OSError):
            return JSONResponse({"database": False}, status_code=503)
        silent = None if beat is None else (clock - beat).total_seconds()
        waiting = 0.0 if oldest is None else max(0.0, (real() - oldest).total_seconds())
        works = silent is not None and silent < workers.SILENT_AFTER.total_seconds()
        answer = {
            "database": True,
            "worker": works,
            "worker_silent_seconds": None if silent is None else round(silent, 1),
            "oldest_unprocessed_seconds": round(waiting, 1),
        }
        good = works and waiting < _STUCK.total_seconds()
        return JSONResponse(answer, status_code=200 if good else 503)

    return [Route("/healthz", healthz), Route("/readyz", readyz)]
