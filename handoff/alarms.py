"""A danger that somebody has to answer for: who is alerted, one after the other, until one acknowledges."""

from __future__ import annotations

import base64
import hashlib
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Index, Integer, LargeBinary, String, UniqueConstraint, Uuid, select, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from handoff import duty, outbox
from handoff.alert_contacts import AlertContact
from handoff.cases import Case, record
from handoff.duty import Watch
from handoff.states import NotAllowed
from resources.db import Base, Held, held_args, new_id
from resources.sealing import sealer

# How long a person has to acknowledge before the next one is alerted.
PATIENCE: Final = timedelta(minutes=5)
# A danger told again within this time is the same danger, unless nobody answered or its kind changed.
SAME: Final = timedelta(minutes=30)
LINK_LIFE: Final = timedelta(hours=24)


class AlarmState(StrEnum):
    """Where an alarm as a whole stands."""

    RUNNING = "running"  # begun -> running
    ACKNOWLEDGED = "acknowledged"  # running or unanswered -> acknowledged: somebody acts, even if late
    UNANSWERED = "unanswered"  # running -> unanswered: everybody was alerted, nobody acknowledged

    @property
    def label(self) -> str:
        """The state as the queue shows it."""
        return {"running": "連絡中", "acknowledged": "応答あり", "unanswered": "だれも応答していません"}[self]


class AlertState(StrEnum):
    """Where one step of an alarm stands."""

    DUE = "due"  # made -> due
    SENT = "sent"  # due -> sent: at least one endpoint took it
    ACKNOWLEDGED = "acknowledged"  # sent or unanswered -> acknowledged: by this very link
    UNANSWERED = "unanswered"  # sent -> unanswered: the time is over, the next one is alerted
    FAILED = "failed"  # due -> failed: no endpoint took it, the next one is alerted at once
    CALLED_OFF = "called_off"  # due -> called off: somebody acted before it went out

    @property
    def label(self) -> str:
        """The state as the page of a case shows it."""
        return _LABELS[self]


_LABELS = {
    AlertState.DUE: "これから知らせます", AlertState.SENT: "知らせました",
    AlertState.ACKNOWLEDGED: "応答がありました", AlertState.UNANSWERED: "知らせましたが、時間内に応答がありませんでした",
    AlertState.FAILED: "知らせを送れませんでした", AlertState.CALLED_OFF: "その前に応答があったので、知らせませんでした",
}  # fmt: skip

STEPS: Final[dict[tuple[AlertState, str], AlertState]] = {
    (AlertState.DUE, "send"): AlertState.SENT,
    (AlertState.DUE, "fail"): AlertState.FAILED,
    (AlertState.DUE, "call_off"): AlertState.CALLED_OFF,
    (AlertState.SENT, "acknowledge"): AlertState.ACKNOWLEDGED,
    (AlertState.SENT, "expire"): AlertState.UNANSWERED,
    (AlertState.UNANSWERED, "acknowledge"): AlertState.ACKNOWLEDGED,
}


class AlreadyAcknowledged(NotAllowed):
    """先にほかの人が応答しています。あなたの操作では何も変わっていません。"""


class LinkUseless(LookupError):
    """このリンクは使えません。期限（24時間）が過ぎたか、リンクが途中で切れています。"""


class Alarm(Held, Base):
    """One danger of one case, from the first alert until somebody acknowledged or nobody did."""

    __tablename__ = "alarm"
    __table_args__ = held_args(
        Index(
            "ix_alarm_open",
            "id",
            sqlite_where=text("state = 'running' OR (state = 'unanswered' AND told_at IS NULL)"),
            postgresql_where=text("state = 'running' OR (state = 'unanswered' AND told_at IS NULL)"),
        ),
        case_id="consultation_case",
    )
    seal_subject = "case_id"

    case_id: Mapped[uuid.UUID] = mapped_column(Uuid(), index=True)
    crisis: Mapped[str] = mapped_column(String(24))
    watch: Mapped[Watch] = mapped_column(String(16))
    state: Mapped[AlarmState] = mapped_column(String(14), default=AlarmState.RUNNING)
    began_at: Mapped[datetime] = mapped_column()
    acknowledged_at: Mapped[datetime | None] = mapped_column()
    acknowledged_by: Mapped[uuid.UUID | None] = mapped_column(Uuid())  # a member of staff at the desk
    acknowledged_with: Mapped[uuid.UUID | None] = mapped_column(Uuid())  # the alert whose link was used
    told_at: Mapped[datetime | None] = mapped_column()  # when it was settled what the resident hears of it
    told_id: Mapped[uuid.UUID | None] = mapped_column(Uuid())  # the delivery that says so


class Alert(Held, Base):
    """One step: one role that is alerted, and the link with which it acknowledges."""

    __tablename__ = "alert"
    __table_args__ = held_args(
        UniqueConstraint("alarm_id", "step"), case_id="consultation_case", alarm_id="alarm"
    )
    seal_subject = "case_id"

    case_id: Mapped[uuid.UUID] = mapped_column(Uuid(), index=True)
    alarm_id: Mapped[uuid.UUID] = mapped_column(Uuid())
    step: Mapped[int] = mapped_column(Integer())  # 0 the role, 1 its deputy, 2 the head
    contact_id: Mapped[uuid.UUID] = mapped_column(Uuid())
    contact: Mapped[str] = mapped_column(String(40))  # what the role was called then
    state: Mapped[AlertState] = mapped_column(String(14), default=AlertState.DUE)
    due_at: Mapped[datetime] = mapped_column()
    sent_at: Mapped[datetime | None] = mapped_column()
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    leased_until: Mapped[datetime | None] = mapped_column()
    attempts: Mapped[int] = mapped_column(Integer(), default=0)


def after(state: AlertState, move: str) -> AlertState:
    """Return the state a move leads to; raises NotAllowed for a move that is not in the table."""
    try:
        return STEPS[(state, move)]
    except KeyError:
        raise NotAllowed(NotAllowed.__doc__) from None


def begin(session: Session, case: Case, crisis: str, *, now: datetime) -> Alarm | None:
    """Begin to alert for a danger; None where nobody is to be alerted, or somebody has been for this already."""
    if _known(session, case, crisis, now):
        return None
    watch = duty.watch_at(session, case.desk_id, now=now)
    alarm = Alarm(id=new_id(), custodian=case.custodian, case_id=case.id, crisis=crisis, watch=watch, began_at=now)
    first = next_contact(session, alarm, above=-1)
    if first is None:
        return None
    session.add(alarm)
    session.flush()
    record(session, case, "alert", now=now)
    put_up(session, alarm, *first, now=now)
    return alarm


def next_contact(session: Session, alarm: Alarm, *, above: int) -> tuple[int, AlertContact] | None:
    """Return the next step of an alarm and whom it concerns, by the town's table as it stands now."""
    cell = duty.who_acts(session, alarm.custodian, alarm.crisis, Watch(alarm.watch))
    for step, contact_id in enumerate((cell.contact_id, cell.deputy_id, cell.head_id) if cell else ()):
        contact = session.get(AlertContact, contact_id) if contact_id is not None and step > above else None
        if contact is not None and contact.municipality_code == alarm.custodian:
            return step, contact
    return None


def put_up(session: Session, alarm: Alarm, step: int, contact: AlertContact, *, now: datetime) -> Alert:
    """Add the next step, due now."""
    alert = Alert(
        id=new_id(), custodian=alarm.custodian, case_id=alarm.case_id, alarm_id=alarm.id, step=step,
        contact_id=contact.id, contact=contact.name, due_at=now,
    )  # fmt: skip
    alert.token_hash = fingerprint(token(session, alert))
    session.add(alert)
    session.flush()
    return alert


def token(session: Session, alert: Alert) -> str:
    """Return the secret of a link: 256 bits that only our keys can make again, so that a repeat carries the same link."""
    made = sealer(session).blind(alert.custodian, "acknowledge", alert.id.hex)
    return base64.urlsafe_b64encode(made).rstrip(b"=").decode()


def fingerprint(secret: str) -> bytes:
    """Return what of a link's secret is kept."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).digest()


def by_link(session: Session, secret: str, *, now: datetime) -> tuple[Alarm, Alert]:
    """Return what a link belongs to; raises LinkUseless."""
    alert = session.scalars(select(Alert).where(Alert.token_hash == fingerprint(secret))).first()
    if alert is None or alert.due_at + LINK_LIFE <= now:
        raise LinkUseless(LinkUseless.__doc__)
    return session.scalars(select(Alarm).where(Alarm.id == alert.alarm_id)).one(), alert


def acknowledge(
    session: Session, case: Case, *, now: datetime, staff_id: uuid.UUID | None = None, alert: Alert | None = None
) -> bool:
    """Stop all alarms of a case because somebody acts; of two who say so at once, one is first and the other gets False.

    `alert` is the one whose link was used; without it, it was said at the desk.
    """
    won = session.execute(
        update(Alarm)
        .where(Alarm.case_id == case.id, Alarm.state != AlarmState.ACKNOWLEDGED)
        .values(
            state=AlarmState.ACKNOWLEDGED, acknowledged_at=now, acknowledged_by=staff_id,
            acknowledged_with=alert.id if alert else None,
        )
        .execution_options(synchronize_session=False)
    )  # fmt: skip
    if not won.rowcount:  # type: ignore[attr-defined]
        return False
    _settle(session, case, AlertState.DUE, "call_off")
    if alert is not None:
        session.refresh(alert)
        if (AlertState(alert.state), "acknowledge") in STEPS:
            alert.state = after(AlertState(alert.state), "acknowledge")
    told = session.scalars(select(Alarm.told_id).where(Alarm.case_id == case.id, Alarm.told_id.is_not(None)))
    outbox.withdraw(session, [one for one in told if one is not None], "person_came")
    step = {"step": alert.step} if alert else {}
    record(session, case, "alert_acknowledged", now=now, staff_id=staff_id, detail=step)
    session.flush()
    for alarm in of_cases(session, [case.id]):
        session.refresh(alarm)
    return True


def of_cases(session: Session, case_ids: Sequence[uuid.UUID]) -> list[Alarm]:
    """Return the alarms of cases, oldest first."""
    return list(session.scalars(select(Alarm).where(Alarm.case_id.in_(case_ids)).order_by(Alarm.id))) if case_ids else []


def _known(session: Session, case: Case, crisis: str, now: datetime) -> bool:
    """Whether this very danger is being answered for, or was a moment ago."""
    earlier = of_cases(session, [case.id])
    if any(alarm.state == AlarmState.RUNNING and alarm.crisis == crisis for alarm in earlier):
        return True
    if not earlier or earlier[-1].state == AlarmState.UNANSWERED:
        return False
    return any(alarm.crisis == crisis and alarm.began_at + SAME > now for alarm in earlier)


def _settle(session: Session, case: Case, state: AlertState, move: str) -> None:
    values: dict[str, Any] = {"state": after(state, move), "leased_until": None}
    session.execute(
        update(Alert)
        .where(Alert.case_id == case.id, Alert.state == state)
        .values(**values)
        .execution_options(synchronize_session="fetch")
    )
