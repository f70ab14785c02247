"""The directories of the towns in memory: made when first asked for, renewed beside the work, the least asked put away."""

from __future__ import annotations

import hashlib
import threading
import uuid
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from intents import Ear, Index, Terms
from intents.terms import fingerprint
from resources import areas, directory, freshness, places, quarters, sharing, stored_terms
from resources.db import Database
from resources.indexed import Describing
from resources.kinds import Kinds
from resources.places import Level, Municipality
from resources.quarters import Quarters
from resources.records import Record
from resources.services import Status
from resources.stored_terms import Found
from resources.weighing import Scope, Traits

_TOWNS_KEPT = 64
# What a place loses by lying outside the own town; a prefecture's office serves the town, a neighbour's perhaps not.
_HOME, _NEIGHBOUR = 1.0, 0.6
_SHARES = {Level.PREFECTURE: 0.7, Level.NATION: 0.5}
_SHOWN = (Status.ACTIVE, Status.TEMPORARILY_CLOSED)


@dataclass(frozen=True)
class Town:
    """One directory, ready to be searched."""

    version: int
    index: Index
    records: Mapping[str, Record]
    traits: Mapping[str, Traits]
    quarters: Quarters


class Shelf:
    """The directories that were asked for lately; safe to share between threads.

    A `watched` shelf trusts what it holds until `refresh` is called, as a worker does every second or two; any other looks at
    each question whether something was changed.
    """

    def __init__(self, database: Database, ear: Ear, kinds: Kinds, *, watched: bool = False) -> None:
        self._database, self._ear = database, ear
        self._describing = Describing.by(kinds)
        self._made_with = made_with()
        self._watched = watched
        self._towns: OrderedDict[str, Town] = OrderedDict()
        self._around: dict[str, list[tuple[str, Scope]]] = {}
        self._prepared: dict[str, int] = {}
        self._instead: Record | None = None
        self._lock = threading.Lock()
        self._building: dict[str, threading.Lock] = {}

    def trying(self, record: Record) -> Shelf:
        """Return a shelf of its own on which one entry says something that was never saved."""
        other = Shelf(self._database, self._ear, self._describing.kinds)
        other._instead = record
        with self._lock:
            other._towns.update((code, town) for code, town in self._towns.items() if code != record.municipality_code)
        return other

    def around(self, municipality: str) -> list[tuple[Scope, Town]]:
        """Return the directories for residents of a town, the own one first."""
        with self._lock:
            known = self._around.get(municipality, []) if self._watched else []
            towns = [(scope, self._towns[code]) for code, scope in known if code in self._towns]
            whole = bool(known) and len(towns) == len(known)
            for code, _ in known if whole else []:
                self._towns.move_to_end(code)
        if whole:
            return towns
        with self._database.reading() as session:
            around = list(_around(session, municipality))
            towns = [(scope, self._town(session, code, version)) for code, version, scope in around]
        with self._lock:
            self._around[municipality] = [(code, scope) for code, _, scope in around]
        return towns

    def refresh(self) -> None:
        """Make anew what was changed, so that no resident waits for it."""
        with self._database.reading() as session:
            versions = _versions(session)
            with self._lock:
                self._around.clear()
                changed = [code for code, town in self._towns.items() if versions.get(code) != town.version]
            for code in changed:
                self._town(session, code, versions.get(code, 0), renew=True)

    def prepare(self) -> None:
        """Store the terms of one more town whose entries are new or were changed."""
        with self._database.reading() as session:
            versions = _versions(session)
        waiting = next((code for code, version in versions.items() if self._prepared.get(code) != version), None)
        if waiting is not None:
            self._prepare(waiting)
            self._prepared[waiting] = versions[waiting]

    def _town(self, session: Session, code: str, version: int, *, renew: bool = False) -> Town:
        with self._lock:
            known = self._towns.get(code)
            if known is not None and (known.version == version or (self._watched and not renew)):
                self._towns.move_to_end(code)
                return known
            building = self._building.setdefault(code, threading.Lock())
        with building:
            with self._lock:
                known = self._towns.get(code)
            if known is None or known.version < version:
                known = self._build(session, code, version)
            with self._lock:
                self._towns[code] = known
                self._towns.move_to_end(code)
                while len(self._towns) > _TOWNS_KEPT:
                    self._towns.popitem(last=False)
        return known

    def _build(self, session: Session, code: str, version: int) -> Town:
        whole = directory.whole(session, code)
        if self._instead is not None and self._instead.municipality_code == code:
            whole = [record for record in whole if record.id != self._instead.id] + [self._instead]
        records = {str(record.id): record for record in whole if record.draft.status in _SHOWN}
        stored = stored_terms.of_town(session, code, self._made_with)
        found = [self._terms(record, stored) for record in records.values()]
        sounds = {name: sound for one in found for name, sound in one.sounds.items()}
        drafts = {id_: record.draft for id_, record in records.items()}
        traits = {id_: self._traits(record) for id_, record in records.items()}
        streets = Quarters.of(drafts, self._ear.words, areas.of_town(session, code), sounds=sounds)
        return Town(version, Index((one.terms for one in found), self._ear), records, traits, streets)

    def _traits(self, record: Record) -> Traits:
        draft, kinds = record.draft, self._describing.kinds
        due = freshness.due_on(draft.assured_date, draft.kind, kinds, chosen=record.cadence_months)
        return Traits.of(draft, kinds.by_code.get(draft.kind), due)

    def _prepare(self, code: str) -> None:
        """Store the terms of the entries that are new or were changed."""
        with self._database.reading() as session:
            records = {record.id: record for record in directory.whole(session, code) if record.draft.status in _SHOWN}
            stored = stored_terms.of_town(session, code, self._made_with)
        made = [found for record in records.values() if (found := self._terms(record, stored)) is not stored.get(record.id)]
        gone = stored.keys() - records.keys()
        if made or gone:
            with self._database.writing() as session:
                stored_terms.keep(session, code, self._made_with, made, gone=gone)

    def _terms(self, record: Record, stored: Mapping[uuid.UUID, Found]) -> Found:
        known = stored.get(record.id)
        if known is not None and known.last_modified == record.last_modified:
            return known
        entry = self._describing.entry(str(record.id), record.draft)
        sounds = {} if record.draft.confidential else quarters.sounds_of(record.draft, self._ear.words)
        return Found(record.last_modified, Terms.of(entry, self._ear), sounds)


def _versions(session: Session) -> dict[str, int]:
    rows = session.execute(select(Municipality.code, Municipality.directory_version))
    return {row.code: row.directory_version for row in rows}


def _around(session: Session, municipality: str) -> Iterator[tuple[str, int, Scope]]:
    """The towns whose places may be offered to residents of a town, with the version of each directory."""
    whole, given = places.around(session, municipality), sharing.given(session, municipality)
    words = sharing.words_of(session, municipality)
    codes = [*whole, *sorted(given.keys() - set(whole))]
    towns = {town.code: town for town in session.scalars(select(Municipality).where(Municipality.code.in_(codes)))}
    home = towns.get(municipality)
    for town in (towns[code] for code in dict.fromkeys(codes) if code in towns):
        ours = home is None or town is home or town.code == home.served_by_code
        share = _HOME if town.code == municipality else _SHARES.get(Level(town.level), _NEIGHBOUR)
        serves = "" if ours or home is None else home.name
        only = None if town.code in whole else given[town.code]
        scope = Scope(share, town.level != Level.MUNICIPALITY, serves, words.hidden, words.notes, only)
        yield town.code, town.directory_version, scope


def made_with() -> str:
    """Name what changes when terms must be made anew: the vocabulary and the tables of kinds."""
    made = hashlib.blake2b(fingerprint().encode(), digest_size=16)
    for path in (Path(__file__).with_name("kinds.toml"), Path(__file__).parent / "importing" / "layouts" / "kinds.toml"):
        made.update(path.read_bytes())
    return made.hexdigest()
