"""Every way in which words of a case reach somebody: what a person reads who may see the case, or sits in a meeting.

A part of the product that shows or hands out words of a case adds its way here, and the sequences of test_lanes.py try it.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff import cases, disclosure, notes
from handoff.cases import Case, CaseEvent
from handoff.casework import agenda, board, meetings, minutes, plan_paper, plans, record_copies, sitting, tasks, whole
from handoff.casework.course import Period
from resources.access import Actor

# Called with a session, the case, who reads and when; returns all the words that reach them.
Reader = Callable[[Session, Case, Actor, datetime], str]
# The same for everybody who sees the case.
Common = Callable[[Session, Case, datetime], str]


def own_notes(session: Session, case: Case, actor: Actor, now: datetime) -> str:
    """Return the notes on the page of the case."""
    return "\n".join(one.words for one in notes.of_case(session, case, actor=actor).lines)


def own_tasks(session: Session, case: Case, actor: Actor, now: datetime) -> str:
    """Return the tasks on the page of the case, with who does them."""
    found = tasks.of_case(session, case, actor=actor)
    return "\n".join(tasks.words(session, one) + tasks.outside(session, one) for one in found)


def plan(session: Session, case: Case, now: datetime) -> str:
    """Return the plan as it is printed, all its versions, and what may be put into it."""
    made = plans.of_case(session, case)
    printed = [str(plan_paper.lines(plan_paper.gather(session, case, one))) for one in made]
    kept = [str(plans.content(session, version)) for one in made for version in plans.versions(session, one)]
    return "\n".join([*printed, *kept, *(words for _, words in plans.citable(session, case))])


def workbook(session: Session, case: Case, now: datetime) -> str:
    """Return all text of the plan as a workbook."""
    made = plans.current(session, case)
    if made is None:
        return ""
    return _of_workbook(plan_paper.to_xlsx(plan_paper.gather(session, case, made)))


def _of_workbook(content: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return "\n".join(book.read(name).decode() for name in book.namelist() if name.endswith(".xml"))


def history(session: Session, case: Case, now: datetime) -> str:
    """Return what happened to the case, as codes."""
    events = session.scalars(select(CaseEvent).where(CaseEvent.case_id == case.id))
    return "\n".join(f"{one.move} {one.detail}" for one in events)


def own_meetings(session: Session, case: Case, actor: Actor, now: datetime) -> str:
    """Return the papers of the meetings one finds, on their pages, on paper and in what their agenda offers."""
    told = []
    for seated in meetings.of_actor(session, actor):
        again = meetings.find(session, actor, seated.meeting.id)
        assert again is not None
        told.append(str(sitting.gather(session, again, actor=actor, now=now)))
        if seated.convener and seated.sworn:
            told += [tasks.words(session, one) for one in minutes.proposals(session, seated, actor=actor)]
    return "\n".join(told)


def copies(session: Session, case: Case, actor: Actor, now: datetime) -> str:
    """Return the record of support as it is copied out, as text and as a workbook."""
    copy = record_copies.gather(session, case, actor=actor, now=now, period=Period())
    return record_copies.to_text(copy) + _of_workbook(record_copies.to_xlsx(copy))


def sheet(session: Session, case: Case, actor: Actor, now: datetime) -> str:
    """Return the sheet of the case with the twelve daily fields."""
    return str(whole.gather(session, case, actor=actor))


def team_page(session: Session, case: Case, actor: Actor, now: datetime) -> str:
    """Return the team with what each does until when, and the next step as the page of the case names it."""
    return f"{board.gather(session, case, actor=actor)}{agenda.next_step(session, case, actor=actor, now=now)}"


def own_agenda(session: Session, case: Case, actor: Actor, now: datetime) -> str:
    """Return a person's own work over all cases."""
    return str(agenda.gather(session, actor=actor, now=now))


OF_ALL: list[Common] = [plan, workbook, history]
OF_THE_CASE: list[Reader] = [own_notes, own_tasks, copies, sheet, team_page]  # for those who see the case
OF_ANYBODY: list[Reader] = [own_meetings, own_agenda]


def same_for_all(session: Session, case: Case, now: datetime) -> str:
    """Return all that reaches everybody who sees the case."""
    return "\n".join(read(session, case, now) for read in OF_ALL)


def everything(session: Session, case: Case, actor: Actor, now: datetime) -> str:
    """Return all that reaches one member of staff, beside what is the same for all."""
    sees = cases.find(session, actor, case.id) is not None
    return "\n".join(read(session, case, actor, now) for read in (*OF_ANYBODY, *(OF_THE_CASE if sees else ())))


def of_the_resident(session: Session, case: Case) -> str:
    """Return all that reaches the resident who asks what is kept."""
    said = disclosure.own_messages(session, case.contact_id)
    return f"{len(said)} {disclosure.own_consents(session, case.contact_id)}"
