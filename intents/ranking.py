"""Finds the right place in a town's directory: by need, by kind, by name with slips of the keyboard, by how words sound."""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz

from intents.assessment import Assessment
from intents.codes import Topic
from intents.ear import Ear
from intents.question import Asked, Question
from intents.terms import Entry, Terms, pairs

Numbers = NDArray[np.int32]
Floats = NDArray[np.float32]
Span = tuple[int, int]

# What an entry says of itself, by its name or by what people call its kind, and not somewhere in its description.
_TOLD = 1.6
# A place fits by words alone when it holds this share of what was asked for.
_ENOUGH = 0.5
_ASIDE = 0.8
# Subjects for which one activity among many is an answer.
COMPANY = frozenset((Topic.GATHERING, Topic.VOLUNTEER, Topic.LEARNING, Topic.FOOD))
# What a term brings: never more than the first number, and half of it when it is said as strongly as the second.
_IMPACT, _HALF = 2.2, 1.2
# Names that share so many pairs of letters with what was written are compared letter by letter, at most so many.
_SHARED = 0.4
_CANDIDATES = 64
_SIMILAR = 72.0
_WHOLE = 85.0
_BY_NAME = "名前が近い"
_REASONS = 4
_NOWHERE = (0, 0)


class Postings:
    """Which entries hold a term and how strongly; all of a town in three arrays."""

    def __init__(self, entries: Iterable[Mapping[str, float]]) -> None:
        """The postings of the terms of each entry, in the order of the entries' numbers."""
        self._slots: dict[str, int] = {}
        slots, numbers, strengths = array("l"), array("l"), array("f")
        for number, terms in enumerate(entries):
            slots.extend([self._slots.setdefault(term, len(self._slots)) for term in terms])
            numbers.extend([number] * len(terms))
            strengths.extend(terms.values())
        held = np.array(slots, dtype=np.int32)
        order = np.argsort(held, kind="stable")
        self._starts = array("l", [0, *np.cumsum(np.bincount(held, minlength=len(self._slots))).tolist()])
        self.numbers: Numbers = np.array(numbers, dtype=np.int32)[order]
        self.strengths: Floats = np.array(strengths, dtype=np.float32)[order]
        # How much each entry gains by a term: being said twice as strongly is not twice as much.
        self.impacts: Floats = _IMPACT * self.strengths / (self.strengths + _HALF)

    def span(self, term: str) -> Span:
        """Where the entries that hold a term stand in the arrays, from and to; (0, 0) where none does."""
        slot = self._slots.get(term)
        return _NOWHERE if slot is None else (self._starts[slot], self._starts[slot + 1])

    def of(self, term: str) -> tuple[Numbers, Floats]:
        """The entries that hold a term, in the order of their numbers, and how strongly each does."""
        start, end = self.span(term)
        return self.numbers[start:end], self.strengths[start:end]


class Hit:
    """One place found, with its score; the reasons it was chosen are gathered when somebody asks."""

    __slots__ = ("_held", "_number", "by_name", "by_name_alone", "id", "score")

    def __init__(self, id_: str, score: float, number: int, held: Sequence[tuple[Asked, Numbers]], name: float | None) -> None:
        self.id, self.score = id_, score
        # Called by its name, and by nothing else.
        self.by_name, self.by_name_alone = name is not None, name is not None and name >= _WHOLE
        self._number, self._held = number, held

    @property
    def why(self) -> tuple[str, ...]:
        """Up to four reasons, the plainest first, in the order of what was asked."""
        found = dict.fromkeys((_BY_NAME,) if self.by_name else ())
        for asked, numbers in self._held:
            if len(found) == _REASONS:
                break
            at = int(numbers.searchsorted(self._number))
            if at < numbers.size and int(numbers[at]) == self._number:
                found.setdefault(asked.reason)
        return tuple(found)


class Index:
    """The entries of one municipality, ready to be searched by several threads; never changed after it was built."""

    def __init__(self, entries: Iterable[Terms], ear: Ear) -> None:
        """The index of these entries; their order decides ties."""
        known = list(entries)
        self._ear = ear
        self.ids = [entry.id for entry in known]
        self._names = [(entry.name, entry.sound) for entry in known]
        self._consults = np.array([entry.consults for entry in known], dtype=np.bool_)
        self._lengths = np.array([len(entry.name) for entry in known], dtype=np.int32)
        self._held = Postings(entry.weights for entry in known)
        self._letters = Postings(dict.fromkeys(pairs(entry.name) | pairs(entry.sound), 0.0) for entry in known)

    @classmethod
    def build(cls, entries: Iterable[Entry], ear: Ear) -> Index:
        """The index of entries whose terms are not known yet."""
        return cls((Terms.of(entry, ear) for entry in entries), ear)

    def __len__(self) -> int:
        return len(self.ids)

    def search(self, text: str, *, limit: int = 10, assessment: Assessment | None = None) -> list[Hit]:
        """The best entries for a message, best first, none where nothing fits; without an assessment it is assessed here."""
        return self.answer(Question.of(text, self._ear, assessment), limit=limit)

    def answer(self, question: Question, *, limit: int = 10) -> list[Hit]:
        """The best entries for a question, best first, none where nothing fits."""
        if not self.ids or not question.name:
            return []
        scores, held = self._scored(question)
        fits = self._fitting(question)
        named: dict[int, float] = {}
        for number, gain, whole in self._similar_names(question):
            named[number] = whole
            scores[number] += gain
            fits[number] = True
        found = np.flatnonzero(fits & (scores > 0))
        best = found[np.argsort(-scores[found], kind="stable")[:limit]]
        told = zip(best.tolist(), scores[best].round(4).tolist(), strict=True)
        return [Hit(self.ids[at], score, at, held, named.get(at)) for at, score in told]

    def _fitting(self, question: Question) -> NDArray[np.bool_]:
        """Which places have to do with what was asked for, and not with a word or a wide field only."""
        fits = np.zeros(len(self.ids), dtype=np.bool_)
        for topic in question.subjects:
            numbers, _ = self._held.of("t:" + topic.value)
            fits[numbers if topic in COMPANY else numbers[self._consults[numbers]]] = True
        for term in (*question.kinds, *question.pursuits):
            fits[self._held.of(term)[0]] = True
        for term in question.concepts:
            numbers, strengths = self._held.of(term)
            fits[numbers[strengths >= _TOLD]] = True
        covered, total = self._covered(question)
        fits |= (covered > 0) & (covered >= _ENOUGH * total)
        return fits

    def _scored(self, question: Question) -> tuple[NDArray[np.float64], list[tuple[Asked, Numbers]]]:
        """What each entry gains by all that was asked for, and which entries hold what of it."""
        spans = [(asked, *span) for asked in question.asked if (span := self._held.span(asked.term)) != _NOWHERE]
        held = [(asked, self._held.numbers[start:end]) for asked, start, end in spans]
        if not held:
            return np.zeros(len(self.ids)), held
        sizes = [end - start for _, start, end in spans]
        weights = np.repeat([asked.weight * self._rarity(size) for (asked, _), size in zip(held, sizes, strict=True)], sizes)
        gains = weights * np.concatenate([self._held.impacts[start:end] for _, start, end in spans])
        scores = np.bincount(np.concatenate([numbers for _, numbers in held]), gains, minlength=len(self.ids))
        return scores.astype(np.float64), held

    def _covered(self, question: Question) -> tuple[NDArray[np.float64], float]:
        """How much of the weight of the words each entry holds, and all there is; a word counts as its best-held term."""
        spans = [[span for term in terms if (span := self._held.span(term)) != _NOWHERE] for _, terms in question.words]
        weights = np.array(
            [
                importance * self._rarity(min((end - start for start, end in found), default=0))
                for (importance, _), found in zip(question.words, spans, strict=True)
            ]
        )
        best = np.zeros((len(spans), len(self.ids)))
        for place in range(max(map(len, spans), default=0)):
            held = [(word, *found[place]) for word, found in enumerate(spans) if len(found) > place]
            words = np.repeat([word for word, _, _ in held], [end - start for _, start, end in held])
            numbers = np.concatenate([self._held.numbers[start:end] for _, start, end in held])
            strengths = np.concatenate([self._held.strengths[start:end] for _, start, end in held])
            best[words, numbers] = np.maximum(best[words, numbers], np.where(strengths >= _TOLD, 1.0, _ASIDE))
        return weights @ best, float(weights.sum())

    def _rarity(self, count: int) -> float:
        return math.log1p((len(self.ids) - count + 0.5) / (count + 0.5))

    def _similar_names(self, question: Question) -> Iterator[tuple[int, float, float]]:
        """Names that look or sound like what was written, with what that brings, and how alike the whole is.

        Only a few dozen are compared letter by letter.
        """
        plain, sound = question.name, question.sound
        shared = [self._letters.of(pair)[0] for pair in pairs(plain) | pairs(sound)]
        counts = np.bincount(np.concatenate(shared), minlength=len(self.ids)) if shared else np.zeros(len(self.ids), np.intp)
        needed = np.maximum(2, _SHARED * (np.minimum(self._lengths, len(plain)) - 1))
        near = np.flatnonzero(counts >= needed)
        for number in near[np.argsort(-counts[near], kind="stable")[:_CANDIDATES]].tolist():
            name, kana = self._names[number]
            part, whole = _likeness(plain, name)
            if sound and kana:
                part, whole = max((part, whole), _likeness(sound, kana))
            if part >= _SIMILAR:
                yield number, (part - _SIMILAR + 8.0 + max(0.0, whole - _SIMILAR)) / 2.5, whole


def _likeness(query: str, name: str) -> tuple[float, float]:
    """How alike two spellings are in a part and as a whole, 0 to 100.

    A name may stand inside a sentence, and a part of it may be all that is said; who writes nothing but a name means it.
    """
    whole = fuzz.ratio(query, name, score_cutoff=_SIMILAR)
    if len(name) >= 4 and len(query) > len(name):
        return max(whole, fuzz.partial_ratio(query, name, score_cutoff=_SIMILAR + 6.0) - 6.0), whole
    if len(query) >= 4 and len(name) > len(query):
        return max(whole, fuzz.partial_ratio(query, name, score_cutoff=_SIMILAR + 10.0) - 10.0), whole
    return whole, whole
