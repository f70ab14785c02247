"""What takes place on a few days only: events with their dates, and how many people have signed up for each."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from resources import duplicates
from resources.event_tables import Event, EventDate, SignUp
from resources.places import Municipality
from resources.services import Service, Status

LONGEST: Final = 2000
_MOST_DATES: Final = 60
_Dates = Select[EventDate, Event, uuid.UUID | None, str | None, int]


class EventTrouble(ValueError):
    """催しは、まだ変わっていません。"""

    def __init__(self, says: str, field: str = "") -> None:
        super().__init__(says)
        self.field = field


@dataclass(frozen=True)
class Sheet:
    """What an editor says of an event."""

    name: str
    description: str = ""
    service_id: uuid.UUID | None = None
    place: str = ""
    eligibility: str = ""
    fee: str = ""
    phone: str = ""
    takes_sign_ups: bool = False


@dataclass(frozen=True)
class Day:
    """From when to when an event takes place, and for how many people."""

    starts_at: datetime
    ends_at: datetime
    capacity: int | None = None


@dataclass(frozen=True)
class Shown:
    """One date of an event with all that is said about it."""

    event: Event
    date: EventDate
    service_id: uuid.UUID | None = None  # the place in the directory, or the one into which it was merged
    entry: str = ""  # its name
    people: int = 0

    @property
    def left(self) -> int | None:
        """How many people still fit in; None without a limit."""
        return None if self.date.capacity is None else max(0, self.date.capacity - self.people)

    @property
    def where(self) -> str:
        """Where it takes place, in words."""
        return self.event.place or self.entry


def add(session: Session, key: uuid.UUID, sheet: Sheet, days: Sequence[Day], *, town: str, by: str, now: datetime) -> uuid.UUID:
    """Add an event under the key of its form, so that a second press makes no second one; raises EventTrouble."""
    known = session.get(Event, key)
    if known is not None:
        if known.municipality_code != town:
            raise EventTrouble("この用紙は使えません。開き直してください。")
        return known.id
    _check(session, sheet, town)
    if not days:
        raise EventTrouble("日を1つ以上書いてください。", "day")
    event = Event(id=key, municipality_code=town, made_at=now, made_by=by, last_modified=now)
    _write(event, sheet)
    session.add(event)
    session.flush()
    for day in days:
        _add_date(session, event, day, now=now)
    return event.id


def change(session: Session, event_id: uuid.UUID, sheet: Sheet, *, seen: str, now: datetime) -> None:
    """Change what is said of an event; `seen` is the moment of the last change the editor saw. Raises EventTrouble."""
    event = _held(session, event_id)
    if event.last_modified.isoformat() != seen:
        raise EventTrouble("ほかの人が先にこの催しを変えました。新しい内容を確かめてから、もう一度直してください。")
    _check(session, sheet, event.municipality_code)
    _write(event, sheet)
    event.last_modified = now


def add_date(session: Session, event_id: uuid.UUID, day: Day, *, now: datetime) -> None:
    """Add a day to an event; raises EventTrouble."""
    event = _held(session, event_id)
    _add_date(session, event, day, now=now)


def cancel(session: Session, date_id: uuid.UUID, reason: str, *, by: str, now: datetime) -> None:
    """Say that a day is off, and why; raises EventTrouble."""
    query = select(EventDate).where(EventDate.id == date_id).with_for_update()
    date = session.scalars(query.execution_options(populate_existing=True)).one()
    if date.cancelled_at is not None:
        raise EventTrouble(f"この日は、{date.cancelled_by}さんが先に中止にしています。")
    if date.ends_at <= now:
        raise EventTrouble("もう終わった日です。中止にはできません。")
    if not reason.strip():
        raise EventTrouble("中止の理由を書いてください。申し込んだ人に伝わります。", "reason")
    date.cancelled_at, date.cancelled_by, date.reason = now, by, reason.strip()[:200]


def upcoming(
    session: Session,
    towns: Collection[str],
    *,
    start: datetime,
    end: datetime | None = None,
    service_ids: Collection[uuid.UUID] | None = None,
    cancelled: bool = False,
    hidden: bool = False,
) -> list[Shown]:
    """Return the dates of events of towns that end after a moment, by time; `hidden`: for editors, also at hidden places."""
    query = _dates(hidden=hidden).where(EventDate.municipality_code.in_(towns), EventDate.ends_at > start)
    if end is not None:
        query = query.where(EventDate.starts_at < end)
    if service_ids is not None:
        query = query.where(Service.id.in_(service_ids))
    if not cancelled:
        query = query.where(EventDate.cancelled_at.is_(None))
    return _shown(session, query)


def of_event(session: Session, event_id: uuid.UUID) -> list[Shown]:
    """Return all dates of one event for its editors: cancelled and past ones too, wherever they are."""
    return _shown(session, _dates(hidden=True).where(EventDate.event_id == event_id))


def date(session: Session, date_id: uuid.UUID) -> Shown | None:
    """Return one date of an event that residents may see; None when there is none."""
    return next(iter(_shown(session, _dates().where(EventDate.id == date_id))), None)


def version(session: Session, town: str) -> tuple[object, ...]:
    """Return what changes with every change of a town's events."""
    dates = select(func.count(), func.max(EventDate.cancelled_at), func.max(EventDate.ends_at))
    told = session.execute(dates.where(EventDate.municipality_code == town)).one()
    changed = session.scalar(select(func.max(Event.last_modified)).where(Event.municipality_code == town))
    # Places that wait for their newest words hide their events, and show them again without a change of the directory.
    ahead = (Service.municipality_code == town) & Service.ahead_id.is_not(None)
    waiting = session.scalar(select(func.count()).where(ahead))
    return (*map(str, told), str(changed), waiting)


def _held(session: Session, event_id: uuid.UUID) -> Event:
    # Whoever waited here goes on with what the other one wrote, not with what was read before.
    query = select(Event).where(Event.id == event_id).with_for_update()
    return session.scalars(query.execution_options(populate_existing=True)).one()


def _dates(*, hidden: bool = False) -> _Dates:
    people = select(func.coalesce(func.sum(SignUp.people), 0)).where(SignUp.event_date_id == EventDate.id)
    stands = duplicates.stands()
    query = select(EventDate, Event, Service.id, Service.name, people.scalar_subquery())
    query = query.join(Event, Event.id == EventDate.event_id).outerjoin(stands, stands.c.gone_id == Event.service_id)
    query = query.outerjoin(Service, Service.id == func.coalesce(stands.c.kept_id, Event.service_id))
    if hidden:
        return query
    # What is said of a hidden or retired place is said nowhere; one whose newest words wait may have been hidden by them.
    silent = Service.confidential | Service.visible.is_(False) | Service.status.in_((Status.DEFUNCT, Status.INACTIVE))
    return query.where(Event.service_id.is_(None) | ~(silent | Service.ahead_id.is_not(None)))


def _shown(session: Session, query: _Dates) -> list[Shown]:
    rows = session.execute(query.order_by(EventDate.starts_at, EventDate.id)).all()
    return [Shown(event, date, place, entry or "", int(people)) for date, event, place, entry, people in rows]


def _add_date(session: Session, event: Event, day: Day, *, now: datetime) -> None:
    if day.ends_at <= day.starts_at:
        raise EventTrouble("終わりの時刻を、始まりより後にしてください。", "day")
    if day.ends_at <= now:
        raise EventTrouble("もう過ぎた日です。これからの日を書いてください。", "day")
    known = session.scalars(select(EventDate).where(EventDate.event_id == event.id)).all()
    if any(one.starts_at == day.starts_at and one.cancelled_at is None for one in known):
        raise EventTrouble("同じ日時が、もう入っています。", "day")
    if len(known) >= _MOST_DATES:
        raise EventTrouble(f"1つの催しに入れられる日は{_MOST_DATES}日までです。", "day")
    session.add(
        EventDate(
            event_id=event.id, municipality_code=event.municipality_code, starts_at=day.starts_at, ends_at=day.ends_at,
            capacity=day.capacity,
        )
    )  # fmt: skip
    session.flush()


def _check(session: Session, sheet: Sheet, town: str) -> None:
    if not sheet.name.strip():
        raise EventTrouble("催しの名前を書いてください。", "name")
    if sheet.service_id is None and not sheet.place.strip():
        raise EventTrouble("場所を、台帳から選ぶか、言葉で書いてください。", "place")
    if sheet.service_id is not None:
        entry = session.get(Service, sheet.service_id)
        if entry is None or entry.municipality_code != town or not entry.visible:
            raise EventTrouble("この場所は台帳にありません。選び直してください。", "service")
        if entry.confidential:
            raise EventTrouble("所在を伏せている場所には、催しを載せられません。", "service")
    if session.get(Municipality, town) is None:
        raise EventTrouble("この自治体は登録されていません。")


def _write(event: Event, sheet: Sheet) -> None:
    event.name, event.service_id, event.takes_sign_ups = sheet.name.strip()[:200], sheet.service_id, sheet.takes_sign_ups
    event.description, event.place = sheet.description.strip()[:LONGEST], sheet.place.strip()[:LONGEST]
    event.eligibility, event.fee = sheet.eligibility.strip()[:LONGEST], sheet.fee.strip()[:LONGEST]
    event.phone = sheet.phone.strip()[:40]
