"""The plan of a case: written, agreed, decided, evaluated; printed and taken out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from starlette.responses import Response

from handoff import consent, presses
from handoff.cases import Case
from handoff.casework import plan_content, plan_paper, planning, plans
from handoff.casework.plan_content import Content, Step
from handoff.casework.plan_words import CHANGES, SERVICES, PlanResult, Who
from handoff.web.case import case_of
from handoff.web.casework import frame
from resources import dates, journal, tables
from resources.web.console import View, Visit
from resources.web.download import download as handed_out
from resources.web.fields import number

SAID = {
    "written": "プランを残しました。変えたところは「変えたところの一覧」に出ます。",
    "consent": "本人の同意を記録しました。",
    "agree": "本人の同意と日付を記録しました。",
    "decide": "支援決定日を記録し、次のモニタリングを予定に入れました。",
    "evaluate": "評価を記録しました。",
    "renew": "次のプランの下書きを作りました。期間を入れて、本人とたしかめてください。",
    "end": "プランを終えました。相談は、終わり方を選ぶまで続きます。",
}
# Lines offered for writing: those there are, two more, and never more than the form has room for.
_MORE: Final = 2


def plan(visit: Visit, *, trouble: str = "", status: int = 200) -> Response:
    """Show the plan of a case."""
    case = case_of(visit)
    found = plans.current(visit.session, case)
    sheet = plan_paper.gather(visit.session, case, found) if found else None
    standing = sheet if sheet and found and found.state not in plans.OVER else None
    content = standing.content if standing else Content()
    return frame.show(
        visit, case, "plan.html", said=SAID, trouble=trouble, status=status, sheet=sheet, standing=standing,
        writes=plans.may_write(case, visit.actor), agreed=plans.agreed_to(visit.session, case), means=consent.MEANS,
        fields=_fields(content, visit.form if "issues" in visit.form else None),
        seen=_seen(visit, trouble, standing.plan.version if standing else 0), services=SERVICES, changes=CHANGES,
        results=list(PlanResult), who=list(Who), citable=plans.citable(visit.session, case), told=plan_paper.told,
        earlier=[one for one in plans.of_case(visit.session, case) if not found or one.id != found.id],
    )  # fmt: skip


def write(visit: Visit) -> Response | View:
    """Write what the plan says."""

    def act(case: Case, seen: int) -> None:
        planning.write(visit.session, case, plan_content.read(visit.form), seen, actor=visit.actor, now=visit.now)

    return _attempt(visit, "written", act)


def paper(visit: Visit) -> Response:
    """Show the plan as it is printed and signed."""
    case = case_of(visit)
    found = plans.current(visit.session, case)
    if found is None:
        return plan(visit, trouble="プランは、まだありません。先にプランを書いてください。", status=409)
    _note(visit, case, "plan.print")
    return visit.page(
        "plan_paper.html", sheet=plan_paper.gather(visit.session, case, found), base=f"/desk/cases/{case.id}",
        told=plan_paper.told,
    )  # fmt: skip


def download(visit: Visit) -> Response:
    """Hand the plan out as a workbook; only while the person's consent stands."""
    case = case_of(visit)
    found = plans.current(visit.session, case)
    if found is None:
        return plan(visit, trouble="プランは、まだありません。先にプランを書いてください。", status=409)
    if not plans.agreed_to(visit.session, case):
        return plan(visit, trouble=str(planning.ConsentNeeded.__doc__), status=409)
    _note(visit, case, "plan.export")
    content = plan_paper.to_xlsx(plan_paper.gather(visit.session, case, found))
    return handed_out(content, tables.XLSX, f"plan-{case.receipt}.xlsx")


def agree(visit: Visit) -> Response | View:
    """Record that the person agreed to the plan."""

    def act(case: Case, seen: int) -> None:
        day = dates.read(visit.form.get("signed_on", ""))
        planning.agree(visit.session, case, seen, day, visit.form.get("means", ""), actor=visit.actor, now=visit.now)

    return _attempt(visit, "agree", act)


def give_consent(visit: Visit) -> Response | View:
    """Record the person's consent to be supported by the desk."""

    def act(case: Case, seen: int) -> None:
        planning.consent_given(visit.session, case, visit.form.get("means", ""), actor=visit.actor, now=visit.now)

    return _attempt(visit, "consent", act)


def decide(visit: Visit) -> Response | View:
    """Record the conference and the day of the decision."""

    def act(case: Case, seen: int) -> None:
        met, decided = (dates.read(visit.form.get(name, "")) for name in ("met_on", "decided_on"))
        planning.decide(visit.session, case, seen, met, decided, actor=visit.actor, now=visit.now)

    return _attempt(visit, "decide", act)


def evaluate(visit: Visit) -> Response | View:
    """Record what came of the plan."""

    def act(case: Case, seen: int) -> None:
        ticked = [code for code in CHANGES if visit.form.get(f"change_{code}")]
        what = planning.Evaluation(visit.form.get("reached", ""), ticked, visit.form.get("result", ""))
        planning.evaluate(visit.session, case, seen, what, actor=visit.actor, now=visit.now)

    return _attempt(visit, "evaluate", act)


def renew(visit: Visit) -> Response | View:
    """Begin the next plan."""
    return _attempt(
        visit, "renew", lambda case, seen: planning.renew(visit.session, case, seen, actor=visit.actor, now=visit.now)
    )


def end(visit: Visit) -> Response | View:
    """End the plan."""
    return _attempt(
        visit, "end", lambda case, seen: planning.end(visit.session, case, seen, actor=visit.actor, now=visit.now)
    )


MOVES: Final[Mapping[str, View]] = {
    "consent": give_consent, "agree": agree, "decide": decide, "evaluate": evaluate, "renew": renew, "end": end,
}  # fmt: skip


def _attempt(visit: Visit, said: str, act: Callable[[Case, int], object]) -> Response | View:
    key = visit.form.get("key", "")

    def once(case: Case) -> None:
        if presses.counted(visit.session, case, key):
            return
        act(case, number(visit.form.get("seen", "")))
        presses.first(visit.session, case, key, actor=visit.actor, now=visit.now)

    return frame.attempt(visit, "plan", said, once, plan)


def _seen(visit: Visit, trouble: str, version: int) -> str:
    """Return the version a form was made from; who was told of another's change has seen the newest."""
    told = trouble == planning.ChangedByAnother.__doc__
    return str(version) if told or not trouble else visit.form.get("seen", "") or str(version)


def _note(visit: Visit, case: Case, act: str) -> None:
    with visit.console.database.writing(visit.actor.custodians) as session:
        journal.record(
            session, act, municipality=case.custodian, subject_kind="case", subject_id=case.id, staff_id=visit.actor.staff_id,
            now=visit.now,
        )  # fmt: skip


def _fields(content: Content, form: Mapping[str, str] | None) -> dict[str, Any]:
    """Return what stands in the fields of the form: what was typed, or what the plan says."""
    if form is not None:
        rows = range(_room(sum(1 for number in range(plan_content.ROWS) if form.get(f"what_{number}") is not None)))
        steps = [Step(**{name: form.get(f"{name}_{number}", "") for name in _CELLS}) for number in rows]
        ticked = {code for code in SERVICES if form.get(f"service_{code}")}
        plain = {name: form.get(name, "") for name in (*_WORDS, *_DAYS)}
        return {**plain, "steps": steps, "services": ticked, **{name: bool(form.get(name)) for name in _TICKS}}
    steps = [*content.steps, *[Step(who=Who.SUPPORTER.value)] * (_room(len(content.steps) + _MORE) - len(content.steps))]
    days = {name: getattr(content, name).isoformat() if getattr(content, name) else "" for name in _DAYS}
    plain = {name: getattr(content, name) for name in (*_WORDS, *_TICKS)}
    return {**plain, **days, "steps": steps, "services": set(content.services)}


def _room(wanted: int) -> int:
    return min(plan_content.ROWS, max(wanted, 3))


_WORDS: Final = ("issues", "long_goal", "short_goal")
_DAYS: Final = ("starts_on", "ends_on", "monitoring_on")
_TICKS: Final = ("participation", "outreach")
_CELLS: Final = ("issue", "who", "name", "what", "period", "often", "task")
