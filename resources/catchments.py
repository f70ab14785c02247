"""Which places are there for an address: those whose service area names its 町名, its 小学校区 or its 日常生活圏域."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from resources import areas, directory, distances
from resources.areas import Area
from resources.open_directory import IN_USE
from resources.quarters import name_of
from resources.records import Record


@dataclass(frozen=True)
class Served:
    """A place that is there for a part of the town, and how far it is from its middle, in metres."""

    record: Record
    away: int | None


@dataclass(frozen=True)
class Catchment:
    """The part of a town in which an address lies, and whose it is."""

    area: Area
    places: tuple[Served, ...]


def of_address(session: Session, municipality: str, words: str) -> Catchment | None:
    """Return whose an address, a 町名 or a postcode is; None where the town's areas do not know it."""
    area = areas.find(session, municipality, words)
    if area is None:
        return None
    names = {name_of(name) for name in (area.name, area.school_district, area.catchment) if name}
    middle = None if area.latitude is None or area.longitude is None else (area.latitude, area.longitude)
    found = [
        Served(record, distances.between(middle, record.draft))
        for record in directory.whole(session, municipality)
        if record.draft.status in IN_USE and not names.isdisjoint(map(name_of, record.draft.areas))
    ]
    found.sort(key=lambda one: (one.record.draft.kind, one.away is None, one.away or 0, one.record.draft.name))
    return Catchment(area, tuple(found))
