"""The plan of a case: the person agrees, the town decides, every version is kept, nothing of a meeting gets in."""

from __future__ import annotations

import io
import uuid
from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
from openpyxl import load_workbook
from sqlalchemy.orm import Session

from handoff.cases import Case
from handoff.casework import lanes, plan_content, plan_paper, planning, plans, tasks
from handoff.casework.plan_content import Content, Step
from handoff.casework.planning import Evaluation
from handoff.states import Consent, NotAllowed
from resources.access import Actor
from resources.db import EVERYWHERE
from tests.desk import Browser, World
from tests.handoff.casework.meeting_world import allow, furnish, person

TODAY = date(2026, 11, 24)
WHOLE = Content(
    issues="家賃の滞納", long_goal="住み続ける", steps=(Step("家賃", "supporter", "社協", "家計の相談", "3か月", "月1回"),),
    services=("housing_benefit",), participation=True, starts_on=TODAY, ends_on=date(2027, 3, 31),
    monitoring_on=date(2027, 1, 15),
)  # fmt: skip
FORM = {
    "issues": "=家賃の滞納", "long_goal": "住み続ける", "what_0": "+家計の相談", "who_0": "person", "outreach": "yes",
    "starts_on": "2026-11-24", "ends_on": "2027-03-31", "monitoring_on": "2027-01-15", "seen": "0",
}  # fmt: skip


@pytest.fixture
def case_id(small_world: World) -> uuid.UUID:
    """A case that yamada owns."""
    return furnish(small_world)


@pytest.fixture
def session(small_world: World, case_id: uuid.UUID) -> Iterator[Session]:
    """One transaction that is rolled back."""
    with small_world.database.rehearsing(EVERYWHERE) as session:
        yield session


@pytest.fixture
def case(session: Session, case_id: uuid.UUID) -> Case:
    """The case in that transaction."""
    return session.get_one(Case, case_id)


@pytest.fixture
def owner(session: Session, small_world: World) -> Actor:
    """Its owner."""
    return person(session, small_world, "yamada")


def test_from_draft_to_the_next_plan(session: Session, small_world: World, case: Case, owner: Actor) -> None:
    now = small_world.now
    plan = planning.write(session, case, WHOLE, 0, actor=owner, now=now)
    with pytest.raises(planning.NotNow):
        planning.decide(session, case, 1, TODAY, TODAY, actor=owner, now=now)
    planning.agree(session, case, 1, TODAY, "written", actor=owner, now=now)
    planning.decide(session, case, 1, TODAY, TODAY, actor=owner, now=now)
    (monitoring,) = tasks.of_case(session, case, actor=owner)
    assert monitoring.due_on == WHOLE.monitoring_on and monitoring.staff_id == owner.staff_id and monitoring.origin == "plan"
    with pytest.raises(planning.EvaluationMissing):
        planning.evaluate(session, case, 1, Evaluation("よくなった", [], "replan"), actor=owner, now=now)
    planning.evaluate(session, case, 1, Evaluation("よくなった", ["housing"], "replan"), actor=owner, now=now)
    assert monitoring.done_at == now
    following = planning.renew(session, case, 1, actor=owner, now=now)
    said = plans.said(session, following)
    assert (said.issues, said.steps, said.starts_on) == (WHOLE.issues, WHOLE.steps, None)
    assert following.renews == plan.id and plan.standing.label == "次のプランに替わった"
    with pytest.raises(planning.NotReady):
        planning.agree(session, case, 1, TODAY, "written", actor=owner, now=now)


def test_what_is_changed_is_agreed_and_decided_anew_and_every_version_is_kept(
    session: Session, small_world: World, case: Case, owner: Actor
) -> None:
    now = small_world.now
    planning.write(session, case, WHOLE, 0, actor=owner, now=now)
    planning.agree(session, case, 1, TODAY, "written", actor=owner, now=now)
    changed = plan_content.load(plan_content.dump(WHOLE).replace("月1回", "月2回"))
    plan = planning.write(session, case, changed, 1, actor=owner, now=now)
    assert (plan.standing.value, plan.signed_on, plan.version) == ("draft", None, 2)
    with pytest.raises(planning.ChangedByAnother, match="保存していません"):
        planning.write(session, case, WHOLE, 1, actor=person(session, small_world, "kyodo"), now=now)
    kept = plans.versions(session, plan)
    assert [(one.number, plans.changed_parts(one)) for one in kept] == [(2, ["支援の内容"]), (1, [])]
    assert plans.content(session, kept[1]) == WHOLE
    assert planning.write(session, case, changed, 2, actor=owner, now=now).version == 2


def test_no_plan_stands_without_the_persons_consent(session: Session, small_world: World, case: Case, owner: Actor) -> None:
    now, world = small_world.now, small_world
    planning.write(session, case, WHOLE, 0, actor=owner, now=now)
    for means, day in (("", TODAY), ("written", None), ("written", TODAY + timedelta(days=1))):
        with pytest.raises(planning.DayMissing):
            planning.agree(session, case, 1, day, means, actor=owner, now=now)
    allow(session, world, case, "desk", state=Consent.REFUSED)
    with pytest.raises(planning.ConsentNeeded, match="支援はこのまま続けられます"):
        planning.agree(session, case, 1, TODAY, "written", actor=owner, now=now)
    planning.consent_given(session, case, "oral", actor=owner, now=now)
    planning.agree(session, case, 1, TODAY, "written", actor=owner, now=now)
    allow(session, world, case, "desk", state=Consent.REFUSED)
    with pytest.raises(planning.ConsentNeeded):
        planning.decide(session, case, 1, TODAY, TODAY, actor=owner, now=now)


def test_only_tasks_of_the_shared_lane_are_cited(session: Session, small_world: World, case: Case, owner: Actor) -> None:
    now = small_world.now
    for lane in ("meeting:x", str(small_world.desk_id)):
        hidden = tasks.add(session, case, "カナリア", now=now, by=owner.staff_id, lane=lane)
        with pytest.raises(planning.ForeignTask):
            planning.write(session, case, Content(steps=(Step(task=str(hidden.id)),)), 0, actor=owner, now=now)
    shared = tasks.add(session, case, "家を訪ねる", now=now, by=owner.staff_id)
    plan = planning.write(session, case, Content(steps=(Step(task=str(shared.id)),)), 0, actor=owner, now=now)
    assert "家を訪ねる" in str(plan_paper.lines(plan_paper.gather(session, case, plan)))
    shared.lane = "meeting:x"
    session.flush()
    assert "家を訪ねる" not in str(plan_paper.lines(plan_paper.gather(session, case, plan)))
    assert lanes.SHARED == "shared"


def test_who_may_write_and_what_is_too_much(session: Session, small_world: World, case: Case, owner: Actor) -> None:
    with pytest.raises(planning.NotYourPlan):
        planning.write(session, case, WHOLE, 0, actor=person(session, small_world, "sato"), now=small_world.now)
    with pytest.raises(planning.NothingPlanned):
        planning.write(session, case, Content(), 0, actor=owner, now=small_world.now)
    for wrong in ({"issues": "長" * 1001}, {"ends_on": "2026-11-23"}, {"what_3": "長" * 201}):
        with pytest.raises(NotAllowed):
            plan_content.read({**FORM, **wrong})
    assert plan_content.load(plan_content.dump(plan_content.read(FORM))) == plan_content.read(FORM)


def test_the_pages_of_a_plan(small_world: World, enter_small: Callable[..., Browser], case_id: uuid.UUID) -> None:
    owner, chief = enter_small("yamada"), enter_small("suzuki")
    base = f"/desk/cases/{case_id}/plan"
    assert "まだありません" in owner.get(base).text and owner.get(f"{base}/paper").status_code == 409
    assert owner.get(f"{base}/download").status_code == 409
    assert owner.post(base, **FORM, key="k1").headers["location"].endswith("said=written")
    assert owner.post(base, **FORM, key="k1").headers["location"].endswith("said=written")
    late = chief.post(base, **{**FORM, "issues": "べつの課題", "key": "k2"})
    assert late.status_code == 409 and "ほかの人がこのプランを変えました" in late.text and "べつの課題" in late.text
    again = late.text.split('name="seen" value="')[1].split('"')[0]
    assert chief.post(base, **{**FORM, "issues": "べつの課題", "seen": again}).status_code == 303
    assert owner.post(f"{base}/agree", seen="1", signed_on="2026-11-24", means="written").status_code == 409
    for part, form in (
        ("agree", {"signed_on": "2026-11-24", "means": "written"}),
        ("decide", {"met_on": "2026-11-24", "decided_on": "2026-11-24"}),
        ("evaluate", {"reached": "家賃を払えた", "change_housing": "yes", "result": "finished"}),
    ):
        assert owner.post(f"{base}/{part}", seen="2", **form).headers["location"].endswith(f"said={part}"), part
    shown = owner.get(base).text
    assert "家賃を払えた" in shown and "住まいの確保・安定" in shown and "終結（脱却・目処）" in shown and "課題を変えた" in shown
    assert "本人署名" in owner.get(f"{base}/paper").text
    book = load_workbook(io.BytesIO(owner.get(f"{base}/download").content))
    cells = [cell for row in book.active.iter_rows() for cell in row if cell.value]
    assert all(cell.data_type == "s" for cell in cells) and "+家計の相談" in [cell.value for cell in cells]
    assert owner.post(f"{base}/end", seen="2").headers["location"].endswith("said=end")
    assert owner.post(f"{base}/end", seen="2").status_code == 409
    with small_world.database.writing(small_world.town) as session:
        allow(session, small_world, session.get_one(Case, case_id), "desk", state=Consent.REFUSED)
    assert owner.get(f"{base}/download").status_code == 409 and "庁外に渡さないで" in owner.get(f"{base}/paper").text
