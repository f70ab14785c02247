"""Which desk a case goes to, and why: the town's table, in order, and never a desk where nobody sits."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from handoff.openings import Room
from handoff.routing_table import WALLED, Asked, Hours, RoutingRule, asked, condition, misfit, rules, staffed
from resources.areas import Area
from resources.desks import Desk
from resources.places import Municipality

__all__ = ["WALLED", "Asked", "Passed", "Route", "RoutingRule", "choose_desk", "rules", "staffed"]

_LONGEST = 200


@dataclass(frozen=True)
class Passed:
    """One line of the table that was looked at, and why the case does not go to its desk ("" where it does)."""

    position: int
    condition: str
    desk: str
    fits: bool
    why: str = ""


@dataclass(frozen=True)
class Route:
    """Where a case goes and the words that explain it to the desk."""

    desk: Desk | None
    rule_id: uuid.UUID | None
    reason: str
    walled: bool
    passed: tuple[Passed, ...] = ()


@dataclass(frozen=True)
class _Line:
    rule: RoutingRule
    ways: list[tuple[Desk, str]]  # the desk of the line and those behind it, with the words of the way there


def choose_desk(
    session: Session,
    municipality: str,
    *,
    crises: Sequence[str] = (),
    reasons: Sequence[str] = (),
    topics: Sequence[str] = (),
    area: Area | None = None,
    now: datetime | None = None,
    at: uuid.UUID | None = None,
) -> Route:
    """Return the first desk of the table that fits, where somebody is there and there is room; the reason says how.

    Nobody there: the fallback desk. Full: the overflow desk, but danger is never refused. Then the next lines, then the
    town that serves this one, then whoever is active though away or full, and the prefecture at last. `at` is the desk
    that has the case already, which is never full for it. Without `now` lines with hours do not fit.
    """
    about = asked(crises, reasons, topics, area)
    table = rules(session, municipality)
    home = session.get(Municipality, municipality)
    served, above = (home.served_by_code, home.prefecture_code) if home else (None, None)
    room = Room.of(session, [municipality, served, above], [rule.desk_id for rule in table], about=about, now=now, at=at)
    seen, lines = [], []
    for rule in table:
        why = misfit(rule, about) or _out_of_hours(room, rule)
        ways = [] if why else list(_ways(room, rule.desk_id))
        named = room.desk(rule.desk_id)
        refused = why or (room.refusal(named) if named else "窓口がない")
        seen.append(Passed(rule.position, condition(rule), named.name if named else "", not why, refused))
        if not why:
            lines.append(_Line(rule, ways))
    desk, rule_id, reason = _decide(room, lines, municipality, served, above)
    return Route(desk, rule_id, reason[:_LONGEST], about.walled, tuple(seen))


def _decide(
    room: Room, lines: list[_Line], home: str, served: str | None, above: str | None
) -> tuple[Desk | None, uuid.UUID | None, str]:
    passed: list[str] = []
    for line in lines:
        for desk, way in line.ways:
            if room.free(desk):
                return desk, line.rule.id, _why(line.rule, way, passed)
        passed.append(room.refusal(line.ways[0][0]) if line.ways else "担当者なし")
    known = any(room.usable(desk) for line in lines for desk, _ in line.ways)
    for code in [*([] if known else [home]), *filter(None, [served])]:
        for desk in room.desks(code):
            if room.free(desk):
                return desk, None, _without(code == home, passed)
    for line in lines:
        for desk, way in line.ways:
            if room.usable(desk):
                return desk, line.rule.id, f"{_why(line.rule, way, [])}。{room.refusal(desk)}でも、ほかに受けられる窓口がない"
    for code in filter(None, [home, served, above]):
        for desk in sorted(room.desks(code), key=lambda desk: not room.present(desk)):
            if room.usable(desk):
                return desk, None, _without(code == home, passed)
    return None, None, "担当者のいる窓口がない"


def _ways(room: Room, desk_id: uuid.UUID) -> Iterator[tuple[Desk, str]]:
    """Follow overflow and fallback from a desk; a circle ends where it began."""
    gone: set[uuid.UUID] = set()
    waiting: list[tuple[uuid.UUID | None, str]] = [(desk_id, "")]
    while waiting:
        following, way = waiting.pop(0)
        desk = room.desk(following) if following is not None and following not in gone else None
        if desk is None:
            continue
        gone.add(desk.id)
        yield desk, f"{way}{desk.name}へ" if way else ""
        full = room.usable(desk) and room.present(desk)
        nexts = (desk.overflow_id, desk.fallback_id) if full else (desk.fallback_id, desk.overflow_id)
        so_far = f"{way}{desk.name}へ。" if way else ""
        waiting += [(one, f"{so_far}{room.refusal(desk)}のため{desk.name}から") for one in nexts]


def _out_of_hours(room: Room, rule: RoutingRule) -> str:
    if rule.hours is None:
        return ""
    is_open = room.is_open(rule.desk_id)
    if is_open is None:
        return "時刻が分からない"
    return "" if is_open == (rule.hours == Hours.OPEN) else "いまは開庁時間内" if is_open else "いまは時間外"


def _why(rule: RoutingRule, way: str, passed: list[str]) -> str:
    why = f"振り分け表 {rule.position} 行目（{condition(rule)}）"
    if way:
        return f"{why}。{way}"
    return f"{why}、上の {len(passed)} 行は{'・'.join(dict.fromkeys(passed))}" if passed else why


def _without(at_home: bool, passed: list[str]) -> str:
    if at_home:
        why = "振り分け表の窓口に担当者がいない" if passed else "振り分け表に合う行がない"
        return f"{why}ため、担当者のいる窓口へ"
    return "この自治体に受けられる窓口がないため、引き受け先の窓口へ"

