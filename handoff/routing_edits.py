"""How the routing table is changed: one line at a time, written down, and never over somebody else's change."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff import settings
from handoff.routing_table import Hours, RoutingRule, RoutingVersion, rules
from handoff.settings import NoSuchRow
from handoff.states import NotAllowed
from intents import Crisis, Reason, Topic
from resources import areas, places
from resources.access import Actor
from resources.desks import Desk
from resources.journal import JournalEntry
from resources.places import Municipality
from resources.staff import Staff

_VERBS = {
    "add": "{line} 行目を足しました",
    "change": "{line} 行目を変えました",
    "up": "{line} 行目を上へ動かしました",
    "down": "{line} 行目を下へ動かしました",
    "delete": "{line} 行目を消しました",
}


class TableChanged(NotAllowed):
    """画面を開いたあとに、ほかの人が振り分け表を変えました。あなたの操作では何も変わっていません。"""


class NotALine(NotAllowed):
    """行の内容を受け取れませんでした。条件と窓口を選び直してください。"""


class NoDeskChosen(NotALine):
    """どの窓口に送るかを選んでください。行はまだ残していません。"""


@dataclass(frozen=True)
class Wanted:
    """A line as somebody filled it in; empty conditions fit everything."""

    desk: str = ""
    topic: str = ""
    crisis: str = ""
    reason: str = ""
    area: str = ""
    hours: str = ""


def version(session: Session, town: str) -> int:
    """Return how often the table of a town was changed."""
    known = session.get(RoutingVersion, town)
    return known.number if known is not None else 0


def add(session: Session, town: str, wanted: Wanted, *, seen: int, actor: Actor, now: datetime) -> RoutingRule:
    """Put a line at the end of the table, or before a last line that fits everything."""
    _begin(session, town, seen)
    table = rules(session, town)
    rule = RoutingRule(municipality_code=town, position=len(table) + 1, **_checked(session, town, wanted))
    session.add(rule)
    session.flush()
    last = table[-1] if table else None
    catch_all = last is not None and not any((last.topic, last.crisis, last.reason, last.area, last.hours))
    if last is not None and catch_all and any((wanted.topic, wanted.crisis, wanted.reason, wanted.area, wanted.hours)):
        table.insert(len(table) - 1, rule)
    else:
        table.append(rule)
    _number(table)
    _end(session, town, "add", rule, actor=actor, now=now)
    return rule


def change(session: Session, town: str, rule_id: uuid.UUID, wanted: Wanted, *, seen: int, actor: Actor, now: datetime) -> None:
    """Let a line say something else."""
    _begin(session, town, seen)
    rule = find(session, town, rule_id)
    for name, value in _checked(session, town, wanted).items():
        setattr(rule, name, value)
    _end(session, town, "change", rule, actor=actor, now=now)


def move(session: Session, town: str, rule_id: uuid.UUID, step: int, *, seen: int, actor: Actor, now: datetime) -> None:
    """Move a line one place up (-1) or down (1); at either end it stays."""
    _begin(session, town, seen)
    rule, table = find(session, town, rule_id), rules(session, town)
    here = table.index(rule)
    there = min(max(here + step, 0), len(table) - 1)
    _number(table)
    line = rule.position
    table.insert(there, table.pop(here))
    _number(table)
    _end(session, town, "up" if step < 0 else "down", rule, actor=actor, now=now, line=line)


def delete(session: Session, town: str, rule_id: uuid.UUID, *, seen: int, actor: Actor, now: datetime) -> None:
    """Take a line out; cases keep the reason they were given."""
    _begin(session, town, seen)
    rule = find(session, town, rule_id)
    table = [one for one in rules(session, town) if one is not rule]
    _end(session, town, "delete", rule, actor=actor, now=now)
    session.delete(rule)
    _number(table)
    session.flush()


def find(session: Session, town: str, rule_id: uuid.UUID) -> RoutingRule:
    """Return a line of this town's table; raises NoSuchRow."""
    rule = session.get(RoutingRule, rule_id)
    if rule is None or rule.municipality_code != town:
        raise NoSuchRow(NoSuchRow.__doc__)
    return rule


def changes_since(session: Session, town: str, seen: int) -> list[str]:
    """Return what was done to the table since a version, in words, the oldest first."""
    query = (
        select(JournalEntry, Staff.display_name)
        .outerjoin(Staff, Staff.id == JournalEntry.staff_id)
        .where(JournalEntry.municipality_code == town, JournalEntry.act.like("settings.routing.%"))
        .order_by(JournalEntry.id.desc())
        .limit(20)
    )
    said = []
    for entry, name in session.execute(query):
        codes = dict(part.split("=", 1) for part in entry.detail.split() if "=" in part)
        verb = _VERBS.get(entry.act.rsplit(".", 1)[-1])
        if verb and int(codes.get("version", 0)) > seen:
            said.append(f"{name or 'だれか'}さんが " + verb.format(line=codes.get("line", "?")))
    return said[::-1]


def desks_for(session: Session, town: str) -> Sequence[Desk]:
    """Return the desks a line may name: the town's own, the serving town's and the prefecture's."""
    home = session.get_one(Municipality, town)
    codes = [code for code in (town, home.served_by_code, home.prefecture_code) if code]
    found = session.scalars(select(Desk).where(Desk.municipality_code.in_(codes)).order_by(Desk.name)).all()
    return sorted(found, key=lambda desk: codes.index(desk.municipality_code))


def places_for(session: Session, town: str) -> list[tuple[str, list[str]]]:
    """Return the places a line may name, by kind."""
    known = areas.of_town(session, town)
    kinds = (
        ("日常生活圏域", {area.catchment for area in known}),
        ("小学校区", {area.school_district for area in known}),
        ("町丁字", {area.name for area in known}),
    )
    return [(kind, sorted(names - {""})) for kind, names in kinds if names - {""}]


def _checked(session: Session, town: str, wanted: Wanted) -> dict[str, object]:
    offered = {str(desk.id): desk.id for desk in desks_for(session, town)}
    if wanted.desk not in offered:
        raise NoDeskChosen(NoDeskChosen.__doc__)
    named = {name for _, names in places_for(session, town) for name in names}
    allowed = (
        (wanted.topic, set(Topic)), (wanted.crisis, set(Crisis)), (wanted.reason, set(Reason)), (wanted.area, named),
        (wanted.hours, set(Hours)),
    )  # fmt: skip
    if any(value and value not in known for value, known in allowed):
        raise NotALine(NotALine.__doc__)
    conditions = {name: getattr(wanted, name) or None for name in ("topic", "crisis", "reason", "area", "hours")}
    return {"desk_id": offered[wanted.desk], **conditions}


def _begin(session: Session, town: str, seen: int) -> None:
    places.hold(session, town)
    if version(session, town) != seen:
        raise TableChanged(TableChanged.__doc__)


def _end(session: Session, town: str, act: str, rule: RoutingRule, *, actor: Actor, now: datetime, line: int = 0) -> None:
    known = session.get(RoutingVersion, town)
    if known is None:
        known = RoutingVersion(municipality_code=town, number=0)
        session.add(known)
    known.number += 1
    conditions = {name: getattr(rule, name) or "-" for name in ("topic", "crisis", "reason", "hours")}
    settings.note(
        session, f"routing.{act}", town, actor=actor, now=now, subject=rule.id, version=known.number,
        line=line or rule.position, desk=rule.desk_id, **conditions,
    )  # fmt: skip
    session.flush()


def _number(table: list[RoutingRule]) -> None:
    for position, rule in enumerate(table, start=1):
        rule.position = position
