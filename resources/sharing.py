"""What towns show of each other's places: entries from above kept once, shared ones, and a town's own word about either."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy import Boolean, ColumnElement, ForeignKey, String, Text, delete, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from resources import change_sets, journal, places, records
from resources.access import Actor
from resources.db import Base
from resources.drafts import Draft
from resources.importing.values import tidy
from resources.places import Level, Municipality, Neighbour
from resources.reach import allows
from resources.records import Record
from resources.services import Service, Status

LONGEST: Final = 50  # so that a card shows all of it
_SHOWN = (Status.ACTIVE, Status.TEMPORARILY_CLOSED)
_BY = 120


class LocalWord(Base):
    """What a town says to its own residents about an entry of another town or level: a note, or that it is not offered here."""

    __tablename__ = "local_word"

    municipality_code: Mapped[str] = mapped_column(ForeignKey("municipality.code"), primary_key=True)
    service_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("service.id"), primary_key=True, index=True)
    hidden: Mapped[bool] = mapped_column(Boolean())
    note: Mapped[str] = mapped_column(Text())
    by: Mapped[str] = mapped_column(String(_BY))
    at: Mapped[datetime] = mapped_column()


class EntryShare(Base):
    """One entry that its town offers to the residents of another, named one; whole directories are shared by Neighbour."""

    __tablename__ = "entry_share"

    municipality_code: Mapped[str] = mapped_column(ForeignKey("municipality.code"), primary_key=True)
    service_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("service.id"), primary_key=True, index=True)
    by: Mapped[str] = mapped_column(String(_BY))
    at: Mapped[datetime] = mapped_column()


class Refused(ValueError):
    """受け取れませんでした。何も変えていません。"""


class Gone(Refused):
    """この項目は、もう届いていません。元の町がなくなったとしたか、共有をやめました。まだ何も変えていません。"""


class SaidMeanwhile(Refused):
    """ほかの人が先にこの項目の扱いを変えました。いまの内容を確かめてから、もう一度押してください。まだ何も変えていません。"""


@dataclass(frozen=True)
class Words:
    """What a town says about entries that come from elsewhere, by their ids as the index knows them."""

    hidden: frozenset[str] = frozenset()
    notes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Came:
    """An entry that comes from elsewhere, and what the town says about it."""

    record: Record
    hidden: bool = False
    note: str = ""
    by: str = ""
    at: datetime | None = None

    @property
    def seen(self) -> str:
        """What a form was made from, to notice that somebody was faster."""
        return hashlib.sha256(f"{self.hidden}{self.note}".encode()).hexdigest()[:16]


def words_of(session: Session, town: str) -> Words:
    """Return what a town says about entries that are not its own."""
    query = select(LocalWord.service_id, LocalWord.hidden, LocalWord.note).where(LocalWord.municipality_code == town)
    rows = session.execute(query).all()
    return Words(frozenset(str(id_) for id_, hidden, _ in rows if hidden), {str(id_): note for id_, _, note in rows if note})


def given(session: Session, town: str) -> Mapping[str, frozenset[str]]:
    """Return the entries that other towns share with a town one by one: giving town -> ids as the index knows them."""
    query = select(Service.municipality_code, Service.id).join(EntryShare, EntryShare.service_id == Service.id)
    found: dict[str, set[str]] = {}
    for giver, id_ in session.execute(query.where(EntryShare.municipality_code == town, offered())):
        found.setdefault(giver, set()).add(str(id_))
    return {giver: frozenset(ids) for giver, ids in found.items()}


def offered() -> ColumnElement[bool]:
    """Return the condition for entries that may be shown to residents of other towns at all."""
    return Service.visible & Service.confidential.is_(False) & Service.status.in_(_SHOWN)


def coming(session: Session, town: str) -> ColumnElement[bool]:
    """Return the condition for entries of others that are offered to residents of a town; never a hidden house."""
    codes = [code for code in places.around(session, town) if code != town]
    shared = select(EntryShare.service_id).where(EntryShare.municipality_code == town)
    return (Service.municipality_code != town) & or_(Service.municipality_code.in_(codes), Service.id.in_(shared)) & offered()


def came(session: Session, town: str, ids: Sequence[uuid.UUID]) -> list[Came]:
    """Return entries that come from elsewhere with the town's word about each, in the order asked for."""
    which = select(Service.id).where(Service.id.in_(ids), coming(session, town))
    found = {record.id: record for record in records.load(session, which) if _is_offered(record.draft)}
    query = select(LocalWord).where(LocalWord.municipality_code == town, LocalWord.service_id.in_(ids))
    said = {word.service_id: word for word in session.scalars(query)}
    return [_came(found[id_], said.get(id_)) for id_ in ids if id_ in found]


def say(
    session: Session, town: str, service_id: uuid.UUID, *, act: str, note: str, seen: str, actor: Actor, now: datetime
) -> None:
    """Hide an entry from the town's residents, show it again, or only note something beside it; raises Refused.

    `act` is hide, show or note; `seen` is what the form was made from.
    """
    places.hold(session, town)
    found = came(session, town, [service_id])
    if not found:
        raise Gone(Gone.__doc__)
    if found[0].seen != seen:
        raise SaidMeanwhile(SaidMeanwhile.__doc__)
    note = tidy(note).replace("\n", " ")
    if len(note) > LONGEST:
        raise Refused(f"メモは{LONGEST}文字までにしてください。いまは{len(note)}文字あります。まだ何も変えていません。")
    hidden = {"hide": True, "show": False}.get(act, found[0].hidden)
    word = session.get(LocalWord, (town, service_id))
    if word is None:
        word = LocalWord(municipality_code=town, service_id=service_id)
        session.add(word)
    word.hidden, word.note, word.by, word.at = hidden, note, actor.name[:_BY], now
    session.flush()
    change_sets.bump(session, town)
    _write_down(session, f"directory.{act}", town, service_id, actor, now)


def receivers(session: Session, town: str) -> Mapping[str, str]:
    """Return the towns with which a town may share, by code."""
    query = select(Municipality.code, Municipality.name).where(Municipality.level == Level.MUNICIPALITY)
    return {code: name for code, name in session.execute(query.order_by(Municipality.code)) if code != town}


def whole_with(session: Session, town: str) -> list[str]:
    """Return the towns whose residents are offered the whole directory of a town."""
    query = select(Neighbour.municipality_code).where(Neighbour.neighbour_code == town)
    return list(session.scalars(query.order_by(Neighbour.municipality_code)))


def shared_by(session: Session, town: str) -> list[tuple[Record, list[str]]]:
    """Return the entries a town shares one by one, with the codes of the towns they are shared with."""
    query = select(EntryShare).join(Service, Service.id == EntryShare.service_id)
    with_whom: dict[uuid.UUID, list[str]] = {}
    for one in session.scalars(query.where(Service.municipality_code == town).order_by(EntryShare.municipality_code)):
        with_whom.setdefault(one.service_id, []).append(one.municipality_code)
    which = select(Service.id).where(Service.id.in_(with_whom), Service.visible)
    return [(record, with_whom[record.id]) for record in records.load(session, which)]


def why_not(record: Record) -> str:
    """Say why an entry cannot be shared; empty when it can."""
    draft = record.draft
    if draft.confidential:
        return f"「{draft.name}」は所在を伏せる項目なので、共有できません。まだ何も変えていません。"
    if draft.status not in _SHOWN:
        return f"「{draft.name}」は、いまは台帳で使われていません。まだ何も変えていません。"
    if not allows(draft.residency, "", above=False):
        return f"「{draft.name}」は「{draft.residency}」の人のための項目なので、共有できません。まだ何も変えていません。"
    return ""


def share(
    session: Session, town: str, ids: Iterable[uuid.UUID], *, receiver: str, actor: Actor, now: datetime
) -> int:
    """Offer entries to the residents of another town; returns how many are new to it; raises Refused."""
    _hold(session, town, receiver)
    _known(session, town, receiver)
    if receiver in whole_with(session, town):
        raise Refused("この町には、もう台帳のすべてを共有しています。まだ何も変えていません。")
    wanted = list(dict.fromkeys(ids))
    own = Service.id.in_(wanted) & (Service.municipality_code == town) & Service.visible
    found = records.load(session, select(Service.id).where(own))
    if not wanted or len(found) < len(wanted):
        raise Refused("共有する項目を選んでください。まだ何も変えていません。")
    for record in found:
        if says := why_not(record):
            raise Refused(says)
    new = [record for record in found if session.get(EntryShare, (receiver, record.id)) is None]
    if not new:
        raise Refused("選んだ項目は、もうこの町に共有しています。まだ何も変えていません。")
    session.add_all(EntryShare(service_id=one.id, municipality_code=receiver, by=actor.name[:_BY], at=now) for one in new)
    session.flush()
    for one in new:
        _write_down(session, "directory.shared", town, one.id, actor, now, detail=receiver)
    change_sets.bump(session, receiver)
    return len(new)


def stop(session: Session, town: str, service_id: uuid.UUID, *, receiver: str, actor: Actor, now: datetime) -> None:
    """Offer an entry no longer to the residents of another town; raises Refused."""
    _hold(session, town, receiver)
    shared = session.get(EntryShare, (receiver, service_id))
    if shared is None or session.get_one(Service, service_id).municipality_code != town:
        raise Refused("ほかの人が先に共有をやめています。まだ何も変えていません。")
    session.delete(shared)
    session.flush()
    _write_down(session, "directory.unshared", town, service_id, actor, now, detail=receiver)
    change_sets.bump(session, receiver)


def share_all(session: Session, town: str, *, receiver: str, actor: Actor, now: datetime) -> None:
    """Offer the whole directory to the residents of another town; raises Refused."""
    _hold(session, town, receiver)
    _known(session, town, receiver)
    if receiver in whole_with(session, town):
        raise Refused("ほかの人が先に共有を始めています。まだ何も変えていません。")
    session.add(Neighbour(municipality_code=receiver, neighbour_code=town))
    _write_down(session, "directory.shared", town, None, actor, now, detail=receiver)
    change_sets.bump(session, receiver)


def stop_all(session: Session, town: str, *, receiver: str, actor: Actor, now: datetime) -> None:
    """Offer the whole directory no longer; entries that are shared one by one stay shared; raises Refused."""
    _hold(session, town, receiver)
    if receiver not in whole_with(session, town):
        raise Refused("ほかの人が先に共有をやめています。まだ何も変えていません。")
    pair = (Neighbour.municipality_code == receiver) & (Neighbour.neighbour_code == town)
    session.execute(delete(Neighbour).where(pair))
    _write_down(session, "directory.unshared", town, None, actor, now, detail=receiver)
    change_sets.bump(session, receiver)


def _hold(session: Session, *towns: str) -> None:
    # Always in the same order: two towns that share with each other at once do not wait for each other.
    query = select(Municipality.code).where(Municipality.code.in_(towns)).order_by(Municipality.code)
    session.execute(query.with_for_update())


def _is_offered(draft: Draft) -> bool:
    # A change that is in force but not yet written into the rows counts, too.
    return not draft.confidential and draft.status in _SHOWN


def _came(record: Record, word: LocalWord | None) -> Came:
    return Came(record) if word is None else Came(record, word.hidden, word.note, word.by, word.at)


def _known(session: Session, town: str, receiver: str) -> None:
    if receiver not in receivers(session, town):
        raise Refused("共有する相手の町を選んでください。まだ何も変えていません。")


def _write_down(
    session: Session, act: str, town: str, service_id: uuid.UUID | None, actor: Actor, now: datetime, *, detail: str = ""
) -> None:
    journal.record(
        session, act, municipality=town, subject_kind="service", subject_id=service_id, staff_id=actor.staff_id, now=now,
        detail=detail,
    )  # fmt: skip
