"""Finds the row of headings in a table and what each heading means; nothing it does not know is dropped."""

from __future__ import annotations

import hashlib
import re
import tomllib
import unicodedata
from collections import abc
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from rapidfuzz import fuzz, process

from resources.importing.sheets import CannotRead, Sheet

_LAYOUTS = Path(__file__).with_name("layouts")
_LOOK_AT = 40
_SIMILAR = 82
_SHORTEST_GUESS = 5
OWN = "own"
# 開園時間(平日), 終了時刻土曜日: hours of some days in columns of their own.
_TIMED = re.compile(
    r"(?P<end>開始|開園|開館|開所|営業開始|診療開始|開店|終了|終園|閉園|閉館|閉所|営業終了|診療終了|閉店)(?:時間|時刻)?"
    r"(?P<days>平日|月曜日?|火曜日?|水曜日?|木曜日?|金曜日?|土曜日?|日曜日?|土日|土日祝|日祝|日曜祝日|祝日)"
)
_CLOSING = ("終", "閉", "営業終", "診療終")
# Several columns may say more of the same; the others keep the first column alone.
MANY = ("description", "note", "phone", "contact_note", "fees_description", "hours_note")
_NEVER_GUESSED = ("id", "code", "place_code", "status", "confidential")
_NUMBERED = re.compile(r"内容(\d+)")


@dataclass(frozen=True)
class Layout:
    """A form in which files are published: how it is recognised and what its rows are."""

    code: str
    label: str
    must: frozenset[str]
    hint: frozenset[str]
    kind_label: str = ""


@dataclass(frozen=True)
class Headings:
    """The alias table and the known layouts, loaded once per import."""

    fields: dict[str, str]  # normalised heading -> field
    layouts: tuple[Layout, ...]
    labels: dict[str, str] = field(default_factory=dict)  # field -> the heading most often used for it

    @classmethod
    def load(cls) -> Headings:
        """Read the tables beside this module."""
        with (_LAYOUTS / "headings.toml").open("rb") as file:
            table = tomllib.load(file)
        with (_LAYOUTS / "known.toml").open("rb") as file:
            known = tomllib.load(file)["layout"]
        fields = {normalised(heading): name for name, headings in table.items() for heading in headings}
        layouts = tuple(
            Layout(
                row["code"],
                row["label"],
                frozenset(map(normalised, row["must"])),
                frozenset(map(normalised, row["hint"])),
                row.get("kind_label", ""),
            )
            for row in known
        )
        return cls(fields, layouts, {name: said[0] for name, said in table.items()})


@dataclass(frozen=True)
class Mapping:
    """Where the headings stand and which column says what."""

    layout: Layout
    header_row: int  # as a spreadsheet program counts, from 1
    headings: tuple[str, ...]
    fields: dict[str, int]  # field -> column
    more: dict[str, tuple[int, ...]] = field(default_factory=dict)  # further columns of the same field
    timed: dict[str, tuple[int | None, int | None]] = field(default_factory=dict)  # days -> columns opens, closes
    labels: dict[int, int] = field(default_factory=dict)  # column 内容1 -> column 項目1, which names it
    unknown: tuple[str, ...] = ()
    guessed: dict[str, str] = field(default_factory=dict)  # heading -> field, by likeness
    plain: frozenset[str] = frozenset()  # the headings as they are compared
    signature: str = ""  # the same for every file with these headings in this order

    def field_of(self, column: int) -> str:
        """Return what a column says, empty when it says nothing that is read."""
        spoken = (name for name, at in self.fields.items() if at == column)
        more = (name for name, columns in self.more.items() if column in columns)
        return next(spoken, next(more, ""))

    @property
    def timed_columns(self) -> frozenset[int]:
        """Return the columns that hold the hours of some days."""
        return frozenset(column for pair in self.timed.values() for column in pair if column is not None)

    def as_dict(self) -> dict[str, str]:
        """Return heading -> field for the record of the import."""
        named = {self.headings[column]: name for name, column in self.fields.items()}
        named |= {self.headings[column]: name for name, columns in self.more.items() for column in columns}
        for days, columns in self.timed.items():
            named |= {self.headings[column]: f"hours:{days}" for column in columns if column is not None}
        return named


# What an editor chose: for the headings of a file (their signature), the field of each column, empty for none.
Choices = abc.Mapping[str, abc.Mapping[int, str]]


class NoNameColumn(CannotRead):
    """No column says how the places are called; an editor can say which one does."""

    def __init__(self, says: str, mapping: Mapping) -> None:
        super().__init__(says)
        self.mapping = mapping


def normalised(heading: str) -> str:
    """Return a heading without what differs from file to file: width, case, spaces, marks, dashes for long vowels."""
    plain = unicodedata.normalize("NFKC", heading).casefold()
    plain = re.sub(r"(?<=[ァ-ヶー])[-‐‑–—―─−]", "ー", plain)
    plain = re.sub(r"\((?:必須|任意|推奨)\)|[※◎○●★*＊\"'\s\u200b\ufeff]", "", plain)
    return re.sub(r"^[?]+|[:：]$", "", plain)


def _bare(heading: str) -> str:
    return re.sub(r"\([^)]*\)$|[_・.]", "", heading)


def signature(headings: tuple[str, ...]) -> str:
    """Return what files with the same headings in the same order have in common."""
    return hashlib.sha256("\n".join(normalised(heading) for heading in headings).encode()).hexdigest()


def recognise(sheet: Sheet, tables: Headings, chosen: Choices | None = None) -> Mapping:
    """Find the headings of a sheet and name its layout; raises CannotRead when no row looks like headings.

    `chosen` goes before everything that is known or guessed of these headings.
    """
    best = max(range(min(len(sheet.rows), _LOOK_AT)), key=lambda at: (_known_count(sheet.rows[at], tables), -at), default=None)
    if best is None or _known_count(sheet.rows[best], tables) < 2:
        best = _first_table_row(sheet)
    _refuse_turned(sheet.rows, best, tables)
    best, headings = _joined(sheet.rows, best, tables)
    plain = [normalised(heading) for heading in headings]
    layout = _layout(set(plain), tables)
    reader = _Columns(headings, plain, tables)
    reader.read()
    signed = signature(headings)
    if chosen and signed in chosen:
        reader.rearrange(chosen[signed])
    nameless = "name" not in reader.fields
    guess = next((at for at, text in enumerate(plain) if text.endswith(("名", "名称", "名前"))), None)
    if nameless and guess is not None:
        reader.take_guess(guess, "name")
    labels = {
        at: plain.index(f"項目{match[1]}")
        for at, text in enumerate(plain)
        if (match := _NUMBERED.fullmatch(text)) and f"項目{match[1]}" in plain
    }
    unknown = tuple(headings[at] for at in reader.left if at not in labels.values())
    more = {name: tuple(columns) for name, columns in reader.more.items()}
    mapping = Mapping(
        layout, best + 1, headings, reader.fields, more, reader.timed, labels, unknown, reader.guessed,
        frozenset(plain) - {""}, signed,
    )  # fmt: skip
    if "name" not in mapping.fields:
        raise NoNameColumn("名称の列が見つかりません。見出しの行に「名称」を入れてください。", mapping)
    return mapping


def _known_count(row: list[str], tables: Headings) -> int:
    cells = {normalised(cell) for cell in row if cell.strip() and len(cell) < 60}
    return len({tables.fields[cell] for cell in cells if cell in tables.fields})


def _refuse_turned(rows: list[list[str]], at: int, tables: Headings) -> None:
    """Refuse a table whose headings stand in its first column."""
    first = [[row[0]] for row in rows[:_LOOK_AT] if row]
    down = sum(_known_count(cell, tables) for cell in first)
    if down > 2 and _known_count(rows[at], tables) < 2:
        raise CannotRead("表の縦と横が入れ替わっているようです。1行に1件ずつ、見出しを上の行に並べてください。")


def _joined(rows: list[list[str]], at: int, tables: Headings) -> tuple[int, tuple[str, ...]]:
    """Join headings that stand in two rows; returns the last of these rows and one heading for each column."""
    upper = [cell.strip() for cell in rows[at]]
    below = [cell.strip() for cell in rows[at + 1]] if at + 1 < len(rows) else []
    said = [cell for cell in below if cell]
    if len(said) > 1 and all(normalised(cell) in tables.fields for cell in said):
        width = max(len(upper), len(below))
        upper, below = ([*row, *[""] * (width - len(row))] for row in (upper, below))
        return at + 1, tuple(low or high for high, low in zip(upper, below, strict=True))
    above = [cell.strip() for cell in rows[at - 1]] if at else []
    if len(set(filter(None, above))) > 1:
        above += [""] * (len(upper) - len(above))
        upper = [low or high for high, low in zip(above, upper, strict=False)]
    return at, tuple(upper)


def _first_table_row(sheet: Sheet) -> int:
    for at, row in enumerate(sheet.rows[:_LOOK_AT]):
        filled = [cell for cell in row if cell.strip()]
        if len(filled) >= 2 and not filled[0].startswith("#"):
            return at
    raise CannotRead("見出しの行が見つかりません。1行目に「名称」「住所」「電話番号」などの見出しを入れてください。")


def _layout(plain: set[str], tables: Headings) -> Layout:
    def likeness(layout: Layout) -> float:
        must = len(layout.must & plain) / len(layout.must)
        return must + 0.5 * len(layout.hint & plain) / max(len(layout.hint), 1) if must >= 0.75 else 0.0

    best = max(tables.layouts, key=likeness)
    return best if likeness(best) >= 1.0 else Layout(OWN, "独自の見出し", frozenset(), frozenset())


class _Columns:
    """One pass over the headings: what each column says, and which are left over."""

    def __init__(self, headings: tuple[str, ...], plain: list[str], tables: Headings) -> None:
        self.headings, self.plain, self.tables = headings, plain, tables
        self.fields: dict[str, int] = {}
        self.more: dict[str, list[int]] = {}
        self.timed: dict[str, tuple[int | None, int | None]] = {}
        self.guessed: dict[str, str] = {}
        self.left: list[int] = []

    def read(self) -> None:
        known = self.tables.fields
        self.left = [at for at, text in enumerate(self.plain) if text]
        self._pass(lambda at: self._is_timed(at) or self._take(at, known.get(self.plain[at], "")))
        bare = {_bare(heading): name for heading, name in known.items()}
        self._pass(lambda at: self._take(at, bare.get(_bare(self.plain[at]), "")))
        self._pass(self._guess)

    def _pass(self, takes: Callable[[int], bool]) -> None:
        self.left = [at for at in self.left if not takes(at)]

    def _take(self, at: int, name: str) -> bool:
        if name and name not in self.fields:
            self.fields[name] = at
            return True
        if name in MANY:
            self.more.setdefault(name, []).append(at)
            return True
        return False

    def _is_timed(self, at: int) -> bool:
        match = _TIMED.fullmatch(re.sub("[()_]", "", self.plain[at]))
        if match is None:
            return False
        days = match["days"].replace("日曜祝日", "日祝")
        opens, closes = self.timed.get(days, (None, None))
        self.timed[days] = (opens, at) if match["end"].startswith(_CLOSING) else (at, closes)
        return True

    def _guess(self, at: int) -> bool:
        text = self.plain[at]
        if len(text) < _SHORTEST_GUESS or text in self.tables.fields:
            return False
        near = process.extractOne(text, self.tables.fields.keys(), scorer=fuzz.ratio, score_cutoff=_SIMILAR)
        name = self.tables.fields[near[0]] if near and len(near[0]) >= _SHORTEST_GUESS else ""
        if name in _NEVER_GUESSED or not self._take(at, name):
            return False
        self.guessed[self.headings[at]] = name
        return True

    def rearrange(self, chosen: abc.Mapping[int, str]) -> None:
        """Let columns say what an editor chose; hours of some days keep their columns."""
        timed = {column for pair in self.timed.values() for column in pair}
        mine = {at: name for at, name in sorted(chosen.items()) if at < len(self.headings) and at not in timed}
        self.fields = {name: at for name, at in self.fields.items() if at not in mine}
        self.more = {name: kept for name, all_ in self.more.items() if (kept := [at for at in all_ if at not in mine])}
        self.guessed = {said: name for said, name in self.guessed.items() if self.headings.index(said) not in mine}
        taken = {at for at, name in mine.items() if name and self._take(at, name)}
        self.left = sorted((set(self.left) | {at for at in mine if self.plain[at]}) - taken)

    def take_guess(self, at: int, name: str) -> None:
        """Let a column say a field although its heading is not known."""
        self.fields[name] = at
        self.guessed[self.headings[at]] = name
        self.left = [column for column in self.left if column != at]
