"""Reaching somebody who does not come, and asking somebody how they are: both on one page beside the case."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from starlette.responses import Response

from handoff.cases import Case
from handoff.casework import accompanied, agreeing, check_ins, contact_times, limits, outreach
from handoff.casework.agreeing import Wish
from handoff.casework.check_ins import CheckInPlan
from handoff.casework.outreach import Means, Result, Try
from handoff.casework.rhythm import EARLIEST_HOUR, LATEST_HOUR, WEEK, Rhythm
from handoff.later import is_wary
from handoff.states import CaseState
from handoff.web.case import case_of
from handoff.web.casework.frame import attempt, show
from handoff.web.desk import note_reading
from resources import dates
from resources.days_text import KANJI_DAYS
from resources.slots import JAPAN
from resources.web.console import View, Visit
from resources.web.fields import number

_PART: Final = "outreach"
SAID: Final = {
    "tried": "働きかけを記録しました。",
    "linked": "「つながった」を記録しました。アウトリーチの予定は終わりました。",
    "agreed": "おたずねを約束しました。本人に文で伝えられるときは、見守りではないことも伝えました。",
    "stopped": "おたずねの約束を終わりにしました。",
}
WEEKDAYS: Final = [f"{sign}曜日" for sign in KANJI_DAYS]


def page(visit: Visit) -> Response:
    """Show the tries, the agreement and how long ago somebody was last in touch."""
    return _show(visit)


def note_down(visit: Visit) -> Response | View:
    """Write down one try."""
    form = visit.form

    def act(case: Case) -> None:
        outreach.note_down(
            visit.session, case, at=dates.read_moment(form.get("day", ""), form.get("clock", "")), means=form.get("means", ""),
            result=form.get("result", ""), words=form.get("words", ""), next_on=dates.read(form.get("next_on", "")),
            key=form.get("key", ""), actor=visit.actor, now=visit.now,
        )  # fmt: skip

    return attempt(visit, _PART, "linked" if form.get("result") == Result.LINKED else "tried", act, _show)


def agree(visit: Visit) -> Response | View:
    """Keep what was agreed with the person, and tell them in approved words."""

    def act(case: Case) -> None:
        replaces = visit.form.get("replaces", "")
        made = agreeing.agree(
            visit.session, case, _wish(visit.form), replaces=visit.parse_id(replaces) if replaces else None,
            key=visit.form.get("agreement_key", ""), actor=visit.actor, now=visit.now,
        )  # fmt: skip
        if made is not None:
            visit.console.tells(visit.session, case, "check_in.agreed", {}, visit.now)

    return attempt(visit, _PART, "agreed", act, _show)


def stop(visit: Visit) -> Response | View:
    """End the agreement, and tell the person."""

    def act(case: Case) -> None:
        agreeing.stop(visit.session, case, visit.id("plan_id"), actor=visit.actor, now=visit.now)
        visit.console.tells(visit.session, case, "check_in.stopped", {}, visit.now)

    return attempt(visit, _PART, "stopped", act, _show)


def listing(visit: Visit) -> Response:
    """List everybody who is accompanied or sought; who looks is on record before."""
    with visit.console.database.writing() as session:
        note_reading(visit, session, "accompanied")
    people = accompanied.listed(visit.session, visit.actor, now=visit.now)
    return visit.page("accompanied.html", people=people, most=accompanied.MOST)


def _show(visit: Visit, *, trouble: str = "", status: int = 200) -> Response:
    case = case_of(visit)
    plan, tries = check_ins.running(visit.session, case), outreach.of_case(visit.session, case)
    last = contact_times.last_contacts(visit.session, [case.id]).get(case.id)
    days = contact_times.days_since_contact(visit.session, [case.id], visit.now)[case.id]
    return show(
        visit, case, "outreach.html", said=SAID, trouble=trouble, status=status,
        last=last, days=days, plan=plan, rhythm=_rhythm(plan) if plan else "",
        agreed=check_ins.agreed(visit.session, plan) if plan else "", asked=check_ins.of_case(visit.session, case),
        wary=is_wary(visit.session, case) or case.point_id is None,
        mine=case.owner_id == visit.actor.staff_id and case.state != CaseState.CLOSED,
        tries=tries, sought=outreach.goes_on(tries),
        months=outreach.by_month(tries), means=list(Means), results=list(Result), reached=_reached(tries),
        weekdays=WEEKDAYS, hours=list(range(EARLIEST_HOUR, LATEST_HOUR + 1)),
        most=limits.of_town(visit.session, case.custodian).check_ins_a_day,
    )  # fmt: skip


def _reached(tries: list[Try]) -> dict[tuple[int, int], int]:
    """Return for each month how often the person themself was heard."""
    found: dict[tuple[int, int], int] = {}
    for one in tries:
        local = one.at.astimezone(JAPAN)
        found[local.year, local.month] = found.get((local.year, local.month), 0) + one.reached
    return found


def _wish(form: Mapping[str, str]) -> Wish:
    weekly = form.get("unit") == "weeks"
    count = number(form.get("every", ""))
    weekday = number(form.get("weekday", ""), -1)
    rhythm = Rhythm(
        count * WEEK if weekly else count, number(form.get("opens", "")), number(form.get("closes", "")),
        dates.read(form.get("first", "")) or date.min, dates.read(form.get("until", "")), weekday if weekly else None,
    )  # fmt: skip
    return Wish(rhythm, number(form.get("within", "")), form.get("agreed", ""))


def _rhythm(plan: CheckInPlan) -> str:
    """Return an agreement in words."""
    if plan.weekday is not None:
        often = f"毎週{WEEKDAYS[plan.weekday]}" if plan.weeks == 1 else f"{plan.weeks}週ごとの{WEEKDAYS[plan.weekday]}"
    else:
        often = "毎日" if plan.every == 1 else f"{plan.every}日ごと"
    until = f"{dates.spoken(plan.until)}まで" if plan.until else "終わりの日は決めていません"
    return f"{often} {plan.opens}時〜{plan.closes}時の間。{dates.spoken(plan.first)}から、{until}。"
