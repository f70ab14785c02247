"""Who is checking which entry: given out, claimed, called, confirmed; what nobody could be reached about is counted."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import JSON, ForeignKey, Index, Integer, String, Uuid, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from resources import critical, directory, entry_reports
from resources.access import GRANTS, Actor, Permission
from resources.db import Base, new_id
from resources.records import Record
from resources.services import Status
from resources.slots import JAPAN
from resources.staff import Staff, StaffRole


class State(StrEnum):
    """How far the checking of one entry has come; an entry nobody checks has no row that is open."""

    ASSIGNED = "assigned"  # -> claimed, given back
    CLAIMED = "claimed"  # -> called, confirmed, given_back
    CALLED = "called"  # somebody was called, something is still open -> called, confirmed, given_back
    CONFIRMED = "confirmed"
    GIVEN_BACK = "given_back"


# Every point, and whether it is there at all.
POINTS: Final[Mapping[str, str]] = {"there": "いまも続いているか", **critical.LABELS}
HOW: Final[Mapping[str, str]] = {"phone": "電話", "visit": "訪問", "mail": "メール・FAX", "site": "公式の案内"}


class SomebodyElse(RuntimeError):
    """ほかの人が先にこの項目の確認を引き受けています。何も変えていません。"""


class NotYours(RuntimeError):
    """この項目の確認を引き受けていないため、記録できません。先に「引き受ける」を押してください。まだ何も変えていません。"""


class NotAhead(ValueError):
    """再開する日は、明日より後にしてください。分からないときは、空けてください。まだ何も変えていません。"""


class NobodySuch(ValueError):
    """頼む相手を、この町の台帳を直せる人から選んでください。まだ何も変えていません。"""


class Verification(Base):
    """One round of checking one entry."""

    __tablename__ = "verification"
    __table_args__ = (
        Index(
            "ix_verification_open", "service_id", unique=True,
            sqlite_where=text("ended_at IS NULL"), postgresql_where=text("ended_at IS NULL"),
        ),
        Index("ix_verification_municipality_code_state", "municipality_code", "state"),
        Index("ix_verification_staff_id", "staff_id"),
    )  # fmt: skip

    id: Mapped[uuid.UUID] = mapped_column(Uuid(), primary_key=True, default=new_id)
    municipality_code: Mapped[str] = mapped_column(ForeignKey("municipality.code"))
    service_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("service.id"))
    staff_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("staff.id"))
    state: Mapped[State] = mapped_column(String(12))
    found: Mapped[dict[str, str]] = mapped_column(JSON(), default=dict)  # point -> right, changed
    unreached: Mapped[int] = mapped_column(Integer(), default=0)
    tried_at: Mapped[datetime | None] = mapped_column()
    began_at: Mapped[datetime] = mapped_column()
    ended_at: Mapped[datetime | None] = mapped_column()


def current(session: Session, service_id: uuid.UUID) -> Verification | None:
    """Return the open round of an entry."""
    query = select(Verification).where(Verification.service_id == service_id, Verification.ended_at.is_(None))
    return session.scalars(query).first()


def unreached_before(session: Session, service_id: uuid.UUID) -> int:
    """Return how often nobody was reached since the entry was confirmed last."""
    rows = session.execute(
        select(Verification.state, Verification.unreached)
        .where(Verification.service_id == service_id)
        .order_by(Verification.began_at.desc(), Verification.id.desc())
    )
    count = 0
    for state, unreached in rows:
        if state == State.CONFIRMED:
            break
        count += unreached
    return count


def colleagues(session: Session, town: str) -> Sequence[Staff]:
    """Return who may check entries of a town, by name."""
    roles = GRANTS[Permission.EDIT_DIRECTORY]
    mine = select(StaffRole.staff_id).where(StaffRole.municipality_code == town, StaffRole.role.in_(roles))
    return session.scalars(select(Staff).where(Staff.id.in_(mine), Staff.active).order_by(Staff.display_name, Staff.id)).all()


def assign(session: Session, record: Record, staff_id: uuid.UUID, *, now: datetime) -> None:
    """Give an entry out to somebody who keeps the directory; raises SomebodyElse, NobodySuch."""
    if staff_id not in {one.id for one in colleagues(session, record.municipality_code)}:
        raise NobodySuch(NobodySuch.__doc__)
    _begin(session, record, staff_id, State.ASSIGNED, now)


def claim(session: Session, record: Record, *, actor: Actor, now: datetime) -> None:
    """Take an entry to check; who was asked to takes it by this, too. Raises SomebodyElse."""
    taken = session.execute(
        update(Verification)
        .where(
            Verification.service_id == record.id, Verification.ended_at.is_(None),
            Verification.staff_id == actor.staff_id, Verification.state == State.ASSIGNED,
        )
        .values(state=State.CLAIMED)
    )  # fmt: skip
    if not taken.rowcount:  # type: ignore[attr-defined]
        open_round = current(session, record.id)
        if open_round is None:
            _begin(session, record, actor.staff_id, State.CLAIMED, now)
        elif open_round.staff_id != actor.staff_id:
            raise SomebodyElse(SomebodyElse.__doc__)


def give_back(session: Session, record: Record, *, now: datetime) -> None:
    """Let somebody else check it; any editor may do so for one who is away, and what was corrected stays so."""
    open_round = current(session, record.id)
    if open_round is not None:
        open_round.state, open_round.ended_at = State.GIVEN_BACK, now
        session.flush()


def not_reached(session: Session, record: Record, *, actor: Actor, now: datetime) -> int:
    """Count that nobody answered, and return how often by now; raises NotYours."""
    mine = _mine(session, record, actor)
    mine.state, mine.unreached, mine.tried_at = State.CALLED, mine.unreached + 1, now
    session.flush()
    return unreached_before(session, record.id)


def check(
    session: Session,
    record: Record,
    said: Mapping[str, str],
    right: frozenset[str],
    *,
    how: str,
    seen: datetime,
    actor: Actor,
    now: datetime,
) -> bool:
    """Keep what was found: words that differ are corrected at once, `right` are those said to be true.

    Returns whether the entry is confirmed by this; otherwise what is missing stays open. Raises NotYours,
    critical.NotReadable, directory.EditedMeanwhile.
    """
    mine = _mine(session, record, actor)
    today = now.astimezone(JAPAN).date()
    draft, wrong = critical.corrected(record.draft, said, today=today), critical.changed(record.draft, said)
    found = {**mine.found, **dict.fromkeys(right & POINTS.keys(), "right"), **dict.fromkeys(wrong, "changed")}
    whole = found.keys() >= POINTS.keys()
    if whole:
        draft = replace(draft, assured_date=today, assurer=actor.name, assured_how=HOW.get(how, HOW["phone"]))
    directory.edit(session, record.id, draft, seen=seen, by=actor.name, now=now)
    mine.found, mine.state, mine.tried_at = found, State.CONFIRMED if whole else State.CALLED, now
    if whole:
        settle(session, record, now=now)
    session.flush()
    return whole


def end_entry(session: Session, record: Record, reason: str, *, seen: datetime, actor: Actor, now: datetime) -> None:
    """Take an entry that is no more out of every answer; raises NotYours, directory.EditedMeanwhile."""
    _mine(session, record, actor)
    if record.last_modified != seen:
        raise directory.EditedMeanwhile(directory.EditedMeanwhile.__doc__)
    directory.retire(session, record.id, reason=reason, by=actor.name, now=now)
    settle(session, record, now=now)


def rest(
    session: Session, record: Record, *, until: date | None, reason: str, seen: datetime, actor: Actor, now: datetime
) -> None:
    """Keep that an entry is closed for a while and until when; the checking goes on. Raises like `check`, and NotAhead."""
    _mine(session, record, actor)
    if until is not None and until <= now.astimezone(JAPAN).date():
        raise NotAhead(NotAhead.__doc__)
    resting = replace(record.draft, status=Status.TEMPORARILY_CLOSED, status_reason=reason, reopens_on=until)
    directory.edit(session, record.id, resting, seen=seen, by=actor.name, now=now, act="rested")


def reopen(session: Session, record: Record, *, seen: datetime, actor: Actor, now: datetime) -> None:
    """Keep that an entry is open again; raises like `check`."""
    _mine(session, record, actor)
    opened = replace(record.draft, status=Status.ACTIVE, status_reason="", reopens_on=None)
    directory.edit(session, record.id, opened, seen=seen, by=actor.name, now=now)


def settle(session: Session, record: Record, *, now: datetime) -> None:
    """End the open round of an entry and its reports: what they asked has been answered."""
    open_round = current(session, record.id)
    if open_round is not None:
        open_round.state, open_round.ended_at = State.CONFIRMED, now
    entry_reports.settle(session, record.id, now=now)
    session.flush()


def _begin(session: Session, record: Record, staff_id: uuid.UUID, state: State, now: datetime) -> None:
    # The index lets one open round of an entry exist; who comes second learns it here.
    try:
        with session.begin_nested():
            session.add(
                Verification(
                    id=new_id(), municipality_code=record.municipality_code, service_id=record.id,
                    staff_id=staff_id, state=state, began_at=now, found={}, unreached=0,
                )
            )  # fmt: skip
    except IntegrityError:
        raise SomebodyElse(SomebodyElse.__doc__) from None


def _mine(session: Session, record: Record, actor: Actor) -> Verification:
    query = select(Verification).where(Verification.service_id == record.id, Verification.ended_at.is_(None))
    row = session.scalars(query.with_for_update()).first()
    if row is None or row.staff_id != actor.staff_id:
        raise NotYours(NotYours.__doc__)
    return row
