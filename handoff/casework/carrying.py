"""Two cases of one person become one: what the law demands of either goes on in the one that stays."""

from __future__ import annotations

import uuid
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff.cases import Case
from handoff.casework.report_tables import ReportEntry, StatutoryReport, Waiver
from handoff.casework.tasks import Origin, Task
from handoff.casework.welfare_tables import WelfareIntent
from resources.sealing import reveal, seal

_CARRIED: Final = (StatutoryReport, ReportEntry, Waiver, WelfareIntent)


def carry(session: Session, ended: Case, into: Case) -> None:
    """Move reports, wishes to apply and their tasks to the case that stays, sealed under its key."""
    rows: list[StatutoryReport | ReportEntry | Waiver | WelfareIntent | Task] = []
    for kind in _CARRIED:
        rows += session.scalars(select(kind).where(kind.case_id == ended.id))
    rows += session.scalars(select(Task).where(Task.case_id == ended.id, Task.origin == Origin.REPORT))
    for row in rows:
        _hand_over(session, row, into.id)
    session.flush()


def _hand_over(
    session: Session, row: StatutoryReport | ReportEntry | Waiver | WelfareIntent | Task, case_id: uuid.UUID
) -> None:
    sealed = [column.key for column in type(row).__mapper__.column_attrs if column.key.endswith("_sealed")]
    words = {column: reveal(session, row, column) for column in sealed}
    row.case_id = case_id
    for column, told in words.items():
        seal(session, row, column, told)
