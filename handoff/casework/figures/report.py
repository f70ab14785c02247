"""The report of a month or a fiscal year: all counts of one town."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff.casework.figures import courses, lacks, outside, receptions, support, waits
from handoff.casework.figures.period import Period
from handoff.casework.figures.scope import Scope
from handoff.casework.figures.table import Table
from resources import journal
from resources.access import GRANTS, Actor, Permission
from resources.places import Municipality

EXPORTED: Final = "figures.export"
INSIDE_MARK, OUTSIDE_MARK = "町の内部用", "県・外部用"
QUESTIONS: Final = {
    1: "受付", 2: "相談内容", 3: "課題と特性", 4: "相談経路", 5: "支援の状況", 6: "人につなぐまで", 7: "危険への対応", 8: "同意",
    9: "プラン", 10: "会議", 11: "訪問・伴走", 12: "参加支援など", 13: "居場所", 14: "足りないもの", 15: "県の窓口",
}  # fmt: skip


@dataclass(frozen=True)
class Report:
    """All counts of one town in one period."""

    town: str
    name: str
    period: Period
    tables: tuple[Table, ...]
    made_at: datetime
    leaves: bool = False  # made for readers outside the town

    @property
    def mark(self) -> str:
        """For whom it is made."""
        return OUTSIDE_MARK if self.leaves else INSIDE_MARK

    @property
    def questions(self) -> list[tuple[int, str, list[Table]]]:
        """The tables by the question they answer."""
        return [
            (number, title, [table for table in self.tables if table.code.split(".")[0] == str(number)])
            for number, title in QUESTIONS.items()
        ]

    def as_dict(self) -> dict[str, Any]:
        """Return the report as plain values."""
        return {
            "municipality": self.town,
            "name": self.name,
            "period": self.period.code,
            "first": self.period.first.isoformat(),
            "last": self.period.last.isoformat(),
            "tables": [
                {
                    "code": table.code, "title": table.title, "unit": table.unit.value,
                    "rows": [{"label": row.label, "value": row.value} for row in table.rows],
                }
                for table in self.tables
            ],
        }  # fmt: skip


def gather(session: Session, town: str, period: Period, *, now: datetime) -> Report:
    """Count everything of a town in a period."""
    scope = Scope(session, town, period, now)
    tables = [table for part in (receptions, courses, waits, support, lacks) for table in part.tables(scope)]
    ordered = sorted(tables, key=lambda table: [int(number) for number in table.code.split(".")])
    return Report(town, session.get_one(Municipality, town).name, period, tuple(ordered), now)


def gather_for_outside(session: Session, town: str, period: Period, *, now: datetime) -> Report:
    """Count everything as it may leave the town; a year gives no month away that was too small to leave."""
    found = gather(session, town, period, now=now)
    if not period.whole_year:
        return replace(found, tables=tuple(outside.of_period(table) for table in found.tables), leaves=True)
    months: dict[str, list[Table]] = {table.code: [] for table in found.tables}
    for month in period.months:
        for table in gather(session, town, month, now=now).tables if month.begins <= now else ():
            months[table.code].append(table)
    tables = tuple(outside.of_year(table, months[table.code]) for table in found.tables)
    return replace(found, tables=tables, leaves=True)


def towns(actor: Actor) -> frozenset[str]:
    """Return the towns whose counts somebody may read."""
    return actor.towns_as(*GRANTS[Permission.FIGURES])


def named(session: Session, actor: Actor) -> list[tuple[str, str]]:
    """Return the codes and names of those towns."""
    query = select(Municipality.code, Municipality.name).where(Municipality.code.in_(towns(actor)))
    return [(code, name) for code, name in session.execute(query.order_by(Municipality.code))]


def note_export(session: Session, town: str, period: Period, form: str, *, actor: Actor, now: datetime) -> None:
    """Write into the book that somebody takes the counts out; `form` is a code."""
    journal.record(
        session, EXPORTED, municipality=town, subject_kind="figures", staff_id=actor.staff_id, now=now,
        detail=f"{period.code} {form}",
    )  # fmt: skip
