"""The town's routing table: which line comes first, what each line says, and who changed it last."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ForeignKey, Integer, String, Uuid, exists, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from intents import Crisis, Reason, Topic
from resources.areas import Area
from resources.db import Base, new_id
from resources.desks import Desk
from resources.staff import DeskMembership, Staff

WALLED = frozenset({"dv", "sexual_violence"})


class Hours(StrEnum):
    """When a line holds, by the hours of the desk it names."""

    OPEN = "open"
    CLOSED = "closed"

    @property
    def label(self) -> str:
        """The condition as staff read it."""
        return {"open": "開庁時間内", "closed": "時間外"}[self]


class RoutingRule(Base):
    """One line of the town's routing table; empty fields fit everything, the lowest position wins."""

    __tablename__ = "routing_rule"

    id: Mapped[uuid.UUID] = mapped_column(Uuid(), primary_key=True, default=new_id)
    municipality_code: Mapped[str] = mapped_column(ForeignKey("municipality.code"), index=True)
    position: Mapped[int] = mapped_column(Integer())
    crisis: Mapped[str | None] = mapped_column(String(24))
    reason: Mapped[str | None] = mapped_column(String(24))
    topic: Mapped[str | None] = mapped_column(String(24))
    area: Mapped[str | None] = mapped_column(String(80))  # 町字, 小学校区 or 日常生活圏域
    hours: Mapped[Hours | None] = mapped_column(String(8))  # of the desk named here
    desk_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("desk.id"))


class RoutingVersion(Base):
    """How often a town's table was changed: whoever looks at an older one changes nothing."""

    __tablename__ = "routing_version"

    municipality_code: Mapped[str] = mapped_column(ForeignKey("municipality.code"), primary_key=True)
    number: Mapped[int] = mapped_column(Integer(), default=0)


@dataclass(frozen=True)
class Asked:
    """What a case is about, as the table asks for it."""

    crises: frozenset[str] = frozenset()
    reasons: frozenset[str] = frozenset()
    topics: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()

    @property
    def walled(self) -> bool:
        """Whether only a desk made for violence may see it."""
        return bool(WALLED & self.crises)


def asked(crises: Sequence[str], reasons: Sequence[str], topics: Sequence[str], area: Area | None) -> Asked:
    """Return what is asked of the table."""
    names = {area.name, area.school_district, area.catchment} - {""} if area else set()
    return Asked(frozenset(crises), frozenset(reasons), frozenset(topics), frozenset(names))


def rules(session: Session, municipality: str) -> list[RoutingRule]:
    """Return the routing table of a town, in order."""
    query = select(RoutingRule).where(RoutingRule.municipality_code == municipality)
    return list(session.scalars(query.order_by(RoutingRule.position, RoutingRule.id)))


def misfit(rule: RoutingRule, about: Asked) -> str:
    """Return which condition of a line is not met, in words; empty when it fits (hours are the desk's matter)."""
    if rule.crisis is not None and rule.crisis not in about.crises:
        return f"「{_label(Crisis, rule.crisis)}」ではない"
    if rule.reason is not None and rule.reason not in about.reasons:
        return f"「{_label(Reason, rule.reason)}」ではない"
    if rule.topic is not None and rule.topic not in about.topics:
        return f"「{_label(Topic, rule.topic)}」の話題がない"
    if rule.area is not None and rule.area not in about.places:
        return f"場所が「{rule.area}」ではないか、分からない"
    return ""


def condition(rule: RoutingRule) -> str:
    """Return what a line asks for, in words."""
    parts = [
        _label(Crisis, rule.crisis),
        _label(Reason, rule.reason),
        _label(Topic, rule.topic),
        rule.area or "",
        Hours(rule.hours).label if rule.hours else "",
    ]
    return "・".join(part for part in parts if part) or "すべて"


def staffed(session: Session, desk: Desk) -> bool:
    """Whether at least one active person sits at a desk."""
    sits = select(DeskMembership.staff_id).join(Staff, Staff.id == DeskMembership.staff_id)
    return desk.active and bool(
        session.scalar(select(exists(sits.where(DeskMembership.desk_id == desk.id, Staff.active))))
    )


def _label(kind: type[Crisis] | type[Reason] | type[Topic], code: str | None) -> str:
    return "" if code is None else kind(code).label if code in list(kind) else code
