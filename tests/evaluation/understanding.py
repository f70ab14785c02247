"""Messages and conversations: what was heard against what their labels say."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from intents import Assessment, Ear, Route, Standing, TopicScore, hear
from intents.assessment import desk_for

HERE = Path(__file__).parent
MESSAGES = HERE.parent / "intents" / "unseen"
_WORST = 10


@dataclass
class Count:
    """Right, wrong and missed for one kind of label."""

    right: int = 0
    added: int = 0
    missed: int = 0

    def note(self, told: Iterable[str], heard: Iterable[str]) -> None:
        """Count one message."""
        told, heard = set(told), set(heard)
        self.right += len(told & heard)
        self.added += len(heard - told)
        self.missed += len(told - heard)

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall; 1 where there was nothing to hear and nothing was heard."""
        every = 2 * self.right + self.added + self.missed
        return 2 * self.right / every if every else 1.0


@dataclass
class Heard:
    """How one set of messages was heard."""

    messages: int = 0
    route: int = 0
    dangers: int = 0
    found: int = 0
    calm: int = 0
    false: int = 0
    kind: int = 0
    desk: int = 0
    topics: Count = field(default_factory=Count)
    reasons: Count = field(default_factory=Count)
    labels: dict[str, Count] = field(default_factory=dict)
    confused: Counter[tuple[str, str]] = field(default_factory=Counter)
    worst: list[tuple[int, str]] = field(default_factory=list)

    def note(self, name: str, told: dict[str, Any], heard: Assessment) -> None:
        """Count one message; `name` is shown among the worst, never its words."""
        crises = tuple(crisis.value for crisis in heard.crises)
        self.messages += 1
        self.route += heard.route == told["route"]
        if heard.route != told["route"]:
            self.confused[told["route"], heard.route.value] += 1
        if told["crises"]:
            self.dangers += 1
            self.found += bool(crises)
            self.kind += set(crises) >= {told["crises"][0]}
        else:
            self.calm += 1
            self.false += bool(crises)
        topics = {score.topic.value for score in heard.topics}
        reasons = {reason.value for reason in heard.reasons}
        self.topics.note(told["topics"], topics)
        self.reasons.note(told["reasons"], reasons)
        self.desk += bool(heard.desk) == bool(told["reasons"])
        for label in {*told["topics"], *topics}:
            self.labels.setdefault(label, Count()).note({label} & set(told["topics"]), {label} & topics)
        faults = (
            (heard.route != told["route"]) * 2 + len(set(told["topics"]) ^ topics) + 3 * (bool(told["crises"]) != bool(crises))
        )
        self.worst.append((faults, f"{name}: {told['route']} {told['topics']} -> {heard.route.value} {sorted(topics)}"))

    def lines(self) -> Iterator[str]:
        """The figures of the set."""
        danger = f"danger {self.found}/{self.dangers}, false alarms {self.false}/{self.calm}, kind {self.kind}/{self.dangers}"
        yield (
            f"  {self.messages} messages: route {self.route / self.messages:.3f}, {danger}, topics F1 {self.topics.f1:.3f}, "
            f"reasons F1 {self.reasons.f1:.3f}, desk {self.desk / self.messages:.3f}"
        )
        yield "  by subject: " + ", ".join(f"{label} {count.f1:.2f}" for label, count in sorted(self.labels.items()))
        yield "  taken for another: " + ", ".join(f"{a}->{b} {n}" for (a, b), n in self.confused.most_common(6))
        yield from (f"  {line}" for faults, line in sorted(self.worst, reverse=True)[:_WORST] if faults)


def rows(path: Path) -> list[dict[str, Any]]:
    """The lines of a set."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def messages(ear: Ear, name: str) -> Heard:
    """Hear one set of single messages: first (tuned with), second, third or pieces (untouched)."""
    found = Heard()
    for row in rows(MESSAGES / f"{name}.jsonl"):
        heard = ear.assess(row["text"])
        found.note(row["id"], row, heard)
    return found


def shown(standing: Standing) -> Assessment:
    """What stands, as the labels tell it: a social message has nothing but its route."""
    if standing.route is Route.SOCIAL:
        return Assessment(Route.SOCIAL)
    topics = tuple(TopicScore(topic, 1.0) for topic in standing.topics)
    desk = desk_for(standing.crises, standing.reasons)
    return Assessment(standing.route, topics=topics, crises=standing.crises, reasons=standing.reasons, desk=desk)


def conversations(ear: Ear, name: str) -> Heard:
    """Hear one set of conversations as the dialogue does: after each message, what stands; thanks stand beside it."""
    found = Heard()
    for talk in rows(HERE / "data" / f"conversations_{name}.jsonl"):
        earlier: list[str] = []
        standing = Standing()
        for number, turn in enumerate(talk["turns"], start=1):
            standing = hear(ear, standing, turn["text"], earlier).standing
            found.note(f"{talk['id']}/{number}", turn, shown(standing))
            earlier.append(turn["text"])
    return found
