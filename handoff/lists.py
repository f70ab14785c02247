"""The lists of the queue: what stands in each, and under which name."""

from __future__ import annotations

import uuid
from enum import StrEnum
from functools import cache

from sqlalchemy import ColumnElement, Select, Text, and_, cast, exists, literal, or_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from handoff.cases import DANGER, Case
from handoff.casework import membership
from handoff.deadlines import Book
from handoff.notes import Note
from handoff.outbox import Outgoing
from handoff.same_person import SamePerson
from handoff.states import CaseState, Delivery, Ground
from handoff.transcript import Author, Message
from resources.access import Actor


class Tab(StrEnum):
    """One list of the queue."""

    HANDOVER = "handover"
    WAITING = "waiting"
    MINE = "mine"
    DESKS = "desks"
    URGENT = "urgent"
    OVERDUE = "overdue"
    WORRIES = "worries"
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
    Tab.HANDOVER: (
        "引継ぎ",
        "夜間・休日に届き（またはひと月をこえて）、まだ誰も応えていない相談です。応えるか、経過をメモに書くまで消えません。",
    ),
    Tab.WAITING: ("待機", "まだ担当者のいない相談です。"),
    Tab.MINE: ("自分", "あなたが受けている相談です。"),
    Tab.DESKS: ("所属", "あなたの窓口の相談と、チームに加わっている相談のうち、終了していないすべてです。"),
    Tab.URGENT: ("緊急", "危険の言葉があった相談です。"),
    Tab.OVERDUE: ("期限超過", "窓口が決めた時間のうちに、まだ応えていない相談です。時間は、窓口が開いている間だけ数えます。"),
    Tab.WORRIES: ("見守り・心配", "近所の人や家族など、ほかの人を心配して届いた相談です。"),
    Tab.UNREAD: ("未読", "まだ誰も開いていないメッセージか、参加機関から担当者への知らせがある相談です。"),
    Tab.UNDELIVERED: ("不達", "こちらの返信が届かなかった相談です。電話など別の方法を考えてください。"),
    Tab.HELD: ("保留・読めない", "町の設定を待っている返信と、機械が読めなかったメッセージです。"),
}  # fmt: skip


def stands_in(tab: Tab, actor: Actor, book: Book) -> ColumnElement[bool]:
    """Return the condition that an open case stands in a list."""
    match tab:
        case Tab.HANDOVER:
            return and_(book.came_while_shut(), ~_explained())
        case Tab.MINE:
            return Case.owner_id == actor.staff_id
        case Tab.DESKS:
            return or_(Case.desk_id.in_(tuple(actor.desks)), Case.id.in_(membership.seen_by(actor)))
        case Tab.URGENT:
            return Case.need == DANGER
        case Tab.OVERDUE:
            return book.late()
        case Tab.WORRIES:
            return or_(Case.ground == Ground.THIRD_PARTY, names(Case.reasons, "third_party"))
        case Tab.UNREAD:
            return unread()
        case Tab.UNDELIVERED:
            return undelivered()
        case Tab.HELD:
            return _held()
        case _:
            return Case.state == CaseState.WAITING


def names(column: InstrumentedAttribute[list[str]], code: str) -> ColumnElement[bool]:
    """Return the condition that a list of codes holds one."""
    return cast(column, Text).contains(f'"{code}"', autoescape=True)


def is_open() -> ColumnElement[bool]:
    """Return the condition that a case has not ended."""
    return Case.state != written_out(CaseState.CLOSED)


def written_out(state: StrEnum) -> ColumnElement[str]:
    """Return a state as part of the statement, so that the database knows its small index of such rows is enough."""
    return literal(state.value, literal_execute=True)


@cache
def unread() -> ColumnElement[bool]:
    """Return the condition that nobody has opened a message yet, or that the owner has not seen what an agency did."""
    unseen = select(Message.contact_id).where(Message.seen_at.is_(None), Message.author == written_out(Author.RESIDENT))
    return or_(_theirs(unseen), Case.id.in_(membership.with_news()))


@cache
def _held() -> ColumnElement[bool]:
    return _theirs(_troubled(Delivery.HELD))


@cache
def undelivered() -> ColumnElement[bool]:
    """Return the condition that what was said last did not arrive."""
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


@cache
def _explained() -> ColumnElement[bool]:
    """Whether somebody wrote down how things stand, and the resident has said nothing since."""
    later = exists().where(
        Message.contact_id == Case.contact_id, Message.id > Note.id, Message.author == Author.RESIDENT
    ).correlate(Case, Note)  # fmt: skip
    return exists().where(Note.case_id == Case.id, Note.made_at >= Case.waiting_since, ~later).correlate(Case)


def _troubled(state: Delivery) -> Select[uuid.UUID]:
    either_of = [written_out(one) for one in (Delivery.FAILED, Delivery.HELD)]
    return select(Outgoing.contact_id).where(Outgoing.state.in_(either_of), Outgoing.state == state)
