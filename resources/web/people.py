"""The people of one's towns as a list, and inviting somebody new."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Mapping
from datetime import date

from starlette.responses import Response

from resources import people, people_changes, sign_in
from resources.staff import Role
from resources.web.console import NoSuchPage, View, Visit
from resources.web.qr import picture

_ADDRESS = re.compile(r"[^\s@]+@[^\s@]{1,60}")
_SAID = {"withdrawn": "招待を取り消しました。そのリンクはもう使えません。"}


class Unclear(ValueError):
    """入力を確かめてください。"""


def listed(visit: Visit) -> Response:
    """Show the people of one's towns, fifty at a time, or those whose name was sought."""
    sought = visit.request.query_params.get("sought", "")[:80]
    asked = visit.request.query_params.get("after", "0")
    after = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 0
    found, total = people.listed(visit.session, visit.actor, sought=sought, after=after, now=visit.now)
    towns = people.towns(visit.session, visit.actor)
    return visit.page(
        "people.html", people=found, total=total, sought=sought, after=after, more=after + people.PAGE < total,
        step=people.PAGE, towns={town.code: town.name for town in towns}, desks=desk_names(towns),
        invitations=people.open_invitations(visit.session, visit.actor, now=visit.now), role=Role,
        said=_SAID.get(visit.request.query_params.get("said", ""), ""),
    )  # fmt: skip


def invitation_form(visit: Visit) -> Response:
    """Ask whom to invite as what."""
    return _ask(visit)


def invite(visit: Visit) -> Response | View:
    """Make a one-time link and show it this once."""
    form = visit.form
    try:
        login = form.get("login", "").strip()
        if login and not _ADDRESS.fullmatch(login):
            raise Unclear("メールアドレスの形ではありません。空のままにもできます。まだ招待していません。")
        if form.get("role", "") not in list(Role):
            raise Unclear("役割を選んでください。まだ招待していません。")
        token = people_changes.invite(
            visit.session, town=form.get("town", ""), role=Role(form["role"]), desks=chosen_desks(form), login=login,
            last_day=day_of(form.get("last_day", "")), actor=visit.actor, now=visit.now,
        )  # fmt: skip
    except (Unclear, people_changes.Refused) as refused:
        trouble = str(refused)
        return lambda later: _ask(later, trouble=trouble)
    link = f"{visit.console.base_url}/invitation?token={token}"
    role = Role(form["role"]).label
    return lambda later: later.page(
        "invited.html", link=link, picture=picture(link), role=role, login=login, days=sign_in.INVITATION_DAYS
    )


def withdraw(visit: Visit) -> Response:
    """End an invitation that is still open."""
    if not people_changes.withdraw(visit.session, visit.id("invitation_id"), actor=visit.actor, now=visit.now):
        raise NoSuchPage(NoSuchPage.__doc__)
    return visit.go("/people?said=withdrawn")


def chosen_desks(form: Mapping[str, str]) -> frozenset[uuid.UUID]:
    """Return the desks that were ticked; raises Unclear for anything that is no desk."""
    try:
        return frozenset(uuid.UUID(name.removeprefix("desk.")) for name in form if name.startswith("desk."))
    except ValueError:
        raise Unclear(Unclear.__doc__) from None


def day_of(written: str) -> date | None:
    """Return a day as a form brings it, None for an empty field; raises Unclear."""
    try:
        return date.fromisoformat(written.strip()) if written.strip() else None
    except ValueError:
        raise Unclear("最後の日は、2027-03-31 のように書いてください。まだ何も変えていません。") from None


def desk_names(towns: Iterable[people.Town]) -> dict[uuid.UUID, str]:
    """Return the names of the desks of some towns."""
    return {desk.id: desk.name for town in towns for desk in town.desks}


def _ask(visit: Visit, *, trouble: str = "") -> Response:
    towns = people.towns(visit.session, visit.actor)
    status = 422 if trouble else 200
    return visit.page("invite.html", status=status, towns=towns, roles=list(Role), trouble=trouble, typed=visit.form)
