"""Days on which a desk or the whole town rests, beside its weekly hours."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff import desk_settings, settings
from handoff.desk_settings import BadDays
from handoff.settings import NoSuchRow
from handoff.states import NotAllowed
from resources.access import Actor
from resources.db import new_id
from resources.desks import Desk, DeskClosure
from resources.slots import JAPAN, holiday_name

_LONGEST_REST = timedelta(days=366)


class BadReason(NotAllowed):
    """理由は、80文字までで入れてください。住民にも見えます。"""


class TooLong(NotAllowed):
    """1年をこえる休みは登録できません。窓口を休止にするか、日付を確かめてください。"""


class AlreadyResting(NotAllowed):
    """同じ窓口の同じ期間の休みが、もう登録されています。"""


@dataclass(frozen=True)
class Rest:
    """One period of rest and whose it is; without a desk, the whole town's."""

    closure: DeskClosure
    desk: Desk | None


def of_town(session: Session, town: str, *, now: datetime) -> tuple[list[Rest], list[Rest]]:
    """Return the rests that come or last, and those that are over, the newest first."""
    query = (
        select(DeskClosure, Desk)
        .outerjoin(Desk, Desk.id == DeskClosure.desk_id)
        .where(DeskClosure.municipality_code == town)
        .order_by(DeskClosure.starts, DeskClosure.id)
    )
    found = [Rest(closure, desk) for closure, desk in session.execute(query)]
    today = now.astimezone(JAPAN).date()
    past = [rest for rest in found if rest.closure.ends < today]
    return [rest for rest in found if rest.closure.ends >= today], past[::-1]


def add(
    session: Session, town: str, desk: str, starts: date | None, ends: date | None, reason: str, *, actor: Actor, now: datetime
) -> DeskClosure:
    """Let a desk, or all of the town, rest for some days."""
    reason = " ".join(reason.split())
    ends = ends or starts
    if starts is None or ends is None or ends < starts:
        raise BadDays(BadDays.__doc__)
    if ends - starts > _LONGEST_REST:
        raise TooLong(TooLong.__doc__)
    if len(reason) > 80:
        raise BadReason(BadReason.__doc__)
    own = next((one.id for one in desk_settings.of_town(session, town) if str(one.id) == desk), None)
    if desk and own is None:
        raise NoSuchRow(NoSuchRow.__doc__)
    same = select(DeskClosure.id).where(
        DeskClosure.municipality_code == town, DeskClosure.desk_id.is_not_distinct_from(own), DeskClosure.starts == starts,
        DeskClosure.ends == ends,
    )  # fmt: skip
    if session.scalars(same).first() is not None:
        raise AlreadyResting(AlreadyResting.__doc__)
    closure = DeskClosure(id=new_id(), municipality_code=town, desk_id=own, starts=starts, ends=ends, reason=reason)
    session.add(closure)
    settings.note(
        session, "closure.add", town, actor=actor, now=now, subject=closure.id, desk=own or "-", starts=starts, ends=ends
    )
    session.flush()
    return closure


def delete(session: Session, town: str, closure_id: uuid.UUID, *, actor: Actor, now: datetime) -> None:
    """Take a rest out again."""
    found = session.get(DeskClosure, closure_id)
    if found is None or found.municipality_code != town:
        raise NoSuchRow(NoSuchRow.__doc__)
    settings.note(
        session, "closure.delete", town, actor=actor, now=now, subject=found.id, desk=found.desk_id or "-",
        starts=found.starts, ends=found.ends,
    )  # fmt: skip
    session.delete(found)
    session.flush()


def holidays(now: datetime) -> Sequence[tuple[date, str]]:
    """Return the public holidays of the coming twelve months."""
    today = now.astimezone(JAPAN).date()
    days = (today + timedelta(days=ahead) for ahead in range(366))
    return [(day, name) for day in days if (name := holiday_name(day))]
