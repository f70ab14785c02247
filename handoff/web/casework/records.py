"""The support record of a case beside its tasks: written down in seconds, corrected with what stood there before."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime, time

from starlette.responses import Response

from handoff import presses
from handoff.cases import Case
from handoff.casework import agenda, colleagues, course, lanes, records
from handoff.casework.colleagues import Concerned
from handoff.casework.course import Period
from handoff.casework.records import BadTimes, Means, NoSuchRecord, NotAColleague, Party, UnknownMeans, Written
from handoff.web.case import case_of
from handoff.web.casework.frame import attempt, show
from resources import dates
from resources.slots import JAPAN
from resources.web import fields
from resources.web.console import View, Visit

NEWEST = 100
SAID = {
    "recorded": "経過記録を残しました。",
    "corrected": "記録を直しました。直す前の内容も残っています。",
    "gone": "その記録は、見つからないか、見られなくなっています。",
    "task_added": "予定を残しました。",
    "task_done": "予定を終えました。次にすることがあれば、また書き足してください。",
    "task_due": "予定の期限を変えました。",
}


def page(visit: Visit, *, trouble: str = "", status: int = 200) -> Response:
    """Show the record and the tasks of a case."""
    case, asked = case_of(visit), visit.request.query_params
    period = period_of(asked)
    newest = None if asked.get("all") else NEWEST
    entries, count = course.gather(visit.session, case, actor=visit.actor, period=period, newest=newest)
    to_do = agenda.of_case(visit.session, case, actor=visit.actor, now=visit.now)
    return show(
        visit, case, "records.html", said=SAID, trouble=trouble, status=status, entries=entries[::-1], count=count,
        period=period, query=query_of(period), to_do=[item for item in to_do if item.done_at is None],
        done=[item for item in to_do if item.done_at is not None], **_choices(visit, case), filled=_now(visit),
    )  # fmt: skip


def add(visit: Visit) -> Response | View:
    """Write down what was done, once a press."""

    def write(case: Case) -> None:
        written = _written(visit, colleagues.of_case(visit.session, case, visit.actor))
        lane = visit.form.get("lane", "") or lanes.SHARED
        if presses.counted(visit.session, case, visit.form.get("key", "")):
            return
        records.add(visit.session, case, written, actor=visit.actor, now=visit.now, lane=lane)
        presses.first(visit.session, case, visit.form.get("key", ""), actor=visit.actor, now=visit.now)

    return attempt(visit, "records", "recorded", write, page)


def entry(visit: Visit, *, trouble: str = "", status: int = 200) -> Response:
    """Show one entry with all that ever stood there, to be corrected."""
    case = case_of(visit)
    try:
        versions = course.history(visit.session, case, visit.id("entry_id"), actor=visit.actor)
    except NoSuchRecord:
        return visit.go(f"/desk/cases/{case.id}/records?said=gone")
    last = versions[-1]
    filled = _filled(last.written) | {"seen": str(last.number)}
    return show(
        visit, case, "record.html", said=SAID, trouble=trouble, status=status, versions=versions[::-1], last=last,
        entry_id=visit.id("entry_id"), party_of=course.party_of, **_choices(visit, case), filled=filled,
    )  # fmt: skip


def correct(visit: Visit) -> Response | View:
    """Correct an entry; who saw an older version is told so, and what they typed stays."""

    def write(case: Case) -> None:
        written = _written(visit, colleagues.of_case(visit.session, case, visit.actor), visit.id("entry_id"), case)
        course.correct(
            visit.session, case, visit.id("entry_id"), written, seen=fields.number(visit.form.get("seen", "")),
            actor=visit.actor, now=visit.now,
        )  # fmt: skip

    return attempt(visit, "records", "corrected", write, entry)


def period_of(asked: Mapping[str, str]) -> Period:
    """Return the days somebody asked for; what is no day bounds nothing."""
    return Period(dates.read(asked.get("since", "")), dates.read(asked.get("until", "")))


def query_of(period: Period) -> str:
    """Return the days as an address carries them."""
    ends = {"since": period.since, "until": period.until}
    return "&".join(f"{name}={day.isoformat()}" for name, day in ends.items() if day)


def _choices(visit: Visit, case: Case) -> dict[str, object]:
    concerned = colleagues.of_case(visit.session, case, visit.actor)
    return {"concerned": concerned, "means": list(Means), "parties": list(Party), "longest": records.LONGEST}


def _now(visit: Visit) -> dict[str, str]:
    return _filled(Written(Means.PHONE, visit.now, "", staff_id=visit.actor.staff_id))


def _filled(written: Written) -> dict[str, str]:
    """Return an entry as the fields of its form."""
    return {
        "day": dates.iso(written.began_at), "begin": dates.clock(written.began_at),
        "end": dates.clock(written.ended_at) if written.ended_at else "", "means": written.means.value,
        "party": written.party.value, "counterpart": written.counterpart, "told": written.words,
        "staff": str(written.staff_id or ""),
    }  # fmt: skip


def _written(visit: Visit, concerned: Concerned, corrected: uuid.UUID | None = None, case: Case | None = None) -> Written:
    form = visit.form
    means, party, day = form.get("means", ""), form.get("party", ""), dates.read(form.get("day", ""))
    begin, end = _time(form.get("begin", "")), form.get("end", "")
    if means not in list(Means) or party not in list(Party):
        raise UnknownMeans(UnknownMeans.__doc__)
    if day is None or begin is None or (end and _time(end) is None):
        raise BadTimes(BadTimes.__doc__)
    known: set[uuid.UUID | None] = set(concerned.people)
    if corrected is not None and case is not None:
        # Who did it may have left since.
        known |= {one.written.staff_id for one in course.history(visit.session, case, corrected, actor=visit.actor)}
    staff_id = next((one for one in known if one and str(one) == form.get("staff", "")), None)
    if staff_id is None:
        raise NotAColleague(NotAColleague.__doc__)
    until = _time(end)
    return Written(
        Means(means), datetime.combine(day, begin, JAPAN), form.get("told", ""), Party(party),
        datetime.combine(day, until, JAPAN) if until else None, form.get("counterpart", ""), staff_id,
    )  # fmt: skip


def _time(written: str) -> time | None:
    try:
        found = time.fromisoformat(written)
    except ValueError:
        return None
    return found if found.tzinfo is None else None
