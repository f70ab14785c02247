"""Which desk a case goes to, and why: the town's table, in order, and never a desk where nobody sits."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ForeignKey, Integer, String, Uuid, exists, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from intents import Crisis, Reason, Topic
from resources.areas import Area
from resources.db import Base, new_id
from resources.desks import Desk
from resources.places import Municipality
from resources.staff import DeskMembership, Staff

WALLED = frozenset({"dv", "sexual_violence"})


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
    desk_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("desk.id"))


@dataclass(frozen=True)
class Route:
    """Where a case goes and the words that explain it to the desk."""

    desk: Desk | None
    rule_id: uuid.UUID | None
    reason: str
    walled: bool


def choose_desk(
    session: Session,
    municipality: str,
    *,
    crises: Sequence[str] = (),
    reasons: Sequence[str] = (),
    topics: Sequence[str] = (),
    area: Area | None = None,
) -> Route:
    """Return the first desk of the table that fits and has active staff; the reason says which line it was."""
    walled = bool(WALLED & set(crises))
    names = {area.name, area.school_district, area.catchment} if area else set()
    passed = 0
    for rule in rules(session, municipality):
        if not _fits(rule, crises, reasons, topics, names):
            continue
        desk = session.get(Desk, rule.desk_id)
        if desk is None or not staffed(session, desk) or (walled and not desk.for_violence):
            passed += 1
            continue
        why = f"振り分け表 {rule.position} 行目（{_condition(rule)}）"
        return Route(desk, rule.id, f"{why}、上の {passed} 行は担当者なし" if passed else why, walled)
    fallback = _fallback(session, municipality, walled)
    why = "振り分け表に合う行がないため、担当者のいる窓口へ" if fallback else "担当者のいる窓口がない"
    return Route(fallback, None, why, walled)


def rules(session: Session, municipality: str) -> list[RoutingRule]:
    """Return the routing table of a town, in order."""
    query = select(RoutingRule).where(RoutingRule.municipality_code == municipality)
    return list(session.scalars(query.order_by(RoutingRule.position, RoutingRule.id)))


def staffed(session: Session, desk: Desk) -> bool:
    """Whether at least one active person sits at a desk."""
    sits = select(DeskMembership.staff_id).join(Staff, Staff.id == DeskMembership.staff_id)
    return desk.active and bool(
        session.scalar(select(exists(sits.where(DeskMembership.desk_id == desk.id, Staff.active))))
    )


def _fits(
    rule: RoutingRule, crises: Sequence[str], reasons: Sequence[str], topics: Sequence[str], names: set[str]
) -> bool:
    return (
        (rule.crisis is None or rule.crisis in crises)
        and (rule.reason is None or rule.reason in reasons)
        and (rule.topic is None or rule.topic in topics)
        and (rule.area is None or rule.area in names)
    )


def _condition(rule: RoutingRule) -> str:
    parts = [
        Crisis(rule.crisis).label if rule.crisis else "",
        Reason(rule.reason).label if rule.reason else "",
        Topic(rule.topic).label if rule.topic else "",
        rule.area or "",
    ]
    return "・".join(part for part in parts if part) or "すべて"


def _fallback(session: Session, municipality: str, walled: bool) -> Desk | None:
    # A desk with staff in the town itself, else where the town is served, else at the prefecture.
    home = session.get(Municipality, municipality)
    homes = [municipality, home.served_by_code, home.prefecture_code] if home else [municipality]
    for code in filter(None, homes):
        desks = session.scalars(select(Desk).where(Desk.municipality_code == code, Desk.active).order_by(Desk.name))
        for desk in desks:
            if staffed(session, desk) and (not walled or desk.for_violence):
                return desk
    return None
