"""Who stands behind a service: a town hall section, a welfare corporation, a group of residents."""

from __future__ import annotations

import uuid

from sqlalchemy import ForeignKey, Index, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from resources.db import Base, new_id


class Organization(Base):
    """An organization (HSDS organization); services of one town with the same name and number share it."""

    __tablename__ = "organization"
    __table_args__ = (Index("ix_organization_municipality_code_name", "municipality_code", "name"),)

    id: Mapped[uuid.UUID] = mapped_column(Uuid(), primary_key=True, default=new_id)
    municipality_code: Mapped[str] = mapped_column(ForeignKey("municipality.code"))
    name: Mapped[str] = mapped_column(String(200))
    tax_id: Mapped[str] = mapped_column(String(20), default="")  # 法人番号
