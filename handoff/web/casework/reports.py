"""The tab 通告・通報: what is asked for, what was reported, and the wish to apply for 生活保護."""

from __future__ import annotations

from starlette.responses import Response

from handoff.cases import Case
from handoff.casework import report_file, report_marks, reporters, reports, waivers, welfare
from handoff.casework.report_kinds import kinds
from handoff.spoken import Means
from handoff.web.case import case_of
from handoff.web.casework import frame, report_forms
from resources import dates
from resources.web.console import View, Visit

SAID = {
    "made": "通告・通報を記録しました。",
    "waived_asked": "しない理由を残しました。もう一人が確認するまで、「通告・通報を記録する」の表示は残ります。",
    "waived": "通告・通報をしないことを、二人で確認した記録として残しました。",
    "needed": "通告・通報が必要だと答えました。「通告・通報を記録する」の表示は残っています。",
    "spoken": "申請の意思を、本人のことばのまま記録しました。福祉事務所に伝えるまで、一覧に印が出ます。",
    "told": "福祉事務所に伝えたことを記録しました。",
    "applied": "申請日を記録しました。",
    "withdrawn": "本人が取り下げたことを、本人のことばで記録しました。",
    "gone": "その通告・通報は、この相談にはありません。",
}


def page(visit: Visit, *, trouble: str = "", status: int = 200) -> Response:
    """Show the reports of a case and its wishes to apply; a kind of report in the address opens its form."""
    case, session = case_of(visit), visit.session
    code = visit.form.get("kind") or visit.request.query_params.get("kind", "")
    at = dates.read_moment(visit.form.get("at", ""))
    return frame.show(
        visit,
        case,
        "reports.html",
        said=SAID,
        trouble=trouble,
        status=status,
        kinds=list(kinds().values()),
        chosen=kinds().get(code),
        same=reports.same(session, case, code, at) if trouble and at and code in kinds() else None,
        prompts=waivers.prompts(session, case, actor=visit.actor),
        explained=waivers.explained(session, case, actor=visit.actor),
        listed=[(one, report_marks.clock(one.clock_due, now=visit.now)) for one in report_file.of_case(session, case)],
        intents=welfare.of_case(session, case),
        wills=report_file.WILLS,
        means=list(Means),
    )


def make(visit: Visit) -> Response | View:
    """Record a report, and apart from it who told of it."""
    form = visit.form

    def act(case: Case) -> None:
        made = reports.make(
            visit.session, case, form.get("kind", ""), report_forms.told(form), key=form.get("key", ""),
            apart=form.get("apart") == "yes", actor=visit.actor, now=visit.now,
        )  # fmt: skip
        if made is not None:
            reporters.keep(visit.session, made, report_forms.who(form), actor=visit.actor, now=visit.now)

    return frame.attempt(visit, "reports", "made", act, page)


def waive(visit: Visit) -> Response | View:
    """Write down why no report is made."""
    form = visit.form
    return frame.attempt(
        visit, "reports", "waived_asked",
        lambda case: waivers.ask(
            visit.session, case, form.get("waived", ""), form.get("reason", ""), actor=visit.actor, now=visit.now
        ),
        page,
    )  # fmt: skip


def waived(visit: Visit) -> Response | View:
    """Agree as the second person, or say that a report is needed."""
    form = visit.form
    agree = form.get("answer") == "agree"
    return frame.attempt(
        visit, "reports", "waived" if agree else "needed",
        lambda case: waivers.answer(
            visit.session, case, form.get("waived", ""), agree=agree, actor=visit.actor, now=visit.now
        ),
        page,
    )  # fmt: skip
