"""When each case should have been answered, counted in the opening time of its desk."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, exists, false, or_, true
from sqlalchemy import case as either
from sqlalchemy.orm import Session

from handoff.cases import ASKING, DANGER, TODAY, TROUBLED, Case
from resources.access import Actor
from resources.desks import Desk, slots, with_closures
from resources.opening_time import OpeningTime
from resources.staff import Role

# Under which name a desk's own target stands, and what holds where it has none (minutes of opening time).
NAMES: Final[Mapping[int, str]] = {DANGER: "danger", TODAY: "today", TROUBLED: "troubled", ASKING: "asking"}
USUAL: Final[Mapping[int, int]] = {DANGER: 10, TODAY: 60, TROUBLED: 240, ASKING: 480}
_HOUR: Final = 60
_AT_ONCE: Final = 5
# How far back days are worked out one by one; what has waited longer is late by any measure.
_WEEKS: Final = timedelta(days=31)


@dataclass(frozen=True)
class Limit:
    """How much opening time is left until an answer is due, or by how much it is late (minutes)."""

    left: int
    at_least: bool = False  # it has waited longer than the days we look at

    @property
    def over(self) -> bool:
        """Whether the answer is late."""
        return self.left <= 0

    @property
    def words(self) -> str:
        """The limit as staff read it."""
        if self.left == 0:
            return "期限を過ぎました"
        return f"あと{_span(self.left)}" if self.left > 0 else f"期限を{_span(-self.left)}{'以上' if self.at_least else ''}超過"


@dataclass(frozen=True)
class Rule:
    """What holds for desks with the same hours, closures and targets."""

    time: OpeningTime
    targets: tuple[int, ...]  # by need

    def late_since(self, now: datetime) -> list[ColumnElement[bool]]:
        """Return for each need the condition that a case of it is late now."""
        moments = [self.time.moment_before(now, target) for target in self.targets]
        return [false() if moment is None else Case.waiting_since <= moment for moment in moments]


class Book:
    """The hours and targets of every desk whose cases somebody sees, read once a page."""

    def __init__(self, rules: Mapping[uuid.UUID, Rule], *, now: datetime) -> None:
        self._rules = dict(rules)
        self._now = now
        self._nobody = Rule(OpeningTime((), start=now - _WEEKS, end=now), targets_of(None))
        self._shared: dict[int, tuple[Rule, list[uuid.UUID]]] = {}
        for desk_id, rule in self._rules.items():
            self._shared.setdefault(id(rule), (rule, []))[1].append(desk_id)

    def late(self) -> ColumnElement[bool]:
        """Return the condition that a case should have been answered by now."""
        known = [(Case.desk_id.in_(desks), _by_need(rule.late_since(self._now))) for rule, desks in self._shared.values()]
        nobody = _by_need(self._nobody.late_since(self._now))
        return and_(Case.waiting_since.is_not(None), either(*known, else_=nobody) if known else nobody)

    def came_while_shut(self) -> ColumnElement[bool]:
        """Return the condition that the first unanswered message came while its desk did not read, or a month ago."""
        known = [(Case.desk_id.in_(desks), self._shut(rule)) for rule, desks in self._shared.values() if rule.time.recorded]
        return and_(Case.waiting_since.is_not(None), either(*known, else_=false())) if known else false()

    def is_night(self, case: Case) -> bool:
        """Whether the first unanswered message of a case came while its desk did not read."""
        rule = self._rules.get(case.desk_id) if case.desk_id else None
        return rule is not None and case.waiting_since is not None and rule.time.is_shut(case.waiting_since)

    def limit(self, case: Case) -> Limit | None:
        """Return how long a case may still wait; None when nothing is unanswered."""
        return self.limit_of(case.desk_id, case.need, case.waiting_since)

    def limit_of(self, desk_id: uuid.UUID | None, need: int, since: datetime | None) -> Limit | None:
        """The same, of the columns that decide it."""
        if since is None:
            return None
        rule = (self._rules.get(desk_id) if desk_id else None) or self._nobody
        waited = rule.time.minutes(since, self._now)
        return Limit(rule.targets[need] - waited, since < rule.time.start)

    def _shut(self, rule: Rule) -> ColumnElement[bool]:
        # The newest days come first, some at a time: the database looks no further than the day a message came on.
        days = [(opens, shuts) for opens, shuts in reversed(rule.time.readings) if opens <= self._now]
        some = [days[at : at + _AT_ONCE] for at in range(0, len(days), _AT_ONCE)]
        known = [(Case.waiting_since >= part[-1][0], _shut_on(part)) for part in some]
        return either(*known, else_=true()) if known else true()


def book(session: Session, actor: Actor, *, now: datetime) -> Book:
    """Return the hours and targets of every desk whose cases this person may see."""
    seen = or_(
        Desk.id.in_(tuple(actor.desks)),
        Desk.municipality_code.in_(tuple(actor.towns_as(Role.SUPERVISOR, Role.COORDINATOR))),
        exists().where(Case.owner_id == actor.staff_id, Case.desk_id == Desk.id, Case.custodian.in_(tuple(actor.custodians))),
    )
    made: dict[Any, Rule] = {}
    rules: dict[uuid.UUID, Rule] = {}
    for desk, closed in with_closures(session, seen):
        key = (desk.hours, closed, desk.closed_at_year_end, targets_of(desk))
        if key not in made:
            time = OpeningTime(
                slots(desk), start=now - _WEEKS, end=now, closures=closed, year_end_closed=desk.closed_at_year_end
            )
            made[key] = Rule(time, targets_of(desk))
        rules[desk.id] = made[key]
    return Book(rules, now=now)


def targets_of(desk: Desk | None) -> tuple[int, ...]:
    """Return within how many minutes of opening time a desk means to answer, by need."""
    own = (desk.answer_within if desk else None) or {}
    told = {need: own.get(name) for need, name in NAMES.items()}
    return tuple(value if isinstance(value, int) and value > 0 else USUAL[need] for need, value in sorted(told.items()))


def _shut_on(days: Sequence[tuple[datetime, datetime]]) -> ColumnElement[bool]:
    return either(*((Case.waiting_since >= opens, Case.waiting_since >= shuts) for opens, shuts in days), else_=true())


def _by_need(conditions: list[ColumnElement[bool]]) -> ColumnElement[bool]:
    return either(*((Case.need == need, late) for need, late in enumerate(conditions)), else_=false())


def _span(minutes: int) -> str:
    hours, rest = divmod(minutes, _HOUR)
    return f"{rest}分" if not hours else f"{hours}時間{rest}分" if rest else f"{hours}時間"
