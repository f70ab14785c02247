"""A prefecture for measuring: municipalities with directories of a thousand entries each, in a database of their own."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select, text

from bot import demo
from bot.settings import Settings
from bot.store import Store, upgrade
from resources import change_sets, directory, places
from resources.db import EVERYWHERE, Base, new_id
from resources.drafts import Draft
from resources.records import NewEntry, write_new
from resources.search import Search
from resources.stored_terms import StoredTerms
from tests.evaluation.understanding import MESSAGES, rows

DEMO = "992011"
NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
LETTERS = 60
_AT_ONCE = 500
_COPIED = (
    "service", "location", "service_at_location", "phone", "service_contact", "schedule", "service_closure", "attribute",
    "service_area", "required_document", "language", "stored_terms",
)  # fmt: skip
# What stands before and behind the names of the demo town's places, so that a thousand of them differ.
_BEFORE = [
    "桜町",
    "緑町",
    "港町",
    "本町",
    "北浜",
    "南台",
    "東山",
    "西原",
    "中町",
    "川口",
    "若葉",
    "日の出",
    "朝日",
    "栄町",
    "幸町",
    "泉町",
    "松原",
    "梅ヶ丘",
    "竹園",
    "杉並木",
]
_BEHIND = ["第一", "第二", "第三", "中央", "ひまわり", "たんぽぽ", "すみれ", "あおば", "こすもす", "ふじ", "さくら", "もみじ"]


def opened(folder: Path) -> Store:
    """Return a new installation with the demo towns."""
    settings = Settings(database_url=f"sqlite:///{folder}/w.db", keys_url=f"sqlite:///{folder}/k.db", key_file=folder / "w.key")
    store, _, _ = upgrade(settings)
    demo.furnish(store)
    return store


def codes(count: int) -> list[str]:
    """Return so many municipality codes that no real town has."""
    return [f"{number}{places.check_digit(str(number))}" for number in range(90_000, 90_000 + count)]


def entries(store: Store, count: int, *, seed: int) -> list[Draft]:
    """Return entries as the demo town has them, under so many different names."""
    with store.database.reading() as session:
        known = [record.draft for record in directory.whole(session, DEMO) if not record.draft.confidential]
    lots = random.Random(seed)
    return [
        replace(draft, name=f"{lots.choice(_BEFORE)}{lots.choice(_BEHIND)}{draft.name}", name_kana="", areas=())
        for draft in (lots.choice(known) for _ in range(count))
    ]


def fill(store: Store, code: str, size: int, *, seed: int = 0) -> None:
    """Give a new town a directory of its own."""
    with store.database.writing() as session:
        places.add(session, code, f"{code}町", now=NOW)
        drafts = entries(store, size, seed=seed)
        for start in range(0, size, _AT_ONCE):
            made = [NewEntry(new_id(), code, draft) for draft in drafts[start : start + _AT_ONCE]]
            write_new(session, made, now=NOW)
        change_sets.bump(session, code)


def prepare(store: Store, search: Search, codes: Sequence[str]) -> None:
    """Store the terms of every entry, as the worker does."""
    stored = select(StoredTerms.municipality_code).where(StoredTerms.municipality_code.in_(codes)).distinct()
    prepared: set[str] = set()
    while not prepared >= set(codes):
        search.prepare()
        with store.database.reading() as session:
            prepared = set(session.scalars(stored))


def spread(store: Store, template: str, codes: Sequence[str]) -> None:
    """Give many towns a copy of one town's directory, terms included; ids differ in their first six digits, which are hours."""
    if not codes:
        return
    with store.database.writing(EVERYWHERE) as session:
        for code in codes:
            places.add(session, code, f"{code}町", now=NOW)
            change_sets.bump(session, code)
        session.execute(text("create table copy (code text, head text)"))
        copies = [{"code": code, "head": f"{number:06x}"} for number, code in enumerate(codes, start=1)]
        session.execute(text("insert into copy values (:code, :head)"), copies)
    # One town behind the other: in the order of the keys a million rows take a minute, not an hour.
    for table in _COPIED:
        columns, shown, where = _rows_of(table)
        wanted = f"select {shown} from {table} cross join copy where {where} order by head, {table}.rowid"
        with store.database.writing(EVERYWHERE) as session:
            session.execute(text(f"insert into {table} ({columns}) {wanted}"), {"template": template})
    with store.database.writing(EVERYWHERE) as session:
        session.execute(text("drop table copy"))


def _rows_of(table: str) -> tuple[str, str, str]:
    """Return the columns of a table, each as it is copied to another town, and which rows belong to the first one."""
    columns = Base.metadata.tables[table].columns.keys()
    shown = {"municipality_code": "code", "organization_id": "null", "change_set_id": "null", "ahead_id": "null"}
    ids = {name: f"head || substr({name}, 7)" for name in columns if name == "id" or name in ("service_id", "location_id")}
    if "municipality_code" in columns:
        where = "municipality_code = :template"
    else:
        where = "service_id in (select id from service where municipality_code = :template)"
    return ", ".join(columns), ", ".join((shown | ids).get(name, name) for name in columns), where


def messages(letters: int = LETTERS) -> list[str]:
    """Return labelled messages of about so many letters: those that are shorter are joined."""
    found, told = [], ""
    for row in rows(MESSAGES / "third.jsonl"):
        told = f"{told}。{row['text']}" if told else row["text"]
        if len(told) >= letters:
            found.append(told[:letters])
            told = ""
    return found


def names(store: Store, code: str) -> list[str]:
    """Return the names in a town's directory."""
    with store.database.reading() as session:
        return [record.draft.name for record in directory.whole(session, code)]


def fts(path: Path, known: Sequence[tuple[str, str]]) -> sqlite3.Connection:
    """Return a full-text index over (town, words) as a plain application would have it."""
    connection = sqlite3.connect(path)
    connection.execute("create virtual table entry using fts5(town unindexed, words)")
    connection.executemany("insert into entry values (?, ?)", known)
    connection.commit()
    return connection
