"""The town's own geography: 町字, 小学校区 and postcodes, and where they lie."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ForeignKey, Index, String, Uuid, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from intents.text import canonical
from resources import addresses, places
from resources.db import Base, new_id
from resources.locations import Location, ServiceAtLocation
from resources.services import Service


class Area(Base):
    """One 町字 of a municipality with its school district, postcode and centre."""

    __tablename__ = "area"
    __table_args__ = (Index("ix_area_municipality_code_name", "municipality_code", "name", unique=True),)

    id: Mapped[uuid.UUID] = mapped_column(Uuid(), primary_key=True, default=new_id)
    municipality_code: Mapped[str] = mapped_column(ForeignKey("municipality.code"))
    town_id: Mapped[str] = mapped_column(String(12), default="")  # 町字ID of the address base registry
    name: Mapped[str] = mapped_column(String(80))
    kana: Mapped[str] = mapped_column(String(120), default="")
    school_district: Mapped[str] = mapped_column(String(60), default="")
    catchment: Mapped[str] = mapped_column(String(60), default="")  # 日常生活圏域
    postcode: Mapped[str] = mapped_column(String(8), default="")
    latitude: Mapped[float | None] = mapped_column()
    longitude: Mapped[float | None] = mapped_column()


@dataclass(frozen=True)
class Spot:
    """A part of a town by name, and where its middle lies."""

    name: str
    latitude: float
    longitude: float


def of_town(session: Session, municipality: str) -> Sequence[Area]:
    """Return all areas of a town."""
    return session.scalars(select(Area).where(Area.municipality_code == municipality).order_by(Area.name)).all()


def find(session: Session, municipality: str, words: str) -> Area | None:
    """Return the area that a 町名, its reading or a postcode names; the longest name that fits wins."""
    said = canonical(words).replace(" ", "")
    digits = "".join(character for character in said if character.isdigit())
    known = of_town(session, municipality)
    if len(digits) == 7:
        return next((area for area in known if area.postcode.replace("-", "") == digits), None)
    fitting = [area for area in known if area.name in said or (area.kana and area.kana in said)]
    return max(fitting, key=lambda area: len(area.name), default=None)


def locate(session: Session, municipality: str, words: str) -> Spot | None:
    """Return where a 町名 or 小学校区 of the town lies, or a postcode of the town, its neighbours or their places."""
    for code in addresses.postcodes(words)[:1]:
        parts = _with_postcode(session, places.around(session, municipality), code)
        names = {part.name if isinstance(part, Area) else part.town for part in parts} - {""}
        return _middle(names.pop() if len(names) == 1 else code, parts)
    known = of_town(session, municipality)
    for school in sorted({area.school_district for area in known if area.school_district}, key=len, reverse=True):
        name = addresses.district(school)
        if name and addresses.written(name).search(canonical(words)):
            return _middle(name, [area for area in known if area.school_district == school])
    area = find(session, municipality, words)
    return _middle(area.name, [area]) if area else None


def _with_postcode(session: Session, towns: Sequence[str], code: str) -> Sequence[Area | Location]:
    """Return the areas with a postcode; without any, the places that have it in their address and are not hidden."""
    both = (code, code.replace("-", ""))
    found = session.scalars(select(Area).where(Area.municipality_code.in_(towns), Area.postcode.in_(both))).all()
    if found:
        return found
    query = select(Location).join(ServiceAtLocation, ServiceAtLocation.location_id == Location.id)
    query = query.join(Service, Service.id == ServiceAtLocation.service_id)
    query = query.where(Location.municipality_code.in_(towns), Location.postcode.in_(both))
    return session.scalars(query.where(Service.visible, Service.confidential.is_(False))).all()


def _middle(name: str, parts: Sequence[Area | Location]) -> Spot | None:
    points = [(part.latitude, part.longitude) for part in parts if part.latitude is not None and part.longitude is not None]
    if not points:
        return None
    latitude, longitude = (sum(values) / len(points) for values in zip(*points, strict=True))
    return Spot(name, latitude, longitude)
