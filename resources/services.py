"""What is offered to residents: institutions, gathering places, benefits, with everything people ask about them."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Boolean, ForeignKey, Index, Integer, String, Text, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from resources.db import Base, new_id


class Status(StrEnum):
    """Whether a service can be used (HSDS service.status)."""

    ACTIVE = "active"
    INACTIVE = "inactive"
    DEFUNCT = "defunct"
    TEMPORARILY_CLOSED = "temporarily_closed"


class Service(Base):
    """One entry of the directory (HSDS service).

    `visible` is false while the import that brings the entry is still being written. `ahead_id` names a revision that
    is already in force but not yet written into these rows; resources.drafts reads it in their place.
    """

    __tablename__ = "service"
    __table_args__ = (
        Index("ix_service_municipality_code_visible_status", "municipality_code", "visible", "status"),
        Index("ix_service_source_source_id", "municipality_code", "source", "source_id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(Uuid(), primary_key=True, default=new_id)
    municipality_code: Mapped[str] = mapped_column(ForeignKey("municipality.code"))
    organization_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("organization.id"))
    kind: Mapped[str] = mapped_column(String(48), default="")  # a code of resources.kinds, empty when none fits
    kind_label: Mapped[str] = mapped_column(Text(), default="")  # the kind in the source's own words
    name: Mapped[str] = mapped_column(String(200))
    name_kana: Mapped[str] = mapped_column(Text(), default="")
    plain_name: Mapped[str] = mapped_column(Text(), default="")  # やさしい日本語
    description: Mapped[str] = mapped_column(Text(), default="")
    url: Mapped[str] = mapped_column(Text(), default="")
    status: Mapped[Status] = mapped_column(String(20), default=Status.ACTIVE)
    status_reason: Mapped[str] = mapped_column(Text(), default="")
    reopens_on: Mapped[date | None] = mapped_column()
    alert: Mapped[str] = mapped_column(Text(), default="")
    # A shelter, for example: the desk may match it, no answer may say where it is.
    confidential: Mapped[bool] = mapped_column(Boolean(), default=False)

    eligibility_description: Mapped[str] = mapped_column(Text(), default="")
    minimum_age: Mapped[float | None] = mapped_column()
    maximum_age: Mapped[float | None] = mapped_column()
    residency: Mapped[str] = mapped_column(Text(), default="")
    family_only: Mapped[bool | None] = mapped_column()  # the family may come without the person
    anonymous_ok: Mapped[bool | None] = mapped_column()
    alone_ok: Mapped[bool | None] = mapped_column()
    men_welcome: Mapped[bool | None] = mapped_column()
    children_welcome: Mapped[bool | None] = mapped_column()
    home_visits: Mapped[bool | None] = mapped_column()
    application_process: Mapped[str] = mapped_column(Text(), default="")  # 予約
    fees_description: Mapped[str] = mapped_column(Text(), default="")
    wait_time: Mapped[str] = mapped_column(Text(), default="")
    pick_up: Mapped[str] = mapped_column(Text(), default="")
    voiceless: Mapped[str] = mapped_column(Text(), default="")  # how to reach it without a voice, in words
    # What a gathering place tells those who come for the first time, and what it needs itself.
    companion: Mapped[str] = mapped_column(Text(), default="")
    stairs: Mapped[str] = mapped_column(Text(), default="")
    noise: Mapped[str] = mapped_column(Text(), default="")
    allergies: Mapped[str] = mapped_column(Text(), default="")
    capacity: Mapped[str] = mapped_column(Text(), default="")
    helpers_wanted: Mapped[str] = mapped_column(Text(), default="")
    food_wanted: Mapped[str] = mapped_column(Text(), default="")
    room_wanted: Mapped[str] = mapped_column(Text(), default="")
    hours_note: Mapped[str] = mapped_column(Text(), default="")
    closed_at_year_end: Mapped[bool] = mapped_column(Boolean(), default=False)
    note: Mapped[str] = mapped_column(Text(), default="")

    assured_date: Mapped[date | None] = mapped_column()
    assurer: Mapped[str] = mapped_column(Text(), default="")
    assured_how: Mapped[str] = mapped_column(Text(), default="")

    visible: Mapped[bool] = mapped_column(Boolean(), default=True)
    ahead_id: Mapped[uuid.UUID | None] = mapped_column(Uuid(), index=True)  # no foreign key: revisions point here already
    change_set_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("change_set.id"), index=True)
    source: Mapped[str] = mapped_column(String(200), default="")  # the file an entry keeps coming from
    source_id: Mapped[str] = mapped_column(String(200), default="")
    original: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))  # the row as it was read
    made_at: Mapped[datetime] = mapped_column()
    last_modified: Mapped[datetime] = mapped_column()


class Attribute(Base):
    """A term of a taxonomy said about a service (HSDS attribute): today the topics of intents."""

    __tablename__ = "attribute"
    __table_args__ = (Index("ix_attribute_taxonomy_term", "taxonomy", "term"),)

    id: Mapped[uuid.UUID] = mapped_column(Uuid(), primary_key=True, default=new_id)
    service_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("service.id"), index=True)
    position: Mapped[int] = mapped_column(Integer(), default=0)
    taxonomy: Mapped[str] = mapped_column(String(24), default="topic")
    term: Mapped[str] = mapped_column(String(60))


class ServiceArea(Base):
    """For whose streets a service is there (HSDS service_area): a 町字, a school district, a 日常生活圏域."""

    __tablename__ = "service_area"

    id: Mapped[uuid.UUID] = mapped_column(Uuid(), primary_key=True, default=new_id)
    service_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("service.id"), index=True)
    position: Mapped[int] = mapped_column(Integer(), default=0)
    name: Mapped[str] = mapped_column(String(200))


class RequiredDocument(Base):
    """A paper or thing to bring (HSDS required_document)."""

    __tablename__ = "required_document"

    id: Mapped[uuid.UUID] = mapped_column(Uuid(), primary_key=True, default=new_id)
    service_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("service.id"), index=True)
    position: Mapped[int] = mapped_column(Integer(), default=0)
    document: Mapped[str] = mapped_column(Text())


class Language(Base):
    """A language in which a service can be used (HSDS language)."""

    __tablename__ = "language"

    id: Mapped[uuid.UUID] = mapped_column(Uuid(), primary_key=True, default=new_id)
    service_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("service.id"), index=True)
    position: Mapped[int] = mapped_column(Integer(), default=0)
    name: Mapped[str] = mapped_column(Text())
