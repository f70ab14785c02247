"""A conversation as the desk reads it: who said what, when, and whether it arrived."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, select, update
from sqlalchemy.orm import Session

from handoff import files, persons, picture, same_person, spoken, transcript, troubles
from handoff.accounts import Account, Platform
from handoff.cases import Case
from handoff.casework.membership import Member
from handoff.contacts import ContactPoint, NoPoint
from handoff.files import File
from handoff.outbox import Outgoing
from handoff.states import CaseState, Delivery, Outcome
from handoff.transcript import Author, Kind, Message
from resources.desks import Desk
from resources.staff import DeskMembership, Staff

PAGE = 100
_KINDS = {
    Kind.IMAGE: "写真", Kind.LOCATION: "位置情報", Kind.STICKER: "スタンプ", Kind.VOICE: "音声",
    Kind.FILE: "ファイル", Kind.CARD: "案内", Kind.CHOICE: "選択肢",
}  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One thing said, ready to be read."""

    id: uuid.UUID
    at: datetime
    side: Author
    who: str
    kind: str  # empty for plain words
    words: str
    crisis: str
    unread: bool  # nobody at the desk had seen it until this page was opened
    edited: bool
    withdrawn: bool
    erased: bool
    outgoing_id: uuid.UUID | None
    delivery: Delivery | None
    why: str  # why it did not arrive, in words
    channel: str  # where it was said, when the person writes in several places
    file: File | None = None  # a photo, voice or file that came with it

    @property
    def mark(self) -> str:
        """The delivery mark beside it."""
        return self.delivery.label if self.delivery else ""


def lines(
    session: Session,
    case: Case,
    *,
    before: uuid.UUID | None = None,
    unread: Collection[uuid.UUID] = frozenset(),
    limit: int = PAGE,
) -> list[Line]:
    """Return the newest lines of a case's conversation, oldest first; `unread` were so until this page was opened."""
    said = _said(session, case, limit=limit, before=before)
    channels = _channels(session, case)
    brought = files.of_messages(session, [one.message for one in said])
    return [_line(session, case, one, one.message.id in unread, channels, brought.get(one.message.id)) for one in said]


def marks(session: Session, case: Case) -> dict[str, tuple[Delivery, str]]:
    """Return the delivery marks of the newest deliveries by their id, for live refresh; no words."""
    query = select(Outgoing.id, Outgoing.state, Outgoing.reason).where(Outgoing.contact_id.in_(people(session, case)))
    found = session.execute(query.order_by(Outgoing.id.desc()).limit(PAGE))
    return {str(key): (Delivery(state), troubles.delivery(reason)) for key, state, reason in found}


def newest(session: Session, case: Case) -> str:
    """Return the id of the newest line, empty when nothing was said."""
    query = select(Message.id).where(Message.contact_id.in_(people(session, case))).order_by(Message.id.desc()).limit(1)
    return str(session.scalar(query) or "")


def mark_seen(session: Session, case: Case, *, now: datetime) -> frozenset[uuid.UUID]:
    """Remember that a person at the desk has the conversation on the screen; returns what was unread until now."""
    unread = (
        Message.contact_id.in_(people(session, case)), Message.author == Author.RESIDENT, Message.seen_at.is_(None)
    )  # fmt: skip
    ids = frozenset(session.scalars(select(Message.id).where(*unread)))
    if ids:
        session.execute(
            update(Message).where(*unread).values(seen_at=now).execution_options(synchronize_session=False)
        )
    return ids


def people(session: Session, case: Case) -> list[uuid.UUID]:
    """Return the contacts whose words belong to a case: a duplicate shows its own only."""
    if case.state == CaseState.CLOSED and case.outcome == Outcome.DUPLICATE:
        return [case.contact_id]
    return same_person.everybody(session, case.contact_id)


def places(session: Session, case: Case) -> list[tuple[ContactPoint, Account]]:
    """Return where the person of a case writes, each place with its account."""
    return persons.of_contact(session, case.contact_id).places


def mention(session: Session, case: Case, words: str, *, now: datetime) -> None:
    """Write a line of the desk's own into the conversation of a case; it is not sent."""
    point = session.get(ContactPoint, case.point_id) if case.point_id else None
    transcript.note(session, point or NoPoint(case.custodian, case.contact_id), words, now=now)


def staff_names(session: Session, ids: Collection[uuid.UUID | None]) -> dict[uuid.UUID, str]:
    """Return the names of members of staff."""
    wanted = {known for known in ids if known is not None}
    if not wanted:
        return {}
    query = select(Staff.id, Staff.display_name).where(Staff.id.in_(wanted))
    return dict(iter(session.execute(query)))


@dataclass(frozen=True)
class _Said:
    message: Message
    delivery: Delivery | None
    reason: str
    name: str  # of whoever of the staff said it
    agency: str  # on the team of the case, for which they spoke


def _said(session: Session, case: Case, *, limit: int, before: uuid.UUID | None) -> list[_Said]:
    """Return the newest messages, oldest first, with what became of them and whose words they are."""
    agency = (
        select(Desk.name)
        .join(Member, and_(Member.desk_id == Desk.id, Member.case_id == case.id))
        .join(DeskMembership, DeskMembership.desk_id == Desk.id)
        .where(DeskMembership.staff_id == Message.staff_id)
        .limit(1)
        .correlate(Message)
        .scalar_subquery()
    )
    query = (
        select(Message, Outgoing.state, Outgoing.reason, Staff.display_name, agency)
        .outerjoin(Outgoing, Outgoing.id == Message.outgoing_id)
        .outerjoin(Staff, Staff.id == Message.staff_id)
        .where(Message.contact_id.in_(people(session, case)))
    )
    if before is not None:
        query = query.where(Message.id < before)
    rows = session.execute(query.order_by(Message.id.desc()).limit(limit)).all()[::-1]
    return [
        _Said(message, Delivery(state) if state else None, reason or "", name or "", desk or "")
        for message, state, reason, name, desk in rows
    ]


def _speaker(case: Case, said: _Said) -> str:
    match Author(said.message.author):
        case Author.RESIDENT:
            return "本人"
        case Author.BOT:
            return "自動"
        case Author.SYSTEM:
            return ""
    if said.agency and said.message.staff_id != case.owner_id:
        return f"{said.name}（{said.agency}）"
    return said.name or "担当者"


def _line(
    session: Session, case: Case, one: _Said, unread: bool, channels: Mapping[uuid.UUID, str], file: File | None
) -> Line:
    message = one.message
    hidden = message.withdrawn_at is not None or message.erased_at is not None
    said = "" if hidden else transcript.words(session, message)
    if file is not None and files.plain(said) == file.name:
        said = ""  # It stands beside the file.
    return Line(
        id=message.id,
        at=message.said_at,
        side=Author(message.author),
        who=_speaker(case, one),
        kind=spoken.label(message) or _KINDS.get(Kind(message.kind), ""),
        # What a resident took back stays sealed and is not shown; staff decide about it by the town's procedure.
        words=said,
        crisis="、".join(picture.crises([message.crisis])) if message.crisis else "",
        unread=unread,
        edited=message.edited_at is not None,
        withdrawn=message.withdrawn_at is not None,
        erased=message.erased_at is not None,
        outgoing_id=message.outgoing_id,
        delivery=one.delivery,
        why=troubles.delivery(one.reason) if one.delivery else "",
        channel=channels.get(message.point_id, "") if message.point_id else "",
        file=file,
    )


def _channels(session: Session, case: Case) -> dict[uuid.UUID, str]:
    if len(people(session, case)) == 1:
        return {}
    return {point.id: Platform(account.platform).label for point, account in places(session, case)}
