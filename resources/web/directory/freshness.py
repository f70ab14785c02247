"""How fresh a town's directory is, by kind and area, and the rhythm in which each kind is checked."""

from __future__ import annotations

from starlette.responses import Response

from resources import cadences, freshness_figures, worklist
from resources.kinds import Kinds
from resources.web.console import NoSuchPage, View, Visit
from resources.web.directory import truth

_SAID = {"rhythm": "確かめる間隔を変えました。住民への答えにも、すぐに使われます。"}


def freshness(visit: Visit) -> Response:
    """Show the figures of a town."""
    return _show(visit)


def choose(visit: Visit) -> Response | View:
    """Change in what rhythm a kind is checked in a town, or go back to the usual one."""
    towns = truth.towns_of(visit)
    town, kind = truth.town_of(visit, towns), visit.form.get("kind", "")
    known = Kinds.load().by_code.get(kind)
    if known is None:
        raise NoSuchPage(NoSuchPage.__doc__)
    written = visit.form.get("months", "").strip()
    months = int(written) if written.isascii() and written.isdigit() and len(written) < 4 else 0
    try:
        usual = None if months == known.cadence_months or not written else months
        cadences.choose(visit.session, town, kind, usual, by=visit.actor.name, now=visit.now)
    except cadences.NotACadence as refused:
        trouble = str(refused)
        return lambda later: _show(later, trouble=trouble)
    return visit.go(f"/directory/freshness?town={town}&said=rhythm")


def _show(visit: Visit, *, trouble: str = "") -> Response:
    towns, kinds = truth.towns_of(visit), Kinds.load()
    town, today = truth.town_of(visit, towns), truth.today(visit)
    figures = freshness_figures.of(worklist.entries(visit.session, frozenset({town}), kinds), today=today)
    chosen = cadences.of_towns(visit.session, {town})
    return visit.page(
        "truth_freshness.html", status=409 if trouble else 200, trouble=trouble, towns=towns, town=town, figures=figures,
        said=_SAID.get(visit.request.query_params.get("said", ""), ""), labels={kind.code: kind.label for kind in kinds.kinds},
        usual={kind.code: kind.cadence_months for kind in kinds.kinds}, on=truth.on,
        chosen={kind: months for (_, kind), months in chosen.items()}, typed=visit.form if trouble else {},
    )  # fmt: skip
