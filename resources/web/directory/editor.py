"""The list of the directory: looked through by words and by what is the matter, and many entries changed at once."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from urllib.parse import urlencode

from starlette.responses import Response

from intents.codes import Topic
from resources.directory import NoSuchEntry
from resources.editing import bulk, finding, form, kept, saving
from resources.editing.bulk import Act
from resources.editing.finding import NO_KIND, PAGE, Wanted
from resources.services import Status
from resources.web.console import NoSuchPage, View, Visit
from resources.web.directory.editor_frame import day_of, kinds, said, show, today, town_of, towns

_CHOSEN = "pick."
_SAID = {
    "bulk": "選んだ項目を変えました。それぞれの「履歴」から、1件ずつ取り消せます。",
    "let_go": "下書きを消しました。",
}


def editor(visit: Visit) -> Response:
    """Show the entries that fit, fifty at a time."""
    return _listed(visit, visit.request.query_params)


def change_many(visit: Visit) -> Response | View:
    """Show what one change would do to the chosen entries; once that was seen, make it."""
    chosen = {visit.parse_id(name.removeprefix(_CHOSEN)): mark for name, mark in visit.form.items() if name.startswith(_CHOSEN)}
    day = today(visit)
    try:
        wanted = bulk.order(visit.form, kinds=kinds(), on=day_of(visit.form.get("on", "")), today=day)
        if not chosen:
            raise saving.Refused("変える項目に印を付けてください。まだ何も変えていません。")
        if visit.form.get("confirmed") == "yes":
            bulk.carry_out(visit.session, chosen, wanted, kinds=kinds(), actor=visit.actor, now=visit.now)
            return visit.go("/directory?" + urlencode({**_asked(visit.form), "said": "bulk"}))
    except saving.Refused as refused:
        trouble = str(refused)
        return lambda later: _listed(later, later.form, chosen=chosen, trouble=trouble)
    except NoSuchEntry:
        raise NoSuchPage(NoSuchPage.__doc__) from None
    return lambda later: _planned(later, chosen, wanted)


def _planned(visit: Visit, chosen: Mapping[uuid.UUID, str], wanted: bulk.Order) -> Response:
    try:
        changes = bulk.changes(visit.session, chosen, wanted, kinds=kinds(), actor=visit.actor)
    except NoSuchEntry:
        raise NoSuchPage(NoSuchPage.__doc__) from None
    return show(
        visit, "editor_bulk.html", changes=changes, wanted=wanted, kept=visit.form, label_of=form.label_of,
        asked=_asked(visit.form), done=sum(1 for change in changes if change.differences),
    )  # fmt: skip


def _listed(
    visit: Visit, given: Mapping[str, str], *, chosen: Mapping[uuid.UUID, str] | None = None, trouble: str = ""
) -> Response:
    asked = _asked(given)
    town = town_of(visit, asked.get("town", ""))
    wanted = _wanted(asked)
    said_after = given.get("after", "0")
    after = int(said_after) if said_after.isascii() and said_after.isdigit() and len(said_after) < 7 else 0
    records, total = finding.found(visit.session, town, wanted, kinds=kinds(), today=today(visit), after=after)
    return show(
        visit, "editor.html", status=409 if trouble else 200, records=records, total=total, asked=asked, town=town,
        towns=towns(visit), wanted=wanted, after=after, step=PAGE, no_kind=NO_KIND, acts=list(Act), trouble=trouble,
        chosen=chosen or {}, kept=visit.form, said=said(visit, _SAID),
        query=urlencode(asked), begun=kept.new_ones(visit.session, town=town, actor=visit.actor),
    )  # fmt: skip


_ASKED = {"words": 80, "of_kind": 48, "about": 24, "area": 60, "in_status": 20, "stale": 3, "never": 3, "no_phone": 3, "town": 6}


def _asked(given: Mapping[str, str]) -> dict[str, str]:
    """Return what was asked of the list, and nothing else of the form."""
    return {name: given[name][:longest] for name, longest in _ASKED.items() if given.get(name)}


def _wanted(asked: Mapping[str, str]) -> Wanted:
    topic, status, kind = asked.get("about", ""), asked.get("in_status", ""), asked.get("of_kind", "")
    return Wanted(
        words=asked.get("words", ""),
        kind=kind if kind in (*kinds().by_code, NO_KIND) else "",
        topic=topic if topic in list(Topic) else "",
        area=asked.get("area", "").strip(),
        status=Status(status) if status in list(Status) else None,
        stale="stale" in asked,
        never="never" in asked,
        no_phone="no_phone" in asked,
    )
