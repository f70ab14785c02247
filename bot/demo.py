"""The fictional town for trying: みらい市, its neighbour and their prefecture, put into an empty installation."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from importlib.resources import files
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from bot.store import Store
from handoff import canned
from handoff.duty import Duty, Watch
from handoff.routing import RoutingRule
from resources import events, importing, places, sign_in
from resources.areas import Area
from resources.db import Database, new_id
from resources.desks import Desk
from resources.passwords import Passwords
from resources.places import Municipality, Neighbour, Relay
from resources.slots import JAPAN
from resources.staff import Role

Row = TypeVar("Row")
PASSWORD = "mirai-demo-2026"


class OtherTowns(RuntimeError):
    """The installation serves real towns; a fictional one has no place beside them."""


@dataclass(frozen=True)
class SignIn:
    """One demo person whose sign-in is printed."""

    login: str
    password: str


def furnish(store: Store) -> tuple[str, SignIn]:
    """Put the demo towns in, once, and return the first town's name and a sign-in; raises OtherTowns."""
    folder = files("resources.demo")
    plan: dict[str, Any] = tomllib.loads((folder / "town.toml").read_text(encoding="utf-8"))
    sign = SignIn(plan["staff"][0]["login"], PASSWORD)
    name = next(town["name"] for town in plan["municipality"] if town["code"] == plan["staff"][0]["municipality"])
    with store.database.reading() as session:
        towns = places.towns(session)
    if any(not town.demo for town in towns):
        raise OtherTowns(OtherTowns.__doc__)
    if not towns:
        password_hash = Passwords().make(PASSWORD)
        _found(store.database, plan, password_hash, store.now())
        for entry in plan["directory"]:
            content = (folder / entry["file"]).read_bytes()
            importing.run(
                store.database, content, entry["file"], municipality=entry["municipality"], by="demo", now=store.now()
            )
        with store.database.writing() as session:
            for row in plan["event"]:
                _event(session, row, store.now())
    return name, sign


def _event(session: Session, row: dict[str, Any], now: datetime) -> None:
    on = now.astimezone(JAPAN).date() + timedelta(days=row["days_ahead"])
    starts, ends = (datetime.combine(on, time.fromisoformat(row[name]), JAPAN) for name in ("starts", "ends"))
    said = {name: row[name] for name in ("name", "description", "place", "eligibility", "fee", "phone")}
    sheet, days = events.Sheet(**said, takes_sign_ups=True), [events.Day(starts, ends, row["capacity"])]
    events.add(session, new_id(), sheet, days, town=row["municipality"], by="demo", now=now)


def _found(database: Database, plan: dict[str, Any], password_hash: str, now: datetime) -> None:
    # The prefecture comes first: the towns point to it.
    towns = sorted(plan["municipality"], key=lambda town: "prefecture" in town)
    with database.writing() as session:
        for town in towns:
            row = places.add(session, town["code"], town["name"], now=now, prefecture=town.get("prefecture"))
            row.relay = Relay(town.get("relay", Relay.IN_CHANNEL))
            row.kana, row.phone, row.demo = town["kana"], town["phone"], True
            row.latitude, row.longitude = town["latitude"], town["longitude"]
        for town in towns:
            session.get_one(Municipality, town["code"]).served_by_code = town.get("served_by")
            for neighbour in town.get("neighbours", ()):
                session.add(Neighbour(municipality_code=town["code"], neighbour_code=neighbour))
        session.add_all(_renamed(Area, plan["area"]))
        desks = _desks(plan["desk"])
        session.add_all(desks.values())
        session.flush()
        for position, rule in enumerate(plan["route"], start=1):
            session.add(
                RoutingRule(
                    municipality_code=rule["municipality"],
                    position=position,
                    crisis=rule.get("crisis"),
                    reason=rule.get("reason"),
                    topic=rule.get("topic"),
                    area=rule.get("area"),
                    desk_id=desks[rule["desk"]].id,
                )
            )
        for town in towns:
            if any(desk["municipality"] == town["code"] for desk in plan["desk"]):
                canned.furnish(session, town["code"], canned.ready_made(), now=now)
        for duty in _renamed(Duty, plan["duty"]):
            duty.watch, duty.decided_at = Watch(duty.watch), now
            session.add(duty)
        for person in plan["staff"]:
            sign_in.add_staff(
                session,
                login=person["login"],
                display_name=person["display_name"],
                sender_name=person["sender_name"][:20],
                password_hash=password_hash,
                municipality=person["municipality"],
                roles=[Role(role) for role in person["roles"]],
                desks=[desks[key].id for key in person["desks"]],
                now=now,
            )


def _desks(rows: Iterable[dict[str, Any]]) -> dict[str, Desk]:
    made = {}
    for row in rows:
        values = {name: value for name, value in row.items() if name not in ("key", "municipality")}
        made[row["key"]] = Desk(id=new_id(), municipality_code=row["municipality"], **values)
    return made


def _renamed(model: type[Row], rows: Iterable[dict[str, Any]]) -> list[Row]:
    return [
        model(**{("municipality_code" if name == "municipality" else name): value for name, value in row.items()})
        for row in rows
    ]
