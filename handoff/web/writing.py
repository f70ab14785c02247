"""What staff write down around a conversation: drafts that are kept, calls and visits, and who is here."""

from __future__ import annotations

from collections.abc import Callable

from starlette.responses import Response

from handoff import attendance, drafts, looking, spoken
from handoff.cases import Case
from handoff.drafts import Writing
from handoff.spoken import Manner, Means
from handoff.states import NotAllowed
from handoff.web.acts import done, refused_with
from handoff.web.case import case_of
from resources.dates import clock
from resources.web.console import View, Visit, json


def keep(visit: Visit) -> Response:
    """Keep what is typed, for a script a second after typing stopped, for a button at once."""
    case, kind = case_of(visit), _kind(visit)
    seen, words = visit.form.get("draft", ""), visit.form.get("note" if kind is Writing.NOTE else "words", "")
    row = drafts.keep(
        visit.session, case, kind, words, key=visit.form.get("key", ""), seen=int(seen) if seen.isdecimal() else 0,
        actor=visit.actor, now=visit.now,
    )  # fmt: skip
    if "application/json" not in visit.request.headers.get("accept", ""):
        return done(visit, case, "kept")
    other = row is not None and row.other_sealed is not None
    return json({"version": row.version if row else 0, "at": clock(visit.now) if row else "", "other": other})


def swap(visit: Visit) -> Response | View:
    """Go on with what another tab had kept."""
    return _with_draft(visit, "swapped", lambda case: drafts.swap(
        visit.session, case, _kind(visit), actor=visit.actor, now=visit.now
    ))  # fmt: skip


def give(visit: Visit) -> Response | View:
    """Give a draft to the team as a note."""
    return _with_draft(visit, "noted", lambda case: drafts.give(
        visit.session, case, _kind(visit), actor=visit.actor, now=visit.now
    ))  # fmt: skip


def drop(visit: Visit) -> Response | View:
    """Let go of a draft."""
    return _with_draft(visit, "dropped", lambda case: drafts.remove(visit.session, case, _kind(visit), actor=visit.actor))


def note_call(visit: Visit) -> Response | View:
    """Write a call or visit into an open case."""
    case, means, manner = case_of(visit, to_change=True), visit.form.get("means", ""), visit.form.get("manner", "")
    if means not in list(Means) or manner not in list(Manner):
        return refused_with(visit, "どう話したかを選んでください。まだ記録していません。")
    try:
        spoken.note_down(
            visit.session, case, visit.form.get("told", ""), means=Means(means), manner=Manner(manner),
            key=visit.form.get("key", ""), actor=visit.actor, now=visit.now,
        )  # fmt: skip
    except NotAllowed as refused:
        return refused_with(visit, str(refused))
    return done(visit, case, "spoken")


def look(visit: Visit) -> Response:
    """Note that somebody looks at a case, and whether they type."""
    typing = visit.form.get("typing") == "yes"
    looking.look(visit.session, case_of(visit), actor=visit.actor, now=visit.now, typing=typing)
    return json({})


def leave(visit: Visit) -> Response:
    """Leave the desk with all one's conversations."""
    attendance.leave(visit.session, actor=visit.actor, now=visit.now)
    return visit.go("/desk?said=left")


def come_back(visit: Visit) -> Response:
    """Be at the desk again."""
    attendance.come_back(visit.session, actor=visit.actor, now=visit.now)
    return visit.go("/desk?said=returned")


def _kind(visit: Visit) -> Writing:
    chosen = visit.form.get("kind", "")
    return Writing(chosen) if chosen in list(Writing) else Writing.NOTE if "note" in visit.form else Writing.REPLY


def _with_draft(visit: Visit, said: str, act: Callable[[Case], None]) -> Response | View:
    case = case_of(visit)
    try:
        act(case)
    except NotAllowed as refused:
        return refused_with(visit, str(refused))
    return done(visit, case, said)
