"""Who stands behind a service: a town hall section, a welfare corporation, a group of residents."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from sqlalchemy import ForeignKey, Index, String, Table, Uuid, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from resources.db import Base, new_id

Owner = tuple[str, str, str]  # municipality, name, 法人番号


class Organization(Base):
    """An organization (HSDS organization); services of one town with the same name and number share it."""

    __tablename__ = "organization"
    __table_args__ = (Index("ix_organization_municipality_code_name", "municipality_code", "name"),)

    id: Mapped[uuid.UUID] = mapped_column(Uuid(), primary_key=True, default=new_id)
    municipality_code: Mapped[str] = mapped_column(ForeignKey("municipality.code"))
    name: Mapped[str] = mapped_column(String(200))
    tax_id: Mapped[str] = mapped_column(String(20), default="")  # 法人番号


def know(session: Session, owners: Collection[Owner], known: dict[Owner, uuid.UUID]) -> None:
    """Find or make organizations that are not known yet, all with two statements."""
    wanted = set(owners) - known.keys()
    if not wanted:
        return
    towns, names = {owner[0] for owner in wanted}, {owner[1] for owner in wanted}
    query = select(Organization.municipality_code, Organization.name, Organization.tax_id, Organization.id)
    for town, name, tax_id, id_ in session.execute(
        query.where(Organization.municipality_code.in_(towns), Organization.name.in_(names))
    ):
        if (town, name, tax_id) in wanted:
            known[town, name, tax_id] = id_
    rows = []
    for owner in sorted(wanted - known.keys()):
        known[owner] = new_id()
        rows.append(dict(zip(("municipality_code", "name", "tax_id"), owner, strict=True)) | {"id": known[owner]})
    if rows:
        table = Organization.__table__
        assert isinstance(table, Table)
        session.execute(insert(table), rows)
