"""Which entries wait to be checked, the most pressing first: what people report, what providers answered, what is overdue."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from resources import cadences, entry_reports, freshness, provider_links
from resources.entry_reports import Said
from resources.kinds import Kinds
from resources.locations import Location, ServiceAtLocation
from resources.services import Service, Status
from resources.staff import Staff
from resources.verification import Verification

_SHOWN = (Status.ACTIVE, Status.TEMPORARILY_CLOSED)
SOON_DAYS = 30


class Why(StrEnum):
    """Why an entry is on the list, the most pressing first."""

    GONE = "gone"
    ANSWERED = "answered"
    REPORTED = "reported"
    NEVER = "never"
    OVERDUE = "overdue"
    SOON = "soon"
    ASKED = "asked"  # not due, but somebody has been asked to check it

    @property
    def label(self) -> str:
        """The reason as editors read it."""
        return _LABELS[self]


_LABELS = {
    Why.GONE: "「もうやっていない」の知らせ",
    Why.ANSWERED: "運営者の返事",
    Why.REPORTED: "住民の知らせ",
    Why.NEVER: "一度も確かめていない",
    Why.OVERDUE: "期限が過ぎた",
    Why.SOON: "もうすぐ期限",
    Why.ASKED: "確認を頼まれた",
}
_ORDER = {why: at for at, why in enumerate(Why)}


@dataclass(frozen=True)
class Entry:
    """One entry in the eyes of those who keep it true."""

    id: uuid.UUID
    town: str
    name: str
    kind: str
    area: str
    assured: date | None
    due: date | None


@dataclass(frozen=True)
class Work:
    """One entry that waits, why, what was reported, and who is on it."""

    entry: Entry
    why: Why
    reports: Counter[Said]
    round: Verification | None
    who: str


def entries(session: Session, towns: frozenset[str], kinds: Kinds) -> list[Entry]:
    """Return the entries of some towns that residents may be sent to, with the day each must be checked again."""
    chosen = cadences.of_towns(session, towns)
    query = select(
        Service.id, Service.municipality_code, Service.name, Service.kind, Service.assured_date, Location.town
    ).outerjoin(ServiceAtLocation, ServiceAtLocation.service_id == Service.id)
    query = query.outerjoin(Location, Location.id == ServiceAtLocation.location_id)
    mine = Service.municipality_code.in_(towns) & Service.visible & Service.status.in_(_SHOWN)
    found = []
    for id_, town, name, kind, assured, area in session.execute(query.where(mine).order_by(Service.name, Service.id)):
        due = freshness.due_on(assured, kind, kinds, chosen=chosen.get((town, kind)))
        found.append(Entry(id_, town, name, kind, area or "", assured, due))
    return found


def waiting(session: Session, towns: frozenset[str], kinds: Kinds, *, today: date) -> list[Work]:
    """Return what waits to be checked in some towns, the most pressing first."""
    reports, answered = entry_reports.of_towns(session, towns), provider_links.waiting_in(session, towns)
    rounds = dict(_rounds(session, towns))
    found = []
    for entry in entries(session, towns, kinds):
        said = reports.get(entry.id, Counter())
        open_round, who = rounds.get(entry.id, (None, ""))
        why = _why(entry, said, answered=entry.id in answered, today=today)
        if why is None and open_round is not None:
            why = Why.ASKED
        if why is not None:
            found.append(Work(entry, why, said, open_round, who))
    never = date.min
    return sorted(found, key=lambda work: (_ORDER[work.why], work.entry.due or never, work.entry.name, work.entry.id))


def of_kind(work: Iterable[Work], *, kind: str, area: str, why: str, whose: uuid.UUID | None, free: bool) -> list[Work]:
    """Return what fits the filters; empty ones let everything through."""
    return [
        one
        for one in work
        if (not kind or one.entry.kind == kind)
        and (not area or one.entry.area == area)
        and (not why or one.why == why)
        and (whose is None or (one.round is not None and one.round.staff_id == whose))
        and (not free or one.round is None)
    ]


def _why(entry: Entry, said: Counter[Said], *, answered: bool, today: date) -> Why | None:
    if said[Said.GONE]:
        return Why.GONE
    if answered:
        return Why.ANSWERED
    if said[Said.NO_ANSWER] or said[Said.OTHERWISE]:
        return Why.REPORTED
    if entry.due is None:
        return Why.NEVER
    if entry.due < today:
        return Why.OVERDUE
    return Why.SOON if (entry.due - today).days < SOON_DAYS else None


def _rounds(session: Session, towns: frozenset[str]) -> Iterator[tuple[uuid.UUID, tuple[Verification, str]]]:
    query = select(Verification, Staff.display_name).join(Staff, Staff.id == Verification.staff_id)
    for row, name in session.execute(query.where(Verification.municipality_code.in_(towns), Verification.ended_at.is_(None))):
        yield row.service_id, (row, name)
