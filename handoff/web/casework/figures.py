"""The counts of a town for a month or a fiscal year: as a page with charts, and as files."""

from __future__ import annotations

from typing import Final

from starlette.exceptions import HTTPException
from starlette.responses import Response

from handoff.casework.figures import export, period, report
from handoff.casework.figures.period import NoSuchPeriod, Period
from handoff.casework.figures.report import Report
from handoff.web.casework import chart
from resources import tables
from resources.slots import JAPAN
from resources.web.console import Visit
from resources.web.download import download

_YEARS: Final = 6
_MONTHS: Final = (*range(4, 13), *range(1, 4))


def page(visit: Visit) -> Response:
    """Show all counts of a period."""
    trouble, status = "", 200
    try:
        chosen = _period(visit)
    except NoSuchPeriod as why:
        trouble, status, chosen = str(why), 422, _this_month(visit)
    found = None if trouble else report.gather(visit.session, _town(visit), chosen, now=visit.now)
    year = chosen.first.year if chosen.first.month >= period.APRIL else chosen.first.year - 1
    newest = max(period.fiscal_year_of(visit.now), year)
    return visit.page(
        "figures.html",
        status=status,
        trouble=trouble,
        report=found,
        draw=chart.draw,
        years=sorted({*range(newest, newest - _YEARS, -1), year}, reverse=True),
        months=_MONTHS,
        chosen=(year, 0 if chosen.whole_year else chosen.first.month),
        towns=report.named(visit.session, visit.actor),
        town=_town(visit),
    )


def csv(visit: Visit) -> Response:
    """Hand the counts out as CSV."""
    return _file(visit, "csv", export.to_csv(_taken_out(visit, "csv")), tables.CSV)


def xlsx(visit: Visit) -> Response:
    """Hand the counts out as a workbook."""
    return _file(visit, "xlsx", export.to_xlsx(_taken_out(visit, "xlsx")), tables.XLSX)


def _taken_out(visit: Visit, form: str) -> Report:
    town, chosen = _town(visit), _asked(visit)
    detail = f"{form} outside" if _leaves(visit) else form
    with visit.console.database.writing(visit.actor.custodians) as session:
        report.note_export(session, town, chosen, detail, actor=visit.actor, now=visit.now)
    gather = report.gather_for_outside if _leaves(visit) else report.gather
    return gather(visit.session, town, chosen, now=visit.now)


def _file(visit: Visit, ending: str, content: bytes, kind: str) -> Response:
    plain = f"figures_{_town(visit)}_{_asked(visit).code}{'_outside' if _leaves(visit) else ''}.{ending}"
    mark = report.OUTSIDE_MARK if _leaves(visit) else report.INSIDE_MARK
    return download(content, kind, plain, f"集計_{_asked(visit).label}_{mark}.{ending}")


def _leaves(visit: Visit) -> bool:
    return visit.request.query_params.get("for") == "outside"


def _town(visit: Visit) -> str:
    towns = report.towns(visit.actor)
    asked = visit.request.query_params.get("town") or (visit.actor.home if visit.actor.home in towns else min(towns))
    if asked not in towns:
        raise HTTPException(404)
    return asked


def _asked(visit: Visit) -> Period:
    try:
        return _period(visit)
    except NoSuchPeriod:
        raise HTTPException(404) from None


def _period(visit: Visit) -> Period:
    """Return the period that was chosen, this month where nothing was."""
    year, number = (visit.request.query_params.get(name, "") for name in ("year", "month"))
    if not year and not number:
        return _this_month(visit)
    whole = period.read(written_year=year)
    if number in ("", "0"):
        return whole
    if number not in map(str, _MONTHS):
        raise NoSuchPeriod(NoSuchPeriod.__doc__)
    return period.in_fiscal_year(whole.first.year, int(number))


def _this_month(visit: Visit) -> Period:
    today = visit.now.astimezone(JAPAN)
    return period.month(today.year, today.month)
