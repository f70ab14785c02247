"""The people of a town: what an administrator changes, and what no administrator can."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from resources import people, people_changes, places, sign_in
from resources.access import Actor, actor_for
from resources.db import Database, new_id
from resources.desks import Desk
from resources.journal import JournalEntry
from resources.people import Person
from resources.people_changes import Wanted
from resources.staff import Role, Staff

HERE, THERE = "990019", "990027"
ADMIN, WORKER = Role.ADMINISTRATOR, Role.DESK_WORKER


@dataclass
class Towns:
    """Two towns with a desk each, and people by name."""

    database: Database
    now: datetime
    desks: dict[str, uuid.UUID]
    ids: dict[str, uuid.UUID] = field(default_factory=dict)

    def add(self, name: str, *roles: Role, town: str = HERE) -> None:
        with self.database.writing() as session:
            staff = sign_in.add_staff(
                session, login=f"{name}@example.jp", display_name=name, password_hash="x", municipality=town, roles=roles,
                now=self.now,
            )  # fmt: skip
            self.ids[name] = staff.id

    def actor(self, name: str) -> Actor:
        with self.database.reading() as session:
            return actor_for(session, session.get_one(Staff, self.ids[name]))

    def do(self, by: str, to: str, act: Callable[..., None], *more: object) -> None:
        """Let somebody change somebody."""
        actor = self.actor(by)
        with self.database.writing() as session:
            found = people.find(session, actor, self.ids[to], now=self.now, to_change=True)
            assert found is not None
            act(session, found, *more, actor=actor, now=self.now)

    def see(self, by: str, who: str) -> Person | None:
        actor = self.actor(by)
        with self.database.reading() as session:
            return people.find(session, actor, self.ids[who], now=self.now)


@pytest.fixture
def towns(database: Database, now: datetime) -> Towns:
    desks = {HERE: new_id(), THERE: new_id()}
    with database.writing() as session:
        places.add(session, HERE, "みらい市", now=now)
        places.add(session, THERE, "となり町", now=now)
        session.add_all(Desk(id=desk, municipality_code=town, name="福祉係", hours="") for town, desk in desks.items())
    made = Towns(database, now, desks)
    made.add("admin", ADMIN)
    made.add("yamada", WORKER)
    made.add("far", WORKER, town=THERE)
    return made


def wanted(*roles: Role, desks: tuple[uuid.UUID, ...] = (), town: str = HERE) -> Wanted:
    return Wanted(frozenset((town, role) for role in roles), frozenset(desks))


def also_works_there(towns: Towns, name: str) -> None:
    from resources.staff import StaffRole

    with towns.database.writing() as session:
        session.add(StaffRole(staff_id=towns.ids[name], municipality_code=THERE, role=WORKER))


def test_roles_and_desks_are_changed_and_written_down(towns: Towns) -> None:
    towns.do("admin", "yamada", people_changes.settle, wanted(WORKER, Role.SUPERVISOR, desks=(towns.desks[HERE],)))
    seen = towns.see("admin", "yamada")
    assert seen is not None and {role for _, role in seen.roles} == {WORKER, Role.SUPERVISOR}
    assert seen.desks == {towns.desks[HERE]}
    towns.do("admin", "yamada", people_changes.settle, wanted(WORKER))
    assert not towns.actor("yamada").desks and not towns.actor("yamada").has(Role.SUPERVISOR)
    with towns.database.reading() as session:
        query = select(JournalEntry).where(JournalEntry.act == "people.roles").order_by(JournalEntry.id)
        written = session.scalars(query).all()
    assert [entry.detail for entry in written] == ["+supervisor", "-supervisor"]
    assert {entry.staff_id for entry in written} == {towns.ids["admin"]}


def test_people_of_another_town_do_not_exist(towns: Towns) -> None:
    assert towns.see("admin", "far") is None
    actor = towns.actor("admin")
    with towns.database.reading() as session:
        found, total = people.listed(session, actor, sought="", after=0, now=towns.now)
        assert {one.staff.display_name for one in found} == {"admin", "yamada"} and total == 2
        assert people.listed(session, towns.actor("yamada"), sought="", after=0, now=towns.now) == ([], 0)


def test_of_a_person_of_two_towns_only_the_own_part_is_seen_and_changed(towns: Towns) -> None:
    also_works_there(towns, "yamada")
    seen = towns.see("admin", "yamada")
    assert seen is not None and seen.elsewhere and seen.roles == {(HERE, WORKER)}
    for act in (people_changes.disable, people_changes.enable, people_changes.reset_factor):
        with pytest.raises(people_changes.AlsoElsewhere):
            towns.do("admin", "yamada", act)
    with pytest.raises(people_changes.AlsoElsewhere):
        towns.do("admin", "yamada", people_changes.end_on, towns.now.date())
    towns.do("admin", "yamada", people_changes.settle, wanted())
    assert towns.see("admin", "yamada") is None and towns.actor("yamada").roles == {(THERE, WORKER)}


def test_roles_and_desks_of_other_towns_cannot_be_given(towns: Towns) -> None:
    for asked in (wanted(WORKER, town=THERE), wanted(WORKER, desks=(towns.desks[THERE],)), wanted(WORKER, desks=(new_id(),))):
        with pytest.raises(people_changes.NotYours):
            towns.do("admin", "yamada", people_changes.settle, asked)
    actor = towns.actor("admin")
    for town, desks in ((THERE, ()), (HERE, (towns.desks[THERE],)), ("000000", ())):
        with towns.database.writing() as session, pytest.raises(people_changes.NotYours):
            people_changes.invite(
                session, town=town, role=WORKER, desks=desks, login="", last_day=None, actor=actor, now=towns.now
            )


def test_nobody_is_left_without_a_role_or_at_a_desk_without_one(towns: Towns) -> None:
    with pytest.raises(people_changes.NoRoleLeft):
        towns.do("admin", "yamada", people_changes.settle, wanted())
    with pytest.raises(people_changes.DeskWithoutRole):
        towns.do("admin", "yamada", people_changes.settle, wanted(desks=(towns.desks[HERE],)))


def test_the_last_administrator_stays(towns: Towns) -> None:
    towns.add("second", ADMIN)
    towns.do("second", "admin", people_changes.disable)
    towns.add("third", WORKER)
    for act, more in (
        (people_changes.settle, [wanted(WORKER)]),
        (people_changes.disable, []),
        (people_changes.end_on, [towns.now.date() + timedelta(days=30)]),
    ):
        # The one who asks is an administrator whose page was open when they were disabled.
        with pytest.raises(people_changes.LastAdministrator):
            towns.do("admin", "second", act, *more)


def test_an_administrator_whose_time_ends_first_does_not_count(towns: Towns) -> None:
    towns.add("second", ADMIN)
    day = towns.now.date()
    towns.do("admin", "second", people_changes.end_on, day + timedelta(days=10))
    with pytest.raises(people_changes.LastAdministrator):
        towns.do("second", "admin", people_changes.end_on, day + timedelta(days=20))
    towns.do("second", "admin", people_changes.end_on, day + timedelta(days=5))
    with pytest.raises(people_changes.DayPast):
        towns.do("admin", "second", people_changes.end_on, day - timedelta(days=1))


def test_nobody_shuts_themselves_out(towns: Towns) -> None:
    towns.add("second", ADMIN)
    for act, more in (
        (people_changes.disable, []), (people_changes.reset_factor, []), (people_changes.settle, [wanted(WORKER)])
    ):  # fmt: skip
        with pytest.raises(people_changes.NotOneself):
            towns.do("admin", "admin", act, *more)


def test_two_administrators_who_disable_each_other_leave_one(towns: Towns) -> None:
    towns.add("second", ADMIN)
    both, ended = threading.Barrier(2, timeout=20), []
    actors = {name: towns.actor(name) for name in ("admin", "second")}

    def shut_out(by: str, to: str) -> None:
        both.wait()
        try:
            with towns.database.writing() as session:
                found = people.find(session, actors[by], towns.ids[to], now=towns.now, to_change=True)
                assert found is not None
                people_changes.disable(session, found, actor=actors[by], now=towns.now)
            ended.append("done")
        except people_changes.LastAdministrator:
            ended.append("refused")

    threads = [threading.Thread(target=shut_out, args=pair) for pair in (("admin", "second"), ("second", "admin"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ended) == ["done", "refused"]


def test_a_disabled_person_comes_back_as_they_were(towns: Towns) -> None:
    towns.do("admin", "yamada", people_changes.disable)
    seen = towns.see("admin", "yamada")
    assert seen is not None and not seen.comes_in and seen.roles == {(HERE, WORKER)}
    towns.do("admin", "yamada", people_changes.enable)
    seen = towns.see("admin", "yamada")
    assert seen is not None and seen.comes_in


def test_an_invitation_brings_desks_and_the_last_day_and_can_be_withdrawn(towns: Towns) -> None:
    actor, last = towns.actor("admin"), towns.now.date() + timedelta(days=90)
    asked = {"town": HERE, "role": Role.STAND_IN, "desks": [towns.desks[HERE]], "login": "", "actor": actor, "now": towns.now}
    with towns.database.writing() as session:
        token = people_changes.invite(session, last_day=last, **asked)
        withdrawn = people_changes.invite(session, last_day=None, **asked)
        with pytest.raises(people_changes.DayPast):
            people_changes.invite(session, last_day=towns.now.date() - timedelta(days=1), **asked)
        rows = people.open_invitations(session, actor, now=towns.now)
        known = {row.access_ends_on: row.id for row in rows}
        assert len(rows) == 2 and people_changes.withdraw(session, known[None], actor=actor, now=towns.now)
        assert not people_changes.withdraw(session, known[last], actor=towns.actor("far"), now=towns.now)
    with towns.database.writing() as session:
        fields = {"login": "new@example.jp", "display_name": "新", "password_hash": "x", "now": towns.now}
        staff = sign_in.accept(session, token, **fields)
        assert staff.expires_on == last and actor_for(session, staff).desks == {towns.desks[HERE]}
        with pytest.raises(sign_in.InvitationSpent):
            sign_in.accept(session, withdrawn, **fields)


def test_two_hundred_people_are_listed_by_pages_and_found_by_name(towns: Towns) -> None:
    with towns.database.writing() as session:
        for number in range(200):
            sign_in.add_staff(
                session, login=f"p{number}@example.jp", display_name=f"職員{number:03}", password_hash="x", municipality=HERE,
                roles=[WORKER], now=towns.now,
            )  # fmt: skip
    actor = towns.actor("admin")
    with towns.database.reading() as session:
        pages = [people.listed(session, actor, sought="", after=at, now=towns.now) for at in (0, 50, 100, 150, 200)]
        assert [len(found) for found, _ in pages] == [50, 50, 50, 50, 2] and {total for _, total in pages} == {202}
        for sought, count in (("職員17", 10), ("P17@", 1), ("職員 19", 12), ("%", 0), ("_", 0)):
            assert people.listed(session, actor, sought=sought, after=0, now=towns.now)[1] == count, sought
