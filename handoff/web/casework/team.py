"""The team of a case: agencies are asked, come, divide the work and go; and people from the neighbourhood help."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from starlette.responses import Response

from handoff import consent, presses
from handoff.cases import Case
from handoff.casework import agencies, board, joining, leaving, tasks, team, volunteers, without_consent
from handoff.casework.grounds import LegalGround
from handoff.casework.joining import Invitation
from handoff.casework.membership import Member
from handoff.help_requests import Share
from handoff.web.case import case_of
from handoff.web.casework.frame import attempt, show
from resources import dates
from resources.web.console import View, Visit
from resources.web.fields import number, row_id

_PART = "team"
SAID = {
    "asked": "参加を頼みました。返事は、このページに出ます。",
    "joined": "参加しました。これからは、あなたの機関の名前で本人に返信できます。",
    "named": "担当者を決めました。",
    "let_in": "選んだ人に見せました。その人の返事を待っています。",
    "withdrawn": "参加の頼みを取り下げました。",
    "divided": "役割を書き直しました。",
    "promised": "予定を書きました。",
    "finished": "予定を終わりにしました。",
    "leave_asked": "抜けたいことを主担当に伝えました。主担当が同意すると、チームを抜けます。",
    "left": "機関がチームを抜けました。書かれたことは残っています。",
    "grounded": "続けるための法令上の根拠を記録しました。",
    "helper_asked": "手伝いを頼む人を残しました。渡す紙は「渡す紙を開く」から印刷できます。",
    "helper_ended": "手伝いを終わりにしました。",
}


def show_team(visit: Visit, *, trouble: str = "", status: int = 200) -> Response:
    """Show the team of a case."""
    case = case_of(visit)
    return show(
        visit, case, "case_team.html", said=SAID, trouble=trouble, status=status,
        board=board.gather(visit.session, case, actor=visit.actor), grounds=list(LegalGround), means=consent.MEANS,
        recipients=[(one, agencies.label(one)) for one in (agencies.TOWN, agencies.COUNCIL, agencies.SCHOOL,
                                                          agencies.PREFECTURE, agencies.OTHER)],
        helping=volunteers.RECIPIENTS, shares=list(Share),
    )  # fmt: skip


def invite(visit: Visit) -> Response | View:
    """Ask an agency to work on the case."""
    form = visit.form
    desk, _, person = form.get("to", "").partition(".")
    ground = form.get("ground", "")
    asked = Invitation(
        row_id(desk), form.get("asked", ""), form.get("recipient", ""), staff_id=row_id(person) if person else None,
        means=form.get("means", ""), ground=LegalGround(ground) if ground in list(LegalGround) else None,
        confirmed=form.get("confirmed", ""),
    )  # fmt: skip
    return _once(
        visit, "asked",
        lambda case: joining.invite(visit.session, case, asked, actor=visit.actor, now=visit.now),
    )  # fmt: skip


def name(visit: Visit) -> Response | View:
    """Say who of one's agency works on the case; the resident hears once that it joined."""
    first = visit.form.get("joins") == "yes"

    def act(case: Case) -> None:
        joins = joining.name(
            visit.session, case, visit.id("member_id"), row_id(visit.form.get("person", "")), seen=_seen(visit),
            actor=visit.actor, now=visit.now,
        )  # fmt: skip
        if joins:
            _tell(visit, case, team.find(visit.session, case, visit.id("member_id")), "team.joined")

    return _once(visit, "joined" if first else "named", act)


def let_in(visit: Visit) -> Response | View:
    """Show a walled case to one person of an agency."""
    return _once(
        visit, "let_in",
        lambda case: joining.let_in(
            visit.session, case, visit.id("member_id"), row_id(visit.form.get("person", "")), visit.form.get("confirmed", ""),
            actor=visit.actor, now=visit.now,
        ),
    )  # fmt: skip


def call_off(visit: Visit) -> Response | View:
    """Take a request back, or say that one's agency cannot come."""
    return _once(visit, "withdrawn", lambda case: joining.call_off(
        visit.session, case, visit.id("member_id"), visit.form.get("why", ""), actor=visit.actor, now=visit.now
    ))  # fmt: skip


def divide(visit: Visit) -> Response | View:
    """Change what an agency does."""
    return _once(
        visit, "divided",
        lambda case: team.divide(
            visit.session, case, visit.id("member_id"), visit.form.get("role", ""), seen=_seen(visit), actor=visit.actor,
            now=visit.now,
        ),
    )  # fmt: skip


def promise(visit: Visit) -> Response | View:
    """Write down what an agency does until when."""
    return _once(
        visit, "promised",
        lambda case: team.promise(
            visit.session, case, visit.id("member_id"), visit.form.get("task", ""), due_on=dates.read(visit.form.get("due", "")),
            actor=visit.actor, now=visit.now,
        ),
    )  # fmt: skip


def finish(visit: Visit) -> Response | View:
    """Say that something is done."""
    return _once(
        visit, "finished",
        lambda case: tasks.finish(visit.session, case, visit.id("task_id"), actor=visit.actor, now=visit.now),
    )  # fmt: skip


def leave(visit: Visit) -> Response | View:
    """Leave to another agency of the team."""
    chosen = visit.form.get("successor", "")

    def act(case: Case) -> None:
        member = leaving.leave(
            visit.session, case, visit.id("member_id"), row_id(chosen) if chosen else None, actor=visit.actor, now=visit.now
        )
        _tell(visit, case, member, "team.left")

    return _once(visit, "left", act)


def ask_to_leave(visit: Visit) -> Response | View:
    """Ask the owner to let one's agency go."""
    return _once(
        visit, "leave_asked",
        lambda case: leaving.ask(visit.session, case, visit.id("member_id"), actor=visit.actor, now=visit.now),
    )  # fmt: skip


def agree_to_leave(visit: Visit) -> Response | View:
    """Let an agency go."""

    def act(case: Case) -> None:
        member = leaving.agree(visit.session, case, visit.id("member_id"), actor=visit.actor, now=visit.now)
        _tell(visit, case, member, "team.left")

    return _once(visit, "left", act)


def part(visit: Visit) -> Response | View:
    """Let an agency go that may not be told any more."""

    def act(case: Case) -> None:
        member = without_consent.part(visit.session, case, visit.id("member_id"), actor=visit.actor, now=visit.now)
        _tell(visit, case, member, "team.left")

    return _once(visit, "left", act)


def stay(visit: Visit) -> Response | View:
    """Name the legal ground on which an agency stays without consent."""
    ground = visit.form.get("stays", "")
    return _once(
        visit, "grounded",
        lambda case: without_consent.stay(
            visit.session, case, visit.id("member_id"), ground, actor=visit.actor, now=visit.now
        ),
    )  # fmt: skip


def ask_helper(visit: Visit) -> Response | View:
    """Write down whom of the neighbourhood the desk asks to help."""
    form = visit.form
    shares = [share for share in Share if form.get(f"share_{share.value}")]
    return _once(visit, "helper_asked", lambda case: volunteers.ask(
        visit.session, case, form.get("helper", ""), form.get("request", ""), way=form.get("way", ""), shares=shares,
        recipient=form.get("helping", ""), means=form.get("helper_means", ""), actor=visit.actor, now=visit.now,
    ))  # fmt: skip


def end_helper(visit: Visit) -> Response | View:
    """Say that somebody helps no longer."""
    return _once(visit, "helper_ended", lambda case: volunteers.end(
        visit.session, case, visit.id("helper_id"), actor=visit.actor, now=visit.now
    ))  # fmt: skip


def helper_paper(visit: Visit) -> Response:
    """Show what one helper may know, to be printed or said."""
    case = case_of(visit)
    try:
        paper = volunteers.paper(visit.session, case, visit.id("helper_id"))
    except volunteers.NoSuchHelper as why:
        return show_team(visit, trouble=str(why), status=409)
    return show(visit, case, "case_helper.html", said={}, paper=paper)


def _once(visit: Visit, said: str, act: Callable[[Case], object]) -> Response | View:
    """Do what a press asks for, however often its form arrives; who leaves goes to the lists."""
    key = visit.form.get("key", "")
    press = uuid.uuid5(uuid.NAMESPACE_URL, f"{visit.request.url.path}#{key}").hex if key else ""

    def once(case: Case) -> None:
        if not presses.counted(visit.session, case, press):
            act(case)
            presses.first(visit.session, case, press, actor=visit.actor, now=visit.now)

    answer = attempt(visit, _PART, said, once, show_team)
    gone = isinstance(answer, Response) and "/team?" not in answer.headers["location"]
    return visit.go("/desk?said=left_team") if gone else answer


def _tell(visit: Visit, case: Case, member: Member, key: str) -> None:
    if team.may_be_told_to_the_person(visit.session, case, member):
        visit.console.tells(visit.session, case, key, {"desk": team.desk_name(visit.session, member)}, visit.now)


def _seen(visit: Visit) -> int:
    return number(visit.form.get("seen", ""))
