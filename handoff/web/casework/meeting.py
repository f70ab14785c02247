"""One meeting: its members promise secrecy, read and write its papers; its convener holds it. Nobody else finds it."""

from __future__ import annotations

from collections.abc import Callable

from starlette.responses import Response

from handoff import consent, presses
from handoff.casework import disclosures, meetings, minutes, seats, sitting, tasks
from handoff.casework.disclosures import What
from handoff.casework.meetings import Seated
from handoff.casework.minutes import EntryKind
from handoff.casework.seats import Seat
from handoff.history import RECIPIENTS
from handoff.states import NotAllowed
from handoff.web.casework.meetings import kept_values
from resources import dates
from resources.db import new_id
from resources.web.console import NoSuchPage, View, Visit
from resources.web.fields import row_id

SAID = {
    "planned": "会議を作りました。呼んだ人には「会議」の一覧に出ます。",
    "confirmed": "取扱注意を確かめたことを記録しました。",
    "written": "残しました。",
    "taken_up": "予定を議題に入れました。",
    "asked": "出席者に加えました。",
    "removed": "出席者から外しました。その人は、この会議の記録を読めません。",
    "held": "開催を記録しました。",
    "cancelled": "会議を取りやめにしました。",
    "decided": "決めたことを残し、予定にしました。",
    "logged": "伝えたことを記録しました。",
    "consented": "本人の同意を記録しました。",
    "done": "予定を終えました。",
}


def meeting(visit: Visit, *, trouble: str = "", status: int = 200) -> Response:
    """Show a meeting to one of its members."""
    found = _found(visit)
    _note(visit, found, meetings.READ)
    shown = sitting.gather(visit.session, found, actor=visit.actor, now=visit.now)
    inner = found.sworn and found.convener
    seated = {line.row.staff_id for line in shown.members}
    people = [one for one in seats.candidates(visit.session, found.case) if one.id not in seated] if inner else []
    proposals = minutes.proposals(visit.session, found, actor=visit.actor) if inner and shown.state == "planned" else []
    return visit.page(
        "meeting.html", status=status, shown=shown, trouble=trouble, kept=kept_values(visit),
        said=SAID.get(visit.request.query_params.get("said", ""), ""), key=visit.form.get("key") or new_id().hex,
        people=people, recipients=[(code, RECIPIENTS[code]) for code in seats.OUTSIDE], what=list(What), means=consent.MEANS,
        proposals=[(task, tasks.words(visit.session, task)) for task in proposals],
    )  # fmt: skip


def paper(visit: Visit) -> Response | View:
    """Show the agenda as it is printed, with who may not read it; without a basis nothing is printed."""
    found = _found(visit)
    try:
        meetings.require_sworn(found)
        meetings.require_basis(visit.session, found)
    except NotAllowed as why:
        return meeting(visit, trouble=str(why), status=409)
    _note(visit, found, meetings.PRINTED)
    return visit.page("meeting_paper.html", shown=sitting.gather(visit.session, found, actor=visit.actor, now=visit.now))


def confirm(visit: Visit) -> Response | View:
    """Promise secrecy."""

    def act(found: Seated) -> None:
        if visit.form.get("sworn") != "yes":
            raise meetings.SecrecyFirst(meetings.SecrecyFirst.__doc__)
        found.me.confirmed_at = found.me.confirmed_at or visit.now

    return _attempt(visit, "confirmed", act)


def write(visit: Visit) -> Response | View:
    """Write an item of the agenda, or a line of the minutes."""
    kind = EntryKind.AGENDA if visit.form.get("kind") == EntryKind.AGENDA else EntryKind.MINUTE

    def act(found: Seated) -> None:
        minutes.write(visit.session, found, kind, visit.form.get("words", ""), actor=visit.actor, now=visit.now)

    return _attempt(visit, "written", act)


def take_up(visit: Visit) -> Response | View:
    """Put open tasks on the agenda."""
    chosen = {row_id(name.removeprefix("task_")) for name in visit.form if name.startswith("task_")}
    return _attempt(
        visit, "taken_up", lambda found: minutes.take_up(visit.session, found, chosen, actor=visit.actor, now=visit.now)
    )


def ask(visit: Visit) -> Response | View:
    """Ask one more person to the meeting."""
    form = visit.form
    chosen = form.get("member", "")
    seat = Seat(staff_id=row_id(chosen)) if chosen else Seat(outside=form.get("outside", ""), recipient=form.get("recipient", ""))

    def act(found: Seated) -> None:
        meetings.only_convener(found)
        seats.ask(
            visit.session, found.case, found.meeting.sort, found.meeting.id, seat, actor=visit.actor, now=visit.now,
            means=form.get("means", ""),
        )  # fmt: skip
        meetings.note(visit.session, found.meeting, "meeting.ask", actor=visit.actor, now=visit.now)

    return _attempt(visit, "asked", act)


def remove(visit: Visit) -> Response | View:
    """Take somebody out of the meeting."""

    def act(found: Seated) -> None:
        meetings.only_convener(found)
        seats.remove(visit.session, found.meeting.id, visit.id("member_id"), actor=visit.actor, now=visit.now)
        meetings.note(visit.session, found.meeting, "meeting.remove", actor=visit.actor, now=visit.now)

    return _attempt(visit, "removed", act)


def hold(visit: Visit) -> Response | View:
    """Record that the meeting took place, and who was there."""
    there = {row_id(name.removeprefix("there_")) for name in visit.form if name.startswith("there_")}
    sworn = visit.form.get("sworn") == "yes"
    return _attempt(
        visit, "held", lambda found: meetings.hold(visit.session, found, there, sworn=sworn, actor=visit.actor, now=visit.now)
    )


def cancel(visit: Visit) -> Response | View:
    """Call the meeting off."""
    return _attempt(visit, "cancelled", lambda found: meetings.cancel(visit.session, found, actor=visit.actor, now=visit.now))


def decide(visit: Visit) -> Response | View:
    """Write down a decision; it becomes something to do."""
    form = visit.form

    def act(found: Seated) -> None:
        shown = sitting.gather(visit.session, found, actor=visit.actor, now=visit.now)
        minutes.decide(
            visit.session, found, form.get("words", ""), actor=visit.actor, now=visit.now,
            doer=sitting.doer_of(shown.members, form.get("doer", "")), due_on=dates.read(form.get("due", "")),
            released=form.get("released") == "yes",
        )  # fmt: skip

    return _attempt(visit, "decided", act)


def finish(visit: Visit) -> Response | View:
    """Say that something the meeting decided is done."""
    return _attempt(
        visit, "done",
        lambda found: minutes.finish(visit.session, found, visit.id("task_id"), actor=visit.actor, now=visit.now),
    )  # fmt: skip


def log(visit: Visit) -> Response | View:
    """Write down what was told in the meeting, to whom and until when."""
    form = visit.form

    def act(found: Seated) -> None:
        meetings.require_sworn(found)
        meetings.require_basis(visit.session, found)
        audience = [member.id for member in seats.of_meeting(visit.session, found.meeting.id)]
        disclosures.log(
            visit.session, found.case, found.meeting.lane, [one for one in What if form.get(f"what_{one.value}")],
            form.get("words", ""), ground=found.meeting.sort.ground, audience=audience, actor=visit.actor, now=visit.now,
            expires_on=dates.read(form.get("expires", "")),
        )  # fmt: skip

    return _attempt(visit, "logged", act)


def agree(visit: Visit) -> Response | View:
    """Record the person's consent for those of the meeting for whom it is lacking."""
    form = visit.form

    def act(found: Seated) -> None:
        meetings.only_convener(found)
        chosen = [code for code in seats.OUTSIDE if form.get(f"recipient_{code}")]
        if not chosen or form.get("means") not in consent.MEANS:
            raise seats.ConsentUnclear(seats.ConsentUnclear.__doc__)
        for code in chosen:
            seats.allow(visit.session, found.case, code, form["means"], actor=visit.actor, now=visit.now)

    return _attempt(visit, "consented", act)


def _attempt(visit: Visit, said: str, act: Callable[[Seated], object]) -> Response | View:
    found = meetings.find(visit.session, visit.actor, visit.id("meeting_id"), to_change=True)
    if found is None:
        raise NoSuchPage(NoSuchPage.__doc__)
    key = visit.form.get("key", "")
    if not presses.counted(visit.session, found.case, key):
        try:
            act(found)
        except NotAllowed as why:
            trouble = str(why)
            return lambda later: meeting(later, trouble=trouble, status=409)
        presses.first(visit.session, found.case, key, actor=visit.actor, now=visit.now)
    return visit.go(f"/desk/meetings/{found.meeting.id}?said={said}")


def _found(visit: Visit) -> Seated:
    found = meetings.find(visit.session, visit.actor, visit.id("meeting_id"))
    if found is None:
        raise NoSuchPage(NoSuchPage.__doc__)
    return found


def _note(visit: Visit, found: Seated, act: str) -> None:
    with visit.console.database.writing(visit.actor.custodians) as session:
        meetings.note(session, found.meeting, act, actor=visit.actor, now=visit.now)
