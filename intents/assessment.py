"""What the ear concludes from a message, in a form the desk can read and correct."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from intents.codes import Crisis, Desk, Reason, Route, Topic
from intents.household import Member
from intents.vocabulary import Mention
from intents.words import Word


@dataclass(frozen=True, slots=True)
class TopicScore:
    """One subject with its weight, 0 to 1."""

    topic: Topic
    weight: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """The words that led to one conclusion, and the rule that saw them."""

    kind: str
    code: str
    words: str
    rule: str


@dataclass(frozen=True, slots=True)
class Lead:
    """A kind of place that answers messages like this one, and how surely (0 to 1)."""

    kind: str
    weight: float
    led_by: Callable[[str], str] = field(repr=False, compare=False)

    @property
    def words(self) -> str:
        """The words that lead there; they are looked for when somebody asks, because most leads end in no answer."""
        return self.led_by(self.kind)


class Spoken(NamedTuple):
    """A canonical text as it was read: its words and what is mentioned in it."""

    text: str
    cut: list[Word]
    mentions: list[Mention]


@dataclass(frozen=True, slots=True)
class Assessment:
    """Everything heard in one message, in the light of the earlier ones."""

    route: Route
    topics: tuple[TopicScore, ...] = ()
    crises: tuple[Crisis, ...] = ()
    crises_before: tuple[Crisis, ...] = ()
    desk: Desk | None = None
    reasons: tuple[Reason, ...] = ()
    household: tuple[Member, ...] = ()
    explanation: tuple[Evidence, ...] = ()
    kinds: tuple[str, ...] = ()
    leads: tuple[Lead, ...] = ()
    candidates: tuple[TopicScore, ...] = ()  # every subject that was considered, the nearest first; named from 0.5 on
    danger: float | None = None  # how far it leans to a danger of any kind; None where that was not weighed
    third_person: bool = False
    minor: bool = False
    social_kind: str | None = None
    crisis_role: str | None = None
    hiragana_only: bool = False
    language: str = "ja"
    patterns: tuple[str, ...] = ()
    spoken: Spoken | None = field(default=None, repr=False, compare=False)

    @property
    def crisis(self) -> Crisis | None:
        """The danger whose numbers must come first."""
        return self.crises[0] if self.crises else None

    def as_dict(self) -> dict[str, object]:
        """The object that `uketome understand` prints, without the id."""
        return {
            "topics": [score.topic.value for score in self.topics],
            "crisis": self.crisis.value if self.crisis else None,
            "crises": [crisis.value for crisis in self.crises],
            "route": self.route.value,
            "desk": self.desk.value if self.desk else None,
            "reasons": [reason.value for reason in self.reasons],
            "household": [member.as_dict() for member in self.household],
            "explanation": [{"kind": e.kind, "code": e.code, "words": e.words, "rule": e.rule} for e in self.explanation],
        }


def desk_for(crises: tuple[Crisis, ...], reasons: tuple[Reason, ...]) -> Desk | None:
    """The tier proposed: the prefecture for partner and sexual violence and for wide-area cases."""
    if not reasons:
        return None
    if {Crisis.DV, Crisis.SEXUAL_VIOLENCE} & set(crises) or Reason.WIDE_AREA in reasons:
        return Desk.PREFECTURE
    return Desk.MUNICIPAL
