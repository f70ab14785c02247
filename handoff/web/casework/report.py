"""One report: what was told to whom, its clock, what was added, its paper, and apart from it who told of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from starlette.responses import Response

from handoff.cases import Case
from handoff.casework import report_file, report_marks, reporters, reports
from handoff.casework.report_file import NoSuchReport
from handoff.casework.report_tables import EntryKind
from handoff.states import NotAllowed
from handoff.web.case import case_of
from handoff.web.casework import frame, report_forms
from resources import dates
from resources.web.console import View, Visit
from resources.web.fields import number

SAID = {
    "added": "書き足しました。",
    "corrected": "訂正しました。前の記録は、下の経過に残っています。",
    "safe": "安全確認を記録しました。48時間の時計は止まりました。",
    "closed": "結果を記録しました。",
    "kept": "知らせた人の記録を、別に封じて残しました。",
}
ADDITIONS = (EntryKind.ADDED, EntryKind.DECISION, EntryKind.MEETING)


def page(visit: Visit, *, trouble: str = "", status: int = 200, **more: Any) -> Response:
    """Show a report."""
    return _show(visit, "report.html", trouble=trouble, status=status, **more)


def printed(visit: Visit) -> Response:
    """Show a report as a paper; who told of it is never on it."""
    return _show(visit, "report_print.html")


def add(visit: Visit) -> Response | View:
    """Add a decision, a meeting, or anything else."""
    form, chosen = visit.form, visit.form.get("entry", "")
    kind = EntryKind(chosen) if chosen in ADDITIONS else EntryKind.ADDED

    def act(case: Case) -> None:
        # Who wrote down a call that is known already adds what they typed, and who told of it.
        words = form.get("added", form.get("words", ""))
        report = reports.add(
            visit.session, case, visit.id("report_id"), kind, words, key=form.get("key", ""), actor=visit.actor, now=visit.now
        )
        if report is not None:
            reporters.keep(visit.session, report, report_forms.who(form), actor=visit.actor, now=visit.now)

    return _act(visit, "added", act)


def correct(visit: Visit) -> Response | View:
    """Put the record right; what stood there before is kept."""
    form = visit.form
    return _act(
        visit, "corrected",
        lambda case: reports.correct(
            visit.session, case, visit.id("report_id"), report_forms.told(form),
            version=number(form.get("version", "")), actor=visit.actor, now=visit.now,
        ),
    )  # fmt: skip


def safety(visit: Visit) -> Response | View:
    """Record that safety was checked."""
    form = visit.form
    return _act(
        visit, "safe",
        lambda case: reports.check_safety(
            visit.session, case, visit.id("report_id"), form.get("safety", ""), at=dates.read_moment(form.get("safety_at", "")),
            actor=visit.actor, now=visit.now,
        ),
    )  # fmt: skip


def close(visit: Visit) -> Response | View:
    """Record what came of the report."""
    return _act(
        visit, "closed",
        lambda case: reports.close(
            visit.session, case, visit.id("report_id"), visit.form.get("result", ""), actor=visit.actor, now=visit.now
        ),
    )  # fmt: skip


def keep_reporter(visit: Visit) -> Response | View:
    """Keep who told of it, apart."""

    def act(case: Case) -> None:
        report = report_file.of(visit.session, case, visit.id("report_id"))
        who = report_forms.who(visit.form)
        if who.empty:
            raise reports.NothingWritten(reports.NothingWritten.__doc__)
        reporters.keep(visit.session, report, who, actor=visit.actor, now=visit.now)

    return _act(visit, "kept", act)


def read_reporter(visit: Visit) -> Response | View:
    """Show who told of it, this once, to those who may read it and said why."""
    case = case_of(visit, to_change=True)
    try:
        report = report_file.of(visit.session, case, visit.id("report_id"))
        found = reporters.read(
            visit.session, case, report, visit.form.get("why", ""), actor=visit.actor, now=visit.now
        )
    except NotAllowed as why:
        trouble = str(why)
        return lambda later: page(later, trouble=trouble, status=409)
    return lambda later: page(later, reporters_read=found)


def _act(visit: Visit, said: str, act: Callable[[Case], object]) -> Response | View:
    return frame.attempt(visit, f"reports/{visit.id('report_id')}", said, act, page)


def _show(visit: Visit, template: str, *, trouble: str = "", status: int = 200, **more: Any) -> Response:
    case = case_of(visit)
    try:
        shown = report_file.read(visit.session, case, visit.id("report_id"))
    except NoSuchReport:
        return visit.go(f"/desk/cases/{case.id}/reports?said=gone")
    return frame.show(
        visit,
        case,
        template,
        said=SAID,
        trouble=trouble,
        status=status,
        shown=shown,
        clock=report_marks.clock(shown.clock_due, now=visit.now),
        additions=ADDITIONS,
        wills=report_file.WILLS,
        may_read_reporter=reporters.may_read(case, visit.actor),
        whys=list(reporters.Why),
        **({"reporters_read": None} | more),
    )
