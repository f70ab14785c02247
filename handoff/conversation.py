"""A conversation as the desk reads it: who said what, when, and whether it arrived."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, select, update
from sqlalchemy.orm import Session

from handoff import files, picture, same_person, spoken, transcript, troubles
from handoff.accounts import Account, Platform
from handoff.cases import Case
from handoff.casework.membership import Member
from handoff.contacts import ContactPoint, NoPoint
from handoff.files import File
from handoff.outbox import Outgoing
from handoff.states import CaseState, Delivery, Outcome
from handoff.transcript import Author, Kind, Message
from resources.desks import Desk
from resources.reading import once
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
    said = transcript.recent(session, *people(session, case), limit=limit, before=before)
    channels = _channels(session, case)
    deliveries = {row.id: row for row in _deliveries(session, {line.outgoing_id for line in said} - {None})}
    names = _speakers(session, case, {line.staff_id for line in said} - {None})
    brought = files.of_messages(session, said)
    return [
        _line(session, message, deliveries, names, message.id in unread, channels, brought.get(message.id)) for message in said
    ]


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
    found = same_person.everybody(session, case.contact_id)
    query = select(ContactPoint, Account).join(Account, Account.id == ContactPoint.account_id)
    there = query.where(ContactPoint.contact_id.in_(found))
    return once(session, lambda: [(point, account) for point, account in session.execute(there)], "places", case.contact_id)


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


def _speakers(session: Session, case: Case, ids: Collection[uuid.UUID | None]) -> dict[uuid.UUID, str]:
    """Return the names of those who spoke, with the agency of whoever spoke for one on the team."""
    if not ids:
        return {}
    theirs = and_(Member.desk_id == DeskMembership.desk_id, Member.case_id == case.id)
    query = (
        select(Staff.id, Staff.display_name, Desk.name)
        .outerjoin(DeskMembership, DeskMembership.staff_id == Staff.id)
        .outerjoin(Member, theirs)
        .outerjoin(Desk, Desk.id == Member.desk_id)
        .where(Staff.id.in_(ids))
    )
    found: dict[uuid.UUID, str] = {}
    for staff_id, name, agency in session.execute(query):
        if staff_id not in found or agency:
            found[staff_id] = f"{name}（{agency}）" if agency and staff_id != case.owner_id else name
    return found


def _deliveries(session: Session, ids: Collection[uuid.UUID | None]) -> list[Outgoing]:
    return list(session.scalars(select(Outgoing).where(Outgoing.id.in_(ids)))) if ids else []


def _line(
    session: Session,
    message: Message,
    deliveries: Mapping[uuid.UUID, Outgoing],
    names: Mapping[uuid.UUID, str],
    unread: bool,
    channels: Mapping[uuid.UUID, str],
    file: File | None,
) -> Line:
    delivery = deliveries.get(message.outgoing_id) if message.outgoing_id else None
    hidden = message.withdrawn_at is not None or message.erased_at is not None
    said = "" if hidden else transcript.words(session, message)
    if file is not None and files.plain(said) == file.name:
        said = ""  # It stands beside the file.
    who = {Author.RESIDENT: "本人", Author.BOT: "自動", Author.SYSTEM: ""}.get(Author(message.author))
    return Line(
        id=message.id,
        at=message.said_at,
        side=Author(message.author),
        who=who if who is not None else names.get(message.staff_id, "担当者") if message.staff_id else "担当者",
        kind=spoken.label(message) or _KINDS.get(Kind(message.kind), ""),
        # What a resident took back stays sealed and is not shown; staff decide about it by the town's procedure.
        words=said,
        crisis="、".join(picture.crises([message.crisis])) if message.crisis else "",
        unread=unread,
        edited=message.edited_at is not None,
        withdrawn=message.withdrawn_at is not None,
        erased=message.erased_at is not None,
        outgoing_id=message.outgoing_id,
        delivery=Delivery(delivery.state) if delivery else None,
        why=troubles.delivery(delivery.reason) if delivery else "",
        channel=channels.get(message.point_id, "") if message.point_id else "",
        file=file,
    )


def _channels(session: Session, case: Case) -> dict[uuid.UUID, str]:
    if len(found := people(session, case)) == 1:
        return {}
    query = select(ContactPoint.id, Account.platform).join(Account, Account.id == ContactPoint.account_id)
    known = session.execute(query.where(ContactPoint.contact_id.in_(found)))
    return {point_id: Platform(platform).label for point_id, platform in known}
