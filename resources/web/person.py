"""One person as their administrator sees them: roles, desks, last day, and ending their access."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from starlette.responses import Response

from resources import people, people_changes
from resources.people import Person
from resources.people_changes import Refused, Wanted
from resources.staff import Role
from resources.web.console import NoSuchPage, View, Visit
from resources.web.people import Unclear, chosen_desks, day_of

_SAID = {
    "settled": "役割と窓口を変えました。",
    "last_day": "利用の最後の日を変えました。",
    "disabled": "利用を止めました。開いている画面もすぐ閉じます。",
    "enabled": "また使えるようにしました。",
    "signed_out": "すべての端末からサインアウトさせました。",
    "reset": "2段階の確認をはじめからにしました。次のサインインで、新しい端末を設定します。",
}


def show(visit: Visit, *, trouble: str = "", status: int = 200, typed: Wanted | None = None) -> Response:
    """Show one person; after a refusal what was ticked stays ticked."""
    person = find(visit)
    chosen = typed or Wanted(person.roles, person.desks)
    return visit.page(
        "person.html", status=status, person=person, towns=people.towns(visit.session, visit.actor), roles=list(Role),
        chosen=chosen, trouble=trouble, said=_SAID.get(visit.request.query_params.get("said", ""), ""),
        oneself=person.staff.id == visit.actor.staff_id,
    )  # fmt: skip


def person(visit: Visit) -> Response:
    """Show one person."""
    return show(visit)


def settle(visit: Visit) -> Response | View:
    """Give a person the roles and desks that are ticked."""
    try:
        wanted = Wanted(_chosen_roles(visit.form), chosen_desks(visit.form))
    except Unclear as unclear:
        trouble = str(unclear)
        return lambda later: show(later, trouble=trouble, status=422)
    act = people_changes.settle
    return _try(visit, "settled", lambda one: act(visit.session, one, wanted, actor=visit.actor, now=visit.now), wanted)


def last_day(visit: Visit) -> Response | View:
    """Set the last day of a person's access."""
    try:
        ends = day_of(visit.form.get("last_day", ""))
    except Unclear as unclear:
        trouble = str(unclear)
        return lambda later: show(later, trouble=trouble, status=422)
    act = people_changes.end_on
    return _try(visit, "last_day", lambda one: act(visit.session, one, ends, actor=visit.actor, now=visit.now))


def disable(visit: Visit) -> Response | View:
    """Shut a person out at once."""
    act = people_changes.disable
    return _try(visit, "disabled", lambda one: act(visit.session, one, actor=visit.actor, now=visit.now))


def enable(visit: Visit) -> Response | View:
    """Let a person in again."""
    act = people_changes.enable
    return _try(visit, "enabled", lambda one: act(visit.session, one, actor=visit.actor, now=visit.now))


def sign_out(visit: Visit) -> Response | View:
    """End every session of a person."""
    act = people_changes.sign_out
    return _try(visit, "signed_out", lambda one: act(visit.session, one, actor=visit.actor, now=visit.now))


def reset_factor(visit: Visit) -> Response | View:
    """Let a person set up a new telephone."""
    act = people_changes.reset_factor
    return _try(visit, "reset", lambda one: act(visit.session, one, actor=visit.actor, now=visit.now))


def _try(visit: Visit, said: str, act: Callable[[Person], None], typed: Wanted | None = None) -> Response | View:
    found = find(visit, to_change=True)
    if visit.form.get("mark", found.mark) != found.mark:
        trouble = _meanwhile(visit, found)
        return lambda later: show(later, trouble=trouble, status=409)
    try:
        act(found)
    except Refused as refused:
        trouble = str(refused)
        return lambda later: show(later, trouble=trouble, status=409, typed=typed)
    visit.session.flush()
    still = people.find(visit.session, visit.actor, found.staff.id, now=visit.now) is not None
    return visit.go(f"/people/{found.staff.id}?said={said}" if still else "/people")


def _meanwhile(visit: Visit, found: Person) -> str:
    name = people.last_change(visit.session, visit.actor, found.staff.id)
    who = f"先に{name}さんが変えました。" if name else "この画面を開いたあとに変わりました。"
    return f"{who}いまの内容を表示しています。あなたの操作では何も変わっていません。"


def find(visit: Visit, *, to_change: bool = False) -> Person:
    """Return the person of the path; one of other towns does not exist."""
    found = people.find(visit.session, visit.actor, visit.id("staff_id"), now=visit.now, to_change=to_change)
    if found is None:
        raise NoSuchPage(NoSuchPage.__doc__)
    return found


def _chosen_roles(form: Mapping[str, str]) -> frozenset[tuple[str, Role]]:
    ticked = [name.split(".") for name in form if name.startswith("role.")]
    if any(len(parts) != 3 or parts[2] not in list(Role) for parts in ticked):
        raise Unclear(Unclear.__doc__)
    return frozenset((town, Role(role)) for _, town, role in ticked)
