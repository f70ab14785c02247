"""Trying the settings: to whom a message would go at a moment, which lines were passed over, and when it is read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from handoff import intake
from handoff.routing import Route, choose_desk
from intents import Crisis, Reason, Topic
from intents import Route as Heard
from resources import areas, attendance, desks
from resources.areas import Area
from resources.attendance import Seat
from resources.desks import Desk
from resources.hours import Opening


@dataclass(frozen=True)
class Trial:
    """What would become of a message."""

    topics: tuple[Topic, ...]
    crises: tuple[Crisis, ...]
    reasons: tuple[Reason, ...]
    heard: Heard | None  # what the machine would do with the words by itself; None where nothing was written
    area: Area | None
    at: datetime
    route: Route
    opening: Opening | None
    people: Sequence[Seat]


def trial(
    session: Session,
    town: str,
    *,
    topics: Sequence[Topic] = (),
    crises: Sequence[Crisis] = (),
    reasons: Sequence[Reason] = (),
    heard: Heard | None = None,
    place: str = "",
    said: str = "",
    at: datetime,
) -> Trial:
    """Find the way of a message without keeping anything of it."""
    area = _area(session, town, place.strip()) if place.strip() else intake.area_told(session, town, said)
    route = choose_desk(session, town, crises=crises, reasons=reasons, topics=topics, area=area, now=at)
    opening = desks.reading_hours(session, route.desk, now=at) if route.desk else None
    return Trial(
        tuple(topics), tuple(crises), tuple(reasons), heard, area, at, route, opening, _people(session, route.desk, at)
    )


def _area(session: Session, town: str, place: str) -> Area | None:
    found = areas.find(session, town, place)
    if found is not None:
        return found
    # A 小学校区 or 日常生活圏域 alone is a place, too.
    known = areas.of_town(session, town)
    return next((area for area in known if place in (area.school_district, area.catchment)), None)


def _people(session: Session, desk: Desk | None, at: datetime) -> Sequence[Seat]:
    return attendance.seats(session, [desk.id], now=at)[desk.id] if desk is not None else ()
