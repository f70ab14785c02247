"""What a message asks of a directory: words with their weight, concepts, kinds of places, subjects, and a name, perhaps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from intents.assessment import Assessment, Lead
from intents.codes import Topic
from intents.ear import Ear
from intents.sounds import from_latin, sounded
from intents.terms import word_terms
from intents.text import canonical, kana_only
from intents.vocabulary import Mention, Vocabulary
from intents.words import Word

# What a kind of place weighs that messages like this one were answered with.
_LEAD = 1.4
_CALLED_KIND = 1.2
_CALLED_CONCEPT = 0.9
_CALLED_PURSUIT = 1.2
_NOUN, _OTHER = 1.0, 0.6
# A subject heard more faintly than this brings no place by itself.
_HEARD = 0.6
_GRAB_BAG = 60
_LONGEST = 400
_LONGEST_NAME = 40
_KIND = "種別"
_NOUNS = ("名詞", "記号")
_EMPTY_WORDS = frozenset(
    [
        "為る", "居る", "有る", "ない", "成る", "事", "物", "所", "方", "人", "時", "よう", "様", "相談", "行く", "来る",
        "見る", "言う", "思う", "聞く", "知る", "教える", "困る", "欲しい", "良い", "探す", "何処", "何", "何時", "誰",
        "何方", "何れ", "下さる", "呉れる", "貰う", "出来る", "分かる", "場所", "近く", "近い", "今日", "私", "僕", "俺",
        "此れ", "其れ", "有り難い", "御願い", "願う", "為", "中", "他", "度", "たい", "行う", "使う", "利用", "参加", "子",
        "日", "月", "年", "人達", "もう", "今", "訳", "儘", "内", "程", "位", "丈", "積もり", "処",
    ]
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """One term that is asked for, its weight, and the reason it gives for a place that has it."""

    term: str
    weight: float
    said: str
    lead: Lead | None = None

    @property
    def reason(self) -> str:
        """The reason as it is shown."""
        words = self.lead.words if self.lead else ""
        return f"「{words}」" if words else self.said


@dataclass(frozen=True, slots=True)
class Question:
    """Everything looked for; made once and put to the index of every town around."""

    name: str
    sound: str
    asked: tuple[Asked, ...]
    words: tuple[tuple[float, tuple[str, ...]], ...]  # weight of each word with the terms that stand for it
    concepts: tuple[str, ...]
    pursuits: tuple[str, ...]
    kinds: tuple[str, ...]
    subjects: frozenset[Topic]

    @classmethod
    def of(cls, text: str, ear: Ear, assessment: Assessment | None = None) -> Question:
        """What a message asks for; without an assessment it is assessed here."""
        query = canonical(text, _LONGEST)
        query = ear.languages.in_kana(query) or query
        heard = assessment if assessment is not None else ear.assess(query)
        spoken = heard.spoken if heard.spoken is not None and heard.spoken.text == query else ear.spoken(query)
        mentions = [mention for mention in spoken.mentions if mention.concept in ear.vocabulary.telling]
        named = query[:_LONGEST_NAME]
        kinds = dict.fromkeys((*heard.kinds, *(lead.kind for lead in heard.leads)))
        return cls(
            name=named,
            sound=sounded(named if kana_only(named) else from_latin(named)),
            asked=tuple(_asked(spoken.cut, mentions, heard, ear.vocabulary)),
            words=tuple(_words(spoken.cut)),
            concepts=tuple("c:" + name for name in _telling(mentions, ear.vocabulary)),
            pursuits=tuple({"c:" + one.concept: None for one in mentions if ear.vocabulary.finds(one.concept)}),
            kinds=tuple("k:" + kind for kind in kinds),
            subjects=frozenset(score.topic for score in heard.topics if score.weight >= _HEARD) - {Topic.OTHER},
        )


def _asked(cut: list[Word], mentions: list[Mention], heard: Assessment, vocabulary: Vocabulary) -> Iterator[Asked]:
    seen: set[str] = set()
    for term, word in word_terms(cut):
        if term not in seen and word.lemma not in _EMPTY_WORDS:
            seen.add(term)
            yield Asked(term, _weight(word), f"「{word.surface}」")
    for mention in mentions:
        term = "c:" + mention.concept
        if term not in seen:
            seen.add(term)
            pursuit = vocabulary.finds(mention.concept)
            yield Asked(term, _CALLED_PURSUIT if pursuit else _CALLED_CONCEPT, f"「{mention.words}」")
    for kind in heard.kinds:
        yield Asked("k:" + kind, _CALLED_KIND, _KIND)
    for lead in heard.leads:
        if lead.kind not in heard.kinds:
            yield Asked("k:" + lead.kind, _LEAD * lead.weight, _KIND, lead)
    for score in heard.topics:
        yield Asked("t:" + score.topic.value, 0.9 * score.weight, Topic(score.topic).label)
    for place in dict.fromkeys(word.surface for word in cut if word.pos == "名詞"):
        yield Asked("p:" + place, 1.0, f"「{place}」")


def _words(cut: list[Word]) -> Iterator[tuple[float, tuple[str, ...]]]:
    words: dict[str, tuple[float, list[str]]] = {}
    for term, word in word_terms(cut):
        if word.lemma not in _EMPTY_WORDS:
            words.setdefault(word.lemma, (_weight(word), []))[1].append(term)
    return ((weight, tuple(terms)) for weight, terms in words.values())


def _weight(word: Word) -> float:
    return _NOUN if word.pos in _NOUNS else _OTHER


def _telling(mentions: list[Mention], vocabulary: Vocabulary) -> Iterator[str]:
    """The concepts of a text by which two texts speak of the same matter; what gathers everything else does not tell."""
    for name in dict.fromkeys(mention.concept for mention in mentions):
        concept = vocabulary.concepts[name]
        if len(concept.words) <= _GRAB_BAG or any(topic is not Topic.OTHER for topic, _ in concept.topics):
            yield name
