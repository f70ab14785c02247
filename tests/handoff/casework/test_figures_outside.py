"""What a reader outside the town can work out from a year and its months, who subtracts as well as anybody."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import timedelta

import pytest

from handoff.casework.figures import outside, period, report
from handoff.casework.figures.period import Period
from handoff.casework.figures.table import FEWEST, HIDDEN, Row, Table, Unit
from tests.desk import World
from tests.handoff.casework.town_year import at

LABELS = ("借金", "病気", "DV", "")  # the last is how many there are together
YEAR, MOST = -1, 200
Cell = tuple[str, int]
Bounds = dict[Cell, tuple[int, int]]


def together(table: Table) -> Table:
    """Return the table that tells how many there are, as question 1 of the report does."""
    return Table("1.1", "受付", Unit.CASES, (Row("", sum(row.value or 0 for row in table.rows)),))


def read(year: Table, months: Sequence[Table], *, whole: bool) -> Bounds:
    """Return between what each count lies for whoever got all files: the year and each of its months."""
    bounds: Bounds = {}

    def take(left: Table, month: int) -> None:
        for row in left.rows:
            few = row.hidden.removesuffix("未満")
            if not row.hidden:
                bounds[row.label, month] = (row.value or 0, row.value or 0)
            elif row.hidden != HIDDEN:
                bounds[row.label, month] = (1, int(few) - 1)
            else:
                bounds[row.label, month] = (0, MOST)

    wanted = [lambda table: table, together] if whole else [lambda table: table]
    for of in wanted:
        take(outside.of_year(of(year), [of(month) for month in months]), YEAR)
        for number, month in enumerate(months):
            take(outside.of_period(of(month)), number)
    return bounds


def fits(bounds: Mapping[Cell, tuple[int, int]], sums: Sequence[tuple[list[Cell], Cell]]) -> bool:
    """Whether there are counts between all bounds that add up everywhere."""
    found = dict(bounds)
    changed = True
    while changed:
        changed = False
        for parts, total in sums:
            for cell, sign in [(total, 1), *((part, -1) for part in parts)]:
                others = [part for part in parts if part != cell]
                low, high = (sum(found[part][end] for part in others) for end in (0, 1))
                if sign < 0:
                    low, high = found[total][0] - high, found[total][1] - low
                tight = max(found[cell][0], low), min(found[cell][1], high)
                if tight[0] > tight[1]:
                    return False
                changed, found[cell] = changed or tight != found[cell], tight
    unsure = min((cell for cell in found if found[cell][0] < found[cell][1]), key=lambda cell: found[cell][1] - found[cell][0],
                 default=None)  # fmt: skip
    if unsure is None:
        return True
    low, high = found[unsure]
    middle = (low + high) // 2
    return fits(found | {unsure: (low, middle)}, sums) or fits(found | {unsure: (middle + 1, high)}, sums)


def worked_out(year: Table, months: Sequence[Table]) -> list[Cell]:
    """Return the small counts of which only one value fits with all that was told."""
    bounds = read(year, months, whole=year.whole)
    labels = LABELS if year.whole else LABELS[:-1]
    columns = range(len(months))
    sums = [([(label, month) for month in columns], (label, YEAR)) for label in labels]
    if year.whole:
        sums += [([(label, month) for label in LABELS[:-1]], ("", month)) for month in (*columns, YEAR)]
    exposed = []
    for number, month in [*enumerate(months), (YEAR, year)]:
        for row in (*month.rows, *(together(month).rows if year.whole else ())):
            cell, value = (row.label, number), row.value or 0
            apart = [(bounds[cell][0], value - 1), (value + 1, bounds[cell][1])]
            if row.small and not any(low <= high and fits(bounds | {cell: (low, high)}, sums) for low, high in apart):
                exposed.append(cell)
    return exposed


def tables(counts: Sequence[Sequence[int]], *, whole: bool) -> tuple[Table, list[Table]]:
    """Return the table of a year and those of its months; each of `counts` is a month."""

    def table(values: Sequence[int]) -> Table:
        rows = tuple(
            Row(label, value, fewest=10 if label == "DV" else FEWEST)
            for label, value in zip(LABELS[:-1], values, strict=True)
        )
        return Table("5.1", "表", Unit.CASES, rows, whole=whole)

    return table([sum(row) for row in zip(*counts, strict=True)]), [table(values) for values in counts]


@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize("largest", [6, 12, 40])
def test_no_small_count_is_worked_out_from_a_year_and_its_months(largest: int, whole: bool) -> None:
    chance = random.Random(largest)
    for _ in range(60):
        counts = [[chance.choice((0, chance.randrange(largest))) for _ in LABELS[:-1]] for _ in range(4)]
        assert worked_out(*tables(counts, whole=whole)) == [], counts


def test_a_year_that_looks_at_itself_alone_gives_a_month_away(monkeypatch: pytest.MonkeyPatch) -> None:
    year, months = tables([(6, 0, 0), (7, 0, 0), (3, 0, 0), (8, 0, 0)], whole=False)
    assert worked_out(year, months) == []
    assert [row.shown for row in outside.of_year(year, months).rows] == [HIDDEN, "0", "0"]
    monkeypatch.setattr(outside, "of_year", lambda table, months: outside.of_period(table))
    assert worked_out(year, months) == [("借金", 2)]


def test_a_year_stays_told_where_two_months_keep_each_other_hidden() -> None:
    year, months = tables([(6, 0, 0), (2, 0, 0), (3, 0, 0), (8, 0, 0)], whole=False)
    assert [row.shown for row in outside.of_year(year, months).rows] == ["19", "0", "0"]
    year, months = tables([(6, 0, 0), (1, 0, 0), (1, 0, 0), (8, 0, 0)], whole=False)
    assert outside.of_year(year, months).rows[0].shown == HIDDEN


def test_how_many_were_measured_is_not_told_by_a_note_either() -> None:
    months = [Table("6.2", "時間", Unit.MINUTES, (Row("中央値", 30, base),), f"はかれた件数：{base}件") for base in (9, 4)]
    year = Table("6.2", "時間", Unit.MINUTES, (Row("中央値", 30, 13),), "はかれた件数：13件")
    left = outside.of_year(year, months)
    assert (left.rows[0].shown, left.note) == (HIDDEN, "")
    assert outside.of_period(months[0]).note == "はかれた件数：9件" and outside.of_period(months[1]).note == ""


def test_the_files_of_a_year_and_its_months_do_not_give_each_other_away(small_world: World) -> None:
    world = small_world
    for month, count in ((4, 6), (5, 7), (6, 3)):
        world.now = at(2026, month, 10, 10)
        for number in range(count):
            world.open_case("カナリア", topics=["food"], reasons=["gap"] if number % 2 else ["complex"], ago=timedelta())
    world.now = at(2027, 4, 5, 10)

    def left(chosen: Period) -> dict[tuple[str, str], Row]:
        with world.database.reading(world.town) as session:
            found = report.gather_for_outside(session, world.town, chosen, now=world.now)
        assert found.leaves
        return {(table.code, row.label): row for table in found.tables for row in table.rows}

    year, months = left(period.fiscal_year(2026)), [left(one) for one in period.fiscal_year(2026).months]
    assert [month["2.1", "食べるものがない"].shown for month in months[:4]] == ["6", "7", "5未満", "0"]
    assert year["2.1", "食べるものがない"].shown == year["1.1", "受け付けた相談（件）"].shown == HIDDEN
    silent = {place: sum(bool(month[place].hidden) for month in months if place in month) for place in year}
    assert [place for place, row in year.items() if not row.hidden and silent[place] == 1] == []
