"""What an alarm does by itself: it alerts the next one when nobody acknowledged, and in the end the resident is told."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from handoff import alarms, cases
from handoff.alarms import PATIENCE, SAME, Alarm, AlarmState, Alert, AlertState, after
from handoff.alert_contacts import AlertContact
from handoff.cases import Case
from handoff.presence import is_present
from handoff.states import CaseState
from resources.alerts import Alerting
from resources.db import EVERYWHERE, Database
from resources.places import Municipality

# Whoever has held an alert for longer than this has died with it: it is sent again, with the same link.
LEASE: Final = timedelta(seconds=60)
_AT_ONCE: Final = 20
# Tells the resident that nobody answers; returns the delivery, or None where nothing can be said.
Tell = Callable[[Session, Case, datetime], uuid.UUID | None]


@dataclass(frozen=True)
class Errand:
    """One alert that was claimed, with all that sending it takes."""

    alert_id: uuid.UUID
    custodian: str
    town: str
    endpoints: tuple[str, ...]
    link: str


def climb(database: Database, now: datetime, *, alerting: Alerting, tell: Tell) -> None:
    """Do for every open alarm what is due; each step is a short transaction, and nothing is sent inside one."""
    while _open(database):
        for key, custodian in _open(database):
            with database.writing(custodian) as session:
                advance(session, key, now=now)
        errands = claim(database, now=now, base_url=alerting.base_url)
        if not errands:
            break
        for errand, sent in zip(errands, _send(errands, alerting), strict=True):
            with database.writing(errand.custodian) as session:
                settle(session, errand.alert_id, sent=sent, now=now)
    for key, custodian in _untold(database):
        with database.writing(custodian) as session:
            _tell(session, key, tell, now=now)


def advance(session: Session, alarm_id: uuid.UUID, *, now: datetime) -> None:
    """Bring one alarm to where it stands by now: stopped, waiting, at its next step, or unanswered."""
    alarm = _held(session, alarm_id)
    if alarm is None:
        return
    case = session.scalars(select(Case).where(Case.id == alarm.case_id)).one()
    if is_present(case, now=now) or case.state == CaseState.CLOSED:
        alarms.acknowledge(session, case, now=now, staff_id=case.owner_id)
        return
    last = _last(session, alarm)
    if last.state == AlertState.SENT and last.sent_at is not None and last.sent_at + PATIENCE <= now:
        last.state = after(AlertState.SENT, "expire")
    elif last.state != AlertState.FAILED:
        return
    following = alarms.next_contact(session, alarm, above=last.step)
    if following is not None:
        alarms.put_up(session, alarm, *following, now=now)
        return
    alarm.state = AlarmState.UNANSWERED
    cases.record(session, case, "unanswered_alert", now=now)
    session.flush()


def claim(database: Database, *, now: datetime, base_url: str) -> list[Errand]:
    """Take the alerts that are due, each for one sender alone."""
    free = or_(Alert.leased_until.is_(None), Alert.leased_until < now)
    due = select(Alert).join(Alarm, (Alarm.id == Alert.alarm_id) & (Alarm.custodian == Alert.custodian))
    due = due.where(Alarm.state == AlarmState.RUNNING, Alert.state == AlertState.DUE, Alert.due_at <= now, free)
    errands = []
    with database.writing(EVERYWHERE) as session:
        for alert in session.scalars(due.order_by(Alert.id).limit(_AT_ONCE)).all():
            taken = session.execute(
                update(Alert)
                .where(Alert.id == alert.id, Alert.state == AlertState.DUE, free)
                .values(leased_until=now + LEASE, attempts=Alert.attempts + 1)
                .execution_options(synchronize_session=False)
            )
            if taken.rowcount == 1:  # type: ignore[attr-defined]
                errands.append(_errand(session, alert, base_url))
    return errands


def settle(session: Session, alert_id: uuid.UUID, *, sent: bool, now: datetime) -> None:
    """Write down how sending went; an alert that somebody answered meanwhile stays as it is."""
    alert = session.scalars(select(Alert).where(Alert.id == alert_id).with_for_update()).one()
    if alert.state != AlertState.DUE:
        return
    alert.state, alert.leased_until = after(AlertState.DUE, "send" if sent else "fail"), None
    alert.sent_at = now if sent else None


def _errand(session: Session, alert: Alert, base_url: str) -> Errand:
    contact = session.get(AlertContact, alert.contact_id)
    town = session.get_one(Municipality, alert.custodian)
    link = f"{base_url}/ack/{alarms.token(session, alert)}"
    return Errand(alert.id, alert.custodian, town.name, tuple(contact.endpoints) if contact else (), link)


def _send(errands: list[Errand], alerting: Alerting) -> list[bool]:
    """Send all at once, so that a silent endpoint holds up nobody else's alert."""
    sent = [False] * len(errands)

    def one(at: int) -> None:
        errand = errands[at]
        letter = alerting.urgent(errand.town, errand.link)
        sent[at] = alerting.alerter.send(errand.endpoints, letter, town=errand.custodian)

    jobs = [threading.Thread(target=one, args=(at,), name="alerts", daemon=True) for at in range(len(errands))]
    for job in jobs:
        job.start()
    for job in jobs:
        job.join()
    return sent


def _tell(session: Session, alarm_id: uuid.UUID, tell: Tell, *, now: datetime) -> None:
    query = select(Alarm).where(Alarm.id == alarm_id, Alarm.state == AlarmState.UNANSWERED, Alarm.told_at.is_(None))
    alarm = session.scalars(query.with_for_update(skip_locked=True)).first()
    if alarm is None:
        return
    case = session.scalars(select(Case).where(Case.id == alarm.case_id)).one()
    # Once: the same words again within half an hour would help nobody.
    before = [one.told_at for one in alarms.of_cases(session, [case.id]) if one.told_at is not None]
    alarm.told_at = now
    if case.state != CaseState.CLOSED and not any(at + SAME > now for at in before):
        alarm.told_id = tell(session, case, now)


def _held(session: Session, alarm_id: uuid.UUID) -> Alarm | None:
    # Held to the end: whoever acknowledges at this moment comes before or after the step, never into it.
    query = select(Alarm).where(Alarm.id == alarm_id, Alarm.state == AlarmState.RUNNING)
    return session.scalars(query.with_for_update(skip_locked=True)).first()


def _last(session: Session, alarm: Alarm) -> Alert:
    query = select(Alert).where(Alert.alarm_id == alarm.id).order_by(Alert.step.desc()).limit(1)
    return session.scalars(query.with_for_update()).one()


def _open(database: Database) -> list[tuple[uuid.UUID, str]]:
    with database.reading(EVERYWHERE) as session:
        query = select(Alarm.id, Alarm.custodian).where(Alarm.state == AlarmState.RUNNING).order_by(Alarm.id)
        return [(key, custodian) for key, custodian in session.execute(query)]


def _untold(database: Database) -> list[tuple[uuid.UUID, str]]:
    with database.reading(EVERYWHERE) as session:
        query = select(Alarm.id, Alarm.custodian).where(Alarm.state == AlarmState.UNANSWERED, Alarm.told_at.is_(None))
        return [(key, custodian) for key, custodian in session.execute(query.order_by(Alarm.id))]
