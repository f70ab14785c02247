"""Events of a town: what comes, who has signed up, a form for a new one, and calling a day off with its reason."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from starlette.responses import Response

from resources import dates, directory, events, month_sheet
from resources.db import new_id
from resources.event_tables import Event, EventDate
from resources.events import Day, EventTrouble, Sheet
from resources.importing.phone_cells import phones
from resources.services import Status
from resources.web.console import NoSuchPage, View, Visit
from resources.web.directory import truth

_DAYS = 4
_LABELS = {
    "name": "催しの名前", "place": "場所の言い方", "description": "何をするか", "eligibility": "だれが来てよいか", "fee": "費用",
    "phone": "問い合わせの電話",
}  # fmt: skip
_PAST = timedelta(days=31)
_SAID = {
    "made": "催しを載せました。ボットとカレンダーに、すぐに出ます。",
    "changed": "直しました。",
    "added": "日を足しました。",
    "cancelled": "この日を中止にしました。申し込んだ人に、理由を伝えます。",
}


def listed(visit: Visit) -> Response:
    """Show the events of a town, those to come first."""
    towns = truth.towns_of(visit)
    town = truth.town_of(visit, towns)
    found = events.upcoming(visit.session, {town}, start=visit.now - _PAST, cancelled=True, hidden=True)
    coming = [one for one in found if one.date.ends_at > visit.now]
    past = [one for one in reversed(found) if one.date.ends_at <= visit.now]
    return visit.page("gatherings_events.html", towns=towns, town=town, coming=coming, past=past, said=_said(visit))


def new(visit: Visit) -> Response:
    """Show the form of a new event."""
    return _new(visit)


def make(visit: Visit) -> Response | View:
    """Put an event into the calendar, once a form."""
    town = truth.town_of(visit, truth.towns_of(visit))
    try:
        key = visit.parse_id(visit.form.get("key", ""))
        days = [day for number in range(_DAYS) if (day := _day(visit.form, f".{number}")) is not None]
        made = events.add(visit.session, key, _sheet(visit.form), days, town=town, by=visit.actor.name, now=visit.now)
    except EventTrouble as refused:
        trouble = refused
        return lambda later: _new(later, trouble=trouble)
    return visit.go(f"/directory/events/{made}?said=made")


def event(visit: Visit) -> Response:
    """Show one event with its days."""
    return _show(visit)


def save(visit: Visit) -> Response | View:
    """Change what is said of an event."""
    found = _event(visit)
    try:
        events.change(visit.session, found.id, _sheet(visit.form), seen=visit.form.get("seen", ""), now=visit.now)
    except EventTrouble as refused:
        return _refused("sheet", refused)
    return visit.go(f"/directory/events/{found.id}?said=changed")


def add_day(visit: Visit) -> Response | View:
    """Add a day to an event."""
    found = _event(visit)
    try:
        day = _day(visit.form, "")
        if day is None:
            raise EventTrouble("日を書いてください。", "day")
        events.add_date(visit.session, found.id, day, now=visit.now)
    except EventTrouble as refused:
        return _refused("day", refused)
    return visit.go(f"/directory/events/{found.id}?said=added")


def cancel(visit: Visit) -> Response | View:
    """Call a day off."""
    found, date = _event(visit), visit.session.get(EventDate, visit.id("date_id"))
    if date is None or date.event_id != found.id:
        raise NoSuchPage(NoSuchPage.__doc__)
    try:
        events.cancel(visit.session, date.id, visit.form.get("reason", ""), by=visit.actor.name, now=visit.now)
    except EventTrouble as refused:
        return _refused(str(date.id), refused)
    return visit.go(f"/directory/events/{found.id}?said=cancelled")


def _refused(part: str, refused: EventTrouble) -> View:
    return lambda later: _show(later, part=part, trouble=refused)


def _new(visit: Visit, *, trouble: EventTrouble | None = None) -> Response:
    towns = truth.towns_of(visit)
    town = truth.town_of(visit, towns)
    typed = visit.form if trouble else {"service": visit.request.query_params.get("entry", "")}
    key = visit.form.get("key") or str(new_id())
    return visit.page(
        "gatherings_event_new.html", status=409 if trouble else 200, towns=towns, town=town, typed=typed, key=key,
        trouble=trouble, entries=_entries(visit, town), numbers=range(_DAYS),
    )  # fmt: skip


def _show(visit: Visit, *, part: str = "", trouble: EventTrouble | None = None) -> Response:
    found = _event(visit)
    typed = visit.form if part == "sheet" else _written(found)
    return visit.page(
        "gatherings_event.html", status=409 if trouble else 200, event=found, days=events.of_event(visit.session, found.id),
        entries=_entries(visit, found.municipality_code), typed=typed, form=visit.form, part=part, trouble=trouble,
        said=_said(visit), seen=found.last_modified.isoformat(), theirs=_theirs(found, typed) if part == "sheet" else [],
    )  # fmt: skip


def _theirs(found: Event, typed: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return what stands there now where something else was typed: the field and its words."""
    there = _written(found)
    return [(label, there[name]) for name, label in _LABELS.items() if there[name].strip() != typed.get(name, "").strip()]


def _event(visit: Visit) -> Event:
    found = visit.session.get(Event, visit.id("event_id"))
    if found is None or found.municipality_code not in truth.towns_of(visit):
        raise NoSuchPage(NoSuchPage.__doc__)
    return found


def _entries(visit: Visit, town: str) -> list[tuple[uuid.UUID, str]]:
    """Return the places an event may be at, by name."""
    shown = (one for one in directory.whole(visit.session, town) if one.draft.has_place and not one.draft.confidential)
    return [(one.id, one.draft.name) for one in shown if one.draft.status is not Status.DEFUNCT]


def _sheet(form: Mapping[str, str]) -> Sheet:
    chosen, phone = form.get("service", ""), form.get("phone", "").strip()
    try:
        service_id = uuid.UUID(chosen) if chosen else None
    except ValueError:
        raise EventTrouble("この場所は台帳にありません。選び直してください。", "service") from None
    if phone and not phones(phone).numbers:
        raise EventTrouble("電話番号を、市外局番から、数字とハイフンで書いてください。", "phone")
    said = {name: form.get(name, "") for name in ("name", "description", "place", "eligibility", "fee")}
    return Sheet(**said, service_id=service_id, phone=phone, takes_sign_ups=bool(form.get("takes_sign_ups")))


def _written(found: Event) -> Mapping[str, Any]:
    said = {name: getattr(found, name) for name in ("name", "description", "place", "eligibility", "fee", "phone")}
    return said | {"service": str(found.service_id or ""), "takes_sign_ups": found.takes_sign_ups}


def _day(form: Mapping[str, str], row: str) -> Day | None:
    """Read one row of a form; None for an empty one. Raises EventTrouble."""
    written = {name: form.get(name + row, "").strip() for name in ("day", "starts", "ends")}
    if not any(written.values()):
        return None
    on = dates.read(written["day"])
    if on is None:
        raise EventTrouble("日を、2026-12-25 のように書いてください。", "day")
    starts, ends = (_clock(written[name]) for name in ("starts", "ends"))
    if starts is None or ends is None:
        raise EventTrouble("始まりと終わりの時刻を、10:00 のように書いてください。", "day")
    midnight = month_sheet.midnight(on)
    return Day(midnight + starts, midnight + ends, _capacity(form.get("capacity", "")))


def _clock(written: str) -> timedelta | None:
    match = re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)", written)
    return timedelta(hours=int(match[1]), minutes=int(match[2])) if match else None


def _capacity(written: str) -> int | None:
    words = written.strip()
    if not words:
        return None
    if not (len(words) <= 4 and words.isascii() and words.isdigit() and int(words) >= 1):
        raise EventTrouble("定員を、1から9999までの数字で書いてください。決まりがなければ空けます。", "capacity")
    return int(words)


def _said(visit: Visit) -> str:
    return _SAID.get(visit.request.query_params.get("said", ""), "")

