"""Which subjects a message touches: weighs its words, lets them correct each other, and fits them to a danger that was heard."""

from __future__ import annotations

import re
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
_UNLESS_BETTER = 0.45
_T = Topic
_DANGEROUS = frozenset(Crisis) - {Crisis.SELF_HARM, Crisis.EMERGENCY}
_MATERIAL = {_T.HOUSING, _T.RENT_LOAN, _T.DEBT, _T.TAX_UTILITIES}
# In danger only these subjects help whoever takes the case; everything else the words touch is left aside.
_BESIDE: dict[Crisis, set[Topic]] = {
    Crisis.SELF_HARM: _MATERIAL
    | {
        _T.JOB_SEARCH,
        _T.WORK_TROUBLE,
        _T.LONG_TERM_CARE,
        _T.CHILDCARE,
        _T.WITHDRAWAL,
        _T.FAMILY,
        _T.INCOME,
        _T.FOOD,
    },
    Crisis.EMERGENCY: {_T.HEALTH, _T.LONG_TERM_CARE, _T.COMMUNITY, _T.CHILDCARE},
    Crisis.DV: _MATERIAL | {_T.CHILDCARE},
    Crisis.SEXUAL_VIOLENCE: {_T.WORK_TROUBLE, _T.HOUSING},
    Crisis.CHILD_ABUSE: {_T.WITHDRAWAL, _T.HOUSING},
    Crisis.ELDER_ABUSE: {_T.LONG_TERM_CARE, _T.WITHDRAWAL, _T.HOUSING},
    Crisis.DISABILITY_ABUSE: {_T.HEALTH, _T.HOUSING},
    Crisis.FAMILY_VIOLENCE: {_T.FAMILY, _T.WITHDRAWAL, _T.LONG_TERM_CARE, _T.HOUSING},
}
# 障害者枠じゃなくて, 刑務所とか関係ない: named only to be set aside.
_NOT_THIS = re.compile("(?:じゃな(?:く|い(?!か|です))|ではなく|でなく|とか(?:は)?関係な|は関係な|以外)")
_AROUND = ("neighbor", "outsider", "other_child", "supporter", "post_held")
_LASTING = (
    "illness",
    "sick",
    "complaint",
    "disabled",
    "disability_words",
    "device",
    "addiction",
)
_OWN_CHILD = ("child", "baby", "grandchild")
_OTHERS_CHILD = ("neighbor", "other_child", "friend", "boss")
_MINE = re.compile("娘|息子|[長次三]男|[長次三]女|うちの|我が|わが|孫|この子|上の子|下の子|双子|末っ子")
_OF_KIN = re.compile("(?:妹|姉|娘|息子|母|兄|弟|いとこ|孫)の(?:旦那|夫|だんな|主人|彼|嫁|妻|元夫|元旦那|恋人)")
_AT_WORK = re.compile(
    "職場|会社|上司|店長|社長|先輩社員|同僚|バイト先|勤務|訪問先|派遣先|取引先|仕事中|部長|課長|実習先|利用者さん"
)
_UNFED = re.compile(
    "(?:ご飯|ごはん|食事|お昼|昼|朝ごはん|夕飯|給食|食べ)[^。]{0,8}"
    "(?:くれな|くれませ|もらえな|もらえませ|食べてな|食べていな|食べさせてもら|ぬき|抜き|出してくれ|与えな|作ってくれな|ない)"
)


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

    def judge(self, reading: Reading, hits: Sequence[Hit]) -> Weighing:
        """The weights of one message."""
        scale = Weighing()
        self._weigh(scale, reading)
        for hit in hits:
            for code in hit.rule.add:
                heard = 0.8 if hit.rule.weight >= 1 else _UNLESS_BETTER
                scale.scores[Topic(code)] = max(scale.scores.get(Topic(code), 0.0), heard)
            for code in hit.rule.drop:
                scale.scores.pop(Topic(code), None)
        return scale

    def _weigh(self, scale: Weighing, source: Reading) -> None:
        for mention in outermost(mention for mention in source.mentions if self._speaks_of_a_subject(mention)):
            if _NOT_THIS.match(source.text, mention.end):
                continue
            concept = self.vocabulary.concepts[mention.concept]
            for kind in concept.kinds:
                scale.kinds.setdefault(kind)
            self._add(scale, concept, mention)
        combined = self.combinations.judge(source)
        added = {code for hit in combined for code in hit.rule.add}
        for hit in combined:
            for code in hit.rule.add:
                scale.scores[Topic(code)] = max(scale.scores.get(Topic(code), 0.0), 0.95)
                scale.told.append(Evidence("topic", code, hit.words, hit.rule.id))
        for hit in combined:
            for code in hit.rule.drop:
                if code not in hit.rule.add and (code not in added or hit.rule.weight > 1):
                    scale.scores.pop(Topic(code), None)

    @staticmethod
    def _add(scale: Weighing, concept: Concept, mention: Mention) -> None:
        for topic, weight in concept.topics:
            known = scale.scores.get(topic, 0.0)
            if weight >= _THRESHOLD:
                scale.scores[topic] = 1 - (1 - known) * (1 - weight)
            else:
                scale.scores[topic] = max(known, weight)
            scale.told.append(Evidence("topic", topic.value, mention.words, mention.concept))

    def _speaks_of_a_subject(self, mention: Mention) -> bool:
        concept = self.vocabulary.concepts.get(mention.concept)
        return concept is not None and bool(concept.topics or concept.kinds)


def settle(
    scale: Weighing,
    crises: Sequence[Crisis],
    alarms: Sequence[Alarm],
    reading: Reading,
    persons: list[Person],
) -> None:
    """Fit the subjects to the dangers: leave aside what does not help, add what the danger itself is about."""
    if not crises:
        return
    scores, codes = scale.scores, set(crises)
    beside = set().union(*(_BESIDE[code] for code in codes))
    for topic in set(scores) - beside:
        scores.pop(topic)
    if Crisis.EMERGENCY in codes:
        _fit_to_emergency(scores, codes, reading)
    if codes & _DANGEROUS:
        scores[Topic.VIOLENCE] = 1.0
    if Crisis.DISABILITY_ABUSE in codes:
        scores[Topic.HEALTH] = 0.9
    if Crisis.FAMILY_VIOLENCE in codes or (Crisis.DV in codes and _OF_KIN.search(reading.text)):
        scores[Topic.FAMILY] = 0.9
    if Crisis.ELDER_ABUSE in codes and any(alarm.code is Crisis.ELDER_ABUSE and alarm.role == "doer" for alarm in alarms):
        scores[Topic.LONG_TERM_CARE] = 0.9
    if Crisis.SEXUAL_VIOLENCE in codes and _AT_WORK.search(reading.text):
        scores[Topic.WORK_TROUBLE] = 0.9
    if Crisis.SEXUAL_VIOLENCE in codes and reading.has("pregnant"):
        scores[Topic.HEALTH] = 0.9
    if Crisis.CHILD_ABUSE in codes and _UNFED.search(reading.text):
        scores[Topic.FOOD] = 0.9
    if _own_child_concerned(codes, alarms, reading, persons):
        scores[Topic.CHILDCARE] = 0.9
    else:
        scores.pop(Topic.CHILDCARE, None)


def _fit_to_emergency(scores: dict[Topic, float], codes: set[Crisis], reading: Reading) -> None:
    """Only a lasting illness, a device, dementia and a neighbour matter; the pain of this minute is the emergency itself."""
    if Crisis.SELF_HARM in codes or not reading.has(*_LASTING):
        scores.pop(Topic.HEALTH, None)
    elif reading.has("device"):
        scores[Topic.HEALTH] = 0.9
    if not reading.has("dementia", "care", "care_more"):
        scores.pop(Topic.LONG_TERM_CARE, None)
    if not codes & _DANGEROUS and reading.has(*_AROUND) and Topic.LONG_TERM_CARE not in scores:
        scores[Topic.COMMUNITY] = 0.9
    else:
        scores.pop(Topic.COMMUNITY, None)


def _own_child_concerned(codes: set[Crisis], alarms: Iterable[Alarm], reading: Reading, persons: list[Person]) -> bool:
    """Whether the danger is about the writer's own child under age."""
    if any(alarm.role == "doer" and alarm.code is Crisis.CHILD_ABUSE for alarm in alarms):
        return True
    about_others = reading.has("supporter", "post_held") or any(p.concept in _OTHERS_CHILD for p in persons)
    if (
        about_others
        or codes & {Crisis.ELDER_ABUSE, Crisis.DISABILITY_ABUSE}
        or (writer_age(reading.text, persons) or ADULT) < ADULT
    ):
        return False
    children = [p for p in persons if p.concept in _OWN_CHILD]
    if not children or any((p.age or 0) >= ADULT for p in children):
        return False
    family = reading.has("partner", "ex_partner", "me")
    own = any(_MINE.search(p.words) for p in children)
    if codes & {Crisis.CHILD_ABUSE, Crisis.SEXUAL_VIOLENCE}:
        return own or family
    if Crisis.FAMILY_VIOLENCE in codes:
        return any(p.concept == "minor_role" or (p.age is not None and p.age < ADULT) for p in persons)
    if Crisis.SELF_HARM in codes:
        return bool(reading.has("double_suicide")) or (own and any(alarm.role == "someone_else" for alarm in alarms))
    return codes == {Crisis.EMERGENCY} and not reading.has(*_AROUND)


def ordered(scale: Weighing) -> tuple[TopicScore, ...]:
    """The subjects named, the heaviest first."""
    chosen = scale.chosen()
    order = sorted(chosen, key=lambda topic: (-chosen[topic], list(Topic).index(topic)))
    return tuple(TopicScore(topic, round(chosen[topic], 3)) for topic in order)
