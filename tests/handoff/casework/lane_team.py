"""What the sequences do with the team: agencies are asked, join, say no, divide the work, and leave to a successor."""

from __future__ import annotations

import uuid

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from handoff.casework import joining, leaving, team
from handoff.casework.grounds import LegalGround
from handoff.casework.joining import Invitation
from handoff.casework.membership import Member
from tests.handoff.casework.lane_book import BOTH, HOLDER, SEATS, SHARED, WHICH, LaneBook, Place

RECIPIENTS = {"main": "town", "second": "town", "violence": "town", "above": "prefecture"}
DESK = st.sampled_from(tuple(RECIPIENTS))
LAWS = st.sampled_from([None, None, *LegalGround])
# Some cases come with agencies that work together already: twenty steps seldom bring two of them in and one out again.
STARTS = ((), (), (), ("second", "main"), ("second", "violence"))
together = precondition(lambda self: self.team)


class Team(LaneBook):
    """Agencies beside the one that leads."""

    @initialize(desks=st.sampled_from(STARTS))
    def begin_with_a_team(self, desks: tuple[str, ...]) -> None:
        for desk in desks:
            self.ask_an_agency("", desk, True, None)
            if desk in self.team:
                self.name_a_person(sorted(self.team).index(desk), False)

    @rule(who=HOLDER, desk=DESK, means=BOTH, law=LAWS)
    def ask_an_agency(self, who: str, desk: str, means: bool, law: LegalGround | None) -> None:
        who = self.near(who or self.owner)
        person = next(name for name, seat in SEATS.items() if seat == desk)
        asked = Invitation(
            self.desks[desk], self.canary(SHARED), RECIPIENTS[desk], staff_id=self.world.people[person],
            means="oral" if means else "", ground=law, confirmed=self.case.receipt,
        )  # fmt: skip
        with self.tries("ask_an_agency"):
            member = joining.invite(self.session, self.case, asked, actor=self.people[who], now=self.now)
            named = self.walled and desk != "violence"
            self.team[desk] = Place(member.id, person if named else "", named)
            self.agreed[RECIPIENTS[desk]] = self.agreed.get(RECIPIENTS[desk], False) or means

    @together
    @rule(which=WHICH, second=BOTH)
    def name_a_person(self, which: int, second: bool) -> None:
        desk = self._agency(which)
        there = [name for name, seat in SEATS.items() if seat == desk]
        if not self.sees(there[0]):
            return
        member, person = self.session.get_one(Member, self.team[desk].id), there[-1 if second else 0]
        with self.tries("join"):
            joining.name(
                self.session, self.case, member.id, self.world.people[person], seen=member.version,
                actor=self.people[there[0]], now=self.now,
            )  # fmt: skip
            self.team[desk].person, self.team[desk].joined = person, True

    @together
    @precondition(lambda self: self.walled and self.owner)
    @rule(which=WHICH)
    def let_in(self, which: int) -> None:
        desk = self._agency(which)
        person = next(name for name, seat in SEATS.items() if seat == desk)
        with self.tries("let_in"):
            joining.let_in(
                self.session, self.case, self.team[desk].id, self.world.people[person], self.case.receipt,
                actor=self.people[self.owner], now=self.now,
            )  # fmt: skip
            self.team[desk].person, self.team[desk].let_in = person, True

    @together
    @rule(which=WHICH, theirs=BOTH)
    def call_off(self, which: int, theirs: bool) -> None:
        desk = self._agency(which)
        who, words = self._somebody(desk, theirs), self.canary(SHARED)
        with self.tries("decline_to_join" if theirs else "call_off_agency"):
            joining.call_off(self.session, self.case, self.team[desk].id, words, actor=self.people[who], now=self.now)
            del self.team[desk]

    @together
    @rule(which=WHICH, theirs=BOTH, until=BOTH)
    def divide_the_work(self, which: int, theirs: bool, until: bool) -> None:
        desk = self._agency(which)
        actor, member = self.people[self._somebody(desk, theirs)], self.session.get_one(Member, self.team[desk].id)
        with self.tries("divide_the_work"):
            words = self.canary(SHARED)
            if until:
                today = self.now.date()
                team.promise(self.session, self.case, member.id, words, due_on=today, actor=actor, now=self.now)
            else:
                team.divide(self.session, self.case, member.id, words, seen=member.version, actor=actor, now=self.now)

    @together
    @rule(which=WHICH, theirs=BOTH, to=DESK)
    def leave_to_another(self, which: int, theirs: bool, to: str) -> None:
        desk = self._agency(which)
        who = self._somebody(desk, theirs)
        successor = self.team[to].id if to in self.team else uuid.uuid4()
        with self.tries("leave_to_another"):
            leaving.leave(self.session, self.case, self.team[desk].id, successor, actor=self.people[who], now=self.now)
            del self.team[desk]

    @together
    @precondition(lambda self: self.owner)
    @rule(which=WHICH)
    def leave_when_agreed(self, which: int) -> None:
        desk = self._agency(which)
        who = self._somebody(desk, True)
        with self.tries("leave_when_agreed"):
            leaving.ask(self.session, self.case, self.team[desk].id, actor=self.people[who], now=self.now)
            leaving.agree(self.session, self.case, self.team[desk].id, actor=self.people[self.owner], now=self.now)
            del self.team[desk]

    def _agency(self, which: int) -> str:
        return sorted(self.team)[which % len(self.team)]

    def _somebody(self, desk: str, theirs: bool) -> str:
        return self.near(next(name for name, seat in SEATS.items() if seat == desk) if theirs else self.owner)
