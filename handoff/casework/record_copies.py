"""The course of a case copied out for other systems and for paper; in every copy only what its reader may read."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from sqlalchemy.orm import Session

from handoff.casefile import called
from handoff.cases import Case
from handoff.casework import course
from handoff.casework.course import Entry, Period
from resources import journal, tables
from resources.access import Actor
from resources.dates import clock, plain, spoken

TITLE = "支援経過記録"
OWN = "所属だけ"
HEADINGS = ("日付", "開始", "終了", "対応者", "対応方法", "相手先", "記録", "読める範囲")
_WIDTHS = (14, 8, 8, 14, 22, 22, 80, 12)


class Form(StrEnum):
    """In which form the course is copied out."""

    TEXT = "text"
    XLSX = "xlsx"
    SHEET = "sheet"


@dataclass(frozen=True)
class Copy:
    """What is copied out: whose course, of which days, and its entries, oldest first."""

    receipt: str
    name: str
    period: str
    by: str
    at: datetime
    entries: list[Entry]


def gather(session: Session, case: Case, *, actor: Actor, now: datetime, period: Period, shared_only: bool = False) -> Copy:
    """Return what this person may copy of a case; with `shared_only` not even what only their own desks read."""
    entries, _ = course.gather(session, case, actor=actor, period=period, shared_only=shared_only)
    return Copy(case.receipt, called(session, case), said_period(period), actor.name, now, entries)


def note_copy(
    session: Session, case: Case, form: Form, period: Period, *, actor_id: uuid.UUID, now: datetime, shared_only: bool
) -> None:
    """Write down who copied which days, in which form."""
    days = f"{period.since or '-'} {period.until or '-'}"
    journal.record(
        session, "case.record_copied", municipality=case.custodian, subject_kind="case", subject_id=case.id,
        staff_id=actor_id, now=now, detail=f"{form.value} {days}{' shared' if shared_only else ''}",
    )  # fmt: skip


def to_text(copy: Copy) -> str:
    """Return the course as plain text, one paragraph an entry."""
    head = f"{TITLE}　{copy.receipt}{f'　{copy.name}さん' if copy.name else ''}\n期間：{copy.period}\n"
    head += f"写した人：{copy.by}（{spoken(copy.at)}{clock(copy.at)}）\n"
    return head + "".join(f"\n{_line(entry)}\n{entry.words}\n" for entry in copy.entries)


def to_xlsx(copy: Copy) -> bytes:
    """Return the course as a workbook in which every cell is text."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(TITLE)
    for column, width in zip("ABCDEFGH", _WIDTHS, strict=True):
        sheet.column_dimensions[column].width = width
    sheet.freeze_panes = "A4"
    head = f"{TITLE}　{copy.receipt}{f'　{copy.name}さん' if copy.name else ''}"
    made = f"期間：{copy.period}　写した人：{copy.by}（{spoken(copy.at)}{clock(copy.at)}）"
    for number, row in enumerate([(head,), (made,), HEADINGS, *map(cells, copy.entries)]):
        written = []
        for value in row:
            cell = tables.words_cell(sheet, value)
            cell.font = Font(bold=number in (0, 2))
            cell.alignment = Alignment(wrap_text=number > 2, vertical="top")
            written.append(cell)
        sheet.append(written)
    return tables.to_bytes(book)


def cells(entry: Entry) -> tuple[str, ...]:
    """Return an entry as a row under the headings."""
    until = clock(entry.until) if entry.until else ""
    return (
        spoken(entry.at), clock(entry.at), until, entry.who, entry.means, entry.party, entry.words, OWN if entry.own else "共有",
    )  # fmt: skip


def said_period(period: Period) -> str:
    """Return a period in words."""
    if period.since is None and period.until is None:
        return "すべて"
    since = plain(period.since) if period.since else "はじめ"
    return f"{since}から{plain(period.until) if period.until else 'いま'}まで"


def _line(entry: Entry) -> str:
    until = f"–{clock(entry.until)}" if entry.until else ""
    parts = [
        f"{spoken(entry.at)}{clock(entry.at)}{until}", entry.means, f"対応者：{entry.who}" if entry.who else "",
        f"相手先：{entry.party}" if entry.party else "", f"［{OWN}］" if entry.own else "",
    ]  # fmt: skip
    return "　".join(filter(None, parts))
