"""The sheet of a case: what the forms say, the household, and what the person allows."""

from __future__ import annotations

from starlette.responses import Response

from handoff import presses
from handoff.cases import Case
from handoff.casework import consents, forms, household, paper, sheet, sources, whole
from handoff.casework.forms import FieldKind, Section, Value
from handoff.casework.household import Member, Together
from handoff.states import Consent
from handoff.web.case import case_of
from handoff.web.casework.frame import attempt, show
from handoff.web.casework.referrals import tell
from resources import tables
from resources.web.console import View, Visit
from resources.web.download import download as handed_out
from resources.web.fields import number

SAID = {
    "saved": "保存しました。だれがいつ変えたかと、前の内容は、下の「変更の記録」に残っています。",
    "confirmed": "会話のとおりと確かめました。",
    "denied": "会話とちがうと記録しました。この読み取りは、もう出ません。",
    "household": "世帯を保存しました。",
    "removed": "世帯から外しました。前の内容は「変更の記録」に残っています。",
    "consent": "同意の答えを記録しました。答えがどちらでも、支援は続けます。",
    "withdrawn": "同意を取り消しました。これから先は伝えません。すでに伝えたことは取り戻せません。支援は続けます。",
}


def page(visit: Visit, *, trouble: str = "", status: int = 200) -> Response:
    """Show the sheet, with the part open that somebody fills in."""
    case, asked, form = case_of(visit), visit.request.query_params, visit.form
    return show(
        visit,
        case,
        "sheet.html",
        said=SAID,
        trouble=trouble,
        status=status,
        whole=whole.gather(visit.session, case, actor=visit.actor),
        editing=form.get("section") or asked.get("edit", ""),
        person=form.get("person") or asked.get("person", ""),
        recipient=form.get("recipient") or asked.get("consent", ""),
        forms=list(forms.Form),
        problems=household.PROBLEMS,
        together=list(Together),
        states=list(Consent),
        scope={code: consents.SCOPE[code] for code in consents.CHOICES},
        means=consents.MEANS,
    )


def save(visit: Visit) -> Response | View:
    """Save one section."""
    section = forms.section(visit.form.get("section", ""))

    def act(case: Case) -> None:
        if section is None:
            raise sheet.NoSuchField(sheet.NoSuchField.__doc__)
        sheet.save(
            visit.session, case, section, _typed(visit, section), seen=_number(visit, "seen"),
            offered=visit.form.get("offered", "").split(), proposals=sources.proposed(visit.session, case),
            actor=visit.actor, now=visit.now,
        )  # fmt: skip

    return attempt(visit, "sheet", f"saved#{section.code if section else ''}", act, page)


def settle(visit: Visit) -> Response | View:
    """Confirm or deny one value that was read from the conversation."""
    right, code = visit.form.get("right") == "yes", visit.form.get("code", "")

    def act(case: Case) -> None:
        sheet.settle(
            visit.session, case, code, visit.form.get("mark", ""), right=right,
            proposals=sources.proposed(visit.session, case), actor=visit.actor, now=visit.now,
        )  # fmt: skip

    at = next((one.code for one in forms.sections() if code in {field.code for field in one.fields}), "")
    return attempt(visit, "sheet", f"{'confirmed' if right else 'denied'}#{at}", act, page)


def add_person(visit: Visit) -> Response | View:
    """Put somebody on the household map, by hand or as the conversation tells; or say that it is not so."""
    denied = visit.form.get("act") == "deny"

    def act(case: Case) -> None:
        told = _told(visit, case)
        if denied:
            if told is not None:
                household.deny(visit.session, case, told, actor=visit.actor, now=visit.now)
            return
        key = visit.form.get("key", "")
        if told is None and visit.form.get("origin") and not presses.counted(visit.session, case, key):
            raise household.PersonChanged(household.PersonChanged.__doc__)
        typed = _person(visit, told.person.origin if told else "")
        household.add(
            visit.session, case, typed, key=key, actor=visit.actor, now=visit.now,
            message=told.source.message if told and told.source else None,
        )  # fmt: skip

    return attempt(visit, "sheet", f"{'denied' if denied else 'household'}#household", act, page)


def change_person(visit: Visit) -> Response | View:
    """Change or take off somebody who is on the household map."""
    person_id, version = visit.id("person_id"), _number(visit, "version")
    if visit.form.get("act") == "remove":
        return attempt(
            visit,
            "sheet",
            "removed#household",
            lambda case: household.remove(
                visit.session, case, person_id, version=version, actor=visit.actor, now=visit.now
            ),
            page,
        )
    return attempt(
        visit,
        "sheet",
        "household#household",
        lambda case: household.change(
            visit.session, case, person_id, _person(visit, visit.form.get("origin", "")), version=version,
            actor=visit.actor, now=visit.now,
        ),
        page,
    )  # fmt: skip


def answer(visit: Visit) -> Response | View:
    """Record what the person said about one recipient."""
    form = visit.form
    told = consents.Answer(
        form.get("recipient", ""), form.get("state", ""), [code for code in consents.CHOICES if f"scope.{code}" in form],
        form.get("means", ""), form.get("said_on", ""),
    )  # fmt: skip

    def act(case: Case) -> None:
        ended = consents.answer(
            visit.session, case, told, seen=form.get("seen", ""), key=form.get("key", ""), actor=visit.actor, now=visit.now
        )
        if ended is not None:
            tell(visit, case, ended)

    return attempt(visit, "sheet", "consent#consents", act, page)


def withdraw(visit: Visit) -> Response | View:
    """Take back what the person said about one recipient."""
    form = visit.form

    def act(case: Case) -> None:
        ended = consents.withdraw(
            visit.session, case, form.get("recipient", ""), seen=form.get("seen", ""), actor=visit.actor, now=visit.now
        )
        if ended is not None:
            tell(visit, case, ended)

    return attempt(visit, "sheet", "withdrawn#consents", act, page)


def printed(visit: Visit) -> Response:
    """Show both forms as they go on paper."""
    case = case_of(visit)
    gathered = whole.gather(visit.session, case, actor=visit.actor)
    return show(
        visit,
        case,
        "sheet_print.html",
        said={},
        whole=gathered,
        receiver=whole.receiver(visit.session, case),
        papers=(forms.Form.RECEPTION, forms.Form.INTAKE),
        version=paper.AGREED[gathered.agreed],
        values={entry.field.code: entry for part in gathered.parts for entry in part.entries},
        answer=paper.answer,
        ticks=paper.ticks,
        unconfirmed=paper.UNCONFIRMED,
    )


def download(visit: Visit) -> Response:
    """Hand out both forms as a workbook; who takes it is on record before."""
    case = case_of(visit)
    with visit.console.database.writing(visit.actor.custodians) as session:
        paper.note_export(session, case, actor=visit.actor, now=visit.now)
    gathered = whole.gather(visit.session, case, actor=visit.actor)
    content = paper.to_xlsx(case, gathered, receiver=whole.receiver(visit.session, case), now=visit.now)
    return handed_out(content, tables.XLSX, f"sheet-{case.receipt}.xlsx")


def _typed(visit: Visit, section: Section) -> dict[str, Value]:
    form = visit.form
    return {
        field.code: tuple(option.code for option in field.options if f"{field.code}.{option.code}" in form)
        if field.kind is FieldKind.MANY
        else form.get(field.code, "")
        for field in section.fields
    }


def _told(visit: Visit, case: Case) -> Member | None:
    """Return the person of the conversation that a form is about."""
    origin = visit.form.get("origin", "")
    if not origin:
        return None
    said = sources.told(visit.session, case)
    understood = sources.known(visit.session, case, said).understood
    listed = household.listed(visit.session, case, said, understood)
    return next((one for one in listed if one.proposed and one.person.origin == origin), None)


def _person(visit: Visit, origin: str) -> household.Person:
    form = visit.form
    return household.person_of(
        form.get("relation", ""), form.get("age", ""), form.get("together", ""),
        [topic.value for topic in household.PROBLEMS if f"problem.{topic.value}" in form], form.get("note", ""), origin,
    )  # fmt: skip


def _number(visit: Visit, name: str) -> int:
    return number(visit.form.get(name, ""), -1)
