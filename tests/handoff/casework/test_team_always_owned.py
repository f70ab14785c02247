"""However agencies come and go, a case has one owner or waits at a desk where somebody works."""

from __future__ import annotations

import tempfile
import uuid
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import select

from handoff import cases, handing_over, moves
from handoff.cases import Case
from handoff.casework import joining, leaving, team
from handoff.casework.grounds import LegalGround
from handoff.casework.joining import Invitation
from handoff.casework.membership import Member
from handoff.states import CaseState, NotAllowed, Outcome
from resources.access import Actor
from resources.db import Base, Database
from resources.desks import Desk
from resources.sealing import Sealer, create_key_file, read_key_file
from resources.staff import DeskMembership, Role, Staff
from tests.conftest import NOW
from tests.desk import World, found_world
from tests.handoff.test_handing_over import actor, add_desk

PEOPLE = ("yamada", "sato", "tanaka", "kato", "mori", "suzuki")
some_person, some_number = st.sampled_from(PEOPLE), st.integers(min_value=0, max_value=5)


class ACase(RuleBasedStateMachine):
    """One case, four desks and six people who do what they may."""

    world: World
    case_id: uuid.UUID

    @initialize(walled=st.booleans())
    def begin(self, walled: bool) -> None:
        """Found a town and let a resident write."""
        self.folder = tempfile.TemporaryDirectory()
        place = Path(self.folder.name)
        create_key_file(place / "test.key")
        self.sealer = Sealer(f"sqlite:///{place}/keys.db", read_key_file(place / "test.key"))
        self.database = Database(f"sqlite:///{place}/case.db", info={"sealer": self.sealer})
        Base.metadata.create_all(self.database.writer)
        self.world = found_world(self.database, NOW)
        self.desks = [
            self.world.desk_id, self.world.violence_desk_id, add_desk(self.world, "障害福祉課", "kato", "加藤"),
            add_desk(self.world, "子ども家庭課", "mori", "森"),
        ]  # fmt: skip
        at = self.world.violence_desk_id if walled else self.world.desk_id
        self.case_id = self.world.open_case("こんにちは", desk_id=at, walled=walled, crisis="dv" if walled else None)
        self.actors = {name: actor(self.world, name) for name in PEOPLE}

    def teardown(self) -> None:
        """Give back files and connections."""
        if hasattr(self, "database"):
            self.database.close()
            self.sealer.close()
            self.folder.cleanup()

    @rule(name=some_person)
    def take(self, name: str) -> None:
        self.do(name, lambda session, case, who: moves.take(session, case, actor=who, now=NOW))

    @rule(name=some_person)
    def give_back(self, name: str) -> None:
        self.do(name, lambda session, case, who: moves.give_back(session, case, actor=who, now=NOW))

    @rule(name=some_person)
    def close(self, name: str) -> None:
        self.do(name, lambda session, case, who: moves.close(session, case, Outcome.INFORMED, actor=who, now=NOW))

    @rule(name=some_person)
    def reopen(self, name: str) -> None:
        self.do(name, lambda session, case, who: cases.reopen(session, case, now=NOW))

    @rule(name=some_person, desk=some_number, to=some_person, person=st.booleans())
    def hand_over(self, name: str, desk: int, to: str, person: bool) -> None:
        self.do(
            name,
            lambda session, case, who: handing_over.hand_over(
                session, case, "交代", desk_id=self.desks[desk % 4], to=self.world.people[to] if person else None,
                seen=case.version, actor=who, now=NOW,
            ),
        )  # fmt: skip

    @rule(name=some_person, desk=some_number, to=some_person)
    def invite(self, name: str, desk: int, to: str) -> None:
        def act(session, case, who):  # type: ignore[no-untyped-def]
            asked = Invitation(
                self.desks[desk % 4], "一緒に考える", "town", staff_id=self.world.people[to], ground=LegalGround.LIFE_BODY,
                confirmed=case.receipt,
            )  # fmt: skip
            joining.invite(session, case, asked, actor=who, now=NOW)

        self.do(name, act)

    @rule(name=some_person, which=some_number)
    def join(self, name: str, which: int) -> None:
        def act(session, case, who):  # type: ignore[no-untyped-def]
            member = self.member(session, which)
            joining.name(session, case, member.id, who.staff_id, seen=member.version, actor=who, now=NOW)

        self.do(name, act)

    @rule(name=some_person, which=some_number, other=some_number)
    def leave(self, name: str, which: int, other: int) -> None:
        def act(session, case, who):  # type: ignore[no-untyped-def]
            to = self.member(session, other).id
            leaving.leave(session, case, self.member(session, which).id, to, actor=who, now=NOW)

        self.do(name, act)

    @rule(name=some_person, which=some_number)
    def go(self, name: str, which: int) -> None:
        def act(session, case, who):  # type: ignore[no-untyped-def]
            member = self.member(session, which)
            if member.leave_asked_by is None:
                leaving.ask(session, case, member.id, actor=who, now=NOW)
            else:
                leaving.agree(session, case, member.id, actor=who, now=NOW)

        self.do(name, act)

    def member(self, session, which: int) -> Member:  # type: ignore[no-untyped-def]
        """Return one of the agencies that were ever asked."""
        found = session.scalars(select(Member).where(Member.case_id == self.case_id).order_by(Member.id)).all()
        if not found:
            raise NotAllowed
        return found[which % len(found)]

    def do(self, name: str, act) -> None:  # type: ignore[no-untyped-def]
        """Let somebody try something to the case, where they see it; what is refused has changed nothing."""
        with self.database.writing(self.world.town) as session:
            case = cases.find(session, self.actors[name], self.case_id)
            if case is not None:
                with suppress(NotAllowed):
                    act(session, case, self.actors[name])

    @invariant()
    def has_an_owner_or_waits_where_somebody_works(self) -> None:
        """The promise of the desk."""
        if not hasattr(self, "case_id"):
            return
        with self.database.reading(self.world.town) as session:
            case = session.get_one(Case, self.case_id)
            if case.state in (CaseState.TAKEN, CaseState.REFERRED):
                assert case.owner_id is not None and cases.find(session, self.owner(session, case), case.id) is not None
            else:
                sits = select(Staff.id).join(DeskMembership, DeskMembership.staff_id == Staff.id)
                there = sits.join(Desk, Desk.id == DeskMembership.desk_id).where(Staff.active, Desk.id == case.desk_id)
                assert case.state == CaseState.CLOSED or (case.owner_id is None and session.scalars(there).first())
            for name, who in self.actors.items():
                assert cases.find(session, who, case.id) is None or self.may_see(session, case, name, who)

    @invariant()
    def nobody_stands_twice_on_the_team(self) -> None:
        """Every agency once, and whoever left named a successor or was let go."""
        if not hasattr(self, "case_id"):
            return
        with self.database.reading(self.world.town) as session:
            here = [one.member.desk_id for one in team.of_case(session, session.get_one(Case, self.case_id))]
            assert len(set(here)) == len(here)
            gone = session.scalars(select(Member).where(Member.left_at.is_not(None)))
            assert all(one.successor or one.leave_asked_by for one in gone)

    def owner(self, session, case: Case) -> Actor:  # type: ignore[no-untyped-def]
        """Return who owns the case."""
        return next(who for who in self.actors.values() if who.staff_id == case.owner_id)

    def may_see(self, session, case: Case, name: str, who: Actor) -> bool:  # type: ignore[no-untyped-def]
        """Say anew, from the rows alone, who may see the case."""
        rows = session.scalars(select(Member).where(Member.case_id == case.id, Member.left_at.is_(None))).all()
        named = any(row.let_in and row.staff_id == who.staff_id for row in rows)
        on_team = any(row.desk_id in who.desks for row in rows)
        if case.owner_id == who.staff_id or (case.walled and named):
            return True
        if case.walled:
            violence = who.violence_desks
            return case.desk_id in violence or any(row.desk_id in violence for row in rows)
        return case.desk_id in who.desks or on_team or bool(who.towns_as(Role.SUPERVISOR))


TestACase = ACase.TestCase
TestACase.pytestmark = [pytest.mark.timeout(900)]
TestACase.settings = settings(
    max_examples=8, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
)
