"""What is wrong with a routing table, in words: lines that never count, desks without people, and gaps."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from handoff.routing_table import WALLED, RoutingRule, condition, rules, staffed
from intents import Topic
from resources import areas
from resources.areas import Area
from resources.desks import Desk

_NO_CATCH_ALL = (
    "「すべて」の行がありません。どの行にも合わない相談は、担当者のいる窓口のうち、名前の順で先のものに届きます。"
    "条件を選ばない行を足してください。"
)
_CONDITIONS = ("topic", "crisis", "reason", "area", "hours")


@dataclass(frozen=True)
class Warned:
    """One thing that is wrong; a position of 0 is about the whole table."""

    position: int
    words: str


def warnings(session: Session, town: str) -> list[Warned]:
    """Return everything that is wrong with the table of a town, by line."""
    table = rules(session, town)
    desks = {rule.desk_id: session.get(Desk, rule.desk_id) for rule in table}
    known = areas.of_town(session, town) if any(rule.area for rule in table) else []
    working = [rule for rule in table if (desk := desks[rule.desk_id]) is not None and staffed(session, desk)]
    found: list[Warned] = []
    for rule in table:
        found += _of_line(rule, table, desks, known, working)
    return [*found, *_of_table(table, working)]


def _of_line(
    rule: RoutingRule, table: Sequence[RoutingRule], desks: dict[uuid.UUID, Desk | None], known: Sequence[Area],
    working: Sequence[RoutingRule],
) -> list[Warned]:  # fmt: skip
    found, desk = [], desks[rule.desk_id]
    name = f"窓口「{desk.name}」" if desk else "この窓口"
    earlier = [one for one in table if one.position < rule.position and one in working]
    before = next((one for one in earlier if _covers(one, rule, known) and not _walled_apart(one, rule, desks)), None)
    if before is not None:
        why = f"{before.position} 行目（{condition(before)}）が先に合うため"
        found.append(Warned(rule.position, f"{why}、この行はふだん使われません。上へ動かすか、消してください。"))
    if desk is None or not desk.active:
        found.append(Warned(rule.position, f"{name}は休止中です。この行は飛ばされます。"))
    elif rule not in working:
        found.append(Warned(rule.position, f"{name}に、使える職員がいません。この行は飛ばされます。"))
    if rule.crisis in WALLED and desk is not None and not desk.for_violence:
        words = f"{name}はDV・性暴力の専用窓口ではないため、この行は使われません。"
        found.append(Warned(rule.position, words))
    if rule.hours and desk is not None and not desk.hours:
        found.append(Warned(rule.position, f"{name}の開いている時間が入っていないため、いつも時間外とみなします。"))
    return found


def _of_table(table: Sequence[RoutingRule], working: Sequence[RoutingRule]) -> list[Warned]:
    found = []
    if not any(not _said(rule) for rule in table):
        found.append(Warned(0, _NO_CATCH_ALL))
    if table and not any(not _said(rule) for rule in working):
        taken = {rule.topic for rule in working if set(_said(rule)) <= {"topic"}}
        left = [topic.label for topic in Topic if topic.value not in taken]
        if left:
            found.append(Warned(0, f"受ける窓口が決まっていない話題があります：{'、'.join(left)}"))
    return found


def _covers(first: RoutingRule, second: RoutingRule, known: Sequence[Area]) -> bool:
    """Whether every case that fits the second line fits the first."""
    for name in ("topic", "crisis", "reason"):
        if getattr(first, name) not in (None, getattr(second, name)):
            return False
    if first.hours is not None and (first.hours != second.hours or first.desk_id != second.desk_id):
        return False
    return first.area is None or first.area == second.area or _lies_in(second.area, first.area, known)


def _lies_in(part: str | None, whole: str, known: Sequence[Area]) -> bool:
    inside = [area for area in known if part in (area.name, area.school_district)] if part else []
    return bool(inside) and all(whole in (area.school_district, area.catchment) for area in inside)


def _walled_apart(first: RoutingRule, second: RoutingRule, desks: dict[uuid.UUID, Desk | None]) -> bool:
    """Whether walled cases pass over the first line, because its desk is not made for them, and reach the second."""
    one, other = desks[first.desk_id], desks[second.desk_id]
    reaches = second.crisis is None or second.crisis in WALLED
    return reaches and one is not None and other is not None and not one.for_violence and other.for_violence


def _said(rule: RoutingRule) -> dict[str, str]:
    return {name: getattr(rule, name) for name in _CONDITIONS if getattr(rule, name)}
