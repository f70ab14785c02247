"""The calendars of a town and of each place, for whoever subscribes to them by address."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from datetime import date, datetime
from urllib.parse import urlsplit

from sqlalchemy.orm import Session
from starlette.responses import Response

from resources import calendars, directory, events, occasions, records
from resources.kinds import Kinds
from resources.places import Municipality
from resources.records import Record
from resources.services import Service, Status
from resources.slots import JAPAN
from resources.web import conditional, kept_bytes
from resources.web.console import NoSuchPage, Visit
from resources.web.directory.open_town import town_of
from resources.web.kept_bytes import Busy, KeptBytes

_OUT = (Status.DEFUNCT, Status.INACTIVE)


class Calendars:
    """Hands out the calendars; each is written once for each version of its town, and who has it already gets nothing twice."""

    def __init__(self) -> None:
        self._kept = KeptBytes()

    def of_town(self, visit: Visit) -> Response:
        """Return the gathering places and events of a town."""
        with visit.console.database.reading() as session:
            town = town_of(session, str(visit.request.path_params["code"]))
            version = version_of(session, town, visit.now)

        def write() -> bytes:
            with visit.console.database.reading() as session:
                found = gatherings(session, town.code, today=_today(visit))
                shown = events.upcoming(session, {town.code}, start=visit.now, cancelled=True)
            return _feed(visit, f"{town.name}の集まりと催し", found, shown)

        return self._answer(visit, town.code, version, write)

    def of_place(self, visit: Visit) -> Response:
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
            version = version_of(session, town, visit.now)

        def write() -> bytes:
            with visit.console.database.reading() as session:
                shown = events.upcoming(session, {town.code}, start=visit.now, service_ids={record.id}, cancelled=True)
            return _feed(visit, draft.name, [] if draft.rests(_today(visit)) else [record], shown)

        return self._answer(visit, record.id, version, write)

    def _answer(self, visit: Visit, key: Hashable, version: Hashable, write: Callable[[], bytes]) -> Response:
        try:
            content = self._kept.get(key, version, write)
        except Busy:
            return kept_bytes.wait()
        return conditional.answer(visit.request, content, "text/calendar; charset=utf-8", {})


def version_of(session: Session, town: Municipality, now: datetime) -> tuple[object, ...]:
    """Return all that the gatherings and events of a town depend on: its name, its directory, its events, the day."""
    return (town.name, town.directory_version, *events.version(session, town.code), now.astimezone(JAPAN).date())


def gatherings(session: Session, town: str, *, today: date) -> list[Record]:
    """Return the places to meet of a town; of all its entries only these are read."""
    kinds = Kinds.load()
    meeting = Service.kind.in_([kind.code for kind in kinds.of_group("gathering")])
    # An entry whose newest words have not reached its rows may have become one.
    found = records.load(session, directory.ids_of(town).where(meeting | Service.ahead_id.is_not(None)))
    return occasions.gatherings(found, kinds, today=today)


def _feed(visit: Visit, name: str, found: list[Record], shown: list[events.Shown]) -> bytes:
    host = urlsplit(visit.console.base_url).hostname or "uketome"
    return calendars.feed(name, found, shown, now=visit.now, address=host)


def _today(visit: Visit) -> date:
    return visit.now.astimezone(JAPAN).date()
