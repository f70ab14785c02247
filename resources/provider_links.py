"""The one-time link by which a provider confirms or corrects its own entry without an account."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import JSON, ColumnElement, ForeignKey, Index, LargeBinary, String, Uuid, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from resources import critical, directory, duplicates, verification
from resources.access import Actor
from resources.db import Base, new_id
from resources.places import Municipality
from resources.records import Record
from resources.slots import JAPAN

DAYS: Final = 30
_PROVIDER: Final = "運営者（確認のリンク）"
# What stands beside the points: whether the place goes on, and a word for the editor.
GONE: Final = "gone"


class LinkUseless(LookupError):
    """このリンクは、もう使えません。返事がすんでいるか、期限が過ぎたか、リンクが途中で切れています。"""


class NoLink(ValueError):
    """この項目は所在を伏せているか、もう終わっているため、リンクを作れません。電話で確かめてください。"""


class NothingWaits(LookupError):
    """この返事は、もう取り込まれたか、取り下げられています。いまの内容を確かめてください。"""


class State(StrEnum):
    """What became of a link."""

    OPEN = "open"  # -> confirmed, proposed, replaced
    CONFIRMED = "confirmed"  # all as it is: taken at once
    PROPOSED = "proposed"  # something is otherwise -> settled
    SETTLED = "settled"
    REPLACED = "replaced"  # a newer link was made


class ProviderLink(Base):
    """One link and what was answered by it; only the hash of its secret is kept."""

    __tablename__ = "provider_link"
    __table_args__ = (Index("ix_provider_link_municipality_code_state", "municipality_code", "state"),)

    id: Mapped[uuid.UUID] = mapped_column(Uuid(), primary_key=True, default=new_id)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    municipality_code: Mapped[str] = mapped_column(ForeignKey("municipality.code"))
    service_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("service.id"), index=True)
    state: Mapped[State] = mapped_column(String(12), default=State.OPEN)
    proposed: Mapped[dict[str, str]] = mapped_column(JSON(), default=dict)  # point -> words, of what is otherwise
    made_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("staff.id"))
    made_at: Mapped[datetime] = mapped_column()
    expires_at: Mapped[datetime] = mapped_column()
    answered_at: Mapped[datetime | None] = mapped_column()


@dataclass(frozen=True)
class Opened:
    """What a link shows: the entry, the town that asks, and until when."""

    link: ProviderLink
    record: Record
    town: str


def make(session: Session, record: Record, *, actor: Actor, now: datetime) -> str:
    """Return the secret of a new link, shown this once; an older one of the entry opens nothing any more."""
    if record.draft.confidential or critical.is_over(record.draft):
        raise NoLink(NoLink.__doc__)
    older = update(ProviderLink).where(_of(session, record.id), ProviderLink.state == State.OPEN)
    session.execute(older.values(state=State.REPLACED), execution_options={"synchronize_session": False})
    secret = secrets.token_urlsafe(32)
    session.add(
        ProviderLink(
            id=new_id(), token_hash=_hash(secret), municipality_code=record.municipality_code, service_id=record.id,
            state=State.OPEN, proposed={}, made_by=actor.staff_id, made_at=now, expires_at=now + timedelta(days=DAYS),
        )
    )  # fmt: skip
    session.flush()
    return secret


def opened(session: Session, secret: str, *, now: datetime, to_answer: bool = False) -> Opened:
    """Return what a link belongs to; looking changes nothing. Raises LinkUseless."""
    query = select(ProviderLink).where(ProviderLink.token_hash == _hash(secret))
    link = session.scalars(query.with_for_update() if to_answer else query).first()
    if link is None or link.state != State.OPEN or link.expires_at <= now:
        raise LinkUseless(LinkUseless.__doc__)
    try:
        record = directory.get(session, duplicates.standing_for(session, link.service_id))
    except directory.NoSuchEntry:
        raise LinkUseless(LinkUseless.__doc__) from None
    if record.draft.confidential or critical.is_over(record.draft):
        raise LinkUseless(LinkUseless.__doc__)
    return Opened(link, record, session.get_one(Municipality, record.municipality_code).name)


def confirm(session: Session, secret: str, *, seen: datetime, now: datetime) -> None:
    """Take a provider's word that all is as it stands there; raises LinkUseless, directory.EditedMeanwhile."""
    found = opened(session, secret, now=now, to_answer=True)
    on = now.astimezone(JAPAN).date()
    checked = replace(found.record.draft, assured_date=on, assurer=_PROVIDER, assured_how="リンク")
    directory.edit(session, found.record.id, checked, seen=seen, by=_PROVIDER, now=now)
    found.link.state, found.link.answered_at = State.CONFIRMED, now
    verification.settle(session, found.record, now=now)


def propose(session: Session, secret: str, said: Mapping[str, str], *, gone: bool, now: datetime) -> bool:
    """Keep what a provider says otherwise until an editor has read it; False when nothing differs.

    Raises LinkUseless, critical.NotReadable.
    """
    found = opened(session, secret, now=now, to_answer=True)
    draft = found.record.draft
    new = critical.changed(draft, said)
    critical.corrected(draft, new, today=now.astimezone(JAPAN).date())
    if not new and not gone:
        return False
    found.link.proposed = new | ({GONE: "1"} if gone else {})
    found.link.state, found.link.answered_at = State.PROPOSED, now
    session.flush()
    return True


def waiting(session: Session, service_id: uuid.UUID) -> ProviderLink | None:
    """Return the oldest answer of an entry's provider that no editor has settled."""
    query = select(ProviderLink).where(_of(session, service_id), ProviderLink.state == State.PROPOSED)
    return session.scalars(query.order_by(ProviderLink.answered_at, ProviderLink.id)).first()


def waiting_in(session: Session, towns: frozenset[str]) -> frozenset[uuid.UUID]:
    """Return the entries of some towns for which an answer waits."""
    mine = ProviderLink.municipality_code.in_(towns) & (ProviderLink.state == State.PROPOSED)
    forwarded = duplicates.forwarded(session, towns)
    return frozenset(forwarded.get(id_, id_) for id_ in session.scalars(select(ProviderLink.service_id).where(mine)))


def latest(session: Session, service_id: uuid.UUID) -> ProviderLink | None:
    """Return the newest link of an entry."""
    query = select(ProviderLink).where(_of(session, service_id)).order_by(ProviderLink.made_at.desc())
    return session.scalars(query.limit(1)).first()


def accept(
    session: Session,
    record: Record,
    link_id: uuid.UUID,
    chosen: Sequence[str],
    *,
    seen: datetime,
    actor: Actor,
    now: datetime,
) -> None:
    """Write the chosen points of a provider's answer into the entry; the rest of the answer is left out.

    Taken whole, the answer confirms the entry. Raises NothingWaits, critical.NotReadable, directory.EditedMeanwhile.
    """
    link = _held(session, record, link_id)
    on = (link.answered_at or now).astimezone(JAPAN).date()
    words = {field: link.proposed[field] for field in chosen if field in link.proposed and field != GONE}
    draft = critical.corrected(record.draft, words, today=on)
    whole = set(words) == set(link.proposed)
    if whole:
        draft = replace(draft, assured_date=on, assurer=_PROVIDER, assured_how="リンク")
    directory.edit(session, record.id, draft, seen=seen, by=actor.name, now=now)
    if GONE in chosen and GONE in link.proposed:
        directory.retire(session, record.id, reason="運営者から、終わったと知らせがありました", by=actor.name, now=now)
        whole = True
    link.state = State.SETTLED
    if whole:
        verification.settle(session, record, now=now)
    session.flush()


def _of(session: Session, service_id: uuid.UUID) -> ColumnElement[bool]:
    """Links of an entry and of those it stands for."""
    return ProviderLink.service_id.in_(duplicates.stood_for_by(session, service_id))


def _held(session: Session, record: Record, link_id: uuid.UUID) -> ProviderLink:
    query = select(ProviderLink).where(ProviderLink.id == link_id, _of(session, record.id))
    link = session.scalars(query.with_for_update()).first()
    if link is None or link.state != State.PROPOSED:
        raise NothingWaits(NothingWaits.__doc__)
    return link


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "replace")).digest()
