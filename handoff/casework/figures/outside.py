"""What of the counts may leave the town: no small one, and none that the others, or a year and its months, give away."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from handoff.casework.figures.table import FEWEST, HIDDEN, Row, Table

# The last row and the last column of a grid are the sums of the others.
_SUM: Final = -1
Cell = tuple[int, int]


@dataclass(frozen=True)
class _Hidden:
    """A count that is not told, and between what it lies for whoever reads the table."""

    value: float = 0
    least: float = -math.inf
    most: float = math.inf


_SHOWN: Final = _Hidden(most=0)


@dataclass
class _Grid:
    """The hidden counts of rows and columns whose sums everybody can work out."""

    hidden: dict[Cell, _Hidden] = field(default_factory=dict)

    def gives_away(self, cell: Cell) -> bool:
        """Whether no other value of a hidden count fits with the rest."""
        row, column = ("row", cell[0]), ("column", cell[1])
        return not (
            (self._can(cell, 1) and self._leads(column, row, past=cell))
            or (self._can(cell, -1) and self._leads(row, column, past=cell))
        )

    def _leads(self, start: tuple[str, int], end: tuple[str, int], *, past: Cell) -> bool:
        # One more in a cell asks for one less in its row and its column, and so on round, until all sums are right again.
        seen, edge = {start}, [start]
        while edge:
            kind, at = edge.pop()
            for cell in self.hidden:
                if cell == past or cell[kind == "column"] != at or not self._can(cell, 1 if kind == "row" else -1):
                    continue
                there = ("column", cell[1]) if kind == "row" else ("row", cell[0])
                if there not in seen:
                    seen.add(there)
                    edge.append(there)
        return end in seen

    def _can(self, cell: Cell, step: int) -> bool:
        one = self.hidden[cell]
        # A sum goes the other way than what it is the sum of.
        step = -step if (cell[0] == _SUM) != (cell[1] == _SUM) else step
        return one.least <= one.value + step <= one.most


def of_period(table: Table) -> Table:
    """Return a table as it may leave the town: small counts hidden, and as many more as keep them from being worked out."""
    return _without(table, {at: _few(one) if one.small else HIDDEN for at, one in _hidden(table).items()})


def of_year(table: Table, months: Sequence[Table]) -> Table:
    """Return the table of a year as it may leave the town to somebody who has those of its months.

    What left with a month cannot be called back, so it is the year that keeps silent.
    """
    places = {row.label: at for at, row in enumerate(table.rows)}
    grid = _Grid()
    for column, month in enumerate(months):
        for at, row in _hidden(month).items():
            if (place := places.get(month.rows[at].label)) is not None:
                grid.hidden[place, column] = _bounds(row)
    small = {at: row for at, row in enumerate(table.rows) if row.small}
    watched = [cell for cell, one in grid.hidden.items() if one.least == 1]
    for at, row in small.items():
        grid.hidden[at, _SUM] = _bounds(row)
        watched.append((at, _SUM))
    watched += _sums(grid, table, months)
    for cell in watched:
        while grid.gives_away(cell):
            further = _further(grid, table, cell[0])
            if further is None:
                break
            grid.hidden[further, _SUM] = _veiled(table.rows[further])
    silent = {at: one for (at, column), one in grid.hidden.items() if column == _SUM and at != _SUM}
    return _without(table, {at: HIDDEN if one.most == math.inf else _few(table.rows[at]) for at, one in silent.items()})


def _hidden(table: Table) -> dict[int, Row]:
    grid = _Grid({(at, _SUM): _Hidden() for at in range(_SUM, len(table.rows))})
    if not table.whole or sum(row.rests_on for row in table.rows) < FEWEST:
        grid.hidden[_SUM, 0] = _Hidden()
    hidden = {at: row for at, row in enumerate(table.rows) if row.small}
    grid.hidden |= {(at, 0): _bounds(row) for at, row in hidden.items()}
    shown = sorted((at for at, row in enumerate(table.rows) if not row.small), key=lambda at: _last(table.rows[at]))
    while shown and any(grid.gives_away((at, 0)) for at, row in hidden.items() if row.small):
        at = shown.pop(0)
        hidden[at] = table.rows[at]
        grid.hidden[at, 0] = _bounds(table.rows[at])
    return hidden


def _bounds(row: Row) -> _Hidden:
    return _Hidden(row.rests_on, 1, row.fewest - 1) if row.small else _Hidden(row.rests_on, min(row.fewest, row.rests_on))


def _few(row: Row) -> str:
    return f"{row.fewest}未満"


def _veiled(row: Row) -> _Hidden:
    return _Hidden(row.rests_on, min(1, row.rests_on))


def _last(row: Row) -> tuple[bool, int]:
    """The order in which counts are hidden for others' sake: the smallest first, and nothing but zeros at the very last."""
    return not row.rests_on, row.rests_on


def _sums(grid: _Grid, table: Table, months: Sequence[Table]) -> list[Cell]:
    """Hide the sums nobody is told; returns those that are small."""
    columns = range(_SUM, len(months))
    if not table.whole:
        grid.hidden |= {(_SUM, column): _Hidden() for column in columns}
        return []
    told = [_in_one(month) for month in months]
    if of_year(_in_one(table), told).rows[0].hidden:
        grid.hidden[_SUM, _SUM] = _veiled(_in_one(table).rows[0])
    small = {(_SUM, column): _bounds(one.rows[0]) for column, one in enumerate(told) if one.rows[0].small}
    grid.hidden |= small
    return list(small)


def _in_one(table: Table) -> Table:
    return replace(table, rows=(Row("", sum(row.rests_on for row in table.rows)),), whole=False)


def _further(grid: _Grid, table: Table, at: int) -> int | None:
    """Return of which count of the year to say nothing next: that of the row itself, else the smallest that helps."""
    shown = [one for one in range(len(table.rows)) if grid.hidden.get((one, _SUM), _SHOWN).most < math.inf]
    if at in shown:
        return at
    helping = {row for row, column in grid.hidden if column != _SUM}
    order = sorted(shown, key=lambda one: (one not in helping, _last(table.rows[one])))
    return order[0] if order and table.whole else None


def _without(table: Table, hidden: Mapping[int, str]) -> Table:
    rows = (
        replace(row, value=None, base=None, hidden=hidden[at]) if at in hidden else row for at, row in enumerate(table.rows)
    )
    # The note of a time says on how many it rests.
    rests = any(table.rows[at].base is not None for at in hidden)
    return replace(table, rows=tuple(rows), note="" if rests else table.note)
