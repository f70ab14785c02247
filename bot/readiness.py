"""What a town still has to decide or fill in before real residents may write."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.settings import Settings
from bot.store import Store
from bot.texts import Texts
from handoff.accounts import Account, Platform
from handoff.duty import Duty, Watch
from handoff.routing import WALLED, choose_desk, staffed
from intents import Crisis
from resources import desks, hotlines, places
from resources.db import EVERYWHERE
from resources.places import Level, Municipality, Relay
from resources.staff import Role, Staff, StaffRole

HOTLINE_DAYS = 180


@dataclass(frozen=True)
class Obstacle:
    """One thing that is missing, as a key of staff.toml's [check] and its values."""

    code: str
    values: dict[str, object] = field(default_factory=dict)


def obstacles(store: Store) -> list[Obstacle]:
    """Return everything that still forbids real residents."""
    found = list(_settings(store.settings))
    found += _sentences(store.now())
    with store.database.reading(EVERYWHERE) as session:
        towns = places.towns(session)
        if not towns:
            found.append(Obstacle("no_town"))
        for town in towns:
            found += _town(session, town)
    return found


def _settings(settings: Settings) -> Iterator[Obstacle]:
    if not settings.production:
        yield Obstacle("not_production")
    if not settings.base_url.startswith("https://"):
        yield Obstacle("plain_http")
    if settings.now is not None:
        yield Obstacle("fixed_clock")


def _sentences(now: datetime) -> Iterator[Obstacle]:
    drafted = Texts.load().drafted()
    if drafted:
        yield Obstacle("texts_drafted", {"count": len(drafted)})
    lines = hotlines.load().lines
    today = now.astimezone(ZoneInfo("Asia/Tokyo")).date()
    for code, count in (
        ("hotlines_drafted", sum(line.state == "drafted" for line in lines)),
        ("hotlines_old", sum((today - line.checked_on).days > HOTLINE_DAYS for line in lines)),
        ("hotlines_hours", sum(not line.hours_verified for line in lines)),
    ):
        if count:
            yield Obstacle(code, {"count": count, "days": HOTLINE_DAYS})


def _town(session: Session, town: Municipality) -> Iterator[Obstacle]:
    name: dict[str, object] = {"town": town.name, "code": town.code}
    if town.demo:
        yield Obstacle("demo_town", name)
    if town.level != Level.MUNICIPALITY:
        return
    if town.relay is None:
        yield Obstacle("relay", name)
    elif town.relay == Relay.SAFE_PAGE:
        yield Obstacle("safe_page", name)
    if not _has_channel(session, town):
        yield Obstacle("no_channel", name)
    yield from _desks(session, town, name)
    if not _has_administrator(session, town):
        yield Obstacle("no_administrator", name)
    decided = {(row.crisis, row.watch) for row in session.scalars(select(Duty).where(Duty.municipality_code == town.code))}
    for crisis in Crisis:
        for watch in Watch:
            if (crisis, watch) not in decided:
                yield Obstacle("duty_empty", {**name, "crisis": crisis.label, "watch": watch.label})


def _desks(session: Session, town: Municipality, name: dict[str, object]) -> Iterator[Obstacle]:
    own = desks.of_town(session, town.code)
    if choose_desk(session, town.code).desk is None:
        yield Obstacle("no_desk", name)
    if choose_desk(session, town.code, crises=tuple(sorted(WALLED))).desk is None:
        yield Obstacle("no_violence_desk", name)
    for desk in own:
        if not staffed(session, desk):
            yield Obstacle("desk_without_staff", {**name, "desk": desk.name})
        if not desk.hours:
            yield Obstacle("desk_without_hours", {**name, "desk": desk.name})


def _has_channel(session: Session, town: Municipality) -> bool:
    doors = (Platform.LINE, Platform.TELEGRAM)
    query = select(Account.id).where(Account.custodian == town.code, Account.active, Account.platform.in_(doors))
    return session.scalars(query).first() is not None


def _has_administrator(session: Session, town: Municipality) -> bool:
    query = select(Staff.id).join(StaffRole, StaffRole.staff_id == Staff.id)
    query = query.where(StaffRole.municipality_code == town.code, StaffRole.role == Role.ADMINISTRATOR, Staff.active)
    return session.scalars(query).first() is not None
