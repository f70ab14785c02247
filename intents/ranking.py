"""Finds the right place in a town's directory: by need, by kind, by name with slips of the keyboard, by how words sound."""

from __future__ import annotations

import heapq
import math
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rapidfuzz import fuzz

from intents.assessment import Assessment
from intents.codes import Topic
from intents.ear import Ear
from intents.sounds import from_latin, sounded
from intents.text import canonical, hiragana, kana_only
from intents.vocabulary import Concept
from intents.words import Word

# How much a word counts by where it stands in an entry.
_NAME, _KANA, _WORDS, _KIND, _PLACE, _TOPIC, _SUMMARY, _CONCEPT = 3.0, 2.0, 2.0, 3.0, 2.5, 1.2, 1.0, 1.6
# What an entry says of itself, by its name or by what people call its kind, and not somewhere in its description.
_TOLD = 1.6
# A place fits by words alone when it holds this share of what was asked for.
_ENOUGH = 0.5
# What a kind of place weighs that messages like this one were answered with.
_LEAD = 1.4
_ASIDE = 0.8
# A subject heard more faintly than this brings no place by itself.
_HEARD = 0.6
_GRAB_BAG = 60
# Subjects for which one activity among many is an answer.
COMPANY = frozenset((Topic.GATHERING, Topic.VOLUNTEER, Topic.LEARNING, Topic.FOOD))
_LOOKED_AT = 400
_CANDIDATES = 64
_LONGEST_QUERY = 400
_LONGEST_NAME_QUERY = 40
_SIMILAR = 72.0
_EMPTY_WORDS = frozenset(
    [
        "為る", "居る", "有る", "ない", "成る", "事", "物", "所", "方", "人", "時", "よう", "様", "相談", "行く", "来る",
        "見る", "言う", "思う", "聞く", "知る", "教える", "困る", "欲しい", "良い", "探す", "何処", "何", "何時", "誰",
        "何方", "何れ", "下さる", "呉れる", "貰う", "出来る", "分かる", "場所", "近く", "近い", "今日", "私", "僕", "俺",
        "此れ", "其れ", "有り難い", "御願い", "願う", "為", "中", "他", "度", "たい", "行う", "使う", "利用", "参加", "子",
        "日", "月", "年", "人達", "もう", "今", "訳", "儘", "内", "程", "位", "丈", "積もり", "処",
    ]
)  # fmt: skip
_NOWHERE: tuple[array[int], array[float]] = (array("l"), array("f"))
_CONTENT = frozenset(("名詞", "動詞", "形容詞", "形状詞", "副詞", "代名詞", "接尾辞", "記号"))


@dataclass(frozen=True, slots=True)
class Entry:
    """What the index needs to know of one place; `words` are other phrases people may search it by.

    A place that does not consult (a salon, a course) is no answer to a trouble only because both belong to one subject.
    """

    id: str
    name: str
    kana: str
    summary: str
    topics: tuple[str, ...]
    kinds: tuple[str, ...]
    words: tuple[str, ...]
    places: tuple[str, ...] = ()
    consults: bool = True


@dataclass(frozen=True, slots=True)
class Hit:
    """One place found, with its score and the reasons it was chosen."""

    id: str
    score: float
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a message asks for: words with their weight, telling concepts, kinds of places, subjects."""

    words: list[tuple[float, list[str]]]
    concepts: list[str]
    kinds: list[str]
    subjects: set[Topic]


class Index:
    """The entries of one municipality, ready to be searched by several threads; never changed after it was built."""

    def __init__(self, ear: Ear) -> None:
        self._ear = ear
        self._ids: list[str] = []
        self._names: list[tuple[str, str]] = []
        self._consults: list[bool] = []
        self._postings: dict[str, tuple[array[int], array[float]]] = {}
        self._bigrams: dict[str, array[int]] = {}

    @classmethod
    def build(cls, entries: Iterable[Entry], ear: Ear) -> Index:
        """The index of these entries; their order decides ties."""
        index = cls(ear)
        for entry in entries:
            index._add(entry)
        return index

    def __len__(self) -> int:
        return len(self._ids)

    def search(self, text: str, *, limit: int = 10, assessment: Assessment | None = None) -> list[Hit]:
        """The best entries for a message, best first, none where nothing fits; without an assessment it is assessed here."""
        query = canonical(text, _LONGEST_QUERY)
        query = self._ear.languages.in_kana(query) or query
        if not query or not self._ids:
            return []
        heard = assessment if assessment is not None else self._ear.assess(query)
        scores: dict[int, float] = {}
        reasons: dict[int, list[str]] = {}
        for term, weight, reason in self._query_terms(query, heard):
            posting = self._postings.get(term)
            if posting is None:
                continue
            numbers, weights = posting
            rarity = weight * self._rarity(len(numbers))
            for number, strength in zip(numbers, weights, strict=True):
                scores[number] = scores.get(number, 0.0) + rarity * strength / (strength + 1.2) * 2.2
                known = reasons.setdefault(number, [])
                if reason not in known:
                    known.append(reason)
        named = dict(self._similar_names(query))
        for number, likeness in named.items():
            scores[number] = scores.get(number, 0.0) + likeness
            reasons.setdefault(number, []).insert(0, "名前が近い")
        asked = self._asked(query, heard)
        hits: list[Hit] = []
        for number in heapq.nsmallest(_LOOKED_AT + limit, scores, key=lambda number: (-scores[number], number)):
            if len(hits) < limit and scores[number] > 0 and (number in named or self._fits(number, asked)):
                hits.append(Hit(self._ids[number], round(scores[number], 4), tuple(reasons[number][:4])))
        return hits

    def _add(self, entry: Entry) -> None:
        number = len(self._ids)
        name, kana = canonical(entry.name, 200), hiragana(canonical(entry.kana, 200))
        self._ids.append(entry.id)
        self._names.append((name, sounded(kana or self._ear.words.spoken(name))))
        self._consults.append(entry.consults)
        terms: dict[str, float] = {}
        for weight, text in (
            (_NAME, name),
            (_KANA, kana),
            (_SUMMARY, canonical(entry.summary, 600)),
            *((_WORDS, canonical(word, 100)) for word in entry.words),
            *((_PLACE, canonical(place, 60)) for place in entry.places),
        ):
            cut = self._ear.words.cut(text)
            for term, _ in _word_terms(cut):
                terms[term] = max(terms.get(term, 0.0), weight)
            for mention in self._ear.vocabulary.read(text, cut):
                concept = self._ear.vocabulary.concepts.get(mention.concept)
                if concept is not None and (concept.topics or concept.kinds):
                    terms["c:" + mention.concept] = max(terms.get("c:" + mention.concept, 0.0), min(weight, _CONCEPT))
        for place in entry.places:
            terms["p:" + canonical(place, 60)] = _PLACE
        for topic in entry.topics:
            terms["t:" + topic] = _TOPIC
        for kind in entry.kinds:
            terms["k:" + kind] = _KIND
        for term, weight in terms.items():
            numbers, weights = self._postings.setdefault(term, (array("l"), array("f")))
            numbers.append(number)
            weights.append(weight)
        for pair in _pairs(name) | _pairs(self._names[number][1]):
            self._bigrams.setdefault(pair, array("l")).append(number)

    def _query_terms(self, query: str, heard: Assessment) -> Iterator[tuple[str, float, str]]:
        cut = self._ear.words.cut(query)
        seen: set[str] = set()
        for term, word in _word_terms(cut):
            if term not in seen and word.lemma not in _EMPTY_WORDS:
                seen.add(term)
                yield term, 1.0 if word.pos in ("名詞", "記号") else 0.6, f"「{word.surface}」"
        for mention in self._ear.vocabulary.read(query, cut):
            term = "c:" + mention.concept
            if term not in seen and term in self._postings:
                seen.add(term)
                yield term, 0.9, f"「{mention.words}」"
        for kind in heard.kinds:
            yield "k:" + kind, 1.2, "種別"
        for lead in heard.leads:
            if lead.kind not in heard.kinds:
                yield "k:" + lead.kind, _LEAD * lead.weight, f"「{lead.words}」" if lead.words else "種別"
        for score in heard.topics:
            yield "t:" + score.topic.value, 0.9 * score.weight, Topic(score.topic).label
        for place in {word.surface for word in cut if word.pos == "名詞"}:
            yield "p:" + place, 1.0, f"「{place}」"

    def _asked(self, query: str, heard: Assessment) -> _Asked:
        cut = self._ear.words.cut(query)
        words: dict[str, tuple[float, list[str]]] = {}
        for term, word in _word_terms(cut):
            if word.lemma not in _EMPTY_WORDS:
                words.setdefault(word.lemma, (1.0 if word.pos in ("名詞", "記号") else 0.6, []))[1].append(term)
        weighed = [
            (weight * self._rarity(min((len(self._postings[t][0]) for t in terms if t in self._postings), default=0)), terms)
            for weight, terms in words.values()
        ]
        mentions = {mention.concept for mention in self._ear.vocabulary.read(query, cut)}
        concepts = [
            "c:" + name
            for name in mentions
            if (concept := self._ear.vocabulary.concepts.get(name)) and (concept.topics or concept.kinds) and _telling(concept)
        ]
        subjects: set[Topic] = {score.topic for score in heard.topics if score.weight >= _HEARD}
        kinds = dict.fromkeys((*heard.kinds, *(lead.kind for lead in heard.leads)))
        return _Asked(weighed, concepts, ["k:" + kind for kind in kinds], subjects - {Topic.OTHER})

    def _fits(self, number: int, asked: _Asked) -> bool:
        """Whether a place has to do with what was asked for, and not with a word or a wide field only."""
        subjects = asked.subjects if self._consults[number] else asked.subjects & COMPANY
        if any(self._strength("t:" + topic.value, number) for topic in subjects):
            return True
        if any(self._strength(term, number) for term in asked.kinds):
            return True
        if any(self._strength(term, number) >= _TOLD for term in asked.concepts):
            return True
        covered = total = 0.0
        for weight, terms in asked.words:
            total += weight
            strength = max(self._strength(term, number) for term in terms)
            covered += weight * (1.0 if strength >= _TOLD else _ASIDE if strength else 0.0)
        return covered > 0 and covered >= _ENOUGH * total

    def _strength(self, term: str, number: int) -> float:
        """How much a term counts in an entry; entries were added in the order of their numbers."""
        numbers, weights = self._postings.get(term, _NOWHERE)
        at = bisect_left(numbers, number)
        return weights[at] if at < len(numbers) and numbers[at] == number else 0.0

    def _rarity(self, count: int) -> float:
        return math.log1p((len(self._ids) - count + 0.5) / (count + 0.5))

    def _similar_names(self, query: str) -> Iterator[tuple[int, float]]:
        """Names that look or sound like the query; only a few dozen are compared letter by letter."""
        plain = query[:_LONGEST_NAME_QUERY]
        sound = sounded(plain if kana_only(plain) else from_latin(plain))
        counts: dict[int, int] = {}
        for pair in _pairs(plain) | _pairs(sound):
            numbers = self._bigrams.get(pair)
            if numbers is not None and (len(numbers) <= 2000 or len(numbers) * 20 <= len(self._ids)):
                for number in numbers:
                    counts[number] = counts.get(number, 0) + 1
        for number in heapq.nlargest(_CANDIDATES, counts, key=lambda candidate: (counts[candidate], -candidate)):
            if counts[number] < 2:
                break
            name, kana = self._names[number]
            likeness = max(_likeness(plain, name), _likeness(sound, kana) if sound and kana else 0.0)
            if likeness >= _SIMILAR:
                yield number, (likeness - _SIMILAR + 8.0) / 2.5


def _telling(concept: Concept) -> bool:
    """Whether two texts that mention it speak of the same matter; what gathers everything else does not tell."""
    return len(concept.words) <= _GRAB_BAG or any(topic is not Topic.OTHER for topic, _ in concept.topics)


def _likeness(query: str, name: str) -> float:
    whole = fuzz.ratio(query, name)
    if len(name) >= 4 and len(query) > len(name):
        return max(whole, fuzz.partial_ratio(query, name) - 6.0)
    if len(query) >= 4 and len(name) > len(query):
        return max(whole, fuzz.partial_ratio(query, name) - 10.0)
    return whole


def _word_terms(cut: list[Word]) -> Iterator[tuple[str, Word]]:
    for word in cut:
        # A single sign in kana tells nothing; ごみ or からだ, which the dictionary writes with one sign, do.
        if word.pos in _CONTENT and (len(word.lemma) > 1 or not word.in_kana or len(word.surface) > 1):
            yield word.lemma, word
            if word.reading and len(word.reading) > 2:
                yield "~" + hiragana(word.reading), word


def _pairs(text: str) -> set[str]:
    return {text[at : at + 2] for at in range(len(text) - 1)}
