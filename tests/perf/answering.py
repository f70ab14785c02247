"""Understanding and search through the shipped functions, as ratios to the bare tokeniser and to plain ways of searching."""

from __future__ import annotations

import gc
import itertools
import random
import statistics
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import fugashi
import unidic_lite
from rapidfuzz import fuzz, process

from bot.dialogue import searching
from bot.dialogue.turn import Tools, Turn
from bot.texts import Texts
from intents import Ear, Index
from resources import hotlines, stored_terms
from resources.kinds import Kinds
from resources.search import Search
from resources.shelf import made_with
from tests.perf import world
from tests.perf.world import NOW

_BLOCKS = 7
_SIZE = 1000
_ASKS = "という所に行ってみたいのですが、どうすれば入れてもらえるのか、いつ開いているのか教えてください"


class Perf:
    """One prefecture with everything that answers in it."""

    def __init__(self, folder: Path, towns: int, *, size: int = _SIZE) -> None:
        self.store = world.opened(folder)
        self.tagger = fugashi.Tagger(f'-d "{unidic_lite.DICDIR}"')
        self.codes = world.codes(towns)
        kinds = Kinds.load()
        self.ear = Ear.standard()
        self.search = Search(self.store.database, self.ear, kinds, watched=True)
        world.fill(self.store, self.codes[0], size)
        world.prepare(self.store, self.search, self.codes[:1])
        world.spread(self.store, self.codes[0], self.codes[1:])
        self.tools = Tools(self.ear, self.search, hotlines.load(), kinds, Texts.load())
        gc.collect()
        gc.freeze()

    def turn(self, code: str) -> Turn:
        """Return what an answer in this town is made with; nothing of it is stored."""
        town: Any = SimpleNamespace(code=code, name="ためし町", kana="")
        nobody: Any = SimpleNamespace(language="ja", register="plain")
        return Turn(nobody, nobody, nobody, nobody, nobody, nobody, None, NOW, town, None, self.tools)

    def answer(self, code: str, text: str) -> None:
        """Understand a message, search, and write the cards."""
        searching.cards(self.turn(code), text, assessment=self.ear.assess(text))

    def warm(self, codes: Sequence[str]) -> None:
        """Put these towns on the shelf."""
        for code in codes:
            self.search.find("相談", municipality=code, now=NOW)


@contextmanager
def prefecture(towns: int, *, size: int = _SIZE) -> Iterator[Perf]:
    """A prefecture that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="uketome-perf-") as folder:
        made = Perf(Path(folder), towns, size=size)
        yield made
        made.store.close()


def seconds(work: Callable[[str], object], texts: Sequence[str]) -> float:
    """Return the median seconds for one text."""
    took = []
    for text in texts:
        begun = time.perf_counter()
        work(text)
        took.append(time.perf_counter() - begun)
    return statistics.median(took)


def compared(arms: dict[str, Callable[[str], object]], texts: Sequence[str]) -> dict[str, float]:
    """Return the median over blocks, in which the arms take turns, of the seconds for one text."""
    found: dict[str, list[float]] = {name: [] for name in arms}
    for block in range(_BLOCKS + 1):
        for name, work in arms.items():
            took = seconds(work, texts)
            if block:  # The first block warms up.
                found[name].append(took)
    return {name: statistics.median(took) for name, took in found.items()}


def understand() -> None:
    """A whole answer to 60 letters at 100,000 entries against the tokeniser alone."""
    with prefecture(100) as made:
        towns = itertools.cycle(made.codes[:50])
        made.warm(made.codes[:50])
        arms: dict[str, Callable[[str], object]] = {
            "tokenising": made.tagger,
            "understanding": made.ear.assess,
            "the whole answer": lambda text: made.answer(next(towns), text),
        }
        found = compared(arms, world.messages())
        _told("understand", found, "tokenising", "100,000 entries, 60 letters")
        text = "。".join(row for row in world.messages())[:5000]
        begun = time.process_time()
        made.answer(made.codes[0], text)
        print(f"understand: a message of 5,000 letters takes {time.process_time() - begun:.2f} s of processor time")


def typo() -> None:
    """The same for names with one slip of the keyboard, and how many of them are found."""
    with prefecture(100) as made:
        lots, names = random.Random(1), world.names(made.store, made.codes[0])
        slips = [_slipped(name, lots) for name in lots.sample(names, 200)]
        made.warm(made.codes[:1])
        texts = [f"{slip}{_ASKS}"[: world.LETTERS] for slip in slips]
        arms: dict[str, Callable[[str], object]] = {
            "tokenising": made.tagger,
            "the whole answer": lambda text: made.answer(made.codes[0], text),
        }
        _told("typo", compared(arms, texts), "tokenising", "a name with one wrong letter")
        asked = zip(slips, random.Random(1).sample(names, 200), strict=True)
        found = [
            name in [place.name for place in made.search.find(slip, municipality=made.codes[0], now=NOW, limit=5)]
            for slip, name in asked
        ]
        print(f"typo: recall@5 {sum(found) / len(found):.3f} of {len(found)} names with one wrong letter")


def scale(entries: int) -> None:
    """The answer in one town when its prefecture holds a thousand entries, and when it holds very many; the index itself."""
    with prefecture(1) as alone, prefecture(entries // _SIZE) as many:
        alone.warm(alone.codes)
        many.warm(many.codes[:50])
        towns = itertools.cycle(many.codes[:50])
        arms: dict[str, Callable[[str], object]] = {
            "1,000 entries": lambda text: alone.answer(alone.codes[0], text),
            f"{entries:,} entries": lambda text: many.answer(next(towns), text),
        }
        _told("scale", compared(arms, world.messages()), "1,000 entries", "scoped to a town of 1,000")
        _index(alone)


def _index(made: Perf) -> None:
    """What a town's index takes: memory for an entry, and time to be made from stored terms."""
    took = []
    for _ in range(5):
        fresh = Search(made.store.database, made.ear, made.tools.kinds)
        begun = time.process_time()
        fresh.find("", municipality=made.codes[0], now=NOW)
        took.append(time.process_time() - begun)
    with made.store.database.reading() as session:
        terms = [one.terms for one in stored_terms.of_town(session, made.codes[0], made_with()).values()]
    gc.collect()
    tracemalloc.start()
    index = Index(terms, made.ear)
    gc.collect()
    held = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    print(f"scale: a town of {len(index)} entries is made from stored terms in {statistics.median(took) * 1000:.0f} ms, "
          f"its index takes {held / 1000 / len(index):.1f} KB an entry")  # fmt: skip


def peers() -> None:
    """Searching 100,000 entries against comparing every name with rapidfuzz and against SQLite's full-text search."""
    with prefecture(100) as made, tempfile.TemporaryDirectory(prefix="uketome-perf-") as folder:
        names = [name for code in made.codes for name in world.names(made.store, code)]
        plain = world.fts(Path(folder) / "fts.db", [(name[:1], " ".join(made.ear.words.lemmas(name))) for name in names])
        made.warm(made.codes[:50])
        towns = itertools.cycle(made.codes[:50])
        texts = world.messages()[:12]  # The other ways take half a second each.
        heard = {text: made.ear.assess(text) for text in texts}

        def full_text(text: str) -> object:
            words = " OR ".join(f'"{word}"' for word in made.ear.words.lemmas(text) if word.isalnum())
            return plain.execute("select rowid from entry where words match ? order by rank limit 5", (words,)).fetchall()

        arms: dict[str, Callable[[str], object]] = {
            "search": lambda text: made.search.find(text, municipality=next(towns), now=NOW, assessment=heard[text]),
            "rapidfuzz over all names": lambda text: process.extract(text, names, scorer=fuzz.WRatio, limit=5),
            "SQLite FTS5 OR": full_text,
        }
        found = compared(arms, texts)
        for name in list(arms)[1:]:
            print(f"peers: {name} {found[name] * 1000:.1f} ms, search {found['search'] * 1000:.2f} ms: "
                  f"{found[name] / found['search']:.0f} times as long")  # fmt: skip


def _slipped(name: str, lots: random.Random) -> str:
    at = lots.randrange(len(name))
    return name[:at] + lots.choice("あいのんーさと") + name[at + 1 :]


def _told(title: str, found: dict[str, float], floor: str, about: str) -> None:
    for name, took in found.items():
        print(f"{title}: {name} {took * 1e6:.0f} µs = {took / found[floor]:.2f} × {floor} ({about})")
