"""Counts in tables, and which of them are small: a small number could point at a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Final

from intents.codes import Crisis, Topic

# Below these a count does not leave the town.
FEWEST: Final = 5
FEWEST_OF_VIOLENCE: Final = 10
NOT_PERSONAL: Final = 0
HIDDEN: Final = "非表示"
_BANDS: Final = (0, 6, 9, 12, 15, 18, 21, 24)
_VIOLENCE: Final = frozenset({Crisis.DV, Crisis.SEXUAL_VIOLENCE, Topic.VIOLENCE, "women"})


class Unit(StrEnum):
    """What is counted."""

    CASES = "件"
    PERSONS = "人"
    TIMES = "回"
    MINUTES = "分"
    PLACES = "か所"


@dataclass(frozen=True)
class Row:
    """One count; `base` is how many it rests on where it is no count itself, `fewest` what may leave the town."""

    label: str
    value: int | None  # None: there was nothing to measure
    base: int | None = None
    fewest: int = FEWEST
    hidden: str = ""

    @property
    def small(self) -> bool:
        """Whether it could point at a person."""
        return 0 < self.rests_on < self.fewest

    @property
    def rests_on(self) -> int:
        """How many persons or cases stand behind it."""
        return (self.value or 0) if self.base is None else self.base

    @property
    def shown(self) -> str:
        """The count as people read it."""
        return self.hidden or ("—" if self.value is None else f"{self.value:,}")


@dataclass(frozen=True)
class Table:
    """Counts of one question; in a `whole` one every case stands in exactly one row, so that one can be worked out."""

    code: str  # 6.2: the second table of the sixth question
    title: str
    unit: Unit
    rows: tuple[Row, ...]
    note: str = ""
    whole: bool = False

    @property
    def told(self) -> tuple[Row, ...]:
        """The rows that say something."""
        return tuple(row for row in self.rows if row.value or row.hidden)


def rows_of(labels: Mapping[str, str], counts: Mapping[str, int]) -> tuple[Row, ...]:
    """Return one row for each label, in their order."""
    return tuple(Row(label, counts.get(code, 0), fewest=fewest_of(code)) for code, label in labels.items())


def fewest_of(code: str) -> int:
    """Return below which count what is about this does not leave the town."""
    return FEWEST_OF_VIOLENCE if code in _VIOLENCE else FEWEST


def by_hour(hours: Mapping[int, int]) -> tuple[Row, ...]:
    """Return one row for each part of the day."""
    return tuple(
        Row(f"{begins}〜{ends}時", sum(hours.get(hour, 0) for hour in range(begins, ends))) for begins, ends in pairwise(_BANDS)
    )


def spread(title: str, code: str, minutes: list[int]) -> Table:
    """Return the middle of some times, and within which nine of ten lie."""
    ranked, count = sorted(minutes), len(minutes)
    rows = (Row("中央値", _at(ranked, 50), count), Row("90%がこの時間まで", _at(ranked, 90), count))
    return Table(code, title, Unit.MINUTES, rows, f"はかれた件数：{count}件" if count >= FEWEST else "")


def _at(ranked: list[int], percent: int) -> int | None:
    # The nearest rank: a time that was really measured.
    return ranked[-(-len(ranked) * percent // 100) - 1] if ranked else None
