"""A case always ends before people: any table, any staffing, any circle of fallbacks."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from handoff import accounts, cases, contacts, intake
from handoff.accounts import Platform
from handoff.intake import Matter
from handoff.routing import RoutingRule, choose_desk
from handoff.states import Ground
from resources import places
from resources.areas import Area
from resources.attendance import Absence
from resources.db import Database, new_id
from resources.desks import Desk
from resources.places import Municipality
from resources.staff import DeskMembership, Staff
from tests.conftest import NOW, TOWN, Town, found_town

SERVING, PREFECTURE = "990027", "990001"
HOURS = "0Mo0Tu0We0Th0Fr 08:30-17:15 祝休"


def add_desk(session: Session, town: str, name: str, *, people: int = 1, away: bool = False, **more: object) -> Desk:
    desk = Desk(id=new_id(), municipality_code=town, name=name, hours=HOURS, **more)
    session.add(desk)
    session.flush()
    for number in range(people):
        person = Staff(id=new_id(), login=f"{name}{number}{desk.id}@example.jp", display_name=name, made_at=NOW, away=away)
        session.add(person)
        session.flush()
        session.add(DeskMembership(staff_id=person.id, desk_id=desk.id))
    session.flush()
    return desk


def line(session: Session, position: int, desk: Desk, **condition: object) -> RoutingRule:
    rule = RoutingRule(municipality_code=TOWN, position=position, desk_id=desk.id, **condition)
    session.add(rule)
    session.flush()
    return rule


def wait_at(session: Session, desk: Desk, now: datetime) -> cases.Case:
    point = contacts.meet(session, accounts.of_town(session, TOWN, Platform.BROWSER), uuid.uuid4().hex, now=now)
    return cases.open_case(session, point, ground=Ground.REQUEST, route="handoff", now=now, desk=desk, routing_reason="")


def test_a_full_desk_hands_on_and_danger_is_never_refused(database: Database, town: Town, now: datetime) -> None:
    with database.writing(town.code) as session:
        housing = session.get_one(Desk, town.desk_id)
        other = add_desk(session, TOWN, "生活支援課")
        housing.capacity, housing.overflow_id = 1, other.id
        rule = line(session, 1, housing, topic="housing")
        wait_at(session, housing, now)
        route = choose_desk(session, TOWN, topics=["housing"], now=now)
        assert (route.desk, route.rule_id) == (other, rule.id)
        assert route.reason == "振り分け表 1 行目（住まいについて）。定員のため福祉総合相談課から生活支援課へ"
        assert choose_desk(session, TOWN, topics=["housing"], crises=["self_harm"], now=now).desk is housing
        assert choose_desk(session, TOWN, topics=["housing"], now=now, at=housing.id).desk is housing


def test_the_last_case_that_fitted_stays_when_its_resident_writes_again(database: Database, town: Town, now: datetime) -> None:
    with database.writing(town.code) as session:
        desk = session.get_one(Desk, town.desk_id)
        other = add_desk(session, TOWN, "生活支援課")
        desk.capacity, desk.overflow_id = 1, other.id
        line(session, 1, desk)
        point = contacts.meet(session, accounts.of_town(session, TOWN, Platform.BROWSER), "one", now=now)
        case = intake.receive(session, point, Matter("handoff", reasons=("gap",)), ground=Ground.REQUEST, now=now)
        intake.receive(session, point, Matter("handoff", topics=("debt",)), ground=Ground.REQUEST, now=now)
        assert case.desk_id == desk.id
        second = contacts.meet(session, accounts.of_town(session, TOWN, Platform.BROWSER), "two", now=now)
        late = intake.receive(session, second, Matter("handoff", reasons=("gap",)), ground=Ground.REQUEST, now=now)
        assert late.desk_id == other.id
        assert "定員のため" in late.routing_reason


def test_absent_people_are_passed_over_until_nobody_else_is_there(database: Database, town: Town, now: datetime) -> None:
    with database.writing(town.code) as session:
        first = add_desk(session, TOWN, "住まい係", away=True)
        second = add_desk(session, TOWN, "くらし係")
        first.fallback_id = second.id
        line(session, 1, first, topic="housing")
        assert "全員不在のため住まい係からくらし係へ" in choose_desk(session, TOWN, topics=["housing"], now=now).reason
        person = session.query(DeskMembership).filter_by(desk_id=second.id).one().staff_id
        session.add(Absence(staff_id=person, starts=date(2026, 11, 24), ends=date(2026, 11, 25)))
        session.flush()
        assert choose_desk(session, TOWN, topics=["housing"], now=now).desk is first
        assert choose_desk(session, TOWN, topics=["housing"], now=now + timedelta(days=2)).desk is second


def test_a_line_can_hold_inside_or_outside_the_hours_of_its_desk(database: Database, town: Town, now: datetime) -> None:
    with database.writing(town.code) as session:
        day, night = session.get_one(Desk, town.desk_id), add_desk(session, TOWN, "夜間当番")
        night.hours = ""
        line(session, 1, day, hours="open")
        line(session, 2, night)
        assert choose_desk(session, TOWN, now=now).desk is day
        late = choose_desk(session, TOWN, now=now.replace(hour=22))
        assert late.desk is night
        assert [(one.fits, one.why) for one in late.passed] == [(False, "いまは時間外"), (True, "")]
        assert choose_desk(session, TOWN).desk is night


def test_a_place_leads_to_its_desk(database: Database, town: Town, now: datetime) -> None:
    with database.writing(town.code) as session:
        east = add_desk(session, TOWN, "東部")
        line(session, 1, east, area="東圏域")
        line(session, 2, session.get_one(Desk, town.desk_id))
        area = Area(municipality_code=TOWN, name="港町", catchment="東圏域")
        assert choose_desk(session, TOWN, area=area, now=now).desk is east


@dataclass(frozen=True)
class Plan:
    """A town as hypothesis makes it up."""

    desks: list[tuple[int, int, bool, bool, bool, int | None, int, int]]
    lines: list[tuple[int, str | None, str | None, str | None]]
    crises: list[str]
    topics: list[str]
    waiting: int


_crisis = st.sampled_from(["dv", "sexual_violence", "self_harm"])
_topic = st.sampled_from(["housing", "debt"])
_desk = st.tuples(
    st.integers(0, 2), st.integers(0, 2), st.booleans(), st.booleans(), st.booleans(),
    st.none() | st.integers(0, 1), st.integers(0, 5), st.integers(0, 5),
)  # fmt: skip
_plans = st.builds(
    Plan,
    st.lists(_desk, min_size=1, max_size=5),
    st.lists(
        st.tuples(st.integers(0, 4), st.none() | _crisis, st.none() | _topic, st.sampled_from([None, "open", "closed"])),
        max_size=5,
    ),
    st.lists(_crisis, max_size=2, unique=True),
    st.lists(_topic, max_size=2, unique=True),
    st.integers(0, 4),
)


def _lay(session: Session, plan: Plan) -> list[Desk]:
    places.add(session, PREFECTURE, "県", now=NOW)
    places.add(session, SERVING, "となり町", now=NOW)
    session.get_one(Municipality, TOWN).served_by_code = SERVING
    session.get_one(Municipality, TOWN).prefecture_code = PREFECTURE
    towns, made = (TOWN, SERVING, PREFECTURE), []
    for number, (town, people, away, violence, active, capacity, _, _) in enumerate(plan.desks):
        made.append(
            add_desk(
                session, towns[town], f"窓口{number}", people=people, away=away, for_violence=violence, active=active,
                capacity=capacity,
            )
        )  # fmt: skip
    for desk, (*_, fallback, overflow) in zip(made, plan.desks, strict=True):
        desk.fallback_id = made[fallback].id if fallback < len(made) else None
        desk.overflow_id = made[overflow].id if overflow < len(made) else None
    for position, (number, crisis, topic, hours) in enumerate(plan.lines, start=1):
        line(session, position, made[number % len(made)], crisis=crisis, topic=topic, hours=hours)
    for number in range(plan.waiting):
        wait_at(session, made[number % len(made)], NOW)
    session.flush()
    return made


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(plan=_plans)
def test_a_case_ends_before_people_or_there_are_none(sqlite_database: Database, plan: Plan) -> None:
    with sqlite_database.reading(TOWN) as session:
        known = session.get(Municipality, TOWN) is not None
    if not known:
        with sqlite_database.writing(TOWN) as session:
            places.add(session, TOWN, "みらい市", now=NOW)
    with sqlite_database.rehearsing(TOWN) as session:
        made = _lay(session, plan)
        walled = bool({"dv", "sexual_violence"} & set(plan.crises))
        alive = [
            desk for desk, told in zip(made, plan.desks, strict=True)
            if told[1] and desk.active and (desk.for_violence or not walled)
        ]  # fmt: skip
        route = choose_desk(session, TOWN, crises=plan.crises, topics=plan.topics, now=NOW)
        assert route.walled == walled and 0 < len(route.reason) <= 200
        assert (route.desk in alive) if alive else route.desk is None
        present = [desk for desk, told in zip(made, plan.desks, strict=True) if desk in alive and not told[2]]
        if route.desk is not None and plan.crises and any(desk.municipality_code == TOWN for desk in present):
            at_home = [rule for rule in plan.lines if rule[1] is None and rule[2] is None and rule[3] is None]
            assert route.desk in present or not at_home or not any(made[rule[0] % len(made)] in present for rule in at_home)


def test_a_town_that_served_nobody_has_no_desk(database: Database) -> None:
    with database.writing(TOWN) as session:
        places.add(session, TOWN, "みらい市", now=NOW)
        assert choose_desk(session, TOWN, now=NOW).desk is None


def test_the_serving_town_comes_before_the_prefecture(database: Database) -> None:
    found_town(database)
    with database.writing(TOWN) as session:
        places.add(session, PREFECTURE, "県", now=NOW)
        places.add(session, SERVING, "となり町", now=NOW)
        home = session.get_one(Municipality, TOWN)
        home.served_by_code, home.prefecture_code = SERVING, PREFECTURE
        for person in session.query(Staff):
            person.active = False
        prefecture, serving = add_desk(session, PREFECTURE, "県窓口"), add_desk(session, SERVING, "となり町窓口")
        assert choose_desk(session, TOWN, now=NOW).desk is serving
        serving.active = False
        session.flush()
        assert choose_desk(session, TOWN, now=NOW).desk is prefecture
