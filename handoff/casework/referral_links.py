"""The one-time link with which an agency without an account answers: it opens one offer, until it is answered or ends."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from handoff.cases import Case, record
from handoff.casework import referral_answers
from handoff.casework.referrals import NoLongerOpen, Referral, tellable
from handoff.moves import only_owner
from resources.access import Actor


class LinkUseless(LookupError):
    """このリンクは、もう使えません。返事がすんでいるか、期限が過ぎたか、リンクが途中で切れています。"""


def make(session: Session, case: Case, referral_id: uuid.UUID, *, actor: Actor, now: datetime) -> str:
    """Return the secret of a new link, shown this once; one that was made before opens nothing any more."""
    only_owner(case, actor)
    query = select(Referral).where(Referral.id == referral_id, Referral.case_id == case.id, Referral.desk_id.is_(None))
    referral = session.scalars(query.with_for_update()).first()
    if referral is None or referral.ends_at <= now or not tellable(session, referral, case):
        raise NoLongerOpen(NoLongerOpen.__doc__)
    secret = secrets.token_urlsafe(32)
    referral.token_hash, referral.link_opened_at = fingerprint(secret), None
    record(session, case, "refer_link", now=now, staff_id=actor.staff_id)
    session.flush()
    return secret


def fingerprint(secret: str) -> bytes:
    """Return what of a link's secret is kept."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).digest()


def open_link(session: Session, secret: str, *, now: datetime) -> tuple[Referral, Case]:
    """Return what a link belongs to; raises LinkUseless."""
    referral = session.scalars(select(Referral).where(Referral.token_hash == fingerprint(secret))).first()
    case = session.scalars(select(Case).where(Case.id == referral.case_id)).one() if referral else None
    if referral is None or case is None or referral.ends_at <= now or not tellable(session, referral, case):
        raise LinkUseless(LinkUseless.__doc__)
    return referral, case


def hold(session: Session, secret: str, *, now: datetime) -> tuple[Referral, Case]:
    """Return what a link belongs to, with its case held until this transaction ends; raises LinkUseless."""
    referral, _ = open_link(session, secret, now=now)
    found = referral_answers.held(session, referral)
    # Whoever was faster has used it up in the meantime.
    if found is None or found[0].token_hash != fingerprint(secret):
        raise LinkUseless(LinkUseless.__doc__)
    return found


def note_opening(session: Session, referral: Referral, *, now: datetime) -> None:
    """Write down the first time a link was opened; programs that check mail open it, too, so it says no more than that."""
    opened = session.execute(
        update(Referral)
        .where(Referral.id == referral.id, Referral.link_opened_at.is_(None), Referral.token_hash == referral.token_hash)
        .values(link_opened_at=now)
        .execution_options(synchronize_session=False)
    )
    if opened.rowcount:  # type: ignore[attr-defined]
        referral_answers.note_reading(session, referral, actor=None, now=now)
