"""The frame of every page beside a case: who read it is on record before, then its head, the tabs and what came of a press."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from starlette.responses import Response

from handoff import casefile, cases
from handoff.cases import Case
from handoff.casework import heading
from handoff.states import NotAllowed
from handoff.web.case import case_of
from resources import journal
from resources.db import new_id
from resources.web.console import View, Visit

# A page of a case: called with what did not work, it shows that above what was typed.
Shown = Callable[..., Response]


def show(
    visit: Visit,
    case: Case,
    template: str,
    *,
    said: Mapping[str, str],
    trouble: str = "",
    status: int = 200,
    **values: Any,
) -> Response:
    """Show a page beside a case; `said` holds the sentences for what was done, by the code in the address."""
    with visit.console.database.writing(visit.actor.custodians) as session:
        journal.record(
            session, casefile.READ, municipality=case.custodian, subject_kind="case", subject_id=case.id,
            staff_id=visit.actor.staff_id, now=visit.now,
        )  # fmt: skip
    return visit.page(
        template,
        status=status,
        head=heading.gather(visit.session, case, actor=visit.actor),
        base=f"/desk/cases/{case.id}",
        said=said.get(visit.request.query_params.get("said", ""), ""),
        trouble=trouble,
        # What was typed stays when something did not work; a successful press goes on to another address.
        kept={name: value for name, value in visit.form.items() if name != "csrf"},
        key=visit.form.get("key") or new_id().hex,
        **values,
    )


def attempt(visit: Visit, part: str, said: str, act: Callable[[Case], object], page: Shown) -> Response | View:
    """Do something to the case of the path, then go to its page `part`; a refusal shows the page with the reason.

    A use case refuses before it changes anything: what it did until then would be kept.
    """
    case = case_of(visit, to_change=True)
    try:
        act(case)
    except NotAllowed as why:
        trouble = str(why)
        return lambda later: page(later, trouble=trouble, status=409)
    visit.session.flush()
    if cases.find(visit.session, visit.actor, case.id) is None:
        return visit.go("/desk?said=passed_on")
    return visit.go(f"/desk/cases/{case.id}/{part}?said={said}")
