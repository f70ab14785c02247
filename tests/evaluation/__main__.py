"""`make eval`: every labelled set, tuned and untouched side by side, with three baselines for the search."""

from __future__ import annotations

import tempfile
from pathlib import Path

from intents import Ear
from tests.evaluation import searching, understanding


def main() -> None:
    """Print the figures."""
    ear = Ear.standard()
    for name, sort in (("first", "tuned with"), ("second", "untouched"), ("third", "untouched"), ("pieces", "untouched"),
                       ("fright", "held out"),
                       ("../data/languages", "tuned with"), ("languages", "untouched")):  # fmt: skip
        print(f"messages {name} ({sort})")
        print(*understanding.messages(ear, name).lines(), sep="\n")
    for name, sort in (("open", "tuned with"), ("sealed", "untouched")):
        print(f"conversations {name} ({sort}), one line a message")
        print(*understanding.conversations(ear, name).lines(), sep="\n")
    with tempfile.TemporaryDirectory(prefix="uketome-eval-") as folder:
        world = searching.World(Path(folder), ear)
        print("queries: hit@3 / mean reciprocal rank")
        for name in ("demo_a", "demo_b", *(("real",) if world.real else ())):
            for part, sort in (("open", "tuned with"), ("sealed", "untouched")):
                print(f"queries {name}_{part} ({sort})")
                print(*searching.lines(searching.judge(world, f"{name}_{part}")), sep="\n")
        world.close()


if __name__ == "__main__":
    main()
