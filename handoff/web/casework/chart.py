"""Bars of one colour with their numbers beside them: nothing to load, nothing to tell apart by colour."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from handoff.casework.figures.table import Table

WIDTH: Final = 400
_LINE, _TOP = 46, 2
_LONGEST, _LABEL = 320, 24  # the longest bar, and how many characters a label has room for


@dataclass(frozen=True)
class Bar:
    """One bar: where its label and its number stand, and how long it is."""

    label: str
    value: str
    length: int
    text_y: int
    bar_y: int
    value_x: int
    value_y: int


@dataclass(frozen=True)
class Chart:
    """The bars of one table."""

    width: int
    height: int
    bars: list[Bar]


def draw(table: Table) -> Chart:
    """Return the rows of a table that say something as bars on one scale from zero."""
    rows = [row for row in table.told if row.value]
    most = max((row.value or 0 for row in rows), default=1)
    bars = []
    for at, row in enumerate(rows):
        top, length = _TOP + at * _LINE, max(2, (row.value or 0) * _LONGEST // most)
        label = row.label if len(row.label) <= _LABEL else row.label[: _LABEL - 1] + "…"
        bars.append(Bar(label, row.shown, length, top + 15, top + 21, length + 6, top + 35))
    return Chart(WIDTH, _TOP + len(rows) * _LINE, bars)
