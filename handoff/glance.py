"""What there is beside a case, in one question: most cases have little of it, and what there is not need not be read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from handoff.alarms import Alarm
from handoff.cases import Case
from handoff.casework import report_marks
from handoff.drafts import Draft
from handoff.help_requests import HelpRequest
from handoff.later import PlannedReply
from handoff.looking import Looking, looks
from resources.access import Actor
from resources.reading import once


@dataclass(frozen=True)
class Glance:
    """What there is beside one case for one reader."""

    safety_due_at: datetime | None  # the safety check that is due first after a report
    office_untold: bool  # a welfare office is still to be told of a wish to apply
    alarms: bool
    drafts: bool
    lookers: bool
    planned: bool
    help_requests: bool


def of_case(session: Session, case: Case, *, actor: Actor, now: datetime) -> Glance:
    """Return what there is beside a case."""
    return once(session, lambda: _of_case(session, case, actor, now), "glance", case.id, actor.staff_id)


def _of_case(session: Session, case: Case, actor: Actor, now: datetime) -> Glance:
    query = select(
        report_marks.first_due(),
        report_marks.untold(),
        _any(Alarm),
        _any(Draft, Draft.staff_id == actor.staff_id),
        _any(Looking, *looks(actor, now)),
        _any(PlannedReply),
        _any(HelpRequest),
    ).where(Case.id == case.id)
    due_at, *there = session.execute(query).one()
    return Glance(due_at, *map(bool, there))


def _any(table: type[Alarm | Draft | Looking | PlannedReply | HelpRequest], *more: ColumnElement[bool]) -> ColumnElement[bool]:
    of_the_case = exists().where(table.case_id == Case.id, table.custodian == Case.custodian, *more)
    return of_the_case.correlate(Case)
