"""Where a service is found: the building, how to get there, and what it is like to enter it."""

from __future__ import annotations

import uuid

from sqlalchemy import ForeignKey, Index, String, Text, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from resources.db import Base, new_id


class Location(Base):
    """A place that can be visited (HSDS location with its one physical address)."""

    __tablename__ = "location"
    __table_args__ = (Index("ix_location_municipality_code_town", "municipality_code", "town"),)

    id: Mapped[uuid.UUID] = mapped_column(Uuid(), primary_key=True, default=new_id)
    municipality_code: Mapped[str] = mapped_column(ForeignKey("municipality.code"))
    postcode: Mapped[str] = mapped_column(String(8), default="")
    address: Mapped[str] = mapped_column(Text(), default="")  # 所在地_連結表記
    town: Mapped[str] = mapped_column(String(200), default="")  # 町名
    building: Mapped[str] = mapped_column(Text(), default="")  # 建物名等(方書)
    latitude: Mapped[float | None] = mapped_column()
    longitude: Mapped[float | None] = mapped_column()
    transportation: Mapped[str] = mapped_column(Text(), default="")  # アクセス方法
    parking: Mapped[str] = mapped_column(Text(), default="")
    accessibility: Mapped[str] = mapped_column(Text(), default="")  # バリアフリー情報


class ServiceAtLocation(Base):
    """A service offered at a location (HSDS service_at_location); a service without any has no place to go to."""

    __tablename__ = "service_at_location"
    __table_args__ = (Index("ix_service_at_location_service_id_location_id", "service_id", "location_id", unique=True),)

    id: Mapped[uuid.UUID] = mapped_column(Uuid(), primary_key=True, default=new_id)
    service_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("service.id"))
    location_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("location.id"), index=True)
