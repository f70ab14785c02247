"""What a plan says: goals, who does what, services, period; kept whole for every version."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any, Final

from handoff.casework.plan_words import SERVICES, Who
from handoff.states import NotAllowed
from resources import dates

ROWS: Final = 8
LONGEST: Final = 1000
_SHORT: Final = 200


class TooMuch(NotAllowed):
    """長すぎる欄があります。課題と目標は1000文字、表の欄は200文字までです。まだ残していません。"""


class WrongPeriod(NotAllowed):
    """プランの期間を確かめてください。終わりの日と次のモニタリングの日は、はじめの日より後にします。まだ残していません。"""


@dataclass(frozen=True)
class Step:
    """One line of a plan: who does what, for which issue, how long and how often."""

    issue: str = ""
    who: str = ""
    name: str = ""
    what: str = ""
    period: str = ""
    often: str = ""
    task: str = ""  # the id of a task of the shared lane this line stands for

    @property
    def who_label(self) -> str:
        """Who does it, in words."""
        return Who(self.who).label if self.who else ""

    @property
    def empty(self) -> bool:
        """Whether nothing was written in it."""
        return not any((self.issue, self.name, self.what, self.period, self.often, self.task))


@dataclass(frozen=True)
class Content:
    """All that a plan says."""

    issues: str = ""
    long_goal: str = ""
    short_goal: str = ""
    steps: tuple[Step, ...] = ()
    services: tuple[str, ...] = ()
    participation: bool = False
    outreach: bool = False
    starts_on: date | None = None
    ends_on: date | None = None
    monitoring_on: date | None = None

    @property
    def complete(self) -> bool:
        """Whether the person can be asked to agree: an issue, a goal, who does what, and the period are there."""
        words = self.issues and (self.long_goal or self.short_goal) and self.steps
        return bool(words and self.starts_on and self.ends_on and self.monitoring_on)

    @property
    def services_labels(self) -> list[str]:
        """The services that are used, as the form words them."""
        return [label for code, label in SERVICES.items() if code in self.services]


# The parts of a plan as the list of changes names them.
PARTS: Final = {
    "issues": "課題", "long_goal": "長期目標", "short_goal": "短期目標", "steps": "支援の内容", "services": "利用する事業",
    "participation": "参加支援", "outreach": "アウトリーチ", "starts_on": "期間", "ends_on": "期間",
    "monitoring_on": "次のモニタリング",
}  # fmt: skip


def read(form: Mapping[str, str]) -> Content:
    """Return what a form says; raises TooMuch or WrongPeriod."""
    steps = (_step(form, number) for number in range(ROWS))
    content = Content(
        issues=_words(form, "issues", LONGEST),
        long_goal=_words(form, "long_goal", LONGEST),
        short_goal=_words(form, "short_goal", LONGEST),
        steps=tuple(step for step in steps if not step.empty),
        services=tuple(code for code in SERVICES if form.get(f"service_{code}")),
        participation=bool(form.get("participation")),
        outreach=bool(form.get("outreach")),
        starts_on=dates.read(form.get("starts_on", "")),
        ends_on=dates.read(form.get("ends_on", "")),
        monitoring_on=dates.read(form.get("monitoring_on", "")),
    )
    begins = content.starts_on or date.min
    if any(later is not None and later < begins for later in (content.ends_on, content.monitoring_on)):
        raise WrongPeriod(WrongPeriod.__doc__)
    return content


def dump(content: Content) -> str:
    """Return a content as it is kept."""
    return json.dumps(asdict(content), ensure_ascii=False, default=str)


def load(written: str) -> Content:
    """Return a content as it was kept."""
    told: dict[str, Any] = json.loads(written or "{}")
    for name in ("starts_on", "ends_on", "monitoring_on"):
        told[name] = dates.read(told.get(name) or "")
    told["steps"] = tuple(Step(**step) for step in told.get("steps", ()))
    told["services"] = tuple(told.get("services", ()))
    return Content(**told)


def differences(before: Content, after: Content) -> list[str]:
    """Return the codes of the parts that differ."""
    return [one.name for one in fields(Content) if getattr(before, one.name) != getattr(after, one.name)]


def _step(form: Mapping[str, str], number: int) -> Step:
    def cell(name: str) -> str:
        return _words(form, f"{name}_{number}", _SHORT)

    who = form.get(f"who_{number}", "")
    return Step(
        cell("issue"), who if who in set(Who) else Who.SUPPORTER.value, cell("name"), cell("what"), cell("period"), cell("often"),
        _id(form.get(f"task_{number}", "")),
    )  # fmt: skip


def _words(form: Mapping[str, str], name: str, longest: int) -> str:
    words = form.get(name, "").strip()
    if len(words) > longest:
        raise TooMuch(TooMuch.__doc__)
    return words


def _id(written: str) -> str:
    try:
        return str(uuid.UUID(written))
    except ValueError:
        return ""
