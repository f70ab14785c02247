"""Which subjects the words of a message belong to, before what was learned has its say."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from intents.assessment import Evidence, TopicScore
from intents.codes import Topic
from intents.cues import Reading
from intents.vocabulary import Concept, Mention, Vocabulary, outermost

_THRESHOLD = 0.5
# Words too weak to decide alone (息子, 役所) name the subject only when nothing better was said.
_FAINT = 0.25
# 障害者枠じゃなくて, 刑務所とか関係ない: named only to be set aside.
_NOT_THIS = re.compile("(?:じゃな(?:く|い(?!か|です))|ではなく|でなく|とか(?:は)?関係な|は関係な|以外)")


@dataclass(slots=True)
class Weighing:
    """The scale while one message is weighed."""

    scores: dict[Topic, float] = field(default_factory=dict)
    kinds: dict[str, None] = field(default_factory=dict)
    told: list[Evidence] = field(default_factory=list)

    def chosen(self) -> dict[Topic, float]:
        """The subjects heavy enough to be named."""
        return {topic: weight for topic, weight in self.scores.items() if weight >= _THRESHOLD}

    def strengthen(self) -> None:
        """When nothing decisive was said, let the strongest faint word decide."""
        if self.chosen():
            return
        faint = {topic: weight for topic, weight in self.scores.items() if weight >= _FAINT}
        best = max(faint.values(), default=0.0)
        self.scores.update({topic: _THRESHOLD for topic, weight in faint.items() if weight == best})


class Subjects:
    """The vocabulary, ready to weigh a reading."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary

    def judge(self, reading: Reading) -> Weighing:
        """The weights of one message."""
        scale = Weighing()
        telling = self.vocabulary.telling
        for mention in outermost(mention for mention in reading.mentions if mention.concept in telling):
            if _NOT_THIS.match(reading.text, mention.end):
                continue
            concept = self.vocabulary.concepts[mention.concept]
            for kind in concept.kinds:
                scale.kinds.setdefault(kind)
            self._add(scale, concept, mention)
        return scale

    @staticmethod
    def _add(scale: Weighing, concept: Concept, mention: Mention) -> None:
        for topic, weight in concept.topics:
            known = scale.scores.get(topic, 0.0)
            if weight >= _THRESHOLD:
                scale.scores[topic] = 1 - (1 - known) * (1 - weight)
            else:
                scale.scores[topic] = max(known, weight)
            scale.told.append(Evidence("topic", topic.value, mention.words, mention.concept))


def ordered(scale: Weighing) -> tuple[TopicScore, ...]:
    """The subjects named, the heaviest first."""
    chosen = scale.chosen()
    order = sorted(chosen, key=lambda topic: (-chosen[topic], list(Topic).index(topic)))
    return tuple(TopicScore(topic, round(chosen[topic], 3)) for topic in order)
