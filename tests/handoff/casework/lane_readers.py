"""Every way in which words of a case reach somebody: on its pages, in its papers, at another desk, outside, at home.

A part of the product that shows or hands out words of a case adds its way here, and the sequences of test_lanes.py try it.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff import disclosure, notes, transcript
from handoff.cases import Case, CaseEvent
from handoff.casework import (
    agenda,
    board,
    endings,
    meetings,
    minutes,
    paper,
    plan_paper,
    plans,
    prefecture_requests,
    record_copies,
    referral_answers,
    referral_links,
    referrals,
    sitting,
    tasks,
    whole,
)
from handoff.casework.course import Period
from handoff.casework.referral_answers import Told
from handoff.transcript import Author, Message
from resources.access import Actor

# Called with a session, the case, who reads and when; returns all the words that reach them.
Reader = Callable[[Session, Case, Actor, datetime], str]
# The same for everybody who sees the case.
Common = Callable[[Session, Case], str]


def own_notes(session: Session, case: Case, actor: Actor, now: datetime) -> str:
    """Return the notes on the page of the case."""
    return "\n".join(one.words for one in notes.of_case(session, case, actor=actor).lines)


def own_tasks(session: Session, case: Case, actor: Actor, now: datetime) -> str:
    """Return the tasks on the page of the case, with who does them."""
    found = tasks.of_case(session, case, actor=actor)
    return "\n".join(tasks.words(session, one) + tasks.outside(session, one) for one in found)


def course(session: Session, case: Case, actor: Actor, now: datetime) -> str:
    """Return the record of support as it is copied out as text."""
    return record_copies.to_text(record_copies.gather(session, case, actor=actor, now=now, period=Period()))


def team_page(session: Session, case: Case, actor: Actor, now: datetime) -> str:
    """Return the team with what each does until when, and the next step as the page of the case names it."""
    return f"{board.gather(session, case, actor=actor)}{agenda.next_step(session, case, actor=actor, now=now)}"


def sheet(session: Session, case: Case, actor: Actor, now: datetime) -> str:
    """Return the sheet of the case with the twelve daily fields."""
    return str(whole.gather(session, case, actor=actor))


def forms_workbook(session: Session, case: Case, actor: Actor, now: datetime) -> str:
    """Return the two forms of the sheet as a workbook."""
    found = whole.gather(session, case, actor=actor)
    return _of_workbook(paper.to_xlsx(case, found, receiver=whole.receiver(session, case), now=now))


def course_workbook(session: Session, case: Case, actor: Actor, now: datetime) -> str:
    """Return the record of support as a workbook."""
    copy = record_copies.gather(session, case, actor=actor, now=now, period=Period())
    return _of_workbook(record_copies.to_xlsx(copy))


def circulated(session: Session, case: Case, actor: Actor, now: datetime) -> str:
    """Return the record that goes round the town hall: whoever copies it, it holds what all may read."""
    copy = record_copies.gather(session, case, actor=actor, now=now, period=Period(), shared_only=True)
    return record_copies.to_text(copy)


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


def own_agenda(session: Session, case: Case, actor: Actor, now: datetime) -> str:
    """Return a person's own work over all cases."""
    return str(agenda.gather(session, actor=actor, now=now))


def plan(session: Session, case: Case) -> str:
    """Return the plan as it is printed, all its versions, and what may be put into it."""
    made = plans.of_case(session, case)
    printed = [str(plan_paper.lines(plan_paper.gather(session, case, one))) for one in made]
    kept = [str(plans.content(session, version)) for one in made for version in plans.versions(session, one)]
    return "\n".join([*printed, *kept, *(words for _, words in plans.citable(session, case))])


def plan_workbook(session: Session, case: Case, actor: Actor, now: datetime) -> str:
    """Return all text of the plan as a workbook."""
    made = plans.current(session, case)
    if made is None:
        return ""
    return _of_workbook(plan_paper.to_xlsx(plan_paper.gather(session, case, made)))


def offers(session: Session, case: Case) -> str:
    """Return the offers of the case with their answers, and what the prefecture advised."""
    return f"{referrals.of_case(session, case)}{prefecture_requests.of_case(session, case)}"


def ends(session: Session, case: Case) -> str:
    """Return how the case ended, or how somebody wishes that it ends."""
    accepted = referral_answers.accepted_outside(session, case)
    return f"{endings.of_case(session, case)}{endings.awaited_told(session, case)}{accepted}"


def history(session: Session, case: Case) -> str:
    """Return what happened to the case, as codes."""
    events = session.scalars(select(CaseEvent).where(CaseEvent.case_id == case.id))
    return "\n".join(f"{one.move} {one.detail}" for one in events)


OF_THE_CASE: list[Reader] = [own_notes, own_tasks, course]  # for those who see the case
OF_ALL: list[Common] = [plan, offers, ends]  # the same for each of them
# Dear to make: a sequence makes one of them for one of those, and the dearest more rarely.
IN_TURN: list[Reader] = [team_page, sheet, course_workbook, plan_workbook] * 3 + [forms_workbook]


def received(session: Session, actor: Actor) -> str:
    """Return the offers to somebody's desks as they read them."""
    found = [referral_answers.find(session, actor, one.id) for one in referral_answers.of_desks(session, actor)]
    return "\n".join(_told(referral_answers.told(session, *one)) for one in found if one)


def by_link(session: Session, secret: str, now: datetime) -> str:
    """Return what the page behind a link shows; raises LinkUseless."""
    return _told(referral_answers.told(session, *referral_links.open_link(session, secret, now=now)))


def of_the_prefecture(session: Session, actor: Actor) -> str:
    """Return what somebody reads of the questions to their prefecture."""
    codes = prefecture_requests.prefectures(session, actor)
    listed = prefecture_requests.listed(session, actor, codes) if codes else []
    found = [prefecture_requests.find(session, actor, codes, one.request.id) for one in listed]
    return f"{listed}{found}"


def of_the_resident(session: Session, case: Case) -> str:
    """Return all that reaches the resident: the whole conversation, and what is kept of theirs."""
    heard = select(Message).where(Message.contact_id == case.contact_id, Message.author != Author.SYSTEM)
    said = [transcript.words(session, one) for one in session.scalars(heard)]
    kept = [transcript.words(session, one) for one in disclosure.own_messages(session, case.contact_id)]
    return f"{said}{kept}{disclosure.own_consents(session, case.contact_id)}"


def _told(told: Told) -> str:
    return f"{told.town}{told.desk}{told.words}{told.shares}"


def _of_workbook(content: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return "\n".join(book.read(name).decode() for name in book.namelist() if name.endswith(".xml"))
