"""Who waits, since when, and who should have answered: the deepest need first, then the longest wait."""

from __future__ import annotations

import hashlib
import unicodedata
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, literal, or_, select
from sqlalchemy import case as either
from sqlalchemy.orm import Session, aliased

from handoff import picture
from handoff.cases import DANGER, TODAY, Case, complaint, understood, visible_to
from handoff.contacts import Contact, phone_index
from handoff.conversation import staff_names
from handoff.outbox import Outgoing
from handoff.picture import Picture
from handoff.presence import is_present
from handoff.same_person import SamePerson
from handoff.states import CaseState, Delivery
from handoff.transcript import Author, Message
from resources.access import Actor
from resources.desks import Desk, DeskClosure, slots
from resources.hours import Closure, OpeningState, states_at
from resources.sealing import reveal, sealer

PAGE = 50
_MOST_WATCHED = 300
_LAST = datetime(9999, 1, 1, tzinfo=UTC)


class Tab(StrEnum):
    """One list of the queue."""

    HANDOVER = "handover"
    WAITING = "waiting"
    MINE = "mine"
    DESKS = "desks"
    URGENT = "urgent"
    UNREAD = "unread"
    UNDELIVERED = "undelivered"
    HELD = "held"

    @property
    def label(self) -> str:
        """The list as staff read it."""
        return _TABS[self][0]

    @property
    def help(self) -> str:
        """What stands in the list."""
        return _TABS[self][1]


_TABS = {
    Tab.HANDOVER: ("引継ぎ", "夜間・休日に届き、まだ誰も応えていない相談です。応えるか、経過を書くまで消えません。"),
    Tab.WAITING: ("待機", "まだ担当者のいない相談です。"),
    Tab.MINE: ("自分", "あなたが受けている相談です。"),
    Tab.DESKS: ("所属", "あなたの窓口の、終了していないすべての相談です。"),
    Tab.URGENT: ("緊急", "危険の言葉があった相談です。"),
    Tab.UNREAD: ("未読", "まだ誰も開いていないメッセージがある相談です。"),
    Tab.UNDELIVERED: ("不達", "こちらの返信が届かなかった相談です。電話など別の方法を考えてください。"),
    Tab.HELD: ("保留・読めない", "町の設定を待っている返信と、機械が読めなかったメッセージです。"),
}


@dataclass(frozen=True)
class Row:
    """One case as the desk sees it in the first five seconds."""

    case: Case
    name: str
    complaint: str
    picture: Picture
    urgent: bool
    today: bool
    crises: list[str]
    reasons: list[str]
    watched: bool  # somebody else may read the resident's phone
    call_allowed: bool | None
    unread: bool
    undelivered: bool
    night: bool
    owner: str
    owner_present: bool
    handed_by: str  # who handed it over, until the receiver has opened it


@dataclass(frozen=True)
class Watch:
    """What a script needs to see that something moved, without a word of anybody."""

    version: str
    ids: tuple[str, ...]
    counts: dict[Tab, int]


def tally(session: Session, actor: Actor) -> dict[Tab, int]:
    """Return how many cases stand in each list."""
    counted = [tab for tab in Tab if tab is not Tab.HANDOVER]
    sums = [func.coalesce(func.sum(either((_in(tab, actor), 1), else_=0)), 0) for tab in counted]
    found = session.execute(_open(actor).with_only_columns(*sums)).one()
    return {Tab.HANDOVER: len(_handover(session, actor)), **{tab: int(n) for tab, n in zip(counted, found, strict=True)}}


def rows(
    session: Session, actor: Actor, tab: Tab, *, now: datetime, after: uuid.UUID | None = None, limit: int = PAGE
) -> list[Row]:
    """Return one page of a list; `after` is the last case of the page before."""
    query = _listed(session, actor, tab)
    if after is not None and (last := session.scalars(visible_to(actor).where(Case.id == after)).first()):
        query = query.where(_behind(last))
    return _rows(session, query.limit(limit), now)


def search(session: Session, actor: Actor, words: str, *, now: datetime) -> list[Row]:
    """Return the cases of a receipt number or of a person called so; closed ones too."""
    sought = _receipt(words)
    indexes = [sealer(session).blind(town, "name", words.strip()) for town in sorted(actor.custodians)]
    fits = or_(Case.receipt.in_((sought, f"R-{sought}")), Contact.name_index.in_(indexes))
    return _rows(session, _with_contact(visible_to(actor)).where(fits).order_by(Case.id.desc()).limit(PAGE), now)


def of_person(session: Session, actor: Actor, name: str, phone: str, *, now: datetime) -> list[Row]:
    """Return the cases of people called so or with this number, open ones first."""
    names = [sealer(session).blind(town, "name", name.strip()) for town in sorted(actor.custodians) if name.strip()]
    numbers = [phone_index(session, town, phone) for town in sorted(actor.custodians)]
    fits = or_(Contact.name_index.in_(names), Contact.phone_index.in_([one for one in numbers if one]))
    query = _with_contact(visible_to(actor)).where(fits).order_by(Case.state == CaseState.CLOSED, Case.id.desc())
    return _rows(session, query.limit(PAGE), now)


def watch(session: Session, actor: Actor, tab: Tab) -> Watch:
    """Return a fingerprint of a list and its counts, for live refresh."""
    counts = tally(session, actor)
    stands = (Case.id, Case.state, Case.owner_id, Case.waiting_since, Case.need, Case.present, Case.handed_by)
    columns = (*stands, _unread(), _failed())
    found = session.execute(_listed(session, actor, tab).with_only_columns(*columns).limit(_MOST_WATCHED)).all()
    seen = repr([tuple(map(str, line)) for line in found] + [sorted(counts.items())])
    return Watch(hashlib.sha256(seen.encode()).hexdigest()[:16], tuple(str(line[0]) for line in found), counts)


def _open(actor: Actor) -> Select[*tuple[Any, ...]]:
    return visible_to(actor).where(Case.state != CaseState.CLOSED)


def _with_contact(query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    joined = query.join(Contact, and_(Contact.id == Case.contact_id, Contact.custodian == Case.custodian))
    return joined.add_columns(Contact, _unread(), _failed())


def _listed(session: Session, actor: Actor, tab: Tab) -> Select[*tuple[Any, ...]]:
    fits = Case.id.in_(_handover(session, actor)) if tab is Tab.HANDOVER else _in(tab, actor)
    return _with_contact(_open(actor)).where(fits).order_by(Case.need, func.coalesce(Case.waiting_since, _LAST), Case.id)


def _behind(last: Case) -> ColumnElement[bool]:
    since, clock = last.waiting_since or _LAST, func.coalesce(Case.waiting_since, _LAST)
    return or_(
        Case.need > last.need,
        and_(Case.need == last.need, clock > since),
        and_(Case.need == last.need, clock == since, Case.id > last.id),
    )


def _in(tab: Tab, actor: Actor) -> ColumnElement[bool]:
    match tab:
        case Tab.MINE:
            return Case.owner_id == actor.staff_id
        case Tab.DESKS:
            return Case.desk_id.in_(tuple(actor.desks))
        case Tab.URGENT:
            return Case.need == DANGER
        case Tab.UNREAD:
            return _unread()
        case Tab.UNDELIVERED:
            return _failed()
        case Tab.HELD:
            return _theirs(_troubled(Delivery.HELD))
        case _:
            return Case.state == CaseState.WAITING


def _unread() -> ColumnElement[bool]:
    unseen = select(Message.contact_id).where(Message.seen_at.is_(None), Message.author == Author.RESIDENT)
    return _theirs(unseen)


def _failed() -> ColumnElement[bool]:
    # A delivery that failed is put right by any later one that arrived.
    later = aliased(Outgoing)
    arrived = exists().where(
        later.contact_id == Outgoing.contact_id, later.id > Outgoing.id, later.state == Delivery.SENT
    )
    return _theirs(_troubled(Delivery.FAILED).where(~arrived))


def _theirs(contacts: Select[uuid.UUID]) -> ColumnElement[bool]:
    # What is said in one of a person's conversations stands in the one case they have.
    same = select(SamePerson.person_id).where(SamePerson.contact_id.in_(contacts))
    other = select(SamePerson.contact_id).where(SamePerson.person_id.in_(contacts))
    return or_(Case.contact_id.in_(contacts), Case.contact_id.in_(same), Case.contact_id.in_(other))


def _troubled(state: Delivery) -> Select[uuid.UUID]:
    # The values are written out, so that the database knows its small index of troubled deliveries is enough.
    either_of = [literal(one.value, literal_execute=True) for one in (Delivery.FAILED, Delivery.HELD)]
    return select(Outgoing.contact_id).where(Outgoing.state.in_(either_of), Outgoing.state == state)


def _handover(session: Session, actor: Actor) -> list[uuid.UUID]:
    """Return the unanswered cases whose first unanswered message came while their desk did not read."""
    waiting = _open(actor).where(Case.waiting_since.is_not(None), Case.desk_id.is_not(None))
    found = session.execute(waiting.with_only_columns(Case.id, Case.desk_id, Case.waiting_since)).all()
    return sorted(_came_while_shut(session, [(key, desk, since) for key, desk, since in found if desk and since]))


def _came_while_shut(session: Session, waiting: Sequence[tuple[uuid.UUID, uuid.UUID, datetime]]) -> set[uuid.UUID]:
    by_desk: dict[uuid.UUID, list[tuple[uuid.UUID, datetime]]] = {}
    for case_id, desk_id, since in waiting:
        by_desk.setdefault(desk_id, []).append((case_id, since))
    desks = list(session.scalars(select(Desk).where(Desk.id.in_(by_desk)))) if by_desk else []
    towns = {desk.municipality_code for desk in desks}
    query = select(DeskClosure).where(DeskClosure.municipality_code.in_(towns))
    closures = list(session.scalars(query)) if towns else []
    shut: set[uuid.UUID] = set()
    for desk in desks:
        days = [Closure(row.starts, row.ends, row.reason) for row in closures if _concerns(row, desk)]
        came = by_desk[desk.id]
        moments = [since for _, since in came]
        told = states_at(slots(desk), moments, closures=days, year_end_closed=desk.closed_at_year_end)
        shut |= {case_id for (case_id, _), state in zip(came, told, strict=True) if state is OpeningState.CLOSED}
    return shut


def _concerns(closure: DeskClosure, desk: Desk) -> bool:
    return closure.municipality_code == desk.municipality_code and closure.desk_id in (None, desk.id)


def _rows(session: Session, query: Select[*tuple[Any, ...]], now: datetime) -> list[Row]:
    found = session.execute(query).all()
    names = staff_names(session, {one for case, *_ in found for one in (case.owner_id, case.handed_by)})
    waiting = [(c.id, c.desk_id, c.waiting_since) for c, *_ in found if c.desk_id and c.waiting_since]
    shut = _came_while_shut(session, waiting)
    return [
        Row(
            case=case,
            name=reveal(session, contact, "name_sealed") or "",
            complaint=complaint(session, case),
            picture=picture.read(understood(session, case)),
            urgent=case.need == DANGER,
            today=case.need == TODAY,
            crises=picture.crises(case.crises),
            reasons=picture.reasons(code for code in case.reasons if code != "crisis"),
            watched=contact.device_watched,
            call_allowed=contact.call_allowed,
            unread=bool(unread),
            undelivered=bool(failed),
            night=case.id in shut,
            owner=names.get(case.owner_id, ""),
            owner_present=is_present(case, now=now),
            handed_by=names.get(case.handed_by, "") if case.handed_by else "",
        )
        for case, contact, unread, failed in found
    ]


def _receipt(words: str) -> str:
    # Residents read their number aloud: full-width figures and missing dashes are heard, too.
    plain = unicodedata.normalize("NFKC", words).strip().upper().replace("ー", "-").replace("−", "-")
    return "".join(plain.split())[:20]
