"""What the pages that keep the directory true share: whose towns, which entry, and what was seen of it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import select

from resources import critical, directory
from resources.access import GRANTS, Permission
from resources.importing.values import clean
from resources.places import Municipality
from resources.records import Record
from resources.slots import JAPAN
from resources.web.console import NoSuchPage, Visit


def towns_of(visit: Visit) -> Mapping[str, str]:
    """Return the towns whose directory this person keeps, with their names."""
    mine = visit.actor.towns_as(*GRANTS[Permission.EDIT_DIRECTORY])
    rows = visit.session.execute(select(Municipality.code, Municipality.name).where(Municipality.code.in_(mine)))
    return dict(sorted((row.code, row.name) for row in rows))


def town_of(visit: Visit, towns: Mapping[str, str]) -> str:
    """Return the town a page is about: the one asked for, else one's own; raises NoSuchPage for another's."""
    wanted = visit.form.get("town") or visit.request.query_params.get("town", "")
    if wanted and wanted not in towns:
        raise NoSuchPage(NoSuchPage.__doc__)
    return wanted or (visit.actor.home if visit.actor.home in towns else min(towns))


def entry_of(visit: Visit, name: str = "service_id") -> Record:
    """Return the entry a path names, of one's own towns only; raises NoSuchPage."""
    return entry(visit, visit.id(name))


def entry(visit: Visit, service_id: uuid.UUID) -> Record:
    """Return an entry of one's own towns; raises NoSuchPage."""
    try:
        record = directory.get(visit.session, service_id)
    except directory.NoSuchEntry:
        raise NoSuchPage(NoSuchPage.__doc__) from None
    if record.municipality_code not in towns_of(visit):
        raise NoSuchPage(NoSuchPage.__doc__)
    return record


def seen(visit: Visit, name: str = "seen") -> datetime:
    """Return what of an entry a form was made from; anything else counts as long ago."""
    try:
        found = datetime.fromisoformat(visit.form.get(name, ""))
    except ValueError:
        return datetime.fromtimestamp(0, JAPAN)
    return found if found.tzinfo else datetime.fromtimestamp(0, JAPAN)


def chosen(visit: Visit, prefix: str) -> Sequence[str]:
    """Return what was ticked among fields whose names begin alike."""
    return [name.removeprefix(prefix) for name in visit.form if name.startswith(prefix)]


def typed(visit: Visit) -> dict[str, str]:
    """Return the points that were written otherwise than the form showed them; what was left alone is nobody's word."""
    form = visit.form
    return {
        field: form[f"said.{field}"]
        for field in critical.LABELS
        if f"said.{field}" in form and clean(form[f"said.{field}"]) != clean(form.get(f"was.{field}", ""))
    }


def today(visit: Visit) -> date:
    """Return the day it is in Japan."""
    return visit.now.astimezone(JAPAN).date()


def on(day: date | None) -> str:
    """Return a day as editors read it."""
    return f"{day.year}年{day.month}月{day.day}日" if day else ""
