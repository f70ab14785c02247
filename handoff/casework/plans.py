"""The 支援プラン of a case and every version of what it said."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import JSON, Integer, LargeBinary, String, Uuid, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from handoff import consent
from handoff.cases import Case
from handoff.casework import lanes, plan_content, tasks
from handoff.casework.plan_content import PARTS, Content
from handoff.casework.plan_words import CHANGES, PlanResult
from handoff.casework.tasks import Task
from handoff.consent import ConsentRecord
from handoff.states import Consent
from resources.access import Actor
from resources.db import Base, Held, held_args
from resources.sealing import reveal
from resources.staff import Role


class PlanState(StrEnum):
    """Where a plan stands."""

    DRAFT = "draft"  # -> draft; agreed or decided -> draft when what it says is changed
    AGREED = "agreed"  # draft -> agreed: the person said yes to what it says
    DECIDED = "decided"  # agreed -> decided: the town decided to support
    EVALUATED = "evaluated"  # decided -> evaluated
    RENEWED = "renewed"  # evaluated -> renewed: a new plan took its place
    ENDED = "ended"  # evaluated -> ended

    @property
    def label(self) -> str:
        """The state as staff read it."""
        return _LABELS[self]


_LABELS: Final = {
    PlanState.DRAFT: "下書き", PlanState.AGREED: "本人が同意した", PlanState.DECIDED: "支援決定した",
    PlanState.EVALUATED: "評価した", PlanState.RENEWED: "次のプランに替わった", PlanState.ENDED: "終えた",
}  # fmt: skip
# A plan that stands no longer: the next one may begin.
OVER: Final = (PlanState.RENEWED, PlanState.ENDED)


class SupportPlan(Held, Base):
    """One plan; what it says stands in its versions."""

    __tablename__ = "support_plan"
    __table_args__ = held_args(case_id="consultation_case")
    seal_subject = "case_id"

    case_id: Mapped[uuid.UUID] = mapped_column(Uuid(), index=True)
    state: Mapped[PlanState] = mapped_column(String(12), default=PlanState.DRAFT)
    version: Mapped[int] = mapped_column(Integer(), default=0)
    services: Mapped[list[str]] = mapped_column(JSON(), default=list)
    participation: Mapped[bool] = mapped_column(default=False)
    outreach: Mapped[bool] = mapped_column(default=False)
    made_by: Mapped[uuid.UUID] = mapped_column(Uuid())
    made_at: Mapped[datetime] = mapped_column()
    signed_on: Mapped[date | None] = mapped_column()  # the day on which the person agreed
    signed_means: Mapped[str | None] = mapped_column(String(12))
    met_on: Mapped[date | None] = mapped_column()  # the day of the conference that looked at it
    decided_on: Mapped[date | None] = mapped_column()  # 支援決定日
    evaluated_at: Mapped[datetime | None] = mapped_column()
    reached_sealed: Mapped[bytes | None] = mapped_column(LargeBinary())
    changes: Mapped[list[str]] = mapped_column(JSON(), default=list)
    result: Mapped[PlanResult | None] = mapped_column(String(12))
    ended_at: Mapped[datetime | None] = mapped_column()
    renews: Mapped[uuid.UUID | None] = mapped_column(Uuid())  # the plan before this one

    @property
    def standing(self) -> PlanState:
        """Where the plan stands, with its words for staff."""
        return PlanState(self.state)


class PlanVersion(Held, Base):
    """What a plan said from one moment on; never changed."""

    __tablename__ = "support_plan_version"
    __table_args__ = held_args(case_id="consultation_case", plan_id="support_plan")
    seal_subject = "case_id"

    case_id: Mapped[uuid.UUID] = mapped_column(Uuid(), index=True)
    plan_id: Mapped[uuid.UUID] = mapped_column(Uuid(), index=True)
    number: Mapped[int] = mapped_column(Integer())
    content_sealed: Mapped[bytes] = mapped_column(LargeBinary())
    changed: Mapped[list[str]] = mapped_column(JSON(), default=list)  # codes of the parts that differ from the one before
    by: Mapped[uuid.UUID] = mapped_column(Uuid())
    at: Mapped[datetime] = mapped_column()


def may_write(case: Case, actor: Actor) -> bool:
    """Whether a person may write the plan of a case."""
    return case.owner_id == actor.staff_id or case.custodian in actor.towns_as(Role.COORDINATOR, Role.SUPERVISOR)


def agreed_to(session: Session, case: Case) -> bool:
    """Whether the person's consent to be supported by the desk is on record and not taken back."""
    asked = select(ConsentRecord.id).where(ConsentRecord.case_id == case.id, ConsentRecord.recipient == consent.DESK)
    if session.scalars(asked.limit(1)).first() is None:
        return case.consent == Consent.GIVEN
    return consent.latest(session, case, consent.DESK) is Consent.GIVEN


def current(session: Session, case: Case) -> SupportPlan | None:
    """Return the newest plan of a case."""
    query = select(SupportPlan).where(SupportPlan.case_id == case.id).order_by(SupportPlan.id.desc())
    return session.scalars(query.limit(1)).first()


def completed(session: Session, case: Case) -> bool:
    """Whether the newest plan of a case was evaluated, and came to its end by that."""
    plan = current(session, case)
    return plan is not None and plan.result is not None and PlanResult(plan.result).completes


def of_case(session: Session, case: Case) -> list[SupportPlan]:
    """Return the plans of a case, the newest first."""
    return list(session.scalars(select(SupportPlan).where(SupportPlan.case_id == case.id).order_by(SupportPlan.id.desc())))


def said(session: Session, plan: SupportPlan) -> Content:
    """Return what a plan says now."""
    query = select(PlanVersion).where(PlanVersion.plan_id == plan.id, PlanVersion.number == plan.version)
    return content(session, session.scalars(query).one())


def content(session: Session, version: PlanVersion) -> Content:
    """Return what a version said."""
    return plan_content.load(reveal(session, version, "content_sealed") or "")


def versions(session: Session, plan: SupportPlan) -> list[PlanVersion]:
    """Return every version of a plan, the newest first."""
    query = select(PlanVersion).where(PlanVersion.plan_id == plan.id).order_by(PlanVersion.number.desc())
    return list(session.scalars(query))


def changed_parts(version: PlanVersion) -> list[str]:
    """Return what a version changed, in words."""
    return list(dict.fromkeys(PARTS[code] for code in version.changed))


def reached(session: Session, plan: SupportPlan) -> str:
    """Return how far the goals were reached."""
    return reveal(session, plan, "reached_sealed") or ""


def changes_labels(plan: SupportPlan) -> list[str]:
    """Return what changed for the person, as the form words it."""
    return [label for code, label in CHANGES.items() if code in plan.changes]


def citable(session: Session, case: Case) -> list[tuple[Task, str]]:
    """Return the tasks a line of a plan may stand for: open ones that all who see the case read, never a lane's own."""
    query = select(Task).where(Task.case_id == case.id, Task.lane == lanes.SHARED, Task.done_at.is_(None))
    return [(task, tasks.words(session, task)) for task in session.scalars(query.order_by(Task.id))]


def cited(session: Session, case: Case, content: Content) -> dict[str, str]:
    """Return the words of the tasks the lines of a plan stand for, by id; what is in no shared lane has none."""
    wanted = [uuid.UUID(step.task) for step in content.steps if step.task]
    if not wanted:
        return {}
    query = select(Task).where(Task.case_id == case.id, Task.lane == lanes.SHARED, Task.id.in_(wanted))
    return {str(task.id): tasks.words(session, task) for task in session.scalars(query)}
