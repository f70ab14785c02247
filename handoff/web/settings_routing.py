"""The page of the routing table: its lines in order, what each means, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from starlette.responses import Response

from handoff import routing_edits, routing_warnings
from handoff.routing_edits import TableChanged, Wanted
from handoff.routing_table import Hours, RoutingRule, condition, rules
from handoff.web.settings import attempt, said, shown, town_of
from intents import Crisis, Reason, Topic
from resources.desks import Desk
from resources.places import Municipality
from resources.web.console import NoSuchPage, View, Visit
from resources.web.fields import number

PATH = "/settings/routing"
_SAID = {
    "added": "行を足しました。", "changed": "行を変えました。", "moved": "順番を変えました。", "deleted": "行を消しました。",
}  # fmt: skip
_NONE: Mapping[str, str] = {}


def settings_routing(visit: Visit) -> Response:
    """Show the table."""
    return _table(visit, town_of(visit))


def settings_line(visit: Visit) -> Response:
    """Show one line to be changed."""
    return _line(visit, "", _NONE)


def add(visit: Visit) -> Response | View:
    """Put a line into the table."""
    town = town_of(visit)

    def act() -> None:
        routing_edits.add(visit.session, town.code, _wanted(visit), seen=_seen(visit), actor=visit.actor, now=visit.now)

    return _try(visit, town, "added", act)


def change(visit: Visit) -> Response | View:
    """Let a line say something else."""
    town = town_of(visit)

    def act() -> None:
        routing_edits.change(
            visit.session, town.code, visit.id("rule_id"), _wanted(visit), seen=_seen(visit), actor=visit.actor, now=visit.now
        )

    return _try(visit, town, "changed", act, _line)


def up(visit: Visit) -> Response | View:
    """Move a line up."""
    return _move(visit, -1)


def down(visit: Visit) -> Response | View:
    """Move a line down."""
    return _move(visit, 1)


def delete(visit: Visit) -> Response | View:
    """Take a line out of the table."""
    town = town_of(visit)

    def act() -> None:
        routing_edits.delete(
            visit.session, town.code, visit.id("rule_id"), seen=_seen(visit), actor=visit.actor, now=visit.now
        )

    return _try(visit, town, "deleted", act)


def _move(visit: Visit, step: int) -> Response | View:
    town = town_of(visit)

    def act() -> None:
        routing_edits.move(
            visit.session, town.code, visit.id("rule_id"), step, seen=_seen(visit), actor=visit.actor, now=visit.now
        )

    return _try(visit, town, "moved", act)


def _try(
    visit: Visit, town: Municipality, done: str, act: Callable[[], None],
    again: Callable[[Visit, str, Mapping[str, str]], Response] | None = None,
) -> Response | View:  # fmt: skip
    def table(later: Visit, trouble: str, kept: Mapping[str, str]) -> Response:
        return _table(later, town_of(later), trouble, kept)

    return attempt(visit, act, then=f"{PATH}?town={town.code}&said={done}", again=again or table)


def _table(visit: Visit, town: Municipality, trouble: str = "", kept: Mapping[str, str] = _NONE) -> Response:
    lines = [(rule, condition(rule), visit.session.get(Desk, rule.desk_id)) for rule in rules(visit.session, town.code)]
    return shown(
        visit, "settings_routing.html", town, status=409 if trouble else 200, lines=lines,
        warned=routing_warnings.warnings(visit.session, town.code), trouble=trouble, others=_others(visit, town, trouble),
        kept=kept if "desk" in kept else _NONE, said=said(visit, _SAID), **_choices(visit, town),
    )  # fmt: skip


def _line(visit: Visit, trouble: str, kept: Mapping[str, str]) -> Response:
    town = town_of(visit)
    try:
        rule = routing_edits.find(visit.session, town.code, visit.id("rule_id"))
    except LookupError:
        if trouble:
            return _table(visit, town, trouble)
        raise NoSuchPage(NoSuchPage.__doc__) from None
    return shown(
        visit, "settings_line.html", town, status=409 if trouble else 200, rule=rule, kept=kept or _values(rule),
        trouble=trouble, others=_others(visit, town, trouble), **_choices(visit, town),
    )  # fmt: skip


def _choices(visit: Visit, town: Municipality) -> dict[str, object]:
    return {
        "topics": list(Topic), "crises": list(Crisis), "reasons": list(Reason), "hours": list(Hours),
        "desks": routing_edits.desks_for(visit.session, town.code), "places": routing_edits.places_for(visit.session, town.code),
        "version": routing_edits.version(visit.session, town.code), "condition": condition,
    }  # fmt: skip


def _others(visit: Visit, town: Municipality, trouble: str) -> list[str]:
    if trouble != TableChanged.__doc__:
        return []
    return routing_edits.changes_since(visit.session, town.code, _seen(visit))


def _values(rule: RoutingRule) -> dict[str, str]:
    named = {name: str(getattr(rule, name) or "") for name in ("topic", "crisis", "reason", "area", "hours")}
    return {**named, "desk": str(rule.desk_id)}


def _wanted(visit: Visit) -> Wanted:
    return Wanted(**{name: visit.form.get(name, "") for name in ("desk", "topic", "crisis", "reason", "area", "hours")})


def _seen(visit: Visit) -> int:
    return number(visit.form.get("seen", ""), -1)
