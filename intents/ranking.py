"""Finds the right place in a town's directory: by need, by kind, by name with slips of the keyboard, by how words sound."""

from __future__ import annotations

import heapq
import math
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rapidfuzz import fuzz

from intents.assessment import Assessment
from intents.codes import Topic
from intents.ear import Ear
from intents.text import canonical, hiragana
from intents.words import Word

# How much a word counts by where it stands in an entry.
_NAME, _KANA, _WORDS, _KIND, _PLACE, _TOPIC, _SUMMARY, _CONCEPT = 3.0, 2.0, 2.0, 3.0, 2.5, 1.2, 1.0, 1.6
_CANDIDATES = 64
_LONGEST_QUERY = 400
_LONGEST_NAME_QUERY = 40
_SIMILAR = 72.0
_EMPTY_WORDS = frozenset(
    [
        "為る",
        "居る",
        "有る",
        "ない",
        "成る",
        "事",
        "物",
        "所",
        "方",
        "人",
        "時",
        "よう",
        "様",
        "相談",
        "行く",
        "来る",
        "見る",
        "言う",
        "思う",
        "聞く",
        "知る",
        "教える",
        "困る",
        "欲しい",
        "良い",
        "探す",
        "何処",
        "何",
        "何時",
        "誰",
        "何方",
        "何れ",
        "下さる",
        "呉れる",
        "貰う",
        "出来る",
        "分かる",
        "場所",
        "近く",
        "近い",
        "今日",
        "私",
        "僕",
        "俺",
        "此れ",
        "其れ",
        "有り難い",
        "御願い",
        "願う",
        "為",
        "中",
        "他",
        "度",
        "たい",
        "行う",
        "使う",
        "利用",
        "参加",
        "子",
        "日",
        "月",
        "年",
        "人達",
        "もう",
        "今",
    ]
)
_CONTENT = frozenset(("名詞", "動詞", "形容詞", "形状詞", "副詞", "代名詞", "接尾辞", "記号"))


@dataclass(frozen=True, slots=True)
class Entry:
    """What the index needs to know of one place; `words` are other phrases people may search it by."""

    id: str
    name: str
    kana: str
    summary: str
    topics: tuple[str, ...]
    kinds: tuple[str, ...]
    words: tuple[str, ...]
    places: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """One place found, with its score and the reasons it was chosen."""

    id: str
    score: float
    why: tuple[str, ...]


class Index:
    """The entries of one municipality, ready to be searched by several threads; never changed after it was built."""

    def __init__(self, ear: Ear) -> None:
        self._ear = ear
        self._ids: list[str] = []
        self._names: list[tuple[str, str]] = []
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
        """The best entries for a message, best first; without an assessment the text is assessed here."""
        query = canonical(text, _LONGEST_QUERY)
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
            rarity = weight * math.log1p((len(self._ids) - len(numbers) + 0.5) / (len(numbers) + 0.5))
            for number, strength in zip(numbers, weights, strict=True):
                scores[number] = scores.get(number, 0.0) + rarity * strength / (strength + 1.2) * 2.2
                known = reasons.setdefault(number, [])
                if reason not in known:
                    known.append(reason)
        for number, likeness in self._similar_names(query):
            scores[number] = scores.get(number, 0.0) + likeness
            reasons.setdefault(number, []).insert(0, "名前が近い")
        best = heapq.nsmallest(limit, scores, key=lambda number: (-scores[number], number))
        return [
            Hit(self._ids[number], round(scores[number], 4), tuple(reasons[number][:4])) for number in best if scores[number] > 0
        ]

    def _add(self, entry: Entry) -> None:
        number = len(self._ids)
        name, kana = canonical(entry.name, 200), hiragana(canonical(entry.kana, 200))
        self._ids.append(entry.id)
        self._names.append((name, kana))
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
        for pair in _pairs(name) | _pairs(kana):
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
        for score in heard.topics:
            yield "t:" + score.topic.value, 0.9 * score.weight, Topic(score.topic).label
        for place in {word.surface for word in cut if word.pos == "名詞"}:
            yield "p:" + place, 1.0, f"「{place}」"

    def _similar_names(self, query: str) -> Iterator[tuple[int, float]]:
        """Names that look or sound like the query; only a few dozen are compared letter by letter."""
        plain = query[:_LONGEST_NAME_QUERY]
        sound = hiragana(plain).replace(" ", "")
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
            likeness = max(_likeness(plain, name), _likeness(sound, kana) if kana else 0.0)
            if likeness >= _SIMILAR:
                yield number, (likeness - _SIMILAR + 8.0) / 2.5


def _likeness(query: str, name: str) -> float:
    whole = fuzz.ratio(query, name)
    if len(name) >= 4 and len(query) > len(name):
        return max(whole, fuzz.partial_ratio(query, name) - 6.0)
    if len(query) >= 4 and len(name) > len(query):
        return max(whole, fuzz.partial_ratio(query, name) - 10.0)
    return whole


def _word_terms(cut: list[Word]) -> Iterator[tuple[str, Word]]:
    for word in cut:
        if word.pos in _CONTENT and (len(word.lemma) > 1 or not word.in_kana):
            yield word.lemma, word
            if word.reading and len(word.reading) > 2:
                yield "~" + hiragana(word.reading), word


def _pairs(text: str) -> set[str]:
    return {text[at : at + 2] for at in range(len(text) - 1)}
