"""Queries against the demo town and, where the published files are at hand, against two real directories; with baselines."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import bm25s
from rapidfuzz import fuzz, process

from bot import demo
from bot.settings import Settings
from bot.store import upgrade
from intents import Ear, canonical
from resources import directory, importing, places
from resources.db import Database
from resources.drafts import Draft
from resources.kinds import Kinds
from resources.search import Search
from tests.evaluation.understanding import HERE, rows

JST = ZoneInfo("Asia/Tokyo")
SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data"
HOME, COAST, NORTH = "992011", "222127", "011002"
_FILES = {
    COAST: (
        "yaizu_community_center_suisho_bom.csv", "yaizu_preschool_suisho_header_typo.csv",
        "yaizu_yohairyosya_cp932_multiline.csv", "yaizu_hokago_day.csv",
    ),
    NORTH: ("mhlw_160_7737rows.csv",),
}  # fmt: skip
_SHOWN, _LOOKED_AT = 3, 10

Finder = Callable[[dict[str, Any]], list[str]]


@dataclass
class Found:
    """How one finder did, by sort of query."""

    ranks: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    missed: list[str] = field(default_factory=list)

    def note(self, query: dict[str, Any], names: list[str]) -> None:
        """Count one query; rank 0 means not among the first ten."""
        wanted = {name.strip() for name in query["want"]}
        rank = next((at for at, name in enumerate(names, start=1) if name.strip() in wanted), 0)
        self.ranks[query["by"]].append(rank)
        if not 0 < rank <= _SHOWN:
            self.missed.append(f"{query['id']} ({query['by']}): rank {rank or 'none'}")

    def hit(self, sort: str = "") -> float:
        """The share of queries with a right place among the first three."""
        ranks = self._of(sort)
        return sum(0 < rank <= _SHOWN for rank in ranks) / max(1, len(ranks))

    def mrr(self, sort: str = "") -> float:
        """The mean reciprocal rank of the first right place."""
        ranks = self._of(sort)
        return sum(1 / rank for rank in ranks if rank) / max(1, len(ranks))

    def _of(self, sort: str) -> list[int]:
        return self.ranks[sort] if sort else [rank for ranks in self.ranks.values() for rank in ranks]


class World:
    """A database with the demo town and the real directories, the search, and three baselines over the same entries."""

    def __init__(self, folder: Path, ear: Ear) -> None:
        self.ear = ear
        settings = Settings(
            database_url=f"sqlite:///{folder}/e.db", keys_url=f"sqlite:///{folder}/k.db", key_file=folder / "e.key"
        )
        self._store, _, _ = upgrade(settings)
        demo.furnish(self._store)
        self.real = SHARED.is_dir()
        if self.real:
            _import_real(self._store.database)
        self.search = Search(self._store.database, ear, Kinds.load())
        self._entries: dict[str, list[Draft]] = {}

    def close(self) -> None:
        """Close the database."""
        self._store.close()

    def entries(self, town: str) -> list[Draft]:
        """What the baselines look through: the town's entries, and for the demo town those of its prefecture and neighbour."""
        if town not in self._entries:
            with self._store.database.reading() as session:
                codes = places.around(session, town)
                self._entries[town] = [record.draft for code in codes for record in directory.whole(session, code)]
        return self._entries[town]

    def ours(self, query: dict[str, Any]) -> list[str]:
        """What the shipped search finds."""
        now = datetime.fromisoformat(query["at"]).replace(tzinfo=JST)
        near = tuple(query["near"]) if query.get("near") else None
        town = query.get("town", HOME)
        found = self.search.find(query["text"], municipality=town, now=now, near=near, limit=_LOOKED_AT)
        return [place.name for place in found]

    def baselines(self, town: str) -> dict[str, Finder]:
        """Plain BM25 over the same tokens, character pairs and triples by BM25, and rapidfuzz over the names."""
        entries = self.entries(town)
        names = [draft.name for draft in entries]
        texts = [_text(draft) for draft in entries]

        def by_bm25(cut: Callable[[str], list[str]]) -> Finder:
            index = bm25s.BM25()
            index.index([cut(text) for text in texts], show_progress=False)

            def find(query: dict[str, Any]) -> list[str]:
                tokens = [cut(query["text"])]
                found, scores = index.retrieve(tokens, k=min(_LOOKED_AT, len(names)), show_progress=False)
                return [names[at] for at, score in zip(found[0], scores[0], strict=True) if score > 0]

            return find

        def by_name(query: dict[str, Any]) -> list[str]:
            return [found[0] for found in process.extract(query["text"], names, scorer=fuzz.WRatio, limit=_LOOKED_AT)]

        return {"bm25": by_bm25(self._words), "letters": by_bm25(_letters), "rapidfuzz": by_name}

    def _words(self, text: str) -> list[str]:
        return [
            word.lemma for word in self.ear.words.cut(canonical(text)) if word.pos not in ("助詞", "助動詞", "補助記号", "空白")
        ]


def judge(world: World, name: str) -> dict[str, Found]:
    """Let our search and the baselines answer one set of queries."""
    queries = [query for query in rows(HERE / "data" / f"queries_{name}.jsonl") if world.real or "town" not in query]
    found: dict[str, Found] = defaultdict(Found)
    baselines = {town: world.baselines(town) for town in {query.get("town", HOME) for query in queries}}
    for query in queries:
        found["ours"].note(query, world.ours(query))
        for finder, find in baselines[query.get("town", HOME)].items():
            found[finder].note(query, find(query))
    return dict(found)


def lines(found: dict[str, Found]) -> Iterator[str]:
    """The figures of one set, ours beside the baselines."""
    ours = found["ours"]
    for sort in ("", *sorted(ours.ranks)):
        figures = "  ".join(f"{name} {one.hit(sort):.2f}/{one.mrr(sort):.2f}" for name, one in found.items())
        yield f"  {sort or 'all':11} n={len(ours.ranks[sort]) if sort else sum(map(len, ours.ranks.values())):3}  {figures}"
    yield from (f"  missed {line}" for line in ours.missed[:10])


def _text(draft: Draft) -> str:
    parts = (draft.name, draft.name_kana, draft.kind_label, draft.description, draft.eligibility_description, draft.address)
    return " ".join(part for part in parts if part)


def _letters(text: str) -> list[str]:
    plain = canonical(text).replace(" ", "")
    return [plain[at : at + length] for length in (2, 3) for at in range(len(plain) - length + 1)] or [plain]


def _import_real(database: Database) -> None:
    now = datetime(2026, 11, 24, tzinfo=JST)
    with database.writing() as session:
        places.add(session, COAST, "焼津市", now=now)
        places.add(session, NORTH, "札幌市", now=now)
    for town, files in _FILES.items():
        for name in files:
            data = (SHARED / name).read_bytes()
            data = _of_one_city(data, "札幌市", NORTH) if town == NORTH else data
            importing.run(database, data, name, municipality=town, by="評価", now=now)


def _of_one_city(data: bytes, city: str, code: str) -> bytes:
    """The rows of a city whose wards have codes of their own, under the city's code."""
    head, *rest = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    kept = [[code, *row[1:]] for row in rest if any(city in cell for cell in row[:8])]
    out = io.StringIO(newline="")
    csv.writer(out).writerows([head, *kept])
    return out.getvalue().encode("utf-8-sig")
