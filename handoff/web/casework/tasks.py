"""What is to be done: on one case, and across all of a person's cases with how much they carry."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from starlette.responses import Response

from handoff import presses
from handoff.cases import Case
from handoff.casework import agenda, colleagues, lanes, tasks
from handoff.casework.records import NotYourLane, own_or_shared
from handoff.states import NotAllowed
from handoff.web.case import case_of
from handoff.web.casework.frame import attempt
from handoff.web.casework.records import page
from handoff.web.desk import note_reading
from resources import dates
from resources.web.console import View, Visit

_SAID = {"done": "予定を終えました。次にすることがあれば、相談のページで書き足してください。"}


class NoSuchDay(NotAllowed):
    """期限は、カレンダーの日付で入れてください。決めないときは空にします。まだ変えていません。"""


def add(visit: Visit) -> Response | View:
    """Write down what is to be done, once a press."""

    def write(case: Case) -> None:
        lane, key = visit.form.get("task_lane", "") or lanes.SHARED, visit.form.get("key", "")
        if lane not in own_or_shared(visit.actor):
            raise NotYourLane(NotYourLane.__doc__)
        concerned = colleagues.of_case(visit.session, case, visit.actor)
        doer = concerned.doer(visit.form.get("doer", ""), visit.form.get("outside", ""), lane=lane)
        due_on = _due(visit)
        if presses.counted(visit.session, case, key):
            return
        tasks.add(
            visit.session, case, visit.form.get("task", ""), now=visit.now, by=visit.actor.staff_id, doer=doer,
            due_on=due_on, lane=lane,
        )  # fmt: skip
        presses.first(visit.session, case, key, actor=visit.actor, now=visit.now)

    return attempt(visit, "records", "task_added", write, page)


def finish(visit: Visit) -> Response | View:
    """Say that something is done; who comes second is told so."""
    return _act(visit, "done", lambda case: tasks.finish(
        visit.session, case, visit.id("task_id"), actor=visit.actor, now=visit.now
    ))  # fmt: skip


def change_due(visit: Visit) -> Response | View:
    """Give something to do another day."""
    return _act(visit, "due", lambda case: tasks.change_due(
        visit.session, case, visit.id("task_id"), _due(visit), actor=visit.actor, now=visit.now
    ))  # fmt: skip


def mine(visit: Visit, *, trouble: str = "", status: int = 200) -> Response:
    """Show what a person and their desks have to do, and what they carry; who looks is on record before."""
    with visit.console.database.writing() as session:
        note_reading(visit, session, "tasks")
    said = _SAID.get(visit.request.query_params.get("said", ""), "")
    found = agenda.gather(visit.session, actor=visit.actor, now=visit.now)
    return visit.page("tasks.html", status=status, agenda=found, trouble=trouble, said=said)


def _act(visit: Visit, said: str, act: Callable[[Case], object]) -> Response | View:
    """Do something to a task and go back to where the button was: the page of the case, or of all cases."""
    if visit.form.get("from") != "all":
        return attempt(visit, "records", f"task_{said}", act, page)
    try:
        act(case_of(visit, to_change=True))
    except NotAllowed as why:
        trouble = str(why)
        return lambda later: mine(later, trouble=trouble, status=409)
    return visit.go(f"/desk/tasks?said={said}")


def _due(visit: Visit) -> date | None:
    written = visit.form.get("due", "")
    day = dates.read(written)
    if written and day is None:
        raise NoSuchDay(NoSuchDay.__doc__)
    return day
