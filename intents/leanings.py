"""What a message leans towards, judged by the company its marks kept in thousands of labelled messages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
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
_REASONS: Final = 3


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


@dataclass(slots=True)
class Told:
    """The words of one text that can be read as reasons, each with the row of its weights and what share of them counts."""

    words: list[str] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    shares: list[float] = field(default_factory=list)


class Leaning:
    """How far one text leans towards each label; above `surplus` 0 the label is best named."""

    __slots__ = ("_leanings", "_scores", "_surplus", "_told")

    def __init__(self, leanings: Leanings, scores: NDArray[np.float32], told: Told) -> None:
        self._leanings = leanings
        self._scores = scores
        self._surplus: list[float] = ((scores - leanings.cuts) / SCALE).tolist()
        self._told = told

    def score(self, label: str) -> float:
        """How far the text leans to a label, from about -1 to 1."""
        return float(self._scores[self._leanings.places[label]]) / SCALE

    def surplus(self, label: str) -> float:
        """How far the text is beyond the point from which a label is best named; negative when it is short of it."""
        return self._surplus[self._leanings.places[label]]

    def ranked(self, kind: str) -> list[tuple[str, float]]:
        """Every code of one kind (topic, crisis, reason) with its surplus, the surest first."""
        surplus = self._surplus
        return sorted(((code, surplus[place]) for code, place in self._leanings.codes[kind]), key=lambda one: -one[1])

    def named(self, kind: str) -> list[str]:
        """The codes of one kind that the text leans to far enough, the surest first."""
        return [code for code, surplus in self.ranked(kind) if surplus > 0]

    def words(self, label: str) -> str:
        """The words of the text that lead most to a label."""
        told: dict[str, float] = {}
        for words, weight in zip(self._told.words, self._leanings.weights(label, self._told), strict=True):
            told[words] = told.get(words, 0.0) + weight
        best = sorted((word for word in told if told[word] > 0), key=lambda word: -told[word])[:_REASONS]
        return "・".join(best)


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
        scores, row_of = self.bias.copy(), self._rows.get
        told = Told()
        for group, shown in enumerate(marks.groups()):
            known = [(row, words) for name, words in shown.items() if (row := row_of(name)) is not None]
            if not known:
                continue
            rows = np.array([row for row, _ in known], dtype=np.intp)
            start = 0
            for head in self._heads:
                own = rows[rows < len(head.weights)]
                if own.size:
                    scores[start : start + len(head.labels)] += _summed(head.weights.take(own, axis=0))
                start += len(head.labels)
            if group in _READABLE:
                readable = [(row, words) for row, words in known if words]
                told.words += [words for _, words in readable]
                told.rows += [row for row, _ in readable]
                told.shares += [len(known) ** -0.5] * len(readable)
        return Leaning(self, scores, told)

    def weights(self, label: str, told: Told) -> list[float]:
        """What each of these words weighs for a label."""
        place = self.places[label]
        for head in self._heads:
            if place < len(head.labels):
                rows = np.array(told.rows, dtype=np.intp)
                column = head.weights[np.minimum(rows, len(head.weights) - 1), place] * (rows < len(head.weights))
                shown: list[float] = (column * np.array(told.shares)).tolist()
                return shown
            place -= len(head.labels)
        raise KeyError(label)


def _summed(weights: NDArray[np.int16]) -> NDArray[np.float32]:
    """The weights of a group of marks, which counts the same however many there are."""
    total: NDArray[np.float32] = np.add.reduce(weights, axis=0, dtype=np.int32).astype(np.float32)
    return total * np.float32(len(weights) ** -0.5)
