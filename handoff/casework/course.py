"""The course of a case in one list: what was written down, calls and visits, tries to reach somebody, and days of chat."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from handoff import conversation, spoken, transcript
from handoff.cases import Case
from handoff.casework import lanes, outreach, records
from handoff.casework.records import CorrectedMeanwhile, Means, NoSuchRecord, Party, SupportRecord, Written, own_or_shared
from handoff.transcript import Author, Kind, Message
from resources.access import Actor
from resources.sealing import reveal
from resources.slots import JAPAN

_SPOKEN = {
    Kind.CALL: Means.PHONE, Kind.CAME: Means.INTERVIEW, Kind.WENT: Means.VISIT, Kind.MET: Means.OTHER,
}  # fmt: skip
_SOUGHT = {
    outreach.Means.VISIT: Means.VISIT, outreach.Means.CALL: Means.PHONE, outreach.Means.CHAT: Means.CHAT,
}  # fmt: skip
_CHAT = tuple(kind for kind in Kind if kind not in (*_SPOKEN, Kind.SYSTEM))


@dataclass(frozen=True)
class Entry:
    """One line of the course of a case, ready to be read."""

    at: datetime
    until: datetime | None
    who: str
    means: str
    party: str  # with whom
    words: str
    id: uuid.UUID | None  # of what may be corrected; none for a day of chat and a try of outreach
    version: int = 1
    own: bool = False  # read by one desk only


@dataclass(frozen=True)
class Version:
    """One version of an entry: what it said, by whom and when."""

    written: Written
    who: str
    made_at: datetime
    made_by: str
    number: int
    lane: str


@dataclass(frozen=True)
class Period:
    """Days in Japan, both included; an open end has no limit."""

    since: date | None = None
    until: date | None = None

    def holds(self, at: datetime) -> bool:
        """Whether a moment lies within."""
        day = at.astimezone(JAPAN).date()
        return (self.since is None or day >= self.since) and (self.until is None or day <= self.until)


ALWAYS = Period()


def gather(
    session: Session,
    case: Case,
    *,
    actor: Actor,
    period: Period = ALWAYS,
    shared_only: bool = False,
    newest: int | None = None,
) -> tuple[list[Entry], int]:
    """Return the course of a case as this person may read it, oldest first, and how many entries there are.

    `newest` bounds the list from its end; of other lanes nothing is there, whoever asks.
    """
    rows = _latest(_rows(session, case, (lanes.SHARED,) if shared_only else own_or_shared(actor)))
    corrected = {row.entry_id for row in rows}
    # A call that was corrected is read as corrected, not twice.
    calls = [call for call in _calls(session, case) if call.id not in corrected]
    found: list[tuple[datetime, SupportRecord | Message | Entry]] = [(row.began_at, row) for row in rows]
    found += [(call.said_at, call) for call in calls]
    found += [(one.at, one) for one in (*_sought(session, case), *_chat(session, case))]
    found = sorted((pair for pair in found if period.holds(pair[0])), key=lambda pair: pair[0])
    shown = [one for _, one in (found if newest is None else found[-newest:])]
    names = conversation.staff_names(session, {one.staff_id for one in shown if not isinstance(one, Entry)})
    return [one if isinstance(one, Entry) else _entry(session, one, names) for one in shown], len(found)


def history(session: Session, case: Case, entry_id: uuid.UUID, *, actor: Actor) -> list[Version]:
    """Return all versions of an entry, the first one first; raises NoSuchRecord for one this person may not read."""
    rows = _rows(session, case, own_or_shared(actor), SupportRecord.entry_id == entry_id)
    call = [one for one in _calls(session, case, Message.id == entry_id) if one.id == entry_id]
    if not rows and not call:
        raise NoSuchRecord(NoSuchRecord.__doc__)
    concerned = {one.staff_id for one in call} | {by for row in rows for by in (row.staff_id, row.made_by)}
    names = conversation.staff_names(session, concerned)
    versions = [(_told(session, one), one.made_at, one.staff_id, lanes.SHARED) for one in call]
    versions += [(_written(session, row), row.made_at, row.made_by, row.lane) for row in rows]
    return [
        Version(written, _name(names, written.staff_id), at, _name(names, by), number, lane)
        for number, (written, at, by, lane) in enumerate(versions, 1)
    ]


def correct(
    session: Session, case: Case, entry_id: uuid.UUID, written: Written, *, seen: int, actor: Actor, now: datetime
) -> None:
    """Correct an entry; what stood there stays as an earlier version. `seen` is the version on the writer's screen."""
    last = history(session, case, entry_id, actor=actor)[-1]
    if last.number != seen:
        raise CorrectedMeanwhile(CorrectedMeanwhile.__doc__)
    records.put_version(session, case, written, entry_id=entry_id, version=last.number + 1, lane=last.lane, actor=actor, now=now)


def party_of(written: Written) -> str:
    """Return with whom something was done, in words."""
    if written.party is Party.OTHER:
        return written.counterpart
    return f"{written.party.label}、{written.counterpart}" if written.counterpart else written.party.label


def _rows(session: Session, case: Case, readable: tuple[str, ...], *more: ColumnElement[bool]) -> list[SupportRecord]:
    query = select(SupportRecord).where(SupportRecord.case_id == case.id, SupportRecord.lane.in_(readable), *more)
    return list(session.scalars(query.order_by(SupportRecord.version, SupportRecord.id)))


def _latest(rows: Iterable[SupportRecord]) -> list[SupportRecord]:
    return list({row.entry_id: row for row in rows}.values())


def _calls(session: Session, case: Case, *more: ColumnElement[bool]) -> list[Message]:
    query = select(Message).where(
        Message.contact_id.in_(conversation.people(session, case)), Message.kind.in_(tuple(_SPOKEN)),
        Message.withdrawn_at.is_(None), Message.erased_at.is_(None), *more,
    )  # fmt: skip
    return list(session.scalars(query.order_by(Message.id)))


def _sought(session: Session, case: Case) -> list[Entry]:
    """Return one line for each try of outreach, by means and result."""
    return [
        Entry(
            one.at, None, one.by, _SOUGHT.get(one.means, Means.OTHER).label,
            (Party.RESIDENT if one.reached else Party.MISSED).label,
            "\n".join(filter(None, (f"アウトリーチ（{one.means.label}）：{one.result.label}", one.words))), None,
        )
        for one in outreach.of_case(session, case)
    ]  # fmt: skip


def _chat(session: Session, case: Case) -> list[Entry]:
    """Return one line for each day and direction of the written conversation: how many messages, and no word of them."""
    query = select(Message.said_at, Message.author, Message.staff_id).where(
        Message.contact_id.in_(conversation.people(session, case)), Message.kind.in_(_CHAT),
        or_(Message.author == Author.RESIDENT, and_(Message.author == Author.STAFF, Message.staff_id.is_not(None))),
    )  # fmt: skip
    days: dict[tuple[date, str], list[tuple[datetime, uuid.UUID | None]]] = {}
    for at, author, staff_id in session.execute(query.order_by(Message.said_at)):
        days.setdefault((at.astimezone(JAPAN).date(), author), []).append((at, staff_id))
    names = conversation.staff_names(session, {by for said in days.values() for _, by in said})
    return [
        Entry(
            said[0][0], said[-1][0] if len(said) > 1 else None,
            "、".join(dict.fromkeys(names.get(by, "") for _, by in said if by is not None)), Means.CHAT.label,
            Party.RESIDENT.label, f"{'本人から' if author == Author.RESIDENT else '本人へ'} チャット {len(said)}通", None,
        )
        for (_, author), said in days.items()
    ]  # fmt: skip


def _entry(session: Session, one: SupportRecord | Message, names: Mapping[uuid.UUID, str]) -> Entry:
    written = _told(session, one) if isinstance(one, Message) else _written(session, one)
    entry = Entry(
        written.began_at, written.ended_at, _name(names, written.staff_id), written.means.label,
        party_of(written), written.words, one.id,
    )  # fmt: skip
    if isinstance(one, Message):
        return entry
    return replace(entry, id=one.entry_id, version=one.version, own=one.lane != lanes.SHARED)


def _written(session: Session, row: SupportRecord) -> Written:
    return Written(
        Means(row.means), row.began_at, reveal(session, row, "words_sealed") or "", Party(row.party), row.ended_at,
        reveal(session, row, "counterpart_sealed") or "", row.staff_id,
    )  # fmt: skip


def _told(session: Session, message: Message) -> Written:
    missed = message.manner == spoken.Manner.MISSED
    return Written(
        _SPOKEN[Kind(message.kind)], message.said_at, transcript.words(session, message),
        Party.MISSED if missed else Party.RESIDENT, None, "", message.staff_id,
    )  # fmt: skip


def _name(names: Mapping[uuid.UUID, str], staff_id: uuid.UUID | None) -> str:
    return names.get(staff_id, "") if staff_id else ""
