"""Lays a file beside the directory: what is new, what changed, what the file no longer has, what is the same."""

from __future__ import annotations

import re
import unicodedata
import uuid
from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from resources.drafts import Draft, differences
from resources.importing.columns import Mapping
from resources.records import Record

# Which parts of an entry a column of a file speaks about; what no column speaks about is never touched by a file.
_SPEAKS_OF = {
    "kind": ("kind", "kind_label"),
    "latitude": ("latitude", "longitude"),
    "longitude": ("latitude", "longitude"),
    "position": ("latitude", "longitude"),
    "street": ("address",),
    "block": ("address",),
    "age": ("minimum_age", "maximum_age", "eligibility_description"),
    "phone": ("phones",),
    "extension": ("phones",),
    "fax": ("faxes",),
    "email": ("emails",),
    "form": ("forms",),
    "line": ("lines",),
    "contact_note": ("note",),
}
_HOURS = ("slots", "closures", "closed_at_year_end", "hours_note")
_HOUR_COLUMNS = ("days", "opens", "closes", "times", "hours_note", "holidays", "closures", "starts_on", "ends_on")


@dataclass(frozen=True)
class Incoming:
    """One entry as the file has it."""

    row: int
    municipality: str
    draft: Draft
    source: str
    source_id: str
    original: dict[str, Any]
    last_modified: datetime | None = None


@dataclass(frozen=True)
class Changed:
    """An entry of the directory and what it becomes."""

    record: Record
    incoming: Incoming
    after: Draft


@dataclass
class Comparison:
    """The four heaps."""

    added: list[Incoming] = field(default_factory=list)
    changed: list[Changed] = field(default_factory=list)
    same: list[tuple[Record, Incoming]] = field(default_factory=list)
    missing: list[Record] = field(default_factory=list)
    repeated: list[Incoming] = field(default_factory=list)  # rows that say what an earlier row said

    def join(self, other: Comparison) -> None:
        """Add the heaps of another table of the same file."""
        for heap in ("added", "changed", "same", "missing", "repeated"):
            getattr(self, heap).extend(getattr(other, heap))


def spoken_of(mapping: Mapping) -> frozenset[str]:
    """Return the parts of an entry that a file with these columns speaks about."""
    said: set[str] = {"name", "address"} if "address" in mapping.fields else {"name"}
    for column in mapping.fields:
        said.update(_SPEAKS_OF.get(column, (column,)))
    if mapping.timed or any(column in mapping.fields for column in _HOUR_COLUMNS):
        said.update(_HOURS)
    if mapping.layout.kind_label:
        said.update(("kind", "kind_label"))
    return frozenset(said)


def compare(
    records: Sequence[Record],
    incoming: Iterable[Incoming],
    *,
    source: str,
    parts: frozenset[str],
    was: Callable[[Record], Draft | None],
) -> Comparison:
    """Sort a file's rows into heaps; `was` tells what the file said of an entry when it was last read."""
    rows = list(incoming)
    known = _Known(records, source, rows)
    found = Comparison()
    met: set[uuid.UUID] = set()
    said: dict[tuple[Any, ...], Draft] = {}
    fresh: list[Incoming] = []
    for row in rows:
        key = (row.municipality, row.source_id, *_likeness(row.draft))
        if said.get(key) == row.draft:
            found.repeated.append(row)
        else:
            said.setdefault(key, row.draft)
            fresh.append(row)
    pairs: list[tuple[Record, Incoming]] = []
    left = fresh
    for find in (known.same_place, known.same_number):
        searched, left = left, []
        for row in searched:
            record = find(row, met)
            if record is None:
                left.append(row)
                continue
            met.add(record.id)
            pairs.append((record, row))
    moved, found.added = _moved([record for record in records if record.source == source and record.id not in met], left)
    for record, row in sorted((*pairs, *moved), key=lambda pair: pair[1].row):
        met.add(record.id)
        after = _merged(record, row.draft, parts, was)
        if after == record.draft:
            found.same.append((record, row))
        else:
            found.changed.append(Changed(record, row, after))
    found.missing = [record for record in records if record.source == source and record.id not in met]
    return found


def _moved(records: list[Record], rows: list[Incoming]) -> tuple[list[tuple[Record, Incoming]], list[Incoming]]:
    """Pair what is left on both sides by a name that each side has once: the place moved; returns pairs and new rows."""
    there: dict[tuple[str, ...], list[Record]] = {}
    here: dict[tuple[str, ...], list[Incoming]] = {}
    for record in records:
        there.setdefault((record.municipality_code, _plain(record.draft.name)), []).append(record)
    for row in rows:
        here.setdefault((row.municipality, _plain(row.draft.name)), []).append(row)
    pairs: list[tuple[Record, Incoming]] = []
    new: list[Incoming] = []
    for row in rows:
        name = (row.municipality, _plain(row.draft.name))
        if len(there.get(name, ())) == 1 == len(here[name]) and not (row.source_id and there[name][0].source_id):
            pairs.append((there[name][0], row))
        else:
            new.append(row)
    return pairs, new


def _merged(record: Record, said: Draft, parts: frozenset[str], was: Callable[[Record], Draft | None]) -> Draft:
    """Take from the file what the file changed; what an editor wrote since the last reading stays."""
    different = [each for each in differences(record.draft, said) if each.field in parts]
    if not different:
        return record.draft
    before = was(record)
    news = {each.field: each.after for each in different if before is None or getattr(before, each.field) != each.after}
    return replace(record.draft, **news)


class _Known:
    """The directory, ready for finding the entry that a row is about."""

    def __init__(self, records: Sequence[Record], source: str, rows: Sequence[Incoming]) -> None:
        self.source = source
        self.numbers = {(row.municipality, row.source_id) for row in rows if row.source_id}
        self.claimed = {(row.municipality, row.source_id, *_likeness(row.draft)) for row in rows if row.source_id}
        self.by_id = {record.id: record for record in records}
        self.by_source: dict[tuple[str, str, str], list[Record]] = {}
        self.by_likeness: dict[tuple[Any, ...], list[Record]] = {}
        for record in records:
            if record.source_id:
                key = (record.municipality_code, record.source, record.source_id)
                self.by_source.setdefault(key, []).append(record)
            likeness = (record.municipality_code, *_likeness(record.draft))
            self.by_likeness.setdefault(likeness, []).append(record)

    def same_place(self, row: Incoming, met: Container[uuid.UUID]) -> Record | None:
        """Find an entry by our own id, or by name and address, whatever number the file gives it this year."""
        own = self.by_id.get(as_uuid(row.source_id))
        if own is not None and own.municipality_code == row.municipality and own.id not in met:
            return own
        alike = self.by_likeness.get((row.municipality, *_likeness(row.draft)), [])
        named = [record for record in alike if (record.source, record.source_id) == (self.source, row.source_id)]
        ours = [record for record in alike if record.source == self.source and self._renumbered(record, row)]
        free = [record for record in (*(named if row.source_id else ()), *ours) if record.id not in met]
        # Twins without an address are told apart by their telephone.
        return min(free, key=lambda record: record.draft.phones != row.draft.phones, default=None)

    def same_number(self, row: Incoming, met: Container[uuid.UUID]) -> Record | None:
        """Find what the file had under this number, else the same place as another file brought it."""
        key = (row.municipality, self.source, row.source_id)
        named = self.by_source.get(key, []) if row.source_id else []
        alike = self.by_likeness.get((row.municipality, *_likeness(row.draft)), [])
        others = [record for record in alike if record.source != self.source]
        return next((record for record in (*named, *others) if record.id not in met), None)

    def _renumbered(self, record: Record, row: Incoming) -> bool:
        """Say whether an entry of this file may come under another number now: no other row brings its number and its name."""
        if not record.source_id or not row.source_id:
            return True
        claim = (row.municipality, record.source_id, *_likeness(record.draft))
        return claim not in self.claimed and bool(row.draft.address or (row.municipality, record.source_id) not in self.numbers)


def as_uuid(text: str) -> uuid.UUID:
    """Return the id that a text holds, or the nil id."""
    try:
        return uuid.UUID(text) if len(text) == 36 else uuid.UUID(int=0)
    except ValueError:
        return uuid.UUID(int=0)


def _likeness(draft: Draft) -> tuple[str, str, str]:
    return _plain(draft.name), _plain(draft.address), draft.kind or _plain(draft.kind_label)


def _plain(text: str) -> str:
    return re.sub(r"[\s・,、.。()\-ー－]", "", unicodedata.normalize("NFKC", text)).lower()
