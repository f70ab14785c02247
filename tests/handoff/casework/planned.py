"""A plan that came to its evaluation, for tests that begin there."""

from __future__ import annotations

import uuid
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff.cases import Case
from handoff.casework import planning
from handoff.casework.plan_content import Content, Step
from handoff.casework.plan_words import PlanResult
from handoff.casework.planning import Evaluation
from resources.access import actor_for
from resources.staff import Staff
from tests.desk import World

BEGAN = date(2026, 11, 1)
WHOLE = Content(
    issues="家賃の滞納", long_goal="住み続ける", steps=(Step("家賃", "supporter", "社協", "家計の相談"),),
    starts_on=BEGAN, ends_on=date(2026, 11, 20), monitoring_on=date(2026, 11, 15),
)  # fmt: skip


def decide(session: Session, world: World, case_id: uuid.UUID, *, by: str = "yamada") -> None:
    """Write a plan, with the person's agreement and the town's decision."""
    case = session.get_one(Case, case_id)
    owner = actor_for(session, session.scalars(select(Staff).where(Staff.id == world.people[by])).one())
    planning.write(session, case, WHOLE, 0, actor=owner, now=world.now)
    planning.consent_given(session, case, "oral", actor=owner, now=world.now)
    planning.agree(session, case, 1, BEGAN, "oral", actor=owner, now=world.now)
    planning.decide(session, case, 1, BEGAN, BEGAN, actor=owner, now=world.now)


def evaluate(session: Session, world: World, case_id: uuid.UUID, result: PlanResult, *, by: str = "yamada") -> None:
    """Evaluate the plan that was decided."""
    case = session.get_one(Case, case_id)
    owner = actor_for(session, session.scalars(select(Staff).where(Staff.id == world.people[by])).one())
    planning.evaluate(session, case, 1, Evaluation("家賃を払えた", ["housing"], result), actor=owner, now=world.now)
