"""The course of a case copied out: as text, as a workbook and as a sheet that goes round; every copy on record before."""

from __future__ import annotations

from starlette.responses import Response

from handoff.cases import Case
from handoff.casework import approval, record_copies
from handoff.casework.record_copies import Copy, Form
from handoff.web.case import case_of
from handoff.web.casework.frame import show
from handoff.web.casework.records import SAID, period_of
from resources import tables
from resources.web.console import Visit
from resources.web.download import download


def text(visit: Visit) -> Response:
    """Show the course as text to be copied."""
    case, copy = _copied(visit, Form.TEXT)
    return show(visit, case, "record_text.html", said=SAID, copy=copy, words=record_copies.to_text(copy))


def sheet(visit: Visit) -> Response:
    """Show the course as a sheet to be printed, stamped and passed round."""
    case, copy = _copied(visit, Form.SHEET)
    boxes = approval.of_town(visit.session, case.custodian)
    return show(visit, case, "record_sheet.html", said=SAID, copy=copy, boxes=boxes)


def xlsx(visit: Visit) -> Response:
    """Hand the course out as a workbook."""
    case, copy = _copied(visit, Form.XLSX)
    shown = f"{record_copies.TITLE}_{case.receipt}.xlsx"
    return download(record_copies.to_xlsx(copy), tables.XLSX, "record.xlsx", shown)


def _copied(visit: Visit, form: Form) -> tuple[Case, Copy]:
    case, period = case_of(visit), period_of(visit.request.query_params)
    shared_only = visit.request.query_params.get("lanes") == "shared"
    with visit.console.database.writing(visit.actor.custodians) as session:
        record_copies.note_copy(
            session, case, form, period, actor_id=visit.actor.staff_id, now=visit.now, shared_only=shared_only
        )
    return case, record_copies.gather(
        visit.session, case, actor=visit.actor, now=visit.now, period=period, shared_only=shared_only
    )
