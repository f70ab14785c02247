"""The page on which a town keeps its prepared replies."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from starlette.responses import Response

from handoff import canned, fields, speaking
from handoff.canned import CannedReply, Draft
from handoff.fields import EXAMPLE, Field
from handoff.replying import LONGEST
from handoff.speaking import Speaker
from handoff.states import NotAllowed
from handoff.web.own_town import town_of
from handoff.web.settings import shown
from resources import desks
from resources.places import Municipality
from resources.web.console import NoSuchPage, View, Visit

SAID = {
    "added": "定型文を加えました。返信の画面で選べます。",
    "changed": "定型文を変えました。",
    "moved": "順番を変えました。",
    "on": "もう一度使えるようにしました。",
    "off": "使わないようにしました。返信の画面には出ません。",
    "offered": "見本の定型文を加えました。町のことばに直して使ってください。",
    "speaks": "返信の名前を変えました。次に開く返信から使われます。",
}


def listing(visit: Visit) -> Response:
    """Show the prepared replies of a town."""
    return _list(visit)


def add(visit: Visit) -> Response | View:
    """Add one, or show how it would read."""
    town, draft = town_of(visit), _draft(visit)
    if visit.form.get("act") == "preview":
        return _again(visit, preview=True)
    try:
        canned.add(visit.session, town, draft, actor=visit.actor, now=visit.now)
    except NotAllowed as refused:
        return _again(visit, trouble=str(refused))
    return _done(visit, town, "added")


def offer(visit: Visit) -> Response:
    """Take over the replies we offer to every town."""
    town = town_of(visit)
    canned.take_over(visit.session, town, actor=visit.actor, now=visit.now)
    return _done(visit, town, "offered")


def speaks(visit: Visit) -> Response | View:
    """Choose under whose name the replies of a desk arrive."""
    town = town_of(visit)
    try:
        speaking.choose(
            visit.session, town, _desk(visit), visit.form.get("speaks_as", ""), actor=visit.actor, now=visit.now
        )
    except NotAllowed as refused:
        return _again(visit, trouble=str(refused))
    return _done(visit, town, "speaks")


def one(visit: Visit) -> Response:
    """Show one prepared reply to change it."""
    return _one(visit)


def change(visit: Visit) -> Response | View:
    """Change one, or show how it would read; what somebody else changed meanwhile is not overwritten."""
    found = _found(visit)
    if visit.form.get("act") == "preview":
        return lambda later: _one(later, kept=visit.form)
    version = visit.form.get("version", "")
    try:
        canned.change(
            visit.session, found, _draft(visit), version=int(version) if version.isdecimal() else 0, actor=visit.actor,
            now=visit.now,
        )  # fmt: skip
    except NotAllowed as refused:
        trouble = str(refused)
        return lambda later: _one(later, kept=visit.form, trouble=trouble)
    return _done(visit, found.municipality_code, "changed")


def move(visit: Visit) -> Response:
    """Put one a place higher or lower."""
    found = _found(visit)
    canned.move(visit.session, found, up=visit.form.get("way") == "up", actor=visit.actor, now=visit.now)
    return _done(visit, found.municipality_code, "moved")


def switch(visit: Visit) -> Response | View:
    """Offer one at the desk, or no more."""
    found, on, version = _found(visit), visit.form.get("on") == "yes", visit.form.get("version", "")
    try:
        known = int(version) if version.isdecimal() else 0
        canned.switch(visit.session, found, on=on, version=known, actor=visit.actor, now=visit.now)
    except NotAllowed as refused:
        return _again(visit, trouble=str(refused))
    return _done(visit, found.municipality_code, "on" if on else "off")


def _list(visit: Visit, *, trouble: str = "", preview: bool = False) -> Response:
    town, kept = town_of(visit), visit.form
    return shown(
        visit,
        "canned.html",
        visit.session.get_one(Municipality, town),
        status=409 if trouble else 200,
        rows=[(row, fields.fill(row.words, EXAMPLE).words) for row in canned.listed(visit.session, town)],
        offered=canned.offered(visit.session, town),
        desks=desks.of_town(visit.session, town),
        desk_names={desk.id: desk.name for desk in desks.of_town(visit.session, town)},
        speakers=list(Speaker),
        fields=list(Field),
        example=EXAMPLE,
        kept=kept,
        preview=_preview(kept) if preview else "",
        trouble=trouble,
        said=SAID.get(visit.request.query_params.get("said", ""), ""),
        longest=LONGEST,
    )


def _one(visit: Visit, *, kept: Mapping[str, str] | None = None, trouble: str = "") -> Response:
    found = _found(visit)
    stored = {"title": found.title, "words": found.words, "desk": str(found.desk_id or "")}
    form = {**stored, "version": str(found.version), **(kept or {})}
    return shown(
        visit,
        "canned_one.html",
        visit.session.get_one(Municipality, found.municipality_code),
        status=409 if trouble else 200,
        row=found,
        form=form,
        now_stands=found.words if trouble and form["version"] != str(found.version) else "",
        preview=_preview(form),
        desks=desks.of_town(visit.session, found.municipality_code),
        fields=list(Field),
        example=EXAMPLE,
        trouble=trouble,
        longest=LONGEST,
    )


def _preview(form: Mapping[str, str]) -> str:
    return fields.fill(form.get("words", ""), EXAMPLE).words


def _found(visit: Visit) -> CannedReply:
    found = canned.find(visit.session, town_of(visit), visit.id("canned_id"))
    if found is None:
        raise NoSuchPage(NoSuchPage.__doc__)
    return found


def _draft(visit: Visit) -> Draft:
    return Draft(visit.form.get("title", ""), visit.form.get("words", ""), _desk(visit))


def _desk(visit: Visit) -> uuid.UUID | None:
    return visit.parse_id(visit.form["desk"]) if visit.form.get("desk") else None


def _again(visit: Visit, *, trouble: str = "", preview: bool = False) -> View:
    return lambda later: _list(later, trouble=trouble, preview=preview)


def _done(visit: Visit, town: str, said: str) -> Response:
    return visit.go(f"/settings/canned?said={said}&town={town}")
