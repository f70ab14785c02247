"""The month of a town or of one 小学校区, to read, to print, and as a PDF to hang up."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlencode

from sqlalchemy.orm import Session
from starlette.responses import Response

from resources import areas, calendars, directory, events, month_pdf, month_sheet, occasions
from resources.kinds import Kinds
from resources.month_sheet import MonthSheet
from resources.places import Municipality
from resources.slots import JAPAN
from resources.web import conditional
from resources.web.console import Visit
from resources.web.directory.gatherings_calendar import town_of

_AHEAD = 3


def month(visit: Visit) -> Response:
    """Show the sheet."""
    with visit.console.database.reading() as session:
        return _show(visit, session)


def month_file(visit: Visit) -> Response:
    """Return the sheet as a PDF; without a font the page says so and can be printed itself."""
    with visit.console.database.reading() as session:
        town = town_of(session, str(visit.request.path_params["code"]))
        sheet = _sheet(visit, session, town)
        try:
            path = month_pdf.font(visit.console.font)
            tag = calendars.etag(sheet, path)
            if conditional.holds(visit.request, tag):
                return Response(status_code=304, headers={"ETag": tag})
            content = month_pdf.draw(sheet, path, made_on=visit.now)
        except (month_pdf.NoFont, month_pdf.Busy) as trouble:
            return _show(visit, session, trouble=str(trouble))
    name = f"inline; filename=\"month-{town.code}-{sheet.first:%Y-%m}.pdf\""
    headers = {"ETag": tag, "Content-Disposition": name, "Cache-Control": "public, max-age=600"}
    return Response(content, media_type="application/pdf", headers=headers)


def _show(visit: Visit, session: Session, *, trouble: str = "") -> Response:
    town = town_of(session, str(visit.request.path_params["code"]))
    sheet = _sheet(visit, session, town)
    asked = {"month": f"{sheet.first:%Y-%m}"} | ({"area": sheet.district} if sheet.district else {})
    return visit.page(
        "gatherings_month.html", status=503 if trouble else 200, trouble=trouble, town=town, sheet=sheet,
        districts=month_sheet.districts(areas.of_town(session, town.code)),
        months=month_sheet.months(_today(visit), ahead=_AHEAD),
        pdf=f"/places/{town.code}/month.pdf?{urlencode(asked)}", calendar=f"{visit.console.base_url}/calendar/{town.code}.ics",
    )  # fmt: skip


def _sheet(visit: Visit, session: Session, town: Municipality) -> MonthSheet:
    asked, known_areas = visit.request.query_params, areas.of_town(session, town.code)
    first = month_sheet.month_of(asked.get("month", ""), today=_today(visit), ahead=_AHEAD)
    district = asked.get("area", "")
    district = district if district in month_sheet.districts(known_areas) else ""
    following = month_sheet.following(first)
    start, end = month_sheet.midnight(first), month_sheet.midnight(following)
    homes = [one for one in directory.whole(session, town.code) if not one.draft.confidential]
    records = occasions.gatherings(homes, Kinds.load(), today=_today(visit))
    shown = events.upcoming(session, {town.code}, start=start, end=end, cancelled=True)
    return month_sheet.of(records, shown, known_areas, town=town.name, first=first, district=district, homes=homes)


def _today(visit: Visit) -> date:
    return visit.now.astimezone(JAPAN).date()
