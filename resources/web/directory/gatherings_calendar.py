"""The calendars of a town and of each place, for whoever subscribes to them by address."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy.orm import Session
from starlette.responses import Response

from resources import calendars, directory, events, occasions
from resources.kinds import Kinds
from resources.places import Municipality
from resources.records import Record
from resources.services import Status
from resources.slots import JAPAN
from resources.web import conditional
from resources.web.console import NoSuchPage, Visit

_OUT = (Status.DEFUNCT, Status.INACTIVE)
# A calendar looks in a few times a day; what is fresh for an hour is fresh enough.
_FRESH = "public, max-age=3600"


def town_calendar(visit: Visit) -> Response:
    """Return the gathering places and events of a town."""
    with visit.console.database.reading() as session:
        town = town_of(session, str(visit.request.path_params["code"]))
        tag = calendars.etag(town.code, town.directory_version, events.version(session, town.code), _month(visit.now))
        if conditional.holds(visit.request, tag):
            return _unchanged(tag)
        today = visit.now.astimezone(JAPAN).date()
        records = occasions.gatherings(directory.whole(session, town.code), Kinds.load(), today=today)
        shown = events.upcoming(session, {town.code}, start=visit.now, cancelled=True)
        return _feed(visit, f"{town.name}の集まりと催し", records, shown, tag)


def place_calendar(visit: Visit) -> Response:
    """Return when one place is open, and its events."""
    service_id = visit.id("service_id")
    with visit.console.database.reading() as session:
        town = town_of(session, str(visit.request.path_params["code"]))
        try:
            record = directory.get(session, service_id)
        except directory.NoSuchEntry:
            raise NoSuchPage(NoSuchPage.__doc__) from None
        draft = record.draft
        if record.municipality_code != town.code or draft.confidential or draft.status in _OUT:
            raise NoSuchPage(NoSuchPage.__doc__)
        changed = events.version(session, town.code)
        tag = calendars.etag(record.id, record.last_modified, changed, _month(visit.now))
        if conditional.holds(visit.request, tag):
            return _unchanged(tag)
        shown = events.upcoming(session, {town.code}, start=visit.now, service_ids={record.id}, cancelled=True)
        today = visit.now.astimezone(JAPAN).date()
        return _feed(visit, draft.name, [] if draft.rests(today) else [record], shown, tag)


def town_of(session: Session, code: str) -> Municipality:
    """Return a town by its code; raises NoSuchPage."""
    town = session.get(Municipality, code) if code.isascii() and len(code) == 6 else None
    if town is None:
        raise NoSuchPage(NoSuchPage.__doc__)
    return town


def _feed(visit: Visit, name: str, records: list[Record], shown: list[events.Shown], tag: str) -> Response:
    host = urlsplit(visit.console.base_url).hostname or "uketome"
    content = calendars.feed(name, records, shown, now=visit.now, address=host)
    return Response(content, media_type="text/calendar; charset=utf-8", headers={"ETag": tag, "Cache-Control": _FRESH})


def _unchanged(tag: str) -> Response:
    return Response(status_code=304, headers={"ETag": tag, "Cache-Control": _FRESH})


def _month(now: datetime) -> str:
    return f"{now.astimezone(JAPAN):%Y-%m}"
