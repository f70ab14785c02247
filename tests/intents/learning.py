"""`make learn`: learns what messages mean and lead to from the labelled ones of heard/, and says how well it does."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix, hstack, spmatrix

from intents import Crisis, Ear, Reason, Topic
from intents.leanings import DANGER, LEADS, LEANINGS, MEANINGS, ROLES, ROUTES, SCALE
from intents.marks import Marks
from tests.intents import samples

HEARD = Path(__file__).parent / "heard"
# A mark that fewer messages show teaches nothing that would hold elsewhere.
_RARE = 4
# Weights below this, in thousandths, are left out: together they move next to no decision.
_FAINT = 60
_STRENGTH = 1.0
# The weights are sought in steps until no label is further off than this share of where it began.
_NEAR, _MOST_STEPS = 3e-3, 200
# A kind of place that fewer messages ask for is left to the words it is known by.
_FEWEST = 12
_FOLDS = 3
# A danger that is missed weighs more than a false alarm: recall counts so many times as much as precision.
_RECALL = {DANGER: 2.0}
LABELS = (
    *(f"topic {topic.value}" for topic in Topic),
    *(f"crisis {crisis.value}" for crisis in Crisis),
    *(f"reason {reason.value}" for reason in Reason if reason is not Reason.CRISIS),
    *(f"route {route}" for route in ROUTES),
    DANGER,
)


def messages(folder: Path = HEARD) -> list[dict[str, Any]]:
    """All labelled messages, in the order of the files."""
    return [json.loads(line) for path in sorted(folder.glob("*.jsonl")) for line in path.read_text("utf-8").splitlines()]


def samples_of(ear: Ear) -> Iterator[dict[str, Any]]:
    """The sentences of data/ too; what they do not say of themselves is taken as the rules hear it."""
    for name in ("crises", "roundabout", "routes"):
        for line, case in samples.cases(name):
            heard = {"text": line, **ear.marked(line)[1].as_dict(), **case}
            crises = case.get("crises", [case["includes"]] if "includes" in case else [])
            yield heard | ({"crises": crises, "route": "urgent"} if crises else {})
    for line in samples.calm():
        heard = ear.marked(line)[1].as_dict()
        yield {"text": line, **heard, "crises": [], "reasons": [code for code in heard["reasons"] if code != "crisis"]}


def labels_of(message: dict[str, Any]) -> set[str]:
    """The labels one message carries."""
    found = {f"topic {code}" for code in message["topics"]} | {f"crisis {code}" for code in message["crises"]}
    found |= {f"reason {code}" for code in message["reasons"]} | {f"route {message['route']}"}
    return found | ({DANGER} if message["crises"] else set())


class Table:
    """Which message shows which marks; every group of marks weighs the same, however many there are."""

    def __init__(self, shown: Sequence[Marks]) -> None:
        self.names: list[str] = []
        parts: list[spmatrix] = []
        for group in zip(*(marks.groups() for marks in shown), strict=True):
            counted = Counter(name for marks in group for name in marks)
            known = {name: at for at, name in enumerate(sorted(name for name in counted if counted[name] >= _RARE))}
            self.names += known
            parts.append(_rows(group, known))
        self.matrix = hstack(parts).tocsr().astype(np.float32)


def _rows(group: Sequence[dict[str, str]], known: dict[str, int]) -> csr_matrix:
    at, of, value = [], [], []
    for row, marks in enumerate(group):
        found = [known[name] for name in marks if name in known]
        at += [row] * len(found)
        of += found
        value += [max(1, len(found)) ** -0.5] * len(found)
    return csr_matrix((value, (at, of)), shape=(len(group), len(known)))


@dataclass(frozen=True)
class Weights:
    """A row of weights for each mark, a column for each label, and the score of a message without any mark."""

    rows: Any
    bias: Any

    def scores(self, matrix: Any) -> Any:
        """How far messages lean to each label."""
        return matrix @ self.rows + self.bias


def fit(matrix: Any, wanted: Any) -> Weights:
    """The weights that come nearest to the labels (+1 and -1): ridge regression, all labels at once by conjugate gradients."""
    mean, middle = np.asarray(matrix.mean(axis=0), dtype=np.float32).ravel(), wanted.mean(axis=0)
    turned = matrix.T.tocsr()

    def back(rest: Any) -> Any:
        return turned @ rest - np.outer(mean, rest.sum(axis=0))

    rest = back(wanted - middle)
    found, way = np.zeros_like(rest), rest.copy()
    size = (rest**2).sum(axis=0)
    enough = _NEAR**2 * size
    for _ in range(_MOST_STEPS):
        if (size <= enough).all():
            break
        ahead = back(matrix @ way - mean @ way) + _STRENGTH * way
        step = size / np.maximum((way * ahead).sum(axis=0), 1e-30)
        found += step * way
        rest -= step * ahead
        before, size = size, (rest**2).sum(axis=0)
        way = rest + size / np.maximum(before, 1e-30) * way
    return Weights(found, middle - mean @ found)


def thresholds(matrix: Any, wanted: Any, labels: Sequence[str]) -> tuple[list[float], list[float]]:
    """For each label the score from which it is best named, judged on messages not learned from; and the F it reaches."""
    guessed, fold = np.zeros_like(wanted), np.random.default_rng(0).permutation(len(wanted)) % _FOLDS
    for kept in (fold == number for number in range(_FOLDS)):
        guessed[kept] = fit(matrix[~kept], wanted[~kept]).scores(matrix[kept])
    cuts, reached = [], []
    for at, label in enumerate(labels):
        true, recall = wanted[:, at] > 0, _RECALL.get(label, 1.0)
        found = [(_f(guessed[:, at] > cut, true, recall), cut) for cut in np.arange(-0.96, 0.5, 0.02)]
        best, cut = max(found)
        cuts.append(float(cut))
        reached.append(float(best))
    return cuts, reached


def _f(guessed: Any, true: Any, recall: float) -> float:
    right, weight = (guessed & true).sum(), recall**2
    return float((1 + weight) * right / max(1, (1 + weight) * right + weight * (true & ~guessed).sum() + (guessed & ~true).sum()))


def judged(table: Table, wanted: Any, labels: Sequence[str]) -> list[float]:
    """The thresholds of these labels, told together with how well they do."""
    cuts, reached = thresholds(table.matrix, wanted, labels)
    for label, cut, best in zip(labels, cuts, reached, strict=True):
        print(f"{label:40} F {best:.3f} from {cut:+.2f}")
    return cuts


def write(heads: Sequence[tuple[Path, Table, Sequence[str], Sequence[float], Sequence[float], Any]]) -> None:
    """Write the labels, the marks (those that lead to places first) and a file of weights for each set of labels."""
    marks = [table.names for _, table, *_ in heads]
    rows = {name: row for row, name in enumerate([*marks[1], *sorted(set(marks[0]) - set(marks[1]))])}
    told: list[str] = []
    for path, table, labels, bias, cuts, weights in heads:
        told.append("\t".join(["labels", *labels]))
        told.append("\t".join(["bias", *(str(round(float(one) * SCALE)) for one in bias)]))
        told.append("\t".join(["from", *(str(round(cut * SCALE)) for cut in cuts)]))
        own = [rows[name] for name in table.names]
        found = np.zeros((max(own) + 1, len(labels)), dtype=np.int16)
        scaled = np.round(weights * SCALE)
        found[own] = np.where(np.abs(scaled) < _FAINT, 0, scaled)
        np.save(path, found)
        print(f"{len(table.names)} marks -> {path.name} ({path.stat().st_size / 1e6:.1f} MB)")
    LEANINGS.write_text("\n".join([*told, *rows]) + "\n", encoding="utf-8")


def learn_meanings(heard: Sequence[dict[str, Any]], shown: Sequence[Marks]) -> Any:
    """Learn subjects, dangers, reasons, what comes next, and the writer's part in a danger."""
    table = Table(shown)
    wanted = np.array([[1.0 if label in labels_of(one) else -1.0 for label in LABELS] for one in heard], dtype=np.float32)
    cuts = judged(table, wanted, LABELS)
    endangered = [at for at, one in enumerate(heard) if one.get("role") in ROLES]
    part = np.array([[1.0 if heard[at]["role"] == role else -1.0 for role in ROLES] for at in endangered], dtype=np.float32)
    model, roles = fit(table.matrix, wanted), fit(table.matrix[endangered], part)
    labels = [*LABELS, *(f"role {role}" for role in ROLES)]
    bias = [*model.bias, *roles.bias]
    return MEANINGS, table, labels, bias, [*cuts, *(0.0 for _ in ROLES)], np.hstack([model.rows, roles.rows])


def learn_kinds(heard: Sequence[dict[str, Any]], shown: Sequence[Marks]) -> Any:
    """Learn which kinds of places answer a message, from those that say so."""
    chosen = [at for at, message in enumerate(heard) if "kinds" in message]
    table = Table([shown[at] for at in chosen])
    counted = Counter(kind for at in chosen for kind in heard[at]["kinds"])
    labels = [f"kind {kind}" for kind in sorted(counted) if counted[kind] >= _FEWEST]
    wanted = np.array(
        [[1.0 if label.removeprefix("kind ") in heard[at]["kinds"] else -1.0 for label in labels] for at in chosen],
        dtype=np.float32,
    )
    cuts, model = judged(table, wanted, labels), fit(table.matrix, wanted)
    return LEADS, table, labels, model.bias, cuts, model.rows


def main() -> None:
    """Learn and write."""
    ear = Ear.standard()
    heard = [*messages(), *samples_of(ear)]
    shown = [ear.marked(message["text"])[0] for message in heard]
    write([learn_meanings(heard, shown), learn_kinds(heard, shown)])


if __name__ == "__main__":
    main()
