"""What people see of an alarm: in the queue, on the page of a case, on the page behind a link."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ScalarSelect, select
from sqlalchemy.orm import Session

from handoff import alarms
from handoff.alarms import Alarm, AlarmState, Alert, AlertState
from handoff.cases import Case
from handoff.conversation import staff_names
from resources.places import Municipality

_AT_DESK = "窓口の職員"


@dataclass(frozen=True)
class Step:
    """One role that was or will be alerted."""

    contact: str
    state: AlertState
    at: datetime  # when it went out, or when it was due


@dataclass(frozen=True)
class Board:
    """An alarm as the page of its case shows it."""

    state: AlarmState
    began_at: datetime
    steps: list[Step]
    who: str  # who acknowledged
    at: datetime | None
    told_at: datetime | None


@dataclass(frozen=True)
class Link:
    """What somebody sees who opens a link: a town, a time, and who was first."""

    town: str
    began_at: datetime
    first: str  # the role that acknowledged; empty: nobody yet
    first_at: datetime | None


def boards(session: Session, case: Case) -> list[Board]:
    """Return the alarms of a case, the newest first."""
    found = alarms.of_cases(session, [case.id])
    steps = list(session.scalars(select(Alert).where(Alert.case_id == case.id).order_by(Alert.id))) if found else []
    names = staff_names(session, {alarm.acknowledged_by for alarm in found})
    return [
        Board(
            AlarmState(alarm.state),
            alarm.began_at,
            [
                Step(one.contact, AlertState(one.state), one.sent_at or one.due_at)
                for one in steps
                if one.alarm_id == alarm.id
            ],
            _who(alarm, steps, names),
            alarm.acknowledged_at,
            alarm.told_at,
        )
        for alarm in reversed(found)
    ]


def states(session: Session, case_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, AlarmState]:
    """Return where the newest alarm of each case stands."""
    return {alarm.case_id: AlarmState(alarm.state) for alarm in alarms.of_cases(session, case_ids)}


@cache
def newest() -> ScalarSelect[Any]:
    """Return, for a list of cases, the state of each one's newest alarm: a list moves when it does."""
    query = select(Alarm.state).where(Alarm.case_id == Case.id, Alarm.custodian == Case.custodian)
    return query.order_by(Alarm.id.desc()).limit(1).correlate(Case).scalar_subquery()


def link(session: Session, secret: str, *, now: datetime) -> Link:
    """Return what a link shows; raises LinkUseless."""
    alarm, _ = alarms.by_link(session, secret, now=now)
    town, first = session.get_one(Municipality, alarm.custodian), ""
    if alarm.acknowledged_with is not None:
        first = session.scalars(select(Alert.contact).where(Alert.id == alarm.acknowledged_with)).one()
    elif alarm.state == AlarmState.ACKNOWLEDGED:
        first = _AT_DESK
    return Link(town.name, alarm.began_at, first, alarm.acknowledged_at)


def press(session: Session, secret: str, *, now: datetime) -> bool:
    """Acknowledge by a link; False when somebody was first; raises LinkUseless."""
    alarm, alert = alarms.by_link(session, secret, now=now)
    case = session.scalars(select(Case).where(Case.id == alarm.case_id)).one()
    return alarms.acknowledge(session, case, now=now, alert=alert)


def first_of(session: Session, case: Case) -> str:
    """Return who acknowledged the newest alarm of a case, for the one who came second."""
    found = boards(session, case)
    return found[0].who if found else ""


def _who(alarm: Alarm, steps: Sequence[Alert], names: dict[uuid.UUID, str]) -> str:
    if alarm.acknowledged_with is not None:
        return next((one.contact for one in steps if one.id == alarm.acknowledged_with), _AT_DESK)
    if alarm.acknowledged_by is not None:
        return f"{names.get(alarm.acknowledged_by, '')}さん"
    return _AT_DESK if alarm.state == AlarmState.ACKNOWLEDGED else ""
