"""What a message leans towards, judged by the company its marks kept in thousands of labelled messages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from intents.marks import Marks

LEANINGS: Final = Path(__file__).parent / "leanings.tsv"
# The rows of weights beside it: of what a message means, and of the kinds of places it leads to.
MEANINGS: Final = Path(__file__).parent / "leanings.npy"
LEADS: Final = Path(__file__).parent / "leads.npy"
SCALE: Final = 1000
DANGER: Final = "danger"
ROLES: Final = ("self", "doer", "near", "outside")
ROUTES: Final = ("social", "clarify", "answer")
# Groups whose marks are words somebody can read as a reason; letters are no reason.
_READABLE: Final = (0, 1, 3)
_LETTERS: Final = (2, 4)
_REASONS: Final = 3
# Reasons are sought among so many of the weightiest marks.
_TRIED: Final = 16


# Lines at the head of the file: labels, score without any mark and score from which it is named; for each file of weights.
_HEAD = 3


@dataclass(frozen=True)
class Head:
    """A set of labels with their weights: a row for each mark, in thousandths; marks beyond the last row tell nothing."""

    labels: tuple[str, ...]
    bias: NDArray[np.float32]
    cuts: NDArray[np.float32]
    weights: NDArray[np.int16]

    @classmethod
    def read(cls, lines: Sequence[str], weights: Path) -> Head:
        """One set from its three lines and its file of weights, of which only the rows in use are ever in memory."""
        labels, bias, cuts = (line.rstrip("\n").split("\t")[1:] for line in lines)
        numbers = np.array(bias, dtype=np.float32), np.array(cuts, dtype=np.float32)
        return cls(tuple(labels), *numbers, np.asarray(np.load(weights, mmap_mode="r")))

    def weigh(self, rows: NDArray[np.intp], shares: NDArray[np.float32]) -> NDArray[np.float32]:
        """What marks with these rows weigh together for each label."""
        own = rows < len(self.weights)
        weighed: NDArray[np.float32] = shares[own] @ self.weights.take(rows[own], axis=0).astype(np.float32)
        return weighed


@dataclass(frozen=True, slots=True)
class Told:
    """The marks of one text: the row of each, what share of it counts, and of the first ones the words that can be a reason."""

    words: list[str]
    rows: NDArray[np.intp]
    shares: NDArray[np.float32]


class Leaning:
    """How far one text leans towards each label; above `surplus` 0 the label is best named."""

    __slots__ = ("_leanings", "_ranked", "_scores", "_surplus", "_told")

    def __init__(self, leanings: Leanings, scores: NDArray[np.float32], told: Told) -> None:
        self._leanings = leanings
        self._scores = scores
        self._surplus: list[float] = ((scores - leanings.cuts) / SCALE).tolist()
        self._told = told
        self._ranked: dict[str, list[tuple[str, float]]] = {}

    def score(self, label: str) -> float:
        """How far the text leans to a label, from about -1 to 1."""
        return float(self._scores[self._leanings.places[label]]) / SCALE

    def surplus(self, label: str) -> float:
        """How far the text is beyond the point from which a label is best named; negative when it is short of it."""
        return self._surplus[self._leanings.places[label]]

    def ranked(self, kind: str) -> list[tuple[str, float]]:
        """Every code of one kind (topic, crisis, reason) with its surplus, the surest first."""
        known = self._ranked.get(kind)
        if known is None:
            surplus = self._surplus
            found = [(code, surplus[place]) for code, place in self._leanings.codes[kind]]
            known = self._ranked[kind] = sorted(found, key=itemgetter(1), reverse=True)
        return known

    def named(self, kind: str) -> list[str]:
        """The codes of one kind that the text leans to far enough, the surest first."""
        return [code for code, surplus in self.ranked(kind) if surplus > 0]

    def words(self, labels: Sequence[str]) -> list[str]:
        """The words of the text that lead most to each of these labels, all of one file of weights."""
        if not labels:
            return []
        return [self._leading(row) for row in self._leanings.weights(labels, self._told)]

    def led_by(self, kind: str) -> str:
        """The words of the text that lead most to a kind of place."""
        return self.words([f"kind {kind}"])[0]

    def _leading(self, weights: NDArray[np.float32]) -> str:
        words, told = self._told.words, dict[str, float]()
        for at in np.argsort(-weights)[:_TRIED].tolist():
            told[words[at]] = told.get(words[at], 0.0) + float(weights[at])
        return "・".join(sorted((word for word in told if word and told[word] > 0), key=lambda word: -told[word])[:_REASONS])


class Leanings:
    """The learned weights; read-only after loading, safe to share between threads."""

    def __init__(self, heads: Sequence[Head], rows: dict[str, int]) -> None:
        self._heads, self._rows = tuple(heads), rows
        labels = [label for head in heads for label in head.labels]
        self.places = {label: place for place, label in enumerate(labels)}
        self.bias = np.concatenate([head.bias for head in heads])
        self.cuts = np.concatenate([head.cuts for head in heads])
        self.codes: dict[str, list[tuple[str, int]]] = {}
        for place, label in enumerate(labels):
            kind, _, code = label.partition(" ")
            self.codes.setdefault(kind, []).append((code, place))

    @classmethod
    def load(cls) -> Leanings:
        """What was learned last; `make learn` renews it. The file names the labels and then, a line each, the marks."""
        with LEANINGS.open(encoding="utf-8") as file:
            heads = [Head.read([next(file) for _ in range(_HEAD)], weights) for weights in (MEANINGS, LEADS)]
            return cls(heads, {line.rstrip("\n"): row for row, line in enumerate(file)})

    def weigh(self, marks: Marks) -> Leaning:
        """How far a text with these marks leans to each label; every group of marks weighs the same."""
        row_of = self._rows.get
        known: list[int] = []
        shares: list[float] = []
        words: list[str] = []
        groups = marks.groups()
        for group in (*_READABLE, *_LETTERS):
            before = len(known)
            for name, told in groups[group].items():
                row = row_of(name)
                if row is not None:
                    known.append(row)
                    words.append(told)
            shares += [(len(known) - before) ** -0.5] * (len(known) - before) if len(known) > before else ()
            if group == _READABLE[-1]:
                readable = len(known)
        told_by = Told(words[:readable], np.array(known, dtype=np.intp), np.array(shares, dtype=np.float32))
        scores = np.concatenate([head.weigh(told_by.rows, told_by.shares) for head in self._heads])
        return Leaning(self, self.bias + scores, told_by)

    def weights(self, labels: Sequence[str], told: Told) -> NDArray[np.float32]:
        """What each of the words weighs for each of these labels, a row for each; all are of one head."""
        places, count = [self.places[label] for label in labels], len(told.words)
        rows, shares = told.rows[:count], told.shares[:count]
        for head in self._heads:
            if places[0] < len(head.labels):
                inside = rows < len(head.weights)
                known = head.weights[np.where(inside, rows, 0)].T[places].astype(np.float32)
                return known * (shares * inside)
            places = [place - len(head.labels) for place in places]
        raise KeyError(labels[0])
