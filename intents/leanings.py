"""What a message leans towards, judged by the company its marks kept in thousands of labelled messages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from intents.marks import Marks

LEANINGS: Final = Path(__file__).parent / "leanings.tsv"
LEADS: Final = Path(__file__).parent / "leads.tsv"
SCALE: Final = 1000
DANGER: Final = "danger"
ROLES: Final = ("self", "doer", "near", "outside")
ROUTES: Final = ("social", "clarify", "answer")
# Groups whose marks are words somebody can read as a reason; letters are no reason.
_READABLE: Final = (0, 1, 3)
_REASONS: Final = 3
# So many marks are kept ready; the commonest are back in a moment after all were let go.
_KEPT: Final = 20_000

Weights = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Leaning:
    """How far one text leans towards each label; above `surplus` 0 the label is best named."""

    scores: Mapping[str, float]
    cuts: Mapping[str, float]
    _told: Mapping[str, Mapping[str, float]]

    def surplus(self, label: str) -> float:
        """How far the text is beyond the point from which a label is best named; negative when it is short of it."""
        return self.scores[label] - self.cuts[label]

    def named(self, kind: str) -> list[str]:
        """The codes of one kind (topic, crisis, reason) that the text leans to far enough, the surest first."""
        found = [label for label in self.scores if label.startswith(f"{kind} ") and self.surplus(label) > 0]
        return [label.removeprefix(f"{kind} ") for label in sorted(found, key=lambda label: -self.surplus(label))]

    def words(self, label: str) -> str:
        """The words of the text that lead most to a label."""
        told = self._told.get(label, {})
        best = sorted((word for word in told if told[word] > 0), key=lambda word: -told[word])[:_REASONS]
        return "・".join(best)


class Leanings:
    """The learned weights; read-only after loading, safe to share between threads."""

    def __init__(self, labels: Sequence[str], bias: Sequence[int], cuts: Sequence[int], weights: dict[str, str]) -> None:
        self._labels = tuple(labels)
        self._bias = tuple(bias)
        self._cuts = {label: cut / SCALE for label, cut in zip(labels, cuts, strict=True)}
        self._written = weights
        self._read: dict[str, Weights] = {}

    @classmethod
    def load(cls, path: Path = LEANINGS) -> Leanings:
        """The weights that were learned last, of what a message means or of the places it leads to; `make learn` renews them."""
        with path.open(encoding="utf-8") as file:
            head = [next(file).rstrip("\n").split("\t")[1:] for _ in range(3)]
            weights = dict(line.rstrip("\n").split("\t") for line in file)
        labels, bias, cuts = head
        return cls(labels, [int(one) for one in bias], [int(one) for one in cuts], weights)

    def weigh(self, marks: Marks) -> Leaning:
        """How far a text with these marks leans to each label; every group of marks weighs the same."""
        scores = [float(one) for one in self._bias]
        told: dict[str, dict[str, float]] = {}
        for group, shown in enumerate(marks.groups()):
            known = [(words, self._weights(name)) for name, words in shown.items() if name in self._written]
            share = len(known) ** -0.5 if known else 0.0
            for words, weights in known:
                for label, weight in weights:
                    scores[label] += weight * share
                    if words and group in _READABLE:
                        reasons = told.setdefault(self._labels[label], {})
                        reasons[words] = reasons.get(words, 0.0) + weight * share
        found = {label: score / SCALE for label, score in zip(self._labels, scores, strict=True)}
        return Leaning(found, self._cuts, told)

    def _weights(self, name: str) -> Weights:
        known = self._read.get(name)
        if known is None:
            pairs = (pair.split(":") for pair in self._written[name].split(" "))
            known = tuple((int(label), int(weight)) for label, weight in pairs)
            if len(self._read) >= _KEPT:
                self._read = {}
            self._read[name] = known
        return known
