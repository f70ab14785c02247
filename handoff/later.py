"""Replies for later: kept sealed until their time, changed or cancelled until then, and said under the rules of that minute."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import Index, Integer, LargeBinary, String, Uuid, select, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from handoff import presses, replying, speaking
from handoff.cases import Case, record
from handoff.contacts import Contact
from handoff.conversation import staff_names
from handoff.moves import only_owner
from handoff.speaking import Speaker
from handoff.states import NotAllowed
from resources.access import Actor
from resources.db import Base, Held, held_args, new_id
from resources.sealing import reveal, seal

SOONEST: Final = timedelta(minutes=1)
FARTHEST: Final = timedelta(days=90)
MOST: Final = 10


class Plan(StrEnum):
    """Where a reply for later stands."""

    PLANNED = "planned"  # written -> planned
    LEFT = "left"  # planned -> left: its time came, and it is in the outbox
    CANCELLED = "cancelled"  # planned -> cancelled: by a person
    WITHHELD = "withheld"  # planned -> withheld: at its time it must not be said any more


class NoSuchTime(NotAllowed):
    """送る日と時刻を入れてください。いまから1分後より先、90日以内にしてください。予約していません。"""


class TooMany(NotAllowed):
    """この相談には予約がもう10通あります。どれかを取りやめてから予約してください。予約していません。"""


class AlreadyLeft(NotAllowed):
    """この予約はもうありません。先に送られたか、取りやめになっています。会話で確かめてください。いまの操作では何も変わっていません。"""


class ChangedMeanwhile(NotAllowed):
    """この予約は、画面を開いたあとにほかの画面で変えられました。いまの内容を確かめてください。いまの操作では何も変わっていません。"""


class StillPlanned(NotAllowed):
    """あとで送る予約が残っています。終了したあとに送るか、取りやめるかを選んでください。相談はまだ終わっていません。"""


class PlannedReply(Held, Base):
    """One reply that waits for its time.

    It is no delivery yet: while it waits it stands in nobody's way, and what the person says meanwhile does not hurry it.
    """

    __tablename__ = "planned_reply"
    __table_args__ = held_args(
        Index(
            "ix_planned_reply_due",
            "at",
            sqlite_where=text("state = 'planned'"),
            postgresql_where=text("state = 'planned'"),
        ),
        contact_id="contact",
        case_id="consultation_case",
    )
    seal_subject = "contact_id"

    contact_id: Mapped[uuid.UUID] = mapped_column(Uuid())
    case_id: Mapped[uuid.UUID] = mapped_column(Uuid(), index=True)
    staff_id: Mapped[uuid.UUID] = mapped_column(Uuid())
    words_sealed: Mapped[bytes | None] = mapped_column(LargeBinary())
    speaks_as: Mapped[Speaker] = mapped_column(String(8))
    at: Mapped[datetime] = mapped_column()
    state: Mapped[Plan] = mapped_column(String(12), default=Plan.PLANNED)
    reason: Mapped[str] = mapped_column(String(24), default="")  # a code: why it was withheld
    # Written for a person whose screen others may see, or whose matter is walled off: it was worded for that.
    wary: Mapped[bool] = mapped_column(default=False)
    after_close: Mapped[bool] = mapped_column(default=False)  # to be said although the case has ended
    version: Mapped[int] = mapped_column(Integer(), default=1)
    made_at: Mapped[datetime] = mapped_column()
    ended_at: Mapped[datetime | None] = mapped_column()


@dataclass(frozen=True)
class Planned:
    """One reply for later as the desk reads it."""

    id: uuid.UUID
    at: datetime
    words: str
    who: str
    state: Plan
    why: str
    version: int
    after_close: bool


_WHY = {
    "closed": "相談が終わっていたため、送りませんでした",
    "wary": "あとから「端末を見られるかもしれない」または専用窓口の相談になったため、送りませんでした",
    "erased": "本人の希望で消されたため、送りませんでした",
    "inactive": "書いた人がもう担当していないため、送りませんでした",
}


def plan(
    session: Session,
    case: Case,
    words: str,
    *,
    at: datetime | None,
    key: str,
    actor: Actor,
    now: datetime,
    speaker: Speaker | None = None,
) -> PlannedReply | None:
    """Keep a reply until its time; None when this press was already counted. Raises what is in the way."""
    words = replying.sayable(case, words, actor=actor)
    at = _checked(at, now)
    if len(waiting(session, case)) >= MOST:
        raise TooMany(TooMany.__doc__)
    if not presses.first(session, case, key, actor=actor, now=now):
        return None
    planned = PlannedReply(
        id=new_id(), custodian=case.custodian, contact_id=case.contact_id, case_id=case.id, staff_id=actor.staff_id,
        speaks_as=speaker or speaking.usual(session, case, actor=actor), at=at, wary=is_wary(session, case), made_at=now,
    )  # fmt: skip
    seal(session, planned, "words_sealed", words)
    session.add(planned)
    record(session, case, "planned", now=now, staff_id=actor.staff_id)
    session.flush()
    return planned


def change(
    session: Session,
    case: Case,
    planned_id: uuid.UUID,
    words: str,
    *,
    at: datetime | None,
    version: int,
    actor: Actor,
    now: datetime,
) -> None:
    """Change the words or the time of a reply that has not left; whoever owns the case by now may, and signs for it."""
    words = replying.sayable(case, words, actor=actor)
    at = _checked(at, now)
    planned = _mine(session, case, planned_id)
    _revise(session, planned, version, at=at, staff_id=actor.staff_id, wary=is_wary(session, case))
    seal(session, planned, "words_sealed", words)
    record(session, case, "planned_changed", now=now, staff_id=actor.staff_id)
    session.flush()


def cancel(session: Session, case: Case, planned_id: uuid.UUID, *, version: int, actor: Actor, now: datetime) -> None:
    """Take back a reply that has not left; its words go."""
    only_owner(case, actor)
    planned = _mine(session, case, planned_id)
    _revise(session, planned, version, state=Plan.CANCELLED, words_sealed=None, ended_at=now)
    record(session, case, "planned_cancelled", now=now, staff_id=actor.staff_id)
    session.flush()


def ask_at_close(session: Session, case: Case, choice: str) -> None:
    """Ask what becomes of replies for later when a case ends; raises StillPlanned while nobody has said it."""
    if choice not in ("keep", "cancel") and waiting(session, case):
        raise StillPlanned(StillPlanned.__doc__)


def settle_at_close(session: Session, case: Case, choice: str, *, actor: Actor, now: datetime) -> None:
    """Do what was chosen: let the replies go although the case has ended, or take them back."""
    kept = waiting(session, case)
    for planned in kept:
        if choice == "keep":
            _revise(session, planned, planned.version, after_close=True)
        else:
            _revise(session, planned, planned.version, state=Plan.CANCELLED, words_sealed=None, ended_at=now)
    if kept:
        move = "planned_kept" if choice == "keep" else "planned_cancelled"
        record(session, case, move, now=now, staff_id=actor.staff_id)


def waiting(session: Session, case: Case) -> list[PlannedReply]:
    """Return what still waits for its time, the earliest first."""
    query = select(PlannedReply).where(PlannedReply.case_id == case.id, PlannedReply.state == Plan.PLANNED)
    return list(session.scalars(query.order_by(PlannedReply.at, PlannedReply.id)))


def listed(session: Session, case: Case) -> list[Planned]:
    """Return the replies for later as the desk reads them: what waits, and what was withheld and why."""
    query = select(PlannedReply).where(
        PlannedReply.case_id == case.id, PlannedReply.state.in_((Plan.PLANNED, Plan.WITHHELD))
    )
    rows = list(session.scalars(query.order_by(PlannedReply.at, PlannedReply.id)))
    names = staff_names(session, {row.staff_id for row in rows})
    return [
        Planned(
            row.id, row.at, reveal(session, row, "words_sealed") or "", names.get(row.staff_id, ""), Plan(row.state),
            _WHY.get(row.reason, ""), row.version, row.after_close,
        )
        for row in rows
    ]  # fmt: skip


def is_wary(session: Session, case: Case) -> bool:
    """Whether words to this person must be chosen for other eyes."""
    return case.walled or session.scalars(select(Contact).where(Contact.id == case.contact_id)).one().device_watched


def _checked(at: datetime | None, now: datetime) -> datetime:
    if at is None or not now + SOONEST <= at <= now + FARTHEST:
        raise NoSuchTime(NoSuchTime.__doc__)
    return at


def _mine(session: Session, case: Case, planned_id: uuid.UUID) -> PlannedReply:
    """Return a reply of this case that waits, locked; raises AlreadyLeft for one that does not."""
    query = select(PlannedReply).where(PlannedReply.id == planned_id, PlannedReply.case_id == case.id)
    planned = session.scalars(query.with_for_update()).first()
    if planned is None or planned.state != Plan.PLANNED:
        raise AlreadyLeft(AlreadyLeft.__doc__)
    return planned


def _revise(session: Session, planned: PlannedReply, version: int, **values: object) -> None:
    if planned.version != version:
        raise ChangedMeanwhile(ChangedMeanwhile.__doc__)
    moved = session.execute(
        update(PlannedReply)
        .where(PlannedReply.id == planned.id, PlannedReply.state == Plan.PLANNED, PlannedReply.version == version)
        .values(version=version + 1, **values)
        .execution_options(synchronize_session=False)
    )
    session.refresh(planned)
    if moved.rowcount != 1:  # type: ignore[attr-defined]
        raise AlreadyLeft(AlreadyLeft.__doc__)
