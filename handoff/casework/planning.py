"""What is done with a 支援プラン: written, agreed by the person, decided, evaluated, then renewed or ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff import consent
from handoff.cases import Case, record
from handoff.casework import plan_content, plans, tasks
from handoff.casework.plan_content import Content
from handoff.casework.plan_words import CHANGES, PlanResult
from handoff.casework.plans import OVER, PlanState, PlanVersion, SupportPlan
from handoff.casework.tasks import Doer, Origin, Task
from handoff.states import Consent, NotAllowed
from resources.access import Actor
from resources.db import new_id
from resources.sealing import seal
from resources.slots import JAPAN

_LONGEST: Final = 2000
MONITORING: Final = "プランのモニタリング（進み具合を確かめる）"


class NotYourPlan(NotAllowed):
    """プランを書けるのは、主担当と、町の多機関協働・責任者だけです。何も変わっていません。"""


class ChangedByAnother(NotAllowed):
    """画面を開いたあとに、ほかの人がこのプランを変えました。あなたの入力は保存していません。下に残してあるので、いまの内容と見くらべてください。"""


class NotNow(NotAllowed):
    """プランがいまの段階では、この操作はできません。何も変わっていません。画面を開き直して、段階を確かめてください。"""


class NotReady(NotAllowed):
    """本人の同意をとる前に、課題・目標・支援の内容・期間・次のモニタリングの日を、すべて書いてください。まだ同意は記録していません。"""


class ConsentNeeded(NotAllowed):
    """本人の同意が記録されていません（または取り下げられています）。プランは下書きのまま残っています。支援はこのまま続けられます。"""


class DayMissing(NotAllowed):
    """日付と方法を入れてください。先の日付は使えません。まだ記録していません。"""


class EvaluationMissing(NotAllowed):
    """評価には、目標の達成状況（2000文字まで）、見られた変化を一つ以上、結果が要ります。まだ記録していません。"""


class NothingPlanned(NotAllowed):
    """プランの中身を、どこか一つは書いてください。まだ残していません。"""


class ForeignTask(NotAllowed):
    """プランに載せられるのは、全員が見られる予定だけです。まだ保存していません。"""


@dataclass(frozen=True)
class Evaluation:
    """What came of a plan."""

    reached: str
    changes: Sequence[str]
    result: str


_AFTER: Final = {
    (PlanState.DRAFT, "write"): PlanState.DRAFT,
    (PlanState.AGREED, "write"): PlanState.DRAFT,
    (PlanState.DECIDED, "write"): PlanState.DRAFT,
    (PlanState.DRAFT, "agree"): PlanState.AGREED,
    (PlanState.AGREED, "decide"): PlanState.DECIDED,
    (PlanState.DECIDED, "evaluate"): PlanState.EVALUATED,
    (PlanState.EVALUATED, "renew"): PlanState.RENEWED,
    (PlanState.EVALUATED, "end"): PlanState.ENDED,
}


def write(session: Session, case: Case, content: Content, seen: int, *, actor: Actor, now: datetime) -> SupportPlan:
    """Write what a plan says as a new version; `seen` is the version the writer saw, 0 where there was no plan."""
    _require_writer(case, actor)
    if content == Content():
        raise NothingPlanned(NothingPlanned.__doc__)
    plan = plans.current(session, case)
    if plan is None or plan.state in OVER:
        if seen:
            raise ChangedByAnother(ChangedByAnother.__doc__)
        _require_shared(session, case, content)
        return _begin(session, case, content, actor=actor, now=now)
    state = _after(plan, "write")
    if plan.version != seen:
        raise ChangedByAnother(ChangedByAnother.__doc__)
    _require_shared(session, case, content)
    changed = plan_content.differences(plans.said(session, plan), content)
    if changed:
        _keep(session, plan, content, changed, actor=actor, now=now)
        plan.state, plan.signed_on, plan.signed_means, plan.met_on, plan.decided_on = state, None, None, None, None
        record(session, case, "plan_changed", now=now, staff_id=actor.staff_id)
    return plan


def consent_given(session: Session, case: Case, means: str, *, actor: Actor, now: datetime) -> None:
    """Record that the person agreed to be supported by the desk, as told in a talk or on paper; raises DayMissing."""
    _require_writer(case, actor)
    if means not in consent.MEANS:
        raise DayMissing(DayMissing.__doc__)
    consent.give(session, case, Consent.GIVEN, scope=("plan",), means=means, now=now, by=actor.staff_id)


def agree(
    session: Session, case: Case, seen: int, signed_on: date | None, means: str, *, actor: Actor, now: datetime
) -> None:
    """Record that the person agreed to what the plan says, with day and means; their consent is on record."""
    plan = _held(session, case, seen, "agree", actor)
    if signed_on is None or signed_on > now.astimezone(JAPAN).date() or means not in consent.MEANS:
        raise DayMissing(DayMissing.__doc__)
    if not plans.said(session, plan).complete:
        raise NotReady(NotReady.__doc__)
    if not plans.agreed_to(session, case):
        raise ConsentNeeded(ConsentNeeded.__doc__)
    plan.state, plan.signed_on, plan.signed_means = PlanState.AGREED, signed_on, means
    record(session, case, "plan_agreed", now=now, staff_id=actor.staff_id)


def decide(
    session: Session, case: Case, seen: int, met_on: date | None, decided_on: date | None, *, actor: Actor, now: datetime
) -> None:
    """Record the day of the conference and the day on which the town decided; the monitoring becomes a task."""
    plan = _held(session, case, seen, "decide", actor)
    today = now.astimezone(JAPAN).date()
    if met_on is None or decided_on is None or max(met_on, decided_on) > today:
        raise DayMissing(DayMissing.__doc__)
    if not plans.agreed_to(session, case):
        raise ConsentNeeded(ConsentNeeded.__doc__)
    plan.state, plan.met_on, plan.decided_on = PlanState.DECIDED, met_on, decided_on
    _settle_monitoring(session, plan, actor=actor, now=now)
    doer = Doer(staff_id=case.owner_id) if case.owner_id else tasks.NOBODY_YET
    tasks.add(
        session, case, MONITORING, now=now, by=actor.staff_id, doer=doer, due_on=plans.said(session, plan).monitoring_on,
        origin=Origin.PLAN, origin_id=plan.id,
    )  # fmt: skip
    record(session, case, "plan_decided", now=now, staff_id=actor.staff_id)


def evaluate(session: Session, case: Case, seen: int, what: Evaluation, *, actor: Actor, now: datetime) -> None:
    """Record how far the goals were reached, what changed, and how it goes on."""
    plan = _held(session, case, seen, "evaluate", actor)
    reached, changes = what.reached.strip(), [code for code in CHANGES if code in what.changes]
    if not reached or len(reached) > _LONGEST or not changes or what.result not in set(PlanResult):
        raise EvaluationMissing(EvaluationMissing.__doc__)
    seal(session, plan, "reached_sealed", reached)
    plan.state, plan.evaluated_at, plan.changes, plan.result = PlanState.EVALUATED, now, changes, PlanResult(what.result)
    _settle_monitoring(session, plan, actor=actor, now=now)
    record(session, case, "plan_evaluated", now=now, staff_id=actor.staff_id)


def renew(session: Session, case: Case, seen: int, *, actor: Actor, now: datetime) -> SupportPlan:
    """Begin the next plan from what an evaluated one says; the person is asked to agree anew."""
    plan = _held(session, case, seen, "renew", actor)
    plan.state, plan.ended_at = PlanState.RENEWED, now
    record(session, case, "plan_renewed", now=now, staff_id=actor.staff_id)
    before = replace(plans.said(session, plan), starts_on=None, ends_on=None, monitoring_on=None)
    following = _begin(session, case, before, actor=actor, now=now)
    following.renews = plan.id
    return following


def end(session: Session, case: Case, seen: int, *, actor: Actor, now: datetime) -> None:
    """End an evaluated plan; the case stays open until it is closed with an outcome."""
    plan = _held(session, case, seen, "end", actor)
    plan.state, plan.ended_at = PlanState.ENDED, now
    record(session, case, "plan_ended", now=now, staff_id=actor.staff_id)


def _held(session: Session, case: Case, seen: int, move: str, actor: Actor) -> SupportPlan:
    _require_writer(case, actor)
    plan = plans.current(session, case)
    if plan is None:
        raise NotNow(NotNow.__doc__)
    _after(plan, move)
    if plan.version != seen:
        raise ChangedByAnother(ChangedByAnother.__doc__)
    return plan


def _begin(session: Session, case: Case, content: Content, *, actor: Actor, now: datetime) -> SupportPlan:
    plan = SupportPlan(id=new_id(), custodian=case.custodian, case_id=case.id, made_by=actor.staff_id, made_at=now, version=0)
    session.add(plan)
    session.flush()
    _keep(session, plan, content, [], actor=actor, now=now)
    record(session, case, "plan_made", now=now, staff_id=actor.staff_id)
    return plan


def _keep(
    session: Session, plan: SupportPlan, content: Content, changed: Sequence[str], *, actor: Actor, now: datetime
) -> None:
    plan.version += 1
    plan.services, plan.participation, plan.outreach = list(content.services), content.participation, content.outreach
    version = PlanVersion(
        id=new_id(), custodian=plan.custodian, case_id=plan.case_id, plan_id=plan.id, number=plan.version,
        changed=list(changed), by=actor.staff_id, at=now,
    )  # fmt: skip
    seal(session, version, "content_sealed", plan_content.dump(content))
    session.add(version)
    session.flush()


def _settle_monitoring(session: Session, plan: SupportPlan, *, actor: Actor, now: datetime) -> None:
    for task in session.scalars(select(Task).where(Task.origin_id == plan.id, Task.done_at.is_(None))):
        task.done_at, task.done_by = now, actor.staff_id


def _require_writer(case: Case, actor: Actor) -> None:
    if not plans.may_write(case, actor):
        raise NotYourPlan(NotYourPlan.__doc__)


def _require_shared(session: Session, case: Case, content: Content) -> None:
    if len(plans.cited(session, case, content)) != len({step.task for step in content.steps if step.task}):
        raise ForeignTask(ForeignTask.__doc__)


def _after(plan: SupportPlan, move: str) -> PlanState:
    after = _AFTER.get((PlanState(plan.state), move))
    if after is None:
        raise NotNow(NotNow.__doc__)
    return after
