"""Reports the law demands as they are read: to whom, when, received by whom, what was told, and what came of it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff.cases import Case
from handoff.casework.report_kinds import ReportKind
from handoff.casework.report_tables import EntryKind, ReportEntry, StatutoryReport
from handoff.conversation import staff_names
from handoff.states import NotAllowed
from resources.sealing import reveal

WILLS: Final = {"agreed": "本人が通報を望んでいる", "danger": "命の危険があり、本人の意思を待たずに通報した"}


class NoSuchReport(NotAllowed):
    """その通告・通報は、この相談にはありません。何も変わっていません。"""


@dataclass(frozen=True)
class Entry:
    """One later line of a report, ready to be read."""

    kind: EntryKind
    at: datetime
    who: str
    words: str


@dataclass(frozen=True)
class Shown:
    """One report, ready to be read; who told of it is not in here."""

    report: StatutoryReport
    name: str
    received_by: str
    told: str
    who: str
    entries: Sequence[Entry] = ()

    @property
    def kind(self) -> ReportKind:
        """What the law says about it."""
        return self.report.of_kind

    @property
    def will(self) -> str:
        """What the person harmed wished, in words."""
        return WILLS.get(self.report.will, "")

    @property
    def is_open(self) -> bool:
        """Whether no result is recorded yet."""
        return self.report.closed_at is None

    @property
    def clock_due(self) -> datetime | None:
        """Until when safety is to be checked; None where no clock runs."""
        running = self.is_open and self.report.safety_at is None
        return self.report.due_at if running else None


def of(session: Session, case: Case, report_id: uuid.UUID) -> StatutoryReport:
    """Return a report of this case; raises NoSuchReport."""
    query = select(StatutoryReport).where(StatutoryReport.id == report_id, StatutoryReport.case_id == case.id)
    report = session.scalars(query).first()
    if report is None:
        raise NoSuchReport(NoSuchReport.__doc__)
    return report


def of_case(session: Session, case: Case) -> list[Shown]:
    """Return the reports of a case, the newest first."""
    query = select(StatutoryReport).where(StatutoryReport.case_id == case.id).order_by(StatutoryReport.id.desc())
    found = list(session.scalars(query))
    names = staff_names(session, {one.made_by for one in found})
    return [shown(session, one, names) for one in found]


def read(session: Session, case: Case, report_id: uuid.UUID) -> Shown:
    """Return one report with all that was added; raises NoSuchReport."""
    report = of(session, case, report_id)
    entries = list(session.scalars(select(ReportEntry).where(ReportEntry.report_id == report.id).order_by(ReportEntry.id)))
    names = staff_names(session, {report.made_by, *(one.made_by for one in entries)})
    lines = [
        Entry(EntryKind(one.kind), one.made_at, names.get(one.made_by, ""), reveal(session, one, "words_sealed") or "")
        for one in entries
    ]
    return shown(session, report, names, lines)


def shown(
    session: Session, report: StatutoryReport, names: Mapping[uuid.UUID, str], entries: Sequence[Entry] = ()
) -> Shown:
    """Return a report ready to be read."""
    return Shown(
        report, reveal(session, report, "name_sealed") or "", reveal(session, report, "received_by_sealed") or "",
        reveal(session, report, "told_sealed") or "", names.get(report.made_by, ""), entries,
    )  # fmt: skip
