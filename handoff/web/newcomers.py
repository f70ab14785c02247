"""The short form for somebody who telephones or comes by."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from starlette.responses import Response

from handoff import cases, finding, newcomers
from handoff.cases import Case
from handoff.newcomers import Told
from handoff.rows import Row
from handoff.spoken import Means
from handoff.states import NotAllowed
from intents.codes import Crisis
from resources import journal
from resources.db import new_id
from resources.web.console import NoSuchPage, View, Visit

_NEW = "new"


def form(visit: Visit) -> Response:
    """Show the empty form."""
    return _show(visit, {"mine": "yes", "means": Means.CALL.value})


def write_down(visit: Visit) -> Response | View:
    """Open a case, or add to the one that is there; people we know are offered before a second case is made."""
    told = _told(visit.form)
    chosen = visit.form.get("into", "")
    try:
        if chosen not in ("", _NEW):
            case = _known(visit, chosen)
            newcomers.add(visit.session, case, told, key=visit.form.get("key", ""), actor=visit.actor, now=visit.now)
            return _done(visit, case, "spoken")
        rows = finding.of_person(visit.session, visit.actor, told.name, told.phone, now=visit.now)
        if rows and told.words.strip() and chosen != _NEW:
            _record(visit)
            return _show(visit, visit.form, rows=rows)
        case = newcomers.open_new(visit.session, told, key=_key(visit), actor=visit.actor, now=visit.now)
    except NotAllowed as refused:
        trouble = str(refused)
        return lambda later: _show(later, later.form, trouble=trouble, status=409)
    return _done(visit, case, "written_down")


def _told(form: Mapping[str, str]) -> Told:
    means, crisis = form.get("means", ""), form.get("crisis", "")
    return Told(
        Means(means) if means in list(Means) else Means.CALL,
        form.get("words", ""),
        name=form.get("name", ""),
        phone=form.get("phone", ""),
        topics=[topic for topic in newcomers.BOXES if form.get(f"topic_{topic.value}")],
        crisis=Crisis(crisis) if crisis in list(Crisis) else None,
        next_step=form.get("next", ""),
        mine=bool(form.get("mine")),
    )


def _show(
    visit: Visit, kept: Mapping[str, str], *, trouble: str = "", status: int = 200, rows: list[Row] | None = None
) -> Response:
    return visit.page(
        "new.html", status=status, kept=kept, trouble=trouble, rows=rows or [], means=list(Means), boxes=newcomers.BOXES,
        crises=list(Crisis), key=kept.get("key") or new_id().hex,
    )  # fmt: skip


def _key(visit: Visit) -> uuid.UUID:
    try:
        return uuid.UUID(visit.form.get("key", ""))
    except ValueError:
        raise newcomers.KeyNeeded(newcomers.KeyNeeded.__doc__) from None


def _known(visit: Visit, chosen: str) -> Case:
    found = cases.find(visit.session, visit.actor, visit.parse_id(chosen), to_change=True)
    if found is None:
        raise NoSuchPage(NoSuchPage.__doc__)
    return found


def _done(visit: Visit, case: Case, said: str) -> Response:
    visit.session.flush()
    if cases.find(visit.session, visit.actor, case.id) is None:
        return visit.go("/desk?said=passed_on")
    return visit.go(f"/desk/cases/{case.id}?said={said}")


def _record(visit: Visit) -> None:
    journal.record(
        visit.session, "queue.read", municipality=visit.actor.home, subject_kind="queue",
        staff_id=visit.actor.staff_id, now=visit.now, detail="known_person",
    )  # fmt: skip
