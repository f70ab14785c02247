"""The two forms as a workbook: every cell is text, nothing is taken for a formula, and what nobody confirmed says so."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.worksheet.properties import PageSetupProperties
from sqlalchemy.orm import Session

from handoff.cases import Case
from handoff.casework.forms import FieldKind, Form
from handoff.casework.sheet import Entry
from handoff.casework.whole import Whole
from resources import journal, tables
from resources.access import Actor
from resources.dates import plain

EXPORTED: Final = "case.sheet_export"
UNCONFIRMED: Final = "（会話から・未確認）"
AGREED: Final = {True: "【本人同意あり】", False: "【本人同意なし】"}
_THICK, _THIN = (Border(left=one, right=one, top=one, bottom=one) for one in (Side(style="medium"), Side(style="thin")))
_WIDTHS: Final = {"A": 24, "B": 30, "C": 64, "D": 22}
_A4: Final = 9
Row = tuple[tuple[str, ...], bool]  # the cells, and whether their frame is thick


def note_export(session: Session, case: Case, *, actor: Actor, now: datetime) -> None:
    """Write down who takes the sheet out, before it goes."""
    journal.record(
        session, EXPORTED, municipality=case.custodian, subject_kind="case", subject_id=case.id,
        staff_id=actor.staff_id, now=now, detail="xlsx",
    )  # fmt: skip


def to_xlsx(case: Case, whole: Whole, *, receiver: str, now: datetime) -> bytes:
    """Return both forms as worksheets of one workbook."""
    book = Workbook(write_only=True)
    for form in (Form.RECEPTION, Form.INTAKE):
        page = book.create_sheet(form.label)
        for letter, width in _WIDTHS.items():
            page.column_dimensions[letter].width = width
        page.page_setup.paperSize, page.page_setup.fitToHeight = _A4, 0
        page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        for number, (cells, thick) in enumerate(_rows(form, case, whole, receiver, now)):
            head = number == 0 or len(cells) == 1
            page.append([_cell(page, words, thick=thick, head=head) for words in cells])
    return tables.to_bytes(book)


def answer(entry: Entry) -> str:
    """Return what stands in a field, with a word where nobody has confirmed it."""
    return f"{entry.shown}{UNCONFIRMED if entry.proposed else ''}" if entry.value else ""


def ticks(entry: Entry, main: str) -> list[tuple[str, str]]:
    """Return each box of a field with its mark: ◎ for the one that weighs most, ○ for the others chosen."""
    return [
        (option.label, "◎" if option.code == main else "○" if option.code in entry.value else "")
        for option in entry.field.options
    ]


def _rows(form: Form, case: Case, whole: Whole, receiver: str, now: datetime) -> Iterator[Row]:
    yield (f"{form.label}　{AGREED[whole.agreed]}",), False
    yield ("受付番号", case.receipt, f"受付日 {plain(case.opened_at)}", f"作成 {plain(now)}"), False
    yield ("担当", receiver or "なし"), False
    values = {entry.field.code: entry for part in whole.parts for entry in part.entries}
    main = str(values["main_worry"].value)
    for part in whole.of_form(form):
        yield (part.section.title,), False
        for entry in part.entries:
            if entry.field.code == "main_worry":
                continue
            field, note = entry.field, UNCONFIRMED if entry.proposed else ""
            if field.kind is FieldKind.MANY:
                for label, mark in ticks(entry, main if field.code == "worries" else ""):
                    yield (field.label, label, mark, note if mark else ""), field.thick
            else:
                yield (field.label, entry.shown if entry.value else "", "", note), field.thick
    if form is Form.INTAKE:
        yield from _household(whole)
    else:
        yield from _consents(whole)


def _household(whole: Whole) -> Iterator[Row]:
    yield ("世帯の構成",), False
    for one in whole.household:
        person = one.person
        age = f"{person.age}歳" if person.age is not None else ""
        told = "、".join(filter(None, ("、".join(person.troubles), person.note)))
        cells = (person.relation, f"{age}　{person.together.label}".strip(), told, UNCONFIRMED if one.proposed else "")
        yield cells, False


def _consents(whole: Whole) -> Iterator[Row]:
    yield ("情報を伝えることへの同意",), False
    for one in whole.consents:
        yield (one.label, one.state.label, "、".join(one.scope), plain(one.last.row.given_at) if one.last else ""), True


def _cell(page: Any, words: str, *, thick: bool, head: bool) -> Cell:
    cell = tables.words_cell(page, words)
    cell.alignment = Alignment(wrap_text=not head, vertical="top")
    cell.font = Font(bold=head)
    if not head:
        cell.border = _THICK if thick else _THIN
    return cell
