"""For whom somebody works on a case: as its owner, or for an agency on its team that may speak to the person too."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import and_, or_, select, update
from sqlalchemy.orm import Session

from handoff.cases import Case
from handoff.casework.membership import Member
from resources.access import Actor
from resources.reading import once


def speaks_for(session: Session, case: Case, actor: Actor) -> Member | None:
    """Return the agency for which somebody who is not the owner works on a case, None where there is none."""
    if case.owner_id == actor.staff_id:
        return None
    return once(session, lambda: _speaks_for(session, case, actor), "speaks_for", case.id, actor.staff_id)


def _speaks_for(session: Session, case: Case, actor: Actor) -> Member | None:
    query = select(Member).where(
        Member.case_id == case.id, Member.left_at.is_(None), Member.joined_at.is_not(None),
        Member.desk_id.in_(tuple(actor.desks)),
    )  # fmt: skip
    if case.desk_id is not None:
        query = query.where(Member.desk_id != case.desk_id)
    if case.walled:
        by_name = and_(Member.let_in, Member.staff_id == actor.staff_id)
        query = query.where(or_(by_name, Member.desk_id.in_(tuple(actor.violence_desks))))
    return session.scalars(query.order_by(Member.staff_id != actor.staff_id, Member.id).limit(1)).first()


def works_on(session: Session, case: Case, actor: Actor) -> bool:
    """Whether somebody is the owner of a case or on its team."""
    return case.owner_id == actor.staff_id or speaks_for(session, case, actor) is not None


def own_lane(session: Session, case: Case, actor: Actor) -> uuid.UUID | None:
    """Return the desk for which somebody writes on a case: the one that leads, else theirs on the team, else any of theirs."""
    if case.desk_id in actor.desks:
        return case.desk_id
    member = speaks_for(session, case, actor)
    return member.desk_id if member else min(actor.desks, default=None)


def news(case: Case, member: Member, *, actor: Actor, now: datetime) -> None:
    """Let the owner see that an agency said or did something, until they have opened the case."""
    if actor.staff_id != case.owner_id:
        member.news_at = now


def seen(session: Session, case: Case, *, actor: Actor) -> None:
    """Take the marks of news away once the owner has opened the case."""
    if case.owner_id == actor.staff_id:
        session.execute(
            update(Member)
            .where(Member.case_id == case.id, Member.news_at.is_not(None))
            .values(news_at=None)
            .execution_options(synchronize_session=False)
        )
