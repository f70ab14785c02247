"""The month of a town or of one 小学校区, to read, to print, and as a PDF to hang up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from starlette.responses import HTMLResponse, Response

from resources import areas, events, month_pdf, month_sheet, open_directory
from resources.month_sheet import MonthSheet
from resources.slots import JAPAN
from resources.web import conditional, kept_bytes
from resources.web.console import Visit
from resources.web.directory.gatherings_calendar import gatherings, version_of
from resources.web.directory.open_town import town_of
from resources.web.kept_bytes import Busy, KeptBytes

_AHEAD = 3


@dataclass(frozen=True)
class _Asked:
    """Which sheet somebody asks for, and the version of all it depends on."""

    town: str
    first: date
    district: str
    version: tuple[object, ...]

    @property
    def key(self) -> tuple[str, date, str]:
        return (self.town, self.first, self.district)


class Months:
    """Hands out the sheets; each is written once for each version of its town."""

    def __init__(self) -> None:
        self._pages = KeptBytes()
        self._files = KeptBytes()

    def page(self, visit: Visit) -> Response:
        """Show the sheet."""
        return self._show(visit, _asked(visit))

    def file(self, visit: Visit) -> Response:
        """Return the sheet as a PDF; without a font the page says so and can be printed itself."""
        asked = _asked(visit)
        try:
            path = month_pdf.font(visit.console.font)
        except month_pdf.NoFont as trouble:
            return self._show(visit, asked, trouble=str(trouble))

        def draw() -> bytes:
            return month_pdf.draw(_sheet(visit, asked), path, made_on=visit.now)

        try:
            content = self._files.get(asked.key, asked.version, draw)
        except Busy:
            return kept_bytes.wait()
        name = f"inline; filename=\"month-{asked.town}-{asked.first:%Y-%m}.pdf\""
        return conditional.answer(visit.request, content, "application/pdf", {"Content-Disposition": name})

    def _show(self, visit: Visit, asked: _Asked, *, trouble: str = "") -> Response:
        try:
            content = self._pages.get((*asked.key, trouble), asked.version, lambda: _page(visit, asked, trouble))
        except Busy:
            return kept_bytes.wait()
        return HTMLResponse(content, 503 if trouble else 200)


def _asked(visit: Visit) -> _Asked:
    said = visit.request.query_params
    first = month_sheet.month_of(said.get("month", ""), today=_today(visit), ahead=_AHEAD)
    with visit.console.database.reading() as session:
        town = town_of(session, str(visit.request.path_params["code"]))
        known = month_sheet.districts(areas.of_town(session, town.code))
        district = said.get("area", "")
        return _Asked(town.code, first, district if district in known else "", version_of(session, town, visit.now))


def _page(visit: Visit, asked: _Asked, trouble: str) -> bytes:
    sheet = _sheet(visit, asked)
    with visit.console.database.reading() as session:
        town = town_of(session, asked.town)
        districts = month_sheet.districts(areas.of_town(session, town.code))
    link = {"month": f"{sheet.first:%Y-%m}"} | ({"area": sheet.district} if sheet.district else {})
    return bytes(
        visit.page(
            "gatherings_month.html", trouble=trouble, town=town, sheet=sheet, districts=districts,
            months=month_sheet.months(_today(visit), ahead=_AHEAD),
            pdf=f"/places/{town.code}/month.pdf?{urlencode(link)}", calendar=f"{visit.console.base_url}/calendar/{town.code}.ics",
        ).body
    )  # fmt: skip


def _sheet(visit: Visit, asked: _Asked) -> MonthSheet:
    start, end = month_sheet.midnight(asked.first), month_sheet.midnight(month_sheet.following(asked.first))
    with visit.console.database.reading() as session:
        town, known = town_of(session, asked.town), areas.of_town(session, asked.town)
        found = gatherings(session, asked.town, today=_today(visit))
        shown = events.upcoming(session, {asked.town}, start=start, end=end, cancelled=True)
        # An event may be at a library or an office.
        homes = list(open_directory.fresh(session, {one.service_id for one in shown if one.service_id}).values())
    return month_sheet.of(found, shown, known, town=town.name, first=asked.first, district=asked.district, homes=homes)


def _today(visit: Visit) -> date:
    return visit.now.astimezone(JAPAN).date()
