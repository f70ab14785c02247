"""Finding a case again: by receipt number or name, by desk, topic, state and the days on which it came."""

from __future__ import annotations

import unicodedata
import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from handoff import queue
from handoff.cases import Case, visible_to
from handoff.contacts import Contact, phone_index
from handoff.deadlines import book
from handoff.lists import names
from handoff.rows import Row
from handoff.states import CaseState
from intents.codes import Topic
from resources.access import Actor
from resources.desks import Desk
from resources.sealing import sealer
from resources.slots import JAPAN
from resources.staff import Role

LONGEST: Final = 80


class Standing(StrEnum):
    """Whether a case is still open."""

    ANY = "any"
    OPEN = "open"
    CLOSED = "closed"

    @property
    def label(self) -> str:
        """The choice as staff read it."""
        return {"any": "すべて", "open": "終了していない", "closed": "終了した"}[self]


class DaysReversed(ValueError):
    """「いつから」が「いつまで」より後になっています。日付を確かめてください。"""


@dataclass(frozen=True)
class Wanted:
    """What is looked for; all that is given must fit."""

    words: str = ""
    desk_id: uuid.UUID | None = None
    topic: Topic | None = None
    standing: Standing = Standing.ANY
    since: date | None = None  # days in Japan, both included
    until: date | None = None

    def __post_init__(self) -> None:
        if self.since and self.until and self.until < self.since:
            raise DaysReversed(DaysReversed.__doc__)

    @property
    def filtered(self) -> bool:
        """Whether more than words is given."""
        return bool(self.desk_id or self.topic or self.since or self.until or self.standing is not Standing.ANY)

    @property
    def nothing(self) -> bool:
        """Whether nothing at all is given."""
        return not self.words and not self.filtered


def find(
    session: Session,
    actor: Actor,
    wanted: Wanted,
    *,
    now: datetime,
    after: uuid.UUID | None = None,
    limit: int = queue.PAGE,
) -> list[Row]:
    """Return the cases that fit, newest first, closed ones too; `after` is the last case of the page before."""
    if wanted.nothing:
        return []
    query = _fitting(session, visible_to(actor), actor, wanted)
    if after is not None:
        query = query.where(Case.id < after)
    return queue.shown(session, query.order_by(Case.id.desc()).limit(limit), book(session, actor, now=now), now=now)


def of_person(session: Session, actor: Actor, name: str, phone: str, *, now: datetime) -> list[Row]:
    """Return the cases of people called so or with this number, open ones first."""
    names = [sealer(session).blind(town, "name", name.strip()) for town in sorted(actor.custodians) if name.strip()]
    numbers = [phone_index(session, town, phone) for town in sorted(actor.custodians)]
    people = select(Contact.id).where(
        or_(Contact.name_index.in_(names), Contact.phone_index.in_([one for one in numbers if one]))
    )
    query = visible_to(actor).where(Case.contact_id.in_(people))
    query = query.order_by(Case.state == CaseState.CLOSED, Case.id.desc()).limit(queue.PAGE)
    return queue.shown(session, query, book(session, actor, now=now), now=now)


def desks(session: Session, actor: Actor) -> list[Desk]:
    """Return the desks whose cases this person may look for, by name."""
    overseen = tuple(actor.towns_as(Role.SUPERVISOR, Role.COORDINATOR))
    query = select(Desk).where(or_(Desk.id.in_(tuple(actor.desks)), Desk.municipality_code.in_(overseen)))
    return list(session.scalars(query.order_by(Desk.name, Desk.id)))


def _fitting(
    session: Session, query: Select[*tuple[Any, ...]], actor: Actor, wanted: Wanted
) -> Select[*tuple[Any, ...]]:
    if wanted.words:
        sought = _receipt(wanted.words)
        indexes = [sealer(session).blind(town, "name", wanted.words) for town in sorted(actor.custodians)]
        called = select(Contact.id).where(Contact.name_index.in_(indexes))
        query = query.where(or_(Case.receipt.in_((sought, f"R-{sought}")), Case.contact_id.in_(called)))
    if wanted.desk_id:
        query = query.where(Case.desk_id == wanted.desk_id)
    if wanted.topic:
        query = query.where(names(Case.topics, wanted.topic.value))
    if wanted.standing is not Standing.ANY:
        closed = Case.state == CaseState.CLOSED
        query = query.where(closed if wanted.standing is Standing.CLOSED else ~closed)
    if wanted.since:
        query = query.where(Case.opened_at >= _midnight(wanted.since))
    if wanted.until:
        query = query.where(Case.opened_at < _midnight(wanted.until + timedelta(days=1)))
    return query


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=JAPAN)


def _receipt(words: str) -> str:
    # Residents read their number aloud: full-width figures and missing dashes are heard, too.
    plain = unicodedata.normalize("NFKC", words).strip().upper().replace("ー", "-").replace("−", "-")
    return "".join(plain.split())[:20]
