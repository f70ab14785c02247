"""Which subjects a message touches: weighs its words, lets them correct each other, and fits them to a danger that was heard."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from intents.assessment import Evidence, TopicScore
from intents.codes import Crisis, Topic
from intents.crisis import Alarm
from intents.cues import Hit, Reading, Rulebook
from intents.household import ADULT, Person, writer_age
from intents.vocabulary import Concept, Mention, Vocabulary, outermost

_THRESHOLD = 0.5
# Words too weak to decide alone (息子, 役所) name the subject only when nothing better was said.
_FAINT = 0.25
_T = Topic
_DANGEROUS = frozenset(Crisis) - {Crisis.SELF_HARM, Crisis.EMERGENCY}
_MATERIAL = {_T.HOUSING, _T.RENT_LOAN, _T.DEBT, _T.TAX_UTILITIES}
# In danger only these subjects help whoever takes the case; everything else the words touch is left aside.
_BESIDE: dict[Crisis, set[Topic]] = {
    Crisis.SELF_HARM: _MATERIAL
    | {_T.JOB_SEARCH, _T.WORK_TROUBLE, _T.LONG_TERM_CARE, _T.CHILDCARE, _T.WITHDRAWAL, _T.FAMILY, _T.INCOME, _T.FOOD},
    Crisis.EMERGENCY: {_T.HEALTH, _T.LONG_TERM_CARE, _T.COMMUNITY, _T.CHILDCARE},
    Crisis.DV: _MATERIAL | {_T.CHILDCARE},
    Crisis.SEXUAL_VIOLENCE: {_T.WORK_TROUBLE, _T.HOUSING},
    Crisis.CHILD_ABUSE: {_T.WITHDRAWAL, _T.HOUSING},
    Crisis.ELDER_ABUSE: {_T.LONG_TERM_CARE, _T.WITHDRAWAL, _T.HOUSING},
    Crisis.DISABILITY_ABUSE: {_T.HEALTH, _T.HOUSING},
    Crisis.FAMILY_VIOLENCE: {_T.FAMILY, _T.WITHDRAWAL, _T.LONG_TERM_CARE, _T.HOUSING},
}
_OUTSIDERS = frozenset({"neighbor", "other_child", "supporter", "someone"})
_OWN_CHILD = ("child", "baby", "grandchild")
_OTHERS_CHILD = ("neighbor", "other_child", "friend", "teacher", "boss")


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
    """The vocabulary and the rules of rules/topics.toml, ready to weigh a reading."""

    def __init__(self, vocabulary: Vocabulary, combinations: Rulebook) -> None:
        self.vocabulary = vocabulary
        self.combinations = combinations

    def judge(self, reading: Reading, joined: Reading, hits: Sequence[Hit]) -> Weighing:
        """The weights of one message; the earlier ones count, less, when it names no subject itself."""
        scale = Weighing()
        self._weigh(scale, reading, 1.0)
        if joined is not reading and not scale.chosen():
            self._weigh(scale, joined, 0.6)
        for hit in hits:
            for code in hit.rule.add:
                heard = 0.8 if hit.rule.weight >= 1 else _FAINT
                scale.scores[Topic(code)] = max(scale.scores.get(Topic(code), 0.0), heard)
            for code in hit.rule.drop:
                scale.scores.pop(Topic(code), None)
        return scale

    def _weigh(self, scale: Weighing, source: Reading, share: float) -> None:
        for mention in outermost(mention for mention in source.mentions if self._speaks_of_a_subject(mention)):
            concept = self.vocabulary.concepts[mention.concept]
            for kind in concept.kinds:
                scale.kinds.setdefault(kind)
            self._add(scale, concept, mention, share)
        combined = self.combinations.judge(source)
        added = {code for hit in combined for code in hit.rule.add}
        for hit in combined:
            for code in hit.rule.add:
                scale.scores[Topic(code)] = max(scale.scores.get(Topic(code), 0.0), 0.9 * share + 0.05)
                scale.told.append(Evidence("topic", code, hit.words, hit.rule.id))
        for hit in combined:
            for code in hit.rule.drop:
                if code not in hit.rule.add and (code not in added or hit.rule.weight > 1):
                    scale.scores.pop(Topic(code), None)

    @staticmethod
    def _add(scale: Weighing, concept: Concept, mention: Mention, share: float) -> None:
        for topic, weight in concept.topics:
            known = scale.scores.get(topic, 0.0)
            if weight >= _THRESHOLD:
                scale.scores[topic] = 1 - (1 - known) * (1 - weight * share)
            else:
                scale.scores[topic] = max(known, weight * share)
            scale.told.append(Evidence("topic", topic.value, mention.words, mention.concept))

    def _speaks_of_a_subject(self, mention: Mention) -> bool:
        concept = self.vocabulary.concepts.get(mention.concept)
        return concept is not None and bool(concept.topics or concept.kinds)


def settle(scale: Weighing, crises: Sequence[Crisis], alarms: Sequence[Alarm], reading: Reading, persons: list[Person]) -> None:
    """Fit the subjects to the dangers: leave aside what does not help, add what the danger itself is about."""
    if not crises:
        return
    scores, codes = scale.scores, set(crises)
    beside = set().union(*(_BESIDE[code] for code in codes))
    for topic in set(scores) - beside:
        if topic is not Topic.FOOD or Crisis.CHILD_ABUSE not in codes:
            scores.pop(topic)
    outside = any(person.concept in _OUTSIDERS for person in persons) or reading.has("supporter")
    if codes & _DANGEROUS:
        scores[Topic.VIOLENCE] = 1.0
    if Crisis.DISABILITY_ABUSE in codes:
        scores[Topic.HEALTH] = 0.9
    if Crisis.FAMILY_VIOLENCE in codes:
        scores[Topic.FAMILY] = 0.9
    if Crisis.ELDER_ABUSE in codes and any(alarm.code is Crisis.ELDER_ABUSE and alarm.role == "doer" for alarm in alarms):
        scores[Topic.LONG_TERM_CARE] = 0.9
    cared_for = scores.get(Topic.LONG_TERM_CARE, 0.0) >= _THRESHOLD
    if Crisis.EMERGENCY in codes and (cared_for or not (codes & _DANGEROUS or outside)):
        scores.pop(Topic.COMMUNITY, None)
    if _own_child_concerned(codes, alarms, reading, persons):
        scores[Topic.CHILDCARE] = 0.9
    elif codes & {Crisis.CHILD_ABUSE, Crisis.SEXUAL_VIOLENCE, Crisis.FAMILY_VIOLENCE}:
        scores.pop(Topic.CHILDCARE, None)


def _own_child_concerned(codes: set[Crisis], alarms: Iterable[Alarm], reading: Reading, persons: list[Person]) -> bool:
    """Whether the danger is about the writer's own child under age."""
    if any(alarm.role == "doer" and alarm.code is Crisis.CHILD_ABUSE for alarm in alarms):
        return True
    if Crisis.DISABILITY_ABUSE in codes or any(p.concept in _OTHERS_CHILD for p in persons if p.concept != "teacher"):
        return False
    if reading.has("supporter") or (writer_age(reading.text, persons) or ADULT) < ADULT:
        return False
    own = [p for p in persons if p.concept in _OWN_CHILD]
    minor = any(p.concept == "minor_role" or (p.age is not None and p.age < ADULT) for p in persons)
    grown = any((p.age or 0) >= ADULT for p in own)
    if Crisis.FAMILY_VIOLENCE in codes:
        return bool(own) and minor
    return bool(own) and not grown


def ordered(scale: Weighing) -> tuple[TopicScore, ...]:
    """The subjects named, the heaviest first."""
    chosen = scale.chosen()
    order = sorted(chosen, key=lambda topic: (-chosen[topic], list(Topic).index(topic)))
    return tuple(TopicScore(topic, round(chosen[topic], 3)) for topic in order)
