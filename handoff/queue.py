"""Who waits, since when, and who should have answered: the deepest need first, then the longest wait."""

from __future__ import annotations

import hashlib
import unicodedata
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case as either, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from handoff import picture
from handoff.cases import DANGER, TODAY, Case, complaint, understood, visible_to
from handoff.contacts import Contact
from handoff.conversation import staff_names
from handoff.outbox import Outgoing
from handoff.picture import Picture
from handoff.presence import is_present
from handoff.states import CaseState, Delivery
from handoff.transcript import Author, Message
from resources.access import Actor
from resources.desks import Desk, DeskClosure, slots
from resources.hours import Closure, OpeningState, opening
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


def watch(session: Session, actor: Actor, tab: Tab) -> Watch:
    """Return a fingerprint of a list and its counts, for live refresh."""
    counts = tally(session, actor)
    columns = (Case.id, Case.state, Case.owner_id, Case.waiting_since, Case.need, Case.present, _unread(), _failed())
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
            return exists().where(Outgoing.contact_id == Case.contact_id, Outgoing.state == Delivery.HELD)
        case _:
            return Case.state == CaseState.WAITING


def _unread() -> ColumnElement[bool]:
    return exists().where(
        Message.contact_id == Case.contact_id, Message.author == Author.RESIDENT, Message.seen_at.is_(None)
    )


def _failed() -> ColumnElement[bool]:
    # A delivery that failed is put right by any later one that arrived.
    later = aliased(Outgoing)
    arrived = exists().where(
        later.contact_id == Outgoing.contact_id, later.id > Outgoing.id, later.state == Delivery.SENT
    )
    return exists().where(Outgoing.contact_id == Case.contact_id, Outgoing.state == Delivery.FAILED, ~arrived)


def _handover(session: Session, actor: Actor) -> list[uuid.UUID]:
    """Return the unanswered cases whose first unanswered message came while their desk did not read."""
    waiting = session.execute(
        _open(actor)
        .where(Case.waiting_since.is_not(None))
        .join(Desk, Desk.id == Case.desk_id)
        .with_only_columns(Case.id, Case.waiting_since, Desk)
    ).all()
    shut = _closures(session, {desk.id: desk for _, _, desk in waiting}.values())
    return [case_id for case_id, since, desk in waiting if since and _was_shut(desk, shut, since)]


def _was_shut(desk: Desk, shut: Sequence[DeskClosure], at: datetime) -> bool:
    days = tuple(
        Closure(row.starts, row.ends, row.reason)
        for row in shut
        if row.municipality_code == desk.municipality_code and row.desk_id in (None, desk.id)
    )
    state = opening(slots(desk), now=at, closures=days, year_end_closed=desk.closed_at_year_end).state
    return state is OpeningState.CLOSED


def _closures(session: Session, desks: Iterable[Desk]) -> list[DeskClosure]:
    towns = {desk.municipality_code for desk in desks}
    query = select(DeskClosure).where(DeskClosure.municipality_code.in_(towns))
    return list(session.scalars(query)) if towns else []


def _rows(session: Session, query: Select[*tuple[Any, ...]], now: datetime) -> list[Row]:
    found = session.execute(query).all()
    owners = {case.owner_id for case, *_ in found} - {None}
    names = staff_names(session, owners)
    desks = {desk.id: desk for desk in session.scalars(select(Desk).where(Desk.id.in_({c.desk_id for c, *_ in found})))}
    shut = _closures(session, desks.values())
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
            night=case.waiting_since is not None
            and case.desk_id in desks
            and _was_shut(desks[case.desk_id], shut, case.waiting_since),
            owner=names.get(case.owner_id, ""),
            owner_present=is_present(case, now=now),
        )
        for case, contact, unread, failed in found
    ]


def _receipt(words: str) -> str:
    # Residents read their number aloud: full-width figures and missing dashes are heard, too.
    plain = unicodedata.normalize("NFKC", words).strip().upper().replace("ー", "-").replace("−", "-")
    return "".join(plain.split())[:20]
