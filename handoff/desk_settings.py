"""How desks are set up: their hours, how much they can take, who stands in for them, and when one may close."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from handoff import settings
from handoff.cases import Case
from handoff.deadlines import NAMES
from handoff.routing_table import staffed
from handoff.settings import NoSuchRow
from handoff.states import CaseState, NotAllowed
from resources import desks
from resources.access import Actor
from resources.attendance import Absence
from resources.db import EVERYWHERE, bind_custodian, new_id
from resources.desks import Desk
from resources.hours import BadSlot, parse_hours
from resources.staff import DeskMembership
from resources.weekly import notation

LARGEST = 999
LONGEST_LIMIT = 9999
_PHONE = re.compile(r"[0-9+()\-]{0,40}")


class NoName(NotAllowed):
    """窓口の名前を、60文字までで入れてください。"""


class NameTaken(NotAllowed):
    """同じ名前の窓口が、もうあります（休止中のものも含みます）。別の名前にするか、その窓口を使ってください。"""


class BadHours(NotAllowed):
    """開いている時間の書き方が読み取れませんでした。例：月〜金 8:30-12:00, 13:00-17:15 祝休"""


class HoursTooLong(NotAllowed):
    """開いている時間が長すぎます。同じ時間の曜日をまとめて、短くしてください。"""


class BadCapacity(NotAllowed):
    """定員は、1から999までの数で入れてください。決めないときは空にします。"""


class BadLimit(NotAllowed):
    """返事までの目安は、開庁時間の分で、1から9999までの数で入れてください。決めないときは空にします。"""


class BadPhone(NotAllowed):
    """電話番号は、数字とハイフンで入れてください。"""


class BadWay(NotAllowed):
    """代わりの窓口と、あふれたときの窓口は、同じ自治体のほかの窓口から選んでください。"""


class HasOpenCases(NotAllowed):
    """この窓口には、まだ終わっていない相談があります。相談を終えるか、ほかの窓口に渡してから休止してください。"""


class LastStaffed(NotAllowed):
    """職員のいる窓口は、ここだけです。休止すると相談がだれにも届きません。先に、ほかの窓口に職員を置いてください。"""


class HoldsWalled(NotAllowed):
    """DV・性暴力の相談が残っているため、専用窓口の印を外せません。相談が終わってから外してください。"""


class BadDays(NotAllowed):
    """日付を受け取れませんでした。はじめの日と、それ以後の終わりの日を入れてください。"""


@dataclass(frozen=True)
class Wanted:
    """A desk as somebody filled it in."""

    name: str = ""
    kind: str = ""
    phone: str = ""
    hours: str = ""
    capacity: str = ""
    fallback: str = ""
    overflow: str = ""
    closed_at_year_end: str = ""
    for_violence: str = ""
    answer_danger: str = ""  # minutes of opening time, by need; empty is as usual
    answer_today: str = ""
    answer_troubled: str = ""
    answer_asking: str = ""
    active: str = ""


def wanted(form: Any) -> Wanted:
    """Return a desk from the fields of a form."""
    return Wanted(**{one.name: form.get(one.name, "").strip() for one in fields(Wanted)})


def of_town(session: Session, town: str) -> list[Desk]:
    """Return all desks of a town, working ones first."""
    query = select(Desk).where(Desk.municipality_code == town).order_by(Desk.active.desc(), Desk.name)
    return list(session.scalars(query))


def find(session: Session, town: str, desk_id: uuid.UUID, *, to_change: bool = False) -> Desk:
    """Return a desk of this town; raises NoSuchRow."""
    query = select(Desk).where(Desk.id == desk_id, Desk.municipality_code == town)
    found = session.scalars(query.with_for_update() if to_change else query).first()
    if found is None:
        raise NoSuchRow(NoSuchRow.__doc__)
    return found


def add(session: Session, town: str, wanted: Wanted, *, kinds: frozenset[str], actor: Actor, now: datetime) -> Desk:
    """Add a desk; it works at once, people are seated afterwards."""
    desk = Desk(id=new_id(), municipality_code=town, **_values(session, town, None, wanted, kinds))
    session.add(desk)
    session.flush()
    settings.note(session, "desk.add", town, actor=actor, now=now, subject=desk.id)
    return desk


def change(
    session: Session, town: str, desk: Desk, wanted: Wanted, *, seen: str, kinds: frozenset[str], actor: Actor, now: datetime
) -> None:
    """Let a desk be as filled in; one that people still need cannot be closed."""
    settings.require_same(desk, seen)
    values = _values(session, town, desk, wanted, kinds)
    active = bool(wanted.active)
    if desk.active and not active:
        _may_rest(session, town, desk)
    if desk.for_violence and not values["for_violence"] and _open(session, desk, walled=True):
        raise HoldsWalled(HoldsWalled.__doc__)
    changed = [name for name, value in {**values, "active": active}.items() if getattr(desk, name) != value]
    for name, value in {**values, "active": active}.items():
        setattr(desk, name, value)
    if changed:
        settings.note(session, "desk.change", town, actor=actor, now=now, subject=desk.id, fields=",".join(changed))
    session.flush()


def read_hours(written: str) -> str:
    """Return hours in the notation they are kept in; raises BadHours."""
    try:
        kept = notation(written)
        parse_hours(kept)
    except (BadSlot, ValueError):
        raise BadHours(BadHours.__doc__) from None
    if len(kept) > 400:
        raise HoursTooLong(HoursTooLong.__doc__)
    return kept


def note_absence(
    session: Session, town: str, desk: Desk, staff: str, starts: date | None, ends: date | None, *, actor: Actor, now: datetime
) -> None:
    """Write down that somebody of a desk is not there for some days."""
    sits = select(DeskMembership.staff_id).where(DeskMembership.desk_id == desk.id)
    person = next((one for one in session.scalars(sits) if str(one) == staff), None)
    if person is None or starts is None or ends is None or ends < starts:
        raise BadDays(BadDays.__doc__)
    session.add(Absence(staff_id=person, starts=starts, ends=ends))
    settings.note(session, "absence.add", town, actor=actor, now=now, subject=person, starts=starts, ends=ends)
    session.flush()


def end_absence(session: Session, town: str, desk: Desk, absence: str, *, actor: Actor, now: datetime) -> None:
    """Take an absence out again."""
    sits = select(DeskMembership.staff_id).where(DeskMembership.desk_id == desk.id)
    known = session.scalars(select(Absence).where(Absence.staff_id.in_(sits))).all()
    found = next((one for one in known if str(one.id) == absence), None)
    if found is None:
        raise NoSuchRow(NoSuchRow.__doc__)
    settings.note(session, "absence.delete", town, actor=actor, now=now, subject=found.staff_id)
    session.delete(found)
    session.flush()


def _values(session: Session, town: str, desk: Desk | None, wanted: Wanted, kinds: frozenset[str]) -> dict[str, Any]:
    name = " ".join(wanted.name.split())
    if not (0 < len(name) <= 60 and name.isprintable()):
        raise NoName(NoName.__doc__)
    others = {one.id: one for one in of_town(session, town) if one is not desk}
    if any(one.name == name for one in others.values()):
        raise NameTaken(NameTaken.__doc__)
    if not _PHONE.fullmatch(wanted.phone):
        raise BadPhone(BadPhone.__doc__)
    return {
        "name": name,
        "kind": wanted.kind if wanted.kind in kinds else "",
        "phone": wanted.phone,
        "hours": read_hours(wanted.hours),
        "capacity": _capacity(wanted.capacity),
        "fallback_id": _way(wanted.fallback, others),
        "overflow_id": _way(wanted.overflow, others),
        "closed_at_year_end": bool(wanted.closed_at_year_end),
        "for_violence": bool(wanted.for_violence),
        "answer_within": _limits(wanted),
    }


def _capacity(written: str) -> int | None:
    if not written:
        return None
    if not (written.isascii() and written.isdigit() and 1 <= int(written) <= LARGEST):
        raise BadCapacity(BadCapacity.__doc__)
    return int(written)


def _limits(wanted: Wanted) -> dict[str, int] | None:
    told = {name: getattr(wanted, f"answer_{name}") for name in NAMES.values()}
    if any(not (one.isascii() and one.isdigit() and 1 <= int(one) <= LONGEST_LIMIT) for one in told.values() if one):
        raise BadLimit(BadLimit.__doc__)
    return {name: int(one) for name, one in told.items() if one} or None


def _way(written: str, others: dict[uuid.UUID, Desk]) -> uuid.UUID | None:
    if not written:
        return None
    found = next((one for one in others if str(one) == written), None)
    if found is None:
        raise BadWay(BadWay.__doc__)
    return found


def _may_rest(session: Session, town: str, desk: Desk) -> None:
    if _open(session, desk):
        raise HasOpenCases(HasOpenCases.__doc__)
    others = [one for one in desks.of_town(session, town) if one.id != desk.id]
    if staffed(session, desk) and not any(staffed(session, one) for one in others):
        raise LastStaffed(LastStaffed.__doc__)


def _open(session: Session, desk: Desk, *, walled: bool = False) -> int:
    # A desk of a prefecture or neighbour holds cases of other towns: these count, though nobody here may read them.
    query = select(func.count()).select_from(Case).where(Case.desk_id == desk.id, Case.state != CaseState.CLOSED)
    before = session.info.get("custodians", frozenset())
    bind_custodian(session, EVERYWHERE)
    try:
        return session.scalar(query.where(Case.walled) if walled else query) or 0
    finally:
        bind_custodian(session, before)
