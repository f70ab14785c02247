"""`make learn`: learns intents/leanings.tsv and leads.tsv from the labelled messages of heard/, and says how well they do."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix, hstack, spmatrix
from sklearn.linear_model import Ridge
from sklearn.model_selection import KFold

from intents import Crisis, Ear, Reason, Topic
from intents.leanings import DANGER, LEADS, LEANINGS, ROLES, ROUTES, SCALE
from intents.marks import Marks
from tests.intents import samples

HEARD = Path(__file__).parent / "heard"
# A mark that fewer messages show teaches nothing that would hold elsewhere.
_RARE = 4
# Weights below this, in thousandths, are left out: together they move next to no decision.
_FAINT = 60
_STRENGTH = 1.0
# A kind of place that fewer messages ask for is left to the words it is known by.
_FEWEST = 12
_FOLDS = 5
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


def fit(matrix: Any, wanted: Any) -> Ridge:
    """The weights that come nearest to the labels (+1 and -1)."""
    return Ridge(alpha=_STRENGTH, solver="sparse_cg", tol=1e-3).fit(matrix, wanted)


def thresholds(matrix: Any, wanted: Any, labels: Sequence[str]) -> tuple[list[float], list[float]]:
    """For each label the score from which it is best named, judged on messages not learned from; and the F it reaches."""
    guessed = np.zeros_like(wanted)
    for learned, kept in KFold(_FOLDS, shuffle=True, random_state=0).split(wanted):
        guessed[kept] = fit(matrix[learned], wanted[learned]).predict(matrix[kept])
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


def lines(names: Sequence[str], weights: Any) -> Iterator[str]:
    """One line a mark: its name, then label:weight in thousandths."""
    for at, name in enumerate(names):
        shown = [(label, round(float(weights[label, at]) * SCALE)) for label in range(weights.shape[0])]
        told = " ".join(f"{label}:{weight}" for label, weight in shown if abs(weight) >= _FAINT)
        if told:
            yield f"{name}\t{told}"


def judged(table: Table, wanted: Any, labels: Sequence[str]) -> list[float]:
    """The thresholds of these labels, told together with how well they do."""
    cuts, reached = thresholds(table.matrix, wanted, labels)
    for label, cut, best in zip(labels, cuts, reached, strict=True):
        print(f"{label:40} F {best:.3f} from {cut:+.2f}")
    return cuts


def write(path: Path, table: Table, labels: Sequence[str], bias: Sequence[float], cuts: Sequence[float], weights: Any) -> None:
    """Write one file of weights."""
    head = [
        "\t".join(["labels", *labels]),
        "\t".join(["bias", *(str(round(float(one) * SCALE)) for one in bias)]),
        "\t".join(["from", *(str(round(cut * SCALE)) for cut in cuts)]),
    ]
    path.write_text("\n".join([*head, *lines(table.names, weights)]) + "\n", encoding="utf-8")
    print(f"{len(table.names)} marks -> {path.name} ({path.stat().st_size / 1e6:.1f} MB)")


def learn_kinds(ear: Ear) -> None:
    """Learn which kinds of places answer a message, from those that say so."""
    heard = [message for message in messages() if "kinds" in message]
    table = Table([ear.marked(message["text"])[0] for message in heard])
    counted = Counter(kind for message in heard for kind in message["kinds"])
    labels = [f"kind {kind}" for kind in sorted(counted) if counted[kind] >= _FEWEST]
    wanted = np.array(
        [[1.0 if label.removeprefix("kind ") in one["kinds"] else -1.0 for label in labels] for one in heard], dtype=np.float32
    )
    cuts, model = judged(table, wanted, labels), fit(table.matrix, wanted)
    write(LEADS, table, labels, model.intercept_, cuts, model.coef_)


def main() -> None:
    """Learn and write."""
    ear = Ear.standard()
    learn_kinds(ear)
    heard = [*messages(), *samples_of(ear)]
    table = Table([ear.marked(message["text"])[0] for message in heard])
    wanted = np.array([[1.0 if label in labels_of(one) else -1.0 for label in LABELS] for one in heard], dtype=np.float32)
    cuts = judged(table, wanted, LABELS)
    endangered = [at for at, one in enumerate(heard) if one.get("role") in ROLES]
    part = np.array([[1.0 if heard[at]["role"] == role else -1.0 for role in ROLES] for at in endangered], dtype=np.float32)
    model, roles = fit(table.matrix, wanted), fit(table.matrix[endangered], part)
    labels = [*LABELS, *(f"role {role}" for role in ROLES)]
    bias = [*model.intercept_, *roles.intercept_]
    write(LEANINGS, table, labels, bias, [*cuts, *(0.0 for _ in ROLES)], np.vstack([model.coef_, roles.coef_]))


if __name__ == "__main__":
    main()
