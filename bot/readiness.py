"""What a town still has to decide or fill in before real residents may write."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import voice
from bot.settings import Settings
from bot.store import Store, sqlite_file
from bot.texts import Texts
from handoff import accounts, alert_contacts, wording
from handoff.accounts import Account, Platform
from handoff.duty import Duty, Watch
from handoff.routing import WALLED, choose_desk, staffed
from intents import Crisis
from resources import alerts, desks, hotlines, places
from resources.alerts import BadEndpoints, Endpoint
from resources.db import EVERYWHERE
from resources.places import Level, Municipality, Relay
from resources.staff import Role, Staff, StaffRole
from resources.voice import Sentence

HOTLINE_DAYS = 180
SHORTEST_SECRET = 32
_PLATFORMS = (Platform.LINE, Platform.TELEGRAM)
_TROUBLES = ("unreachable", "token_refused", "quota_spent", "polled_elsewhere")


@dataclass(frozen=True)
class Obstacle:
    """One thing that is missing, as a key of staff.toml's [check] and its values."""

    code: str
    values: dict[str, object] = field(default_factory=dict)


def obstacles(store: Store) -> list[Obstacle]:
    """Return everything that still forbids real residents."""
    found = [*_settings(store.settings), *_files(store.settings), *_sentences(store.now()), *_alerts(store.settings)]
    ways = _endpoints(store.settings)
    said = voice.sentences(Texts.load())
    with store.database.reading(EVERYWHERE) as session:
        towns = [town for town in places.towns(session) if town.level == Level.MUNICIPALITY or town.demo]
        idle = [town for town in towns if _only_directory(session, town)]
        if len(idle) == len(towns):
            found.append(Obstacle("no_town"))
        if idle:
            found.append(Obstacle("idle_towns", {"count": len(idle), "towns": "、".join(town.name for town in idle[:5])}))
        for town in towns:
            if town not in idle:
                found += _town(session, town)
                found += _alerted(session, town, ways)
                found += _unread(session, town, said)
        for account in accounts.active(session):
            found += _account(session, account)
    return found


def of_town(store: Store, code: str) -> list[Obstacle]:
    """Return what one town still lacks, and what the whole installation does; nothing of other towns."""
    found = [*_settings(store.settings), *_sentences(store.now())]
    with store.database.reading(code) as session:
        town = session.get_one(Municipality, code)
        found = [*_town(session, town), *_unread(session, town, voice.sentences(Texts.load())), *found]
        for account in accounts.active(session):
            found += _account(session, account)
    return found


def _settings(settings: Settings) -> Iterator[Obstacle]:
    if not settings.production:
        yield Obstacle("not_production")
    if not settings.base_url.startswith("https://"):
        yield Obstacle("plain_http")
    if settings.now is not None:
        yield Obstacle("fixed_clock")
    if settings.failpoint:
        yield Obstacle("failpoint")


def _files(settings: Settings) -> Iterator[Obstacle]:
    kept = [settings.key_file, settings.alerts_file, *(sqlite_file(url) for url in (settings.database_url, settings.keys_url))]
    for file in kept:
        if file is not None and file.exists() and file.stat().st_mode & 0o077:
            yield Obstacle("open_file", {"path": file})
    data = sqlite_file(settings.database_url)
    if data is not None and settings.key_file.absolute().parent == data.parent:
        yield Obstacle("key_beside_data", {"path": settings.key_file.absolute()})


def _unread(session: Session, town: Municipality, said: Sequence[Sentence]) -> Iterator[Obstacle]:
    """Sentences of the bot that nobody of the town has read yet."""
    if count := wording.unread(session, town.code, said):
        yield Obstacle("texts_drafted", {"town": town.name, "count": count})


def _alerts(settings: Settings) -> Iterator[Obstacle]:
    try:
        listed = alerts.load(settings.alerts_file) if settings.alerts_file is not None else {}
    except BadEndpoints as error:
        yield Obstacle("alerts_file", {"path": settings.alerts_file, "where": error})
        return
    for endpoint in listed.values():
        if not alerts.understood(endpoint):
            yield Obstacle("alerts_unknown", {"name": endpoint.name})


def _endpoints(settings: Settings) -> dict[str, Endpoint]:
    try:
        return alerts.load(settings.alerts_file) if settings.alerts_file is not None else {}
    except BadEndpoints:
        return {}


def _alerted(session: Session, town: Municipality, ways: dict[str, Endpoint]) -> Iterator[Obstacle]:
    """Contacts that no alert reaches, and roles that were only written down."""
    if town.level != Level.MUNICIPALITY:
        return
    for contact in alert_contacts.of_town(session, town.code):
        if not any(name in ways and ways[name].serves(town.code) for name in contact.endpoints):
            yield Obstacle("contact_without_endpoints", {"town": town.name, "contact": contact.name})
    bare = select(Duty.id).where(Duty.municipality_code == town.code, Duty.role != "", Duty.contact_id.is_(None))
    if count := len(session.scalars(bare.where(Duty.deputy_id.is_(None), Duty.head_id.is_(None))).all()):
        yield Obstacle("duty_without_contact", {"town": town.name, "count": count})


def _sentences(now: datetime) -> Iterator[Obstacle]:
    lines = hotlines.load().lines
    today = now.astimezone(ZoneInfo("Asia/Tokyo")).date()
    for code, count in (
        ("hotlines_drafted", sum(line.state == "drafted" for line in lines)),
        ("hotlines_old", sum((today - line.checked_on).days > HOTLINE_DAYS for line in lines)),
        ("hotlines_hours", sum(not line.hours_verified for line in lines)),
    ):
        if count:
            yield Obstacle(code, {"count": count, "days": HOTLINE_DAYS})


def _only_directory(session: Session, town: Municipality) -> bool:
    """Whether a town has nothing but places, as an import of a whole country's file leaves it."""
    begun = town.relay or town.demo or town.served_by_code or desks.of_town(session, town.code)
    return not (begun or _has_channel(session, town) or _has_administrator(session, town))


def _account(session: Session, account: Account) -> Iterator[Obstacle]:
    if account.platform not in _PLATFORMS:
        return
    name: dict[str, object] = {"platform": Platform(account.platform).label, "name": account.name}
    if account.trouble:
        known = account.trouble in _TROUBLES
        yield Obstacle(f"account_{account.trouble}" if known else "account_odd", {**name, "code": account.trouble})
    if account.api_base_url:
        yield Obstacle("account_elsewhere", {**name, "url": account.api_base_url})
    hooked = account.platform == Platform.TELEGRAM and not account.polling
    if hooked and len(accounts.secret(session, account)) < SHORTEST_SECRET:
        yield Obstacle("account_secret_short", {**name, "shortest": SHORTEST_SECRET})


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
        open_ = [watch.label for watch in Watch if (crisis, watch) not in decided]
        if open_:
            yield Obstacle("duty_empty", {**name, "crisis": crisis.label, "watch": "・".join(open_)})


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
    query = select(Account.id).where(Account.custodian == town.code, Account.active, Account.platform.in_(_PLATFORMS))
    return session.scalars(query).first() is not None


def _has_administrator(session: Session, town: Municipality) -> bool:
    query = select(Staff.id).join(StaffRole, StaffRole.staff_id == Staff.id)
    query = query.where(StaffRole.municipality_code == town.code, StaffRole.role == Role.ADMINISTRATOR, Staff.active)
    return session.scalars(query).first() is not None
