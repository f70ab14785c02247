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
_NOWHERE = (np.empty(0, dtype=np.int32), np.empty(0, dtype=np.float32))


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
        self._numbers: Numbers = np.array(numbers, dtype=np.int32)[order]
        self._strengths: Floats = np.array(strengths, dtype=np.float32)[order]
        self._impacts: Floats = _IMPACT * self._strengths / (self._strengths + _HALF)

    def impacts(self, term: str) -> tuple[Numbers, Floats]:
        """The entries that hold a term, and how much each gains by it: being said twice as strongly is not twice as much."""
        return self._held(term, self._impacts)

    def of(self, term: str) -> tuple[Numbers, Floats]:
        """The entries that hold a term, in the order of their numbers, and how strongly each does."""
        return self._held(term, self._strengths)

    def _held(self, term: str, told: Floats) -> tuple[Numbers, Floats]:
        slot = self._slots.get(term)
        if slot is None:
            return _NOWHERE
        start, end = self._starts[slot], self._starts[slot + 1]
        return self._numbers[start:end], told[start:end]


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
        scores = np.zeros(len(self.ids))
        held: list[tuple[Asked, Numbers]] = []
        for asked in question.asked:
            numbers, impacts = self._held.impacts(asked.term)
            if numbers.size:
                held.append((asked, numbers))
                scores[numbers] += asked.weight * self._rarity(numbers.size) * impacts
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
        for term in question.kinds:
            fits[self._held.of(term)[0]] = True
        for term in question.concepts:
            numbers, strengths = self._held.of(term)
            fits[numbers[strengths >= _TOLD]] = True
        total, covered = 0.0, np.zeros(len(self.ids))
        for importance, terms in question.words:
            held = [found for term in terms if (found := self._held.of(term))[0].size]
            weight = importance * self._rarity(min((numbers.size for numbers, _ in held), default=0))
            total += weight
            if len(held) == 1:
                numbers, strengths = held[0]
                covered[numbers] += weight * np.where(strengths >= _TOLD, 1.0, _ASIDE)
            elif held:
                best = np.zeros(len(self.ids))
                for numbers, strengths in held:
                    best[numbers] = np.maximum(best[numbers], np.where(strengths >= _TOLD, 1.0, _ASIDE))
                covered += weight * best
        fits |= (covered > 0) & (covered >= _ENOUGH * total)
        return fits

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
