"""The shared ear with a town's own words beside it: they add subjects and kinds of places, and take nothing away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from intents.acts import Act
from intents.assessment import Assessment, Evidence
from intents.codes import Route, Topic
from intents.cues import Reading
from intents.ear import Ear
from intents.subjects import Subjects, Weighing, ordered
from intents.text import canonical, kana_only
from intents.vocabulary import Concept, TownWord, Vocabulary

# What somebody says who has not asked for anything yet; a town's own word turns it into a question that can be answered.
_OPEN = (None, "small_talk")


class TownEar:
    """Hears as the shared ear does; made in milliseconds, safe to share between threads."""

    def __init__(self, ear: Ear, words: Sequence[TownWord] = ()) -> None:
        self._ear = ear
        self.turnings = ear.turnings
        concepts = (_concept(f"town_{number}", word) for number, word in enumerate(words))
        self._own = Subjects(Vocabulary(ear.words, concepts))

    def hear_act(self, text: str) -> Act | None:
        """The act a short message is, as the shared ear hears it."""
        return self._ear.hear_act(text)

    def assess(self, text: str, *, earlier: Sequence[str] = (), alone: Assessment | None = None) -> Assessment:
        """What this message says; in danger the town's own words keep silent."""
        heard = self._ear.assess(text, earlier=earlier, alone=alone)
        if not self._own.vocabulary.concepts or heard.crises or heard.social_kind not in _OPEN:
            return heard
        scale = self._weigh("\n".join((*earlier, text)))
        return _with(heard, scale) if scale.told or scale.kinds else heard

    def _weigh(self, text: str) -> Weighing:
        message = canonical(text)
        cut = self._ear.words.cut(message)
        mentions = self._own.vocabulary.read(message, cut)
        if kana_only(message):
            mentions += self._own.vocabulary.read_by_sound(message, cut)
        return self._own.judge(Reading(message, mentions))


def _concept(name: str, word: TownWord) -> Concept:
    topics = tuple((Topic(code), 1.0) for code in word.topics)
    return Concept(name, (word.expression,), topics, (word.kind,) if word.kind else ())


def _with(heard: Assessment, own: Weighing) -> Assessment:
    for score in heard.topics:
        own.scores[score.topic] = max(score.weight, own.scores.get(score.topic, 0.0))
    asks = heard.route in (Route.CLARIFY, Route.SOCIAL)
    told = tuple(Evidence(one.kind, one.code, one.words, "town") for one in own.told)
    return replace(
        heard,
        route=Route.ANSWER if asks else heard.route,
        social_kind=None,
        topics=ordered(own),
        kinds=tuple(dict.fromkeys((*own.kinds, *heard.kinds))),
        explanation=tuple(dict.fromkeys((*heard.explanation, *told))),
    )
