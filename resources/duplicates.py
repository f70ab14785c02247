"""Entries that are probably the same place twice, by name, address and telephone, and what was decided about them."""

from __future__ import annotations

import re
import uuid
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from rapidfuzz import fuzz
from sqlalchemy import CTE, ForeignKey, Index, String, Uuid, exists, select
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from intents import canonical
from resources import critical
from resources.db import Base, new_id
from resources.drafts import Draft
from resources.records import Record
from resources.services import Service

# Above this an editor should look: the same telephone alone is no reason, a town hall has one for many desks.
LEAST: Final = 70.0
_NAME, _ADDRESS, _PHONE = 0.6, 0.25, 0.15
_FEWEST_NAME: Final = 75.0
# A name that stands within the other, with a town or a branch beside it, is nearly the same when it is not too short.
_WITHIN, _FEWEST_LETTERS = 0.9, 5
# Names that differ in nothing but such a number are neighbours, never the same: 第一保育所, 第二保育所.
_NUMBER = re.compile(r"[0-9一二三四五六七八九十東西南北]+")
_OTHER: Final = re.compile(r"[\s・･（）()「」『』、,.。\-‐―ー－]+")
# What more entries than this have in common tells nothing: the number of a town hall, the 福祉 in a name.
_CROWD: Final = {"phone": 60, "address": 60, "whole": 60, "letters": 12}


class Verdict(StrEnum):
    """What was decided about two entries."""

    MERGED = "merged"  # -> undone
    DIFFERENT = "different"  # -> undone


class Pair(Base):
    """A decision about two entries; of a merge, `gone_id` forwards to `kept_id` until it is undone."""

    __tablename__ = "entry_pair"
    __table_args__ = (Index("ix_entry_pair_municipality_code_decided_at", "municipality_code", "decided_at"),)

    id: Mapped[uuid.UUID] = mapped_column(Uuid(), primary_key=True, default=new_id)
    municipality_code: Mapped[str] = mapped_column(ForeignKey("municipality.code"))
    kept_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("service.id"), index=True)
    gone_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("service.id"), index=True)
    verdict: Mapped[Verdict] = mapped_column(String(12))
    by: Mapped[str] = mapped_column(String(120))
    decided_at: Mapped[datetime] = mapped_column()
    undone_at: Mapped[datetime | None] = mapped_column()


@dataclass(frozen=True)
class Likeness:
    """Two entries that look alike, how much (0 to 100), and in what."""

    first: Record
    second: Record
    score: float
    in_what: tuple[str, ...]


@dataclass(frozen=True)
class _Plain:
    record: Record
    name: str
    address: str
    phones: frozenset[str]


def suggested(session: Session, records: Sequence[Record], *, most: int = 100) -> list[Likeness]:
    """Return the pairs of a town's entries that look most alike and nobody has decided about, the likeliest first."""
    decided = _decided(session, records)
    plain = [_plain(record) for record in records if not critical.is_over(record.draft)]
    found = [
        likeness
        for one, other in _candidates(plain)
        if frozenset((one.record.id, other.record.id)) not in decided and (likeness := _compare(one, other)) is not None
    ]
    return sorted(found, key=lambda pair: (-pair.score, pair.first.draft.name, pair.first.id, pair.second.id))[:most]


def like(draft: Draft, records: Sequence[Record], *, most: int = 5) -> list[tuple[Record, Likeness]]:
    """Return the entries of a town that look like one that is not there yet, the likeliest first."""
    fresh = _plain(Record(new_id(), "", draft, "", "", False, datetime.min))
    others = (_plain(record) for record in records if not critical.is_over(record.draft))
    found = [(other.record, likeness) for other in others if (likeness := _compare(fresh, other)) is not None]
    return sorted(found, key=lambda pair: (-pair[1].score, pair[0].draft.name, pair[0].id))[:most]


def decided(session: Session, town: str, *, most: int = 30) -> list[tuple[Pair, str, str]]:
    """Return the latest decisions of a town that still hold, with the names of what is kept and what is gone."""
    kept, gone = aliased(Service), aliased(Service)
    query = select(Pair, kept.name, gone.name).join(kept, kept.id == Pair.kept_id).join(gone, gone.id == Pair.gone_id)
    query = query.where(Pair.municipality_code == town, Pair.undone_at.is_(None)).order_by(Pair.decided_at.desc(), Pair.id.desc())
    return [(pair, name, other) for pair, name, other in session.execute(query.limit(most))]


def standing_for(session: Session, service_id: uuid.UUID) -> uuid.UUID:
    """Return the entry that stands for another: itself, or the one into which it was merged."""
    seen = {service_id}
    while True:
        merged = (Pair.gone_id == service_id) & (Pair.verdict == Verdict.MERGED) & Pair.undone_at.is_(None)
        following = session.scalars(select(Pair.kept_id).where(merged).order_by(Pair.decided_at.desc())).first()
        if following is None or following in seen:
            return service_id
        seen.add(following)
        service_id = following


def stood_for_by(session: Session, service_id: uuid.UUID) -> frozenset[uuid.UUID]:
    """Return an entry with all those that were merged into it: what was said of them is said of it while the merge holds."""
    found, new = {service_id}, {service_id}
    while new:
        merged = Pair.kept_id.in_(new) & (Pair.verdict == Verdict.MERGED) & Pair.undone_at.is_(None)
        new = set(session.scalars(select(Pair.gone_id).where(merged))) - found
        found |= new
    return frozenset(found)


def forwarded(session: Session, towns: frozenset[str]) -> dict[uuid.UUID, uuid.UUID]:
    """Return the merged entries of some towns, each with the one that stands for it."""
    merged = Pair.municipality_code.in_(towns) & (Pair.verdict == Verdict.MERGED) & Pair.undone_at.is_(None)
    return {gone: standing_for(session, gone) for gone in session.scalars(select(Pair.gone_id).where(merged))}


def stands() -> CTE:
    """Return, as part of a statement, every merged entry (`gone_id`) with the one that stands for it in the end (`kept_id`)."""
    merged = (Pair.verdict == Verdict.MERGED) & Pair.undone_at.is_(None)
    reached = select(Pair.gone_id, Pair.kept_id).where(merged).cte("reached", recursive=True)
    further = select(reached.c.gone_id, Pair.kept_id).join(Pair, Pair.gone_id == reached.c.kept_id).where(merged)
    reached = reached.union(further)
    goes_on = exists().where(Pair.gone_id == reached.c.kept_id, merged)
    return select(reached.c.gone_id, reached.c.kept_id).where(~goes_on).cte("stands")


def _decided(session: Session, records: Sequence[Record]) -> set[frozenset[uuid.UUID]]:
    towns = {record.municipality_code for record in records}
    rows = session.execute(select(Pair.kept_id, Pair.gone_id).where(Pair.municipality_code.in_(towns), Pair.undone_at.is_(None)))
    return {frozenset(row) for row in rows}


def _plain(record: Record) -> _Plain:
    draft = record.draft
    phones = frozenset(re.sub(r"\D", "", phone.number) for phone in draft.phones)
    return _Plain(record, _bare(draft.name), _bare(draft.address), phones - {""})


def _bare(words: str) -> str:
    return _OTHER.sub("", canonical(words))


def _candidates(entries: Sequence[_Plain]) -> Iterator[tuple[_Plain, _Plain]]:
    """Pair what shares a telephone, an address, a name, or three letters in a row that are rare in the town."""
    groups: dict[tuple[str, str], list[int]] = defaultdict(list)
    for at, entry in enumerate(entries):
        for phone in entry.phones:
            groups["phone", phone].append(at)
        if entry.address:
            groups["address", entry.address].append(at)
        groups["whole", entry.name].append(at)
        for letters in {entry.name[i : i + 3] for i in range(max(1, len(entry.name) - 2))}:
            groups["letters", letters].append(at)
    seen: set[tuple[int, int]] = set()
    for (shared, _), group in groups.items():
        if 2 <= len(group) <= _CROWD[shared]:
            seen.update((one, other) for i, one in enumerate(group) for other in group[i + 1 :])
    yield from ((entries[one], entries[other]) for one, other in sorted(seen))


def _compare(one: _Plain, other: _Plain) -> Likeness | None:
    name = fuzz.ratio(one.name, other.name)
    if min(len(one.name), len(other.name)) >= _FEWEST_LETTERS:
        name = max(name, _WITHIN * fuzz.partial_ratio(one.name, other.name))
    if name < _FEWEST_NAME or _numbered(one.name, other.name):
        return None
    address = fuzz.ratio(one.address, other.address) if one.address and other.address else None
    phone = 100.0 * bool(one.phones & other.phones) if one.phones and other.phones else None
    weighed = [(name, _NAME), (address, _ADDRESS), (phone, _PHONE)]
    known = [(score, weight) for score, weight in weighed if score is not None]
    score = sum(score * weight for score, weight in known) / sum(weight for _, weight in known)
    if score < LEAST or (len(known) == 1 and name < 90):
        return None
    told = {"名前": name >= 80, "住所": address is not None and address >= 80, "電話": bool(phone)}
    first, second = sorted((one.record, other.record), key=lambda record: record.id)
    return Likeness(first, second, round(score, 1), tuple(word for word, holds in told.items() if holds))


def _numbered(one: str, other: str) -> bool:
    return one != other and _NUMBER.sub("", one) == _NUMBER.sub("", other)
