"""The counts of a town, over a year that was lived through the use cases and counted by hand."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from handoff.casework.figures import period, report
from resources.slots import JAPAN
from tests.desk import World


def test_an_empty_month_says_so_everywhere(world: World) -> None:
    with world.database.reading(world.town) as session:
        found = report.gather(session, world.town, period.month(2026, 11), now=world.now)
    assert [row for table in found.tables for row in table.rows if row.value] == []
    assert {number for number, _, tables in found.questions if tables} == set(report.QUESTIONS)
