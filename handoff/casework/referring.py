"""What the owner of a case does with an offer: make it, take it back; the case stays theirs until somebody accepts."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from handoff import consent, handing_over, later, walls
from handoff.cases import Case, record
from handoff.casework import agency_kinds, grounds, limits, referral_tasks, referrals
from handoff.casework.grounds import LegalGround
from handoff.casework.limits import Limits
from handoff.casework.referrals import NoLongerOpen, Referral, ReferralState, Share
from handoff.moves import NotYours, only_owner
from handoff.states import CaseState, Consent, Ground, NotAllowed, after
from resources import journal
from resources.access import Actor
from resources.dates import day_of
from resources.db import new_id
from resources.desks import Desk
from resources.places import Level, Municipality
from resources.sealing import seal
from resources.slots import is_holiday, is_year_end
from resources.staff import Role

LONGEST: Final = 1000
NAME: Final = 80
_SATURDAY: Final = 5
_COUNCIL: Final = "social_welfare_council"
_NEWS: Final = {
    ReferralState.DECLINED: "referral.declined", ReferralState.WITHDRAWN: "referral.withdrawn",
    ReferralState.EXPIRED: "referral.expired",
}  # fmt: skip


class NothingAsked(NotAllowed):
    """お願いすることを、1,000文字までで書いてください。まだ何も伝えていません。"""


class NobodyThere(NotAllowed):
    """つなぎ先を選んでください。この町で登録がない機関は、種類と名前を入れてください。まだ何も伝えていません。"""


class NoSuchDay(NotAllowed):
    """返事の期限は、あすから、返事を待つ日数のうちの日にしてください。まだ何も伝えていません。"""


class GroundUnexplained(NotAllowed):
    """同意なしで伝えるときは、根拠と、そう判断した理由を書いてください。まだ何も伝えていません。"""


class ConsentForThis(NotAllowed):
    """DV・性暴力の相談を専用窓口のほかに伝えるには、伝えることへの本人の同意の記録が要ります。まだ何も伝えていません。"""


class NotNow(NotAllowed):
    """つなぎを依頼できるのは、受けて対応中の相談だけです。ほかの依頼が返事待ちのときは、先に返事を待つか取り下げてください。"""


@dataclass(frozen=True)
class Asking:
    """What somebody fills in: a desk of ours or an agency outside, and on what ground it is told."""

    words: str
    answer_by: date | None
    desk_id: uuid.UUID | None = None
    kind: str = ""
    name: str = ""
    contact: str = ""
    shares: Sequence[Share] = ()
    means: str = ""  # how the person agreed, where they do so now
    ground: LegalGround | None = None
    ground_words: str = ""


def offer(session: Session, case: Case, asking: Asking, *, actor: Actor, now: datetime) -> Referral:
    """Offer a case to a desk or agency, with the person's consent or on a ground that is named."""
    only_owner(case, actor)
    if case.state != CaseState.TAKEN:
        raise NotNow(NotNow.__doc__)
    asked = asking.words.strip()
    if not asked or len(asked) > LONGEST:
        raise NothingAsked(NothingAsked.__doc__)
    desk = _desk(session, case, asking.desk_id)
    if desk is None and (asking.kind not in agency_kinds.known() or not asking.name.strip()):
        raise NobodyThere(NobodyThere.__doc__)
    today, waits = day_of(now), limits.of_town(session, case.custodian)
    if asking.answer_by is None or not today < asking.answer_by <= today + waits.patience:
        raise NoSuchDay(NoSuchDay.__doc__)
    recipient = _recipient(session, case, desk, asking.kind)
    _allowed(session, case, asking, desk, recipient)
    if asking.means:
        consent.give(
            session, case, Consent.GIVEN, recipient=recipient, scope=tuple(asking.shares), means=asking.means, now=now,
            by=actor.staff_id,
        )  # fmt: skip
    left_over = update(Referral).where(Referral.case_id == case.id, Referral.state == ReferralState.OFFERED)
    session.execute(left_over.values(state=ReferralState.WITHDRAWN).execution_options(synchronize_session=False))
    home = session.get(Desk, case.desk_id) if case.desk_id else None
    made = Referral(
        id=new_id(), custodian=case.custodian, case_id=case.id, from_desk_id=case.desk_id, from_kind=home.kind if home else "",
        desk_id=desk.id if desk else None, kind=desk.kind if desk else asking.kind, recipient=recipient,
        shares=[share.value for share in asking.shares], ground=asking.ground, walled=case.walled,
        offered_by=actor.staff_id, offered_at=now, answer_by=asking.answer_by, waits_days=waits.offer_days,
        state=ReferralState.OFFERED,
    )  # fmt: skip
    seal(session, made, "words_sealed", asked)
    if desk is None:
        seal(session, made, "name_sealed", asking.name.strip()[:NAME])
        seal(session, made, "contact_sealed", asking.contact.strip()[:NAME])
    if asking.ground is not None:
        seal(session, made, "ground_sealed", asking.ground_words.strip()[:LONGEST])
    session.add(made)
    case.state = after(CaseState(case.state), "refer")
    case.version += 1
    detail = {"kind": made.kind} | ({"desk": str(desk.id)} if desk else {})
    record(session, case, "refer", now=now, staff_id=actor.staff_id, detail=detail)
    journal.record(
        session, "case.refer", municipality=case.custodian, subject_kind="case", subject_id=case.id,
        staff_id=actor.staff_id, now=now, detail=asking.ground or "consent",
    )  # fmt: skip
    session.flush()
    return made


def withdraw(session: Session, case: Case, referral_id: uuid.UUID, *, actor: Actor, now: datetime) -> Referral:
    """Take an offer back: from now on the other side sees nothing of it; who oversees the town may do so, too."""
    if not may_withdraw(case, actor):
        raise NotYours(NotYours.__doc__)
    referral = session.scalars(select(Referral).where(Referral.id == referral_id, Referral.case_id == case.id)).first()
    if referral is None:
        raise NoLongerOpen(NoLongerOpen.__doc__)
    end(session, case, referral, ReferralState.WITHDRAWN, "refer_withdrawn", now=now, staff_id=actor.staff_id)
    return referral


def take_back(session: Session, case: Case, referral: Referral, *, now: datetime) -> None:
    """End an offer that may not be told any more, and let the owner see it."""
    end(session, case, referral, ReferralState.WITHDRAWN, "refer_withdrawn", now=now)
    if case.walled:
        walls.leave_to(session, case, session.get(Desk, case.desk_id) if case.desk_id else None, now=now)
    referral_tasks.for_owner(session, case, referral_tasks.UNTELLABLE, referral, now=now)


def may_withdraw(case: Case, actor: Actor) -> bool:
    """Whether somebody may take an offer back: the owner, or who oversees the town, as the owner may be away."""
    return case.owner_id == actor.staff_id or case.custodian in actor.towns_as(Role.SUPERVISOR, Role.COORDINATOR)


def end(
    session: Session,
    case: Case,
    referral: Referral,
    state: ReferralState,
    move: str,
    *,
    now: datetime,
    staff_id: uuid.UUID | None = None,
    detail: Mapping[str, str] | None = None,
    **values: object,
) -> None:
    """End an offer, once; the case is worked on again by who has it. Raises NoLongerOpen for who comes second."""
    if case.state != CaseState.REFERRED:
        raise NoLongerOpen(NoLongerOpen.__doc__)
    ended = session.execute(
        update(Referral)
        .where(Referral.id == referral.id, Referral.state == ReferralState.OFFERED)
        .values(state=state, answered_at=now, answered_by=staff_id, token_hash=None, **values)
        .execution_options(synchronize_session=False)
    )
    session.refresh(referral)
    if ended.rowcount != 1:  # type: ignore[attr-defined]
        raise NoLongerOpen(NoLongerOpen.__doc__)
    case.state = after(CaseState(case.state), move)
    case.version += 1
    record(session, case, move, now=now, staff_id=staff_id, detail=dict(detail or {}))
    referral_tasks.settle(session, referral, now=now)


def news(session: Session, case: Case, referral: Referral) -> tuple[str, dict[str, str]] | None:
    """Return the sentence that tells the person how an offer stands; None where telling could harm or is not theirs to hear.

    Nothing is pushed for dv and sexual violence, and who worries about others does not hear what came of it.
    """
    if later.is_wary(session, case) or case.ground == Ground.THIRD_PARTY or "third_party" in case.reasons:
        return None
    desk, first = referrals.to_whom(session, referral), referral.first_contact_on
    if referral.state == ReferralState.ACCEPTED and first is not None:
        person = referrals.accepted_by(session, referral, to_resident=True)
        return "referral.accepted", {"desk": desk, "person": person, "when": f"{first.month}月{first.day}日"}
    if referral.state == ReferralState.OFFERED:
        return "referral.offered", {"desk": desk}
    return _NEWS[ReferralState(referral.state)], {}


def usual_day(waits: Limits, now: datetime) -> date:
    """Return by when an answer is usually asked for: some working days, but never later than the offer ends."""
    day, left = day_of(now), waits.answer_days
    last = day + waits.patience
    while left and day < last:
        day += timedelta(days=1)
        left -= is_working_day(day)
    return day


def is_working_day(day: date) -> bool:
    """Whether public offices work on a day."""
    return day.weekday() < _SATURDAY and not is_holiday(day) and not is_year_end(day)


def _desk(session: Session, case: Case, desk_id: uuid.UUID | None) -> Desk | None:
    if desk_id is None:
        return None
    reached = {one.desk.id: one for one in handing_over.receivers(session, case, walled=False)}
    if desk_id not in reached or reached[desk_id].here:
        raise NobodyThere(NobodyThere.__doc__)
    return reached[desk_id].desk


def _recipient(session: Session, case: Case, desk: Desk | None, kind: str) -> str:
    if desk is None:
        return agency_kinds.known()[kind].recipient
    if desk.kind == _COUNCIL:
        return "council"
    if desk.municipality_code == case.custodian:
        return "town"
    home = session.get_one(Municipality, desk.municipality_code)
    return "prefecture" if home.level == Level.PREFECTURE else "other"


def _allowed(session: Session, case: Case, asking: Asking, desk: Desk | None, recipient: str) -> None:
    if asking.ground is not None and not asking.ground_words.strip():
        raise GroundUnexplained(GroundUnexplained.__doc__)
    agrees = bool(asking.means) or consent.latest(session, case, recipient) is Consent.GIVEN
    if case.walled and not (desk and desk.for_violence) and not agrees:
        raise ConsentForThis(ConsentForThis.__doc__)
    if not asking.means:
        grounds.require(session, case, recipient, asking.ground)
