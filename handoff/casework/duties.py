"""What the page of a case shows first: a report to be made, a safety check whose hours run, a welfare office to be told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from handoff import glance
from handoff.cases import Case
from handoff.casework import report_marks, waivers
from handoff.casework.report_marks import Clock
from handoff.casework.waivers import Prompt
from resources.access import Actor


@dataclass(frozen=True)
class Duties:
    """What the law asks of a case and is not done yet."""

    prompts: list[Prompt]
    safety: Clock | None
    office_untold: bool


def gather(session: Session, case: Case, *, actor: Actor, now: datetime) -> Duties:
    """Return what is not done yet."""
    beside = glance.of_case(session, case, actor=actor, now=now)
    safety = report_marks.clock(beside.safety_due_at, now=now)
    return Duties(waivers.prompts(session, case, actor=actor), safety, beside.office_untold)
