"""The pages of the desks: which there are, and one with its hours, its limits and its people."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from starlette.responses import Response

from handoff import desk_settings, settings
from handoff.cases import ASKING, DANGER, TODAY, TROUBLED
from handoff.deadlines import NAMES, USUAL
from handoff.openings import open_cases
from handoff.web.settings import attempt, said, shown, town_of
from resources import attendance, dates, desks
from resources.desks import Desk
from resources.hours import describe, parse_hours
from resources.kinds import Kinds
from resources.places import Municipality
from resources.web.console import NoSuchPage, View, Visit
from resources.weekly import coming_week, written

PATH = "/settings/desks"
_SAID = {
    "added": "窓口を登録しました。つぎは、ここに職員を置いてください。", "changed": "窓口の設定を変えました。",
    "absent": "不在の予定を残しました。", "back": "不在の予定を消しました。",
}  # fmt: skip
_NONE: Mapping[str, str] = {}
_LIMITS = [
    (NAMES[need], label, USUAL[need])
    for need, label in ((DANGER, "危険"), (TODAY, "今日のうちに"), (TROUBLED, "困りごと"), (ASKING, "そのほか"))
]


def settings_desks(visit: Visit) -> Response:
    """Show the desks of a town."""
    return _list(visit, "", _NONE)


def settings_desk(visit: Visit) -> Response:
    """Show one desk."""
    return _one(visit, "", _NONE)


def add(visit: Visit) -> Response | View:
    """Add a desk."""
    town = town_of(visit)
    if visit.form.get("only") == "check":
        return lambda later: _checked(later, _list)
    made: list[Desk] = []

    def act() -> None:
        wanted = desk_settings.wanted(visit.form)
        made.append(desk_settings.add(visit.session, town.code, wanted, kinds=_codes(), actor=visit.actor, now=visit.now))

    answer = attempt(visit, act, then="", again=_list)
    return visit.go(f"{PATH}/{made[0].id}?town={town.code}&said=added") if made else answer


def change(visit: Visit) -> Response | View:
    """Let a desk be as filled in."""
    town, desk = _of(visit, to_change=True)
    if visit.form.get("only") == "check":
        return lambda later: _checked(later, _one)

    def act() -> None:
        desk_settings.change(
            visit.session, town.code, desk, desk_settings.wanted(visit.form), seen=visit.form.get("seen", "?"), kinds=_codes(),
            actor=visit.actor, now=visit.now,
        )  # fmt: skip

    return attempt(visit, act, then=_back(town, desk, "changed"), again=_one)


def add_absence(visit: Visit) -> Response | View:
    """Write down that somebody is not there for some days."""
    town, desk = _of(visit)

    def act() -> None:
        starts, ends = (dates.read(visit.form.get(name, "")) for name in ("starts", "ends"))
        desk_settings.note_absence(
            visit.session, town.code, desk, visit.form.get("staff", ""), starts, ends, actor=visit.actor, now=visit.now
        )

    return attempt(visit, act, then=_back(town, desk, "absent"), again=_one)


def delete_absence(visit: Visit) -> Response | View:
    """Take an absence out again."""
    town, desk = _of(visit)

    def act() -> None:
        desk_settings.end_absence(
            visit.session, town.code, desk, visit.form.get("absence", ""), actor=visit.actor, now=visit.now
        )

    return attempt(visit, act, then=_back(town, desk, "back"), again=_one)


def _checked(visit: Visit, show: Callable[[Visit, str, Mapping[str, str]], Response]) -> Response:
    """Show hours as they are read, without keeping anything."""
    try:
        desk_settings.read_hours(visit.form.get("hours", ""))
    except (desk_settings.BadHours, desk_settings.HoursTooLong) as refused:
        return show(visit, str(refused), visit.form)
    return show(visit, "", {**visit.form, "checked": "yes"})


def _list(visit: Visit, trouble: str, kept: Mapping[str, str]) -> Response:
    town = town_of(visit)
    found = desk_settings.of_town(visit.session, town.code)
    seats = attendance.seats(visit.session, [desk.id for desk in found], now=visit.now)
    rows = [(desk, describe(parse_hours(desk.hours)), seats[desk.id], open_cases(visit.session, desk)) for desk in found]
    return shown(
        visit, "settings_desks.html", town, status=409 if trouble else 200, rows=rows, trouble=trouble,
        kept=kept or {"closed_at_year_end": "yes"}, desks=found, desk=None, **_preview(visit, None, kept),
    )  # fmt: skip


def _one(visit: Visit, trouble: str, kept: Mapping[str, str]) -> Response:
    town, desk = _of(visit)
    filled = kept if "name" in kept else _NONE
    others = [one for one in desk_settings.of_town(visit.session, town.code) if one.id != desk.id]
    return shown(
        visit, "settings_desk.html", town, status=409 if trouble else 200, desk=desk, desks=others, trouble=trouble,
        kept=filled or _values(desk), said=said(visit, _SAID), seen=settings.mark_of(desk), absent=kept,
        seats=attendance.seats(visit.session, [desk.id], now=visit.now)[desk.id],
        absences=attendance.absences(visit.session, desk.id, now=visit.now), count=open_cases(visit.session, desk),
        described_now=describe(parse_hours(desk.hours)),
        changed=trouble == settings.ChangedMeanwhile.__doc__, **_preview(visit, desk, filled),
    )  # fmt: skip


def _preview(visit: Visit, desk: Desk | None, kept: Mapping[str, str]) -> dict[str, object]:
    told = kept.get("hours", desk.hours if desk else "")
    year_end = bool(kept.get("closed_at_year_end")) if kept else bool(desk and desk.closed_at_year_end)
    try:
        slots = parse_hours(desk_settings.read_hours(told))
    except (desk_settings.BadHours, desk_settings.HoursTooLong):
        slots = ()
    rests = desks.closures(visit.session, desk) if desk else ()
    week = coming_week(slots, now=visit.now, closures=rests, year_end_closed=year_end) if slots else []
    return {"week": week, "described": describe(slots, year_end_closed=year_end), "kinds": _kinds(), "limits": _LIMITS}


def _values(desk: Desk) -> dict[str, str]:
    return {
        "name": desk.name, "kind": desk.kind, "phone": desk.phone, "hours": written(desk.hours),
        "capacity": str(desk.capacity or ""),
        "fallback": str(desk.fallback_id or ""), "overflow": str(desk.overflow_id or ""),
        "closed_at_year_end": "yes" if desk.closed_at_year_end else "", "active": "yes" if desk.active else "",
        "for_violence": "yes" if desk.for_violence else "",
        **{f"answer_{name}": str(minutes) for name, minutes in (desk.answer_within or {}).items()},
    }  # fmt: skip


def _of(visit: Visit, *, to_change: bool = False) -> tuple[Municipality, Desk]:
    town = town_of(visit)
    try:
        return town, desk_settings.find(visit.session, town.code, visit.id("desk_id"), to_change=to_change)
    except settings.NoSuchRow:
        raise NoSuchPage(NoSuchPage.__doc__) from None


def _kinds() -> list[tuple[str, str]]:
    return [(kind.code, kind.label) for kind in Kinds.load().kinds if kind.group == "institution"]


def _codes() -> frozenset[str]:
    return frozenset(code for code, _ in _kinds())


def _back(town: Municipality, desk: Desk, done: str) -> str:
    return f"{PATH}/{desk.id}?town={town.code}&said={done}"
