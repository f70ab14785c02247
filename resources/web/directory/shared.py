"""What comes from other towns and levels, with the town's own word about it; and which of its own entries others are shown."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Final

from sqlalchemy import func, select
from starlette.responses import Response

from resources import sharing
from resources.editing import wording
from resources.kinds import Kinds
from resources.places import Level, Municipality
from resources.services import Service
from resources.sharing import LocalWord, Refused
from resources.web.console import View, Visit
from resources.web.directory import truth

_A_PAGE: Final = 20
_SAID: Final = {
    "hide": "この町では案内しないようにしました。", "show": "また案内するようにしました。", "note": "町のメモを残しました。",
    "shared": "選んだ項目を共有しました。", "stopped": "共有をやめました。", "all": "台帳のすべてを共有しました。",
}  # fmt: skip
_STATES: Final = {"": "すべて", "shown": "案内している", "hidden": "案内していない", "noted": "メモがある"}


def shared(visit: Visit, *, trouble: str = "") -> Response:
    """List what comes from above and from neighbours."""
    towns = truth.towns_of(visit)
    town, asked = truth.town_of(visit, towns), visit.form or visit.request.query_params
    words, source, state = (asked.get(name, "") for name in ("q", "source", "state"))
    codes = select(Service.municipality_code).where(sharing.coming(visit.session, town)).distinct()
    sources = {one.code: one for one in visit.session.scalars(select(Municipality).where(Municipality.code.in_(codes)))}
    said = select(LocalWord.service_id).where(LocalWord.municipality_code == town)
    which = select(Service.id).where(sharing.coming(visit.session, town))
    if words.strip():
        which = which.where(Service.name.contains(words.strip(), autoescape=True))
    if source in sources:
        which = which.where(Service.municipality_code == source)
    if state == "noted":
        which = which.where(Service.id.in_(said.where(LocalWord.note != "")))
    elif state in ("shown", "hidden"):
        hidden = Service.id.in_(said.where(LocalWord.hidden))
        which = which.where(hidden if state == "hidden" else ~hidden)
    total = visit.session.scalar(select(func.count()).select_from(which.subquery())) or 0
    last = max(1, -(-total // _A_PAGE))
    page = min(_number(asked.get("page", "")), last)
    ids = visit.session.scalars(which.order_by(Service.name, Service.id).offset((page - 1) * _A_PAGE).limit(_A_PAGE)).all()
    found = sharing.came(visit.session, town, ids)
    there = any(str(one.record.id) == visit.form.get("service") for one in found)
    return visit.page(
        "together_shared.html", status=409 if trouble else 200, trouble=trouble, towns=towns, town=town, total=total, page=page,
        last=last, found=found, lost="" if there else visit.form.get("note", ""), sources=sources, source=source, q=words,
        state=state, states=_STATES, kind_of=_kind_of(), statuses=wording.STATUSES, typed=visit.form, longest=sharing.LONGEST,
        said=_SAID.get(visit.request.query_params.get("said", ""), ""),
    )  # fmt: skip


def say(visit: Visit) -> Response | View:
    """Hide an entry for the town's residents, show it again, or note something beside it."""
    town, form = truth.town_of(visit, truth.towns_of(visit)), visit.form
    act = form.get("act", "note")
    try:
        sharing.say(
            visit.session, town, visit.id("service_id"), act=act, note=form.get("note", ""), seen=form.get("seen", ""),
            actor=visit.actor, now=visit.now,
        )  # fmt: skip
    except Refused as refused:
        trouble = str(refused)
        return lambda later: shared(later, trouble=trouble)
    return visit.go(f"/directory/shared?town={town}&said={act if act in _SAID else 'note'}")


def ours(visit: Visit, *, trouble: str = "") -> Response:
    """Show which entries other towns are shown, and let some be chosen."""
    towns = truth.towns_of(visit)
    town, asked = truth.town_of(visit, towns), visit.form or visit.request.query_params
    words = asked.get("q", "")
    which = select(Service.id).where(Service.municipality_code == town, sharing.offered())
    if words.strip():
        which = which.where(Service.name.contains(words.strip(), autoescape=True))
    total = visit.session.scalar(select(func.count()).select_from(which.subquery())) or 0
    last = max(1, -(-total // _A_PAGE))
    page = min(_number(asked.get("page", "")), last)
    rows = select(Service.id, Service.name, Service.kind, Service.residency).where(Service.id.in_(which))
    return visit.page(
        "together_ours.html", status=409 if trouble else 200, trouble=trouble, towns=towns, town=town, q=words, total=total,
        page=page, last=last, kind_of=_kind_of(), receivers=sharing.receivers(visit.session, town),
        whole=sharing.whole_with(visit.session, town), shares=sharing.shared_by(visit.session, town), why_not=sharing.why_not,
        statuses=wording.STATUSES,
        mine=visit.session.execute(rows.order_by(Service.name, Service.id).offset((page - 1) * _A_PAGE).limit(_A_PAGE)).all(),
        typed=visit.form, above=visit.session.get_one(Municipality, town).level != Level.MUNICIPALITY,
        said=_SAID.get(visit.request.query_params.get("said", ""), ""),
    )  # fmt: skip


def share(visit: Visit) -> Response | View:
    """Share the chosen entries, or all, with another town."""
    whole = visit.form.get("what") == "all"
    ids = [visit.parse_id(one) for one in truth.chosen(visit, "entry.")]

    def act(town: str, receiver: str) -> None:
        if whole:
            sharing.share_all(visit.session, town, receiver=receiver, actor=visit.actor, now=visit.now)
        else:
            sharing.share(visit.session, town, ids, receiver=receiver, actor=visit.actor, now=visit.now)

    return _act(visit, "all" if whole else "shared", act)


def stop(visit: Visit) -> Response | View:
    """Share an entry, or all, no longer with another town."""
    entry = visit.form.get("entry", "")
    service_id: uuid.UUID | None = visit.parse_id(entry) if entry else None

    def act(town: str, receiver: str) -> None:
        if service_id is None:
            sharing.stop_all(visit.session, town, receiver=receiver, actor=visit.actor, now=visit.now)
        else:
            sharing.stop(visit.session, town, service_id, receiver=receiver, actor=visit.actor, now=visit.now)

    return _act(visit, "stopped", act)


def _act(visit: Visit, done: str, act: Callable[[str, str], None]) -> Response | View:
    town = truth.town_of(visit, truth.towns_of(visit))
    try:
        act(town, visit.form.get("receiver", ""))
    except Refused as refused:
        trouble = str(refused)
        return lambda later: ours(later, trouble=trouble)
    return visit.go(f"/directory/shared/ours?town={town}&said={done}")


def _number(written: str) -> int:
    return max(1, int(written)) if written.isascii() and written.isdigit() and len(written) < 7 else 1


def _kind_of() -> Callable[[str], str]:
    kinds = Kinds.load()
    return lambda code: wording.kind(code, kinds)
