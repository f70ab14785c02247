"""The page on which a town decides who acts in danger, whom an alert reaches, and tries whether it does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from handoff import alert_contacts, duty_table
from handoff.alert_contacts import AlertContact, ContactRefused
from handoff.duty import Watch
from handoff.duty_table import NotDecided
from handoff.web.settings import shown
from resources.alerts import Endpoint
from resources.places import Municipality
from resources.staff import Role
from resources.web.console import NoSuchPage, View, Visit

_PATH = "/settings/duty"
SAID = {
    "decided": "表を決めました。次の緊急の相談から、この表のとおりに知らせます。",
    "same": "表は前と同じです。",
    "added": "連絡先を足しました。試験を送って、届くことを確かめてください。",
    "changed": "連絡先を直しました。試験を送って、届くことを確かめてください。",
    "sent": "試験の知らせを送りました。相手に届いたかどうかを、本人に確かめてください。",
}
_NOT_SENT = (
    "試験の知らせを送れませんでした。送る方法が動いているか、サーバーの管理者に確かめてください。"
    "緊急の知らせも、いまは届きません。"
)


def duty(visit: Visit) -> Response:
    """Show the table and the contacts."""
    return _show(visit)


def decide(visit: Visit) -> Response | View:
    """Decide cells; a form made from an older table is refused and keeps what was chosen."""
    town, form = _town(visit), visit.form
    try:
        count = duty_table.decide(visit.session, town, form, seen=form.get("seen", ""), actor=visit.actor, now=visit.now)
    except NotDecided as refused:
        return _again(visit, "table", refused)
    return _done(visit, "decided" if count else "same")


def decide_rest(visit: Visit) -> Response | View:
    """Decide all cells of one half that are still open."""
    half = visit.form.get("watch", "")
    try:
        if half not in list(Watch):
            raise NotDecided(NotDecided.__doc__)
        count = duty_table.decide_rest(visit.session, _town(visit), Watch(half), visit.form, actor=visit.actor, now=visit.now)
    except NotDecided as refused:
        return _again(visit, f"rest-{half}", refused)
    return _done(visit, "decided" if count else "same")


def add_contact(visit: Visit) -> Response | View:
    """Add a contact."""
    town = _town(visit)
    names = [one.name for one in _offered(visit, town)]
    try:
        alert_contacts.add(
            visit.session, town, visit.form.get("name", ""), _ticked(visit), offered=names, actor=visit.actor, now=visit.now
        )
    except ContactRefused as refused:
        return _again(visit, "new", refused)
    return _done(visit, "added")


def change_contact(visit: Visit) -> Response | View:
    """Give a contact another name or other ways."""
    contact = _contact(visit)
    names = [one.name for one in _offered(visit, contact.municipality_code)]
    try:
        alert_contacts.change(
            visit.session, contact, visit.form.get("name", ""), _ticked(visit), offered=names, actor=visit.actor, now=visit.now
        )
    except ContactRefused as refused:
        return _again(visit, str(contact.id), refused)
    duty_table.rename(visit.session, contact)
    return _done(visit, "changed")


def try_contact(visit: Visit) -> Response | View:
    """Send a test alert, after it was written down who sent it."""
    contact = _contact(visit)
    try:
        alert_contacts.note_trial(visit.session, contact, actor=visit.actor, now=visit.now)
    except ContactRefused as refused:
        return _again(visit, "trial", refused)
    return lambda later: _send_trial(later, contact)


def _send_trial(visit: Visit, contact: AlertContact) -> Response:
    town, alerting = visit.session.get_one(Municipality, contact.municipality_code), visit.console.alerting
    if alerting is not None:
        letter = alerting.trial(town.name, contact.name)
        if alerting.alerter.send(contact.endpoints, letter, town=town.code):
            return _show(visit, said=SAID["sent"])
    return _show(visit, trouble=_NOT_SENT, status=409)


def _show(
    visit: Visit, *, said: str = "", trouble: str = "", status: int = 200, at: str = "", kept: Mapping[str, str] | None = None
) -> Response:
    town = _town(visit)
    cells = duty_table.cells(visit.session, town)
    return shown(
        visit,
        "duty.html",
        visit.session.get_one(Municipality, town),
        status=status,
        cells=cells,
        open_count=sum(not cell.decided for cell in cells),
        seen=duty_table.mark(visit.session, town),
        contacts=alert_contacts.of_town(visit.session, town),
        offered=_offered(visit, town),
        watches=list(Watch),
        said=said or SAID.get(visit.request.query_params.get("said", ""), ""),
        trouble=trouble,
        at=at,
        kept=kept or {},
    )


def _again(visit: Visit, at: str, refused: Exception) -> View:
    kept: dict[str, Any] = {name: value for name, value in visit.form.items() if name != "csrf"}
    return lambda later: _show(later, trouble=str(refused), status=409, at=at, kept=kept)


def _done(visit: Visit, said: str) -> Response:
    return visit.go(f"{_PATH}?town={_town(visit)}&said={said}")


def _offered(visit: Visit, town: str) -> tuple[Endpoint, ...]:
    return visit.console.alerting.alerter.offered(town) if visit.console.alerting is not None else ()


def _ticked(visit: Visit) -> list[str]:
    return [name.removeprefix("way.") for name in visit.form if name.startswith("way.")]


def _contact(visit: Visit) -> AlertContact:
    contact = alert_contacts.find(visit.session, _towns(visit), visit.id("contact_id"), to_change=True)
    if contact is None:
        raise NoSuchPage(NoSuchPage.__doc__)
    return contact


def _towns(visit: Visit) -> frozenset[str]:
    return visit.actor.towns_as(Role.SUPERVISOR, Role.ADMINISTRATOR)


def _town(visit: Visit) -> str:
    towns = _towns(visit)
    asked = visit.form.get("town") or visit.request.query_params.get("town", "")
    if asked:
        if asked not in towns:
            raise NoSuchPage(NoSuchPage.__doc__)
        return asked
    return visit.actor.home if visit.actor.home in towns else min(towns)
