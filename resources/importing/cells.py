"""The cells of one row by the field they say, with everything an editor must be told about them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TypeVar

from resources import tables
from resources.importing import values
from resources.importing.columns import Headings, Mapping
from resources.importing.guessing import KindWords
from resources.importing.hours_cells import Hours
from resources.importing.problems import Problem
from resources.importing.values import NotReadable
from resources.kinds import Kinds

Value = TypeVar("Value")
LIMITS = {"name": 200, "name_kana": 300, "organization": 200, "town": 200, "tax_id": 20, "id": 150}
LONGEST = 20_000
_ERROR_CELL = re.compile(r"#(?:N/A|REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|CALC!)")
_ERROR = "計算式の結果がありません。表計算ソフトで開いて値を確かめ、保存し直してください。"


@dataclass(frozen=True)
class Tables:
    """What all rows of a table are read with."""

    mapping: Mapping
    words: KindWords
    kinds: Kinds
    home: str
    today: date
    one_town: bool = False  # the whole table carries one code
    headings: Headings = field(default_factory=Headings.load)
    hours: dict[tuple[str, ...], Hours] = field(default_factory=dict, compare=False)  # read before: most rows say the same

    @cached_property
    def gatherings(self) -> frozenset[str]:
        """Return the kinds that residents run themselves."""
        return frozenset(kind.code for kind in self.kinds.of_group("gathering"))

    @property
    def exact(self) -> bool:
        """Say whether the file is in our own layout."""
        return self.mapping.layout.code == "uketome"


class Cells:
    """One row and the problems found in it."""

    def __init__(self, tables: Tables, number: int, cells: list[str]) -> None:
        self.tables, self.mapping, self.number, self.cells = tables, tables.mapping, number, cells
        self.problems: list[Problem] = []
        self._said: dict[int, str] = {}

    def _cell(self, field: str) -> str:
        column = self.mapping.fields.get(field)
        return self._at(column) if column is not None else ""

    def _at(self, column: int | None) -> str:
        if column is None or column >= len(self.cells):
            return ""
        if column not in self._said:
            self._said[column] = self._cleaned(self.cells[column])
        return self._said[column]

    def _cleaned(self, cell: str) -> str:
        if "#" in cell and _ERROR_CELL.fullmatch(cell.strip()):
            return ""
        if not self.tables.exact:
            return values.clean(cell)
        # Our own exports put ' before what a spreadsheet would take for a formula, and what looks like HTML was meant so.
        return values.tidy(cell[1:] if cell.startswith("'") and tables.safe(cell) != cell else cell)

    def _text(self, field: str) -> str:
        text = self._cell(field)
        for column in self.mapping.more.get(field, ()):
            label, more = self._at(self.mapping.labels.get(column)), self._at(column)
            if more and more not in text:
                text += ("\n" if text else "") + (f"【{label}】" if label not in ("", "概要") else "") + more
        return self._limited(field, text)

    def _limited(self, field: str, text: str) -> str:
        longest = LIMITS.get(field, LONGEST)
        if len(text) <= longest:
            return text
        self._problem(field, text[:40] + "…", f"{longest}文字を超えているので、そこまでを取り込みました。短くしてください。")
        return text[:longest]

    def _problem(self, field: str, value: str, says: str) -> None:
        column = self.mapping.fields.get(field)
        heading = self.mapping.headings[column] if column is not None else self.tables.headings.labels.get(field, field)
        self.problems.append(Problem(self.number, heading, value, says))

    def _say_when_bad(self, field: str, read: Callable[[], Value], otherwise: Value) -> Value:
        try:
            return read()
        except NotReadable as error:
            self._problem(field, self._cell(field), error.says)
            return otherwise

    def _say_errors(self) -> bool:
        """Tell of cells in which a spreadsheet could not work out a value; returns whether there were any."""
        found = [(name, self.cells[at].strip()) for name, at in self.mapping.fields.items() if at < len(self.cells)]
        errors = [(name, value) for name, value in found if value.startswith("#") and _ERROR_CELL.fullmatch(value)]
        for name, value in errors:
            self._problem(name, value, _ERROR)
        return bool(errors)
