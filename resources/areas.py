"""The town's own geography: 町字, 小学校区 and postcodes, and where they lie."""

from __future__ import annotations

import uuid

from sqlalchemy import ForeignKey, Index, String, Uuid, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from intents.text import canonical
from resources.db import Base, new_id


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


def find(session: Session, municipality: str, words: str) -> Area | None:
    """Return the area that a 町名, its reading or a postcode names; the longest name that fits wins."""
    said = canonical(words).replace(" ", "")
    digits = "".join(character for character in said if character.isdigit())
    known = session.scalars(select(Area).where(Area.municipality_code == municipality)).all()
    if len(digits) == 7:
        return next((area for area in known if area.postcode.replace("-", "") == digits), None)
    fitting = [area for area in known if area.name in said or (area.kana and area.kana in said)]
    return max(fitting, key=lambda area: len(area.name), default=None)
