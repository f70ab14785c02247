"""Whatever is done with meetings, plans, papers, offers and the team, in whatever order: no words leave their lane.

And no case is ever without an owner, after no step. In the end everybody reads notes, tasks, course, meetings and offers,
outsiders and the resident what reaches them; of the dear pages and papers a sequence makes one for one of those who may.
LANES=10000 in the environment (`make lanes`) tries as many sequences; without it a few dozen are tried.
"""

from __future__ import annotations

import os
from collections.abc import Iterable

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import invariant, run_state_machine_as_test

from handoff import cases
from handoff.casework.referral_links import LinkUseless
from handoff.states import CaseState
from resources.db import EVERYWHERE
from tests.desk import World
from tests.handoff.casework import lane_readers
from tests.handoff.casework.lane_book import CANARY, COMPLAINT, NAME, NAMES, SEATS, Town
from tests.handoff.casework.lane_course import Course
from tests.handoff.casework.lane_meetings import Meetings
from tests.handoff.casework.lane_readers import Reader
from tests.handoff.casework.lane_referrals import Referrals
from tests.handoff.casework.lane_team import Team
from tests.handoff.casework.meeting_world import furnish, person

MANY = int(os.environ.get("LANES", "30"))
STEPS = 20
# So many sequences have done all of this at least once, or they prove nothing about it; three declines in a row are the rarest.
ENOUGH = 10_000
ACTS = {
    "note", "task", "record", "convene", "promise_secrecy", "write_down", "log", "make_the_agenda", "hold", "decide", "release",
    "join_meeting", "leave_meeting", "write_the_plan", "agree_plan", "decide_plan", "offer", "offer_outside", "make_a_link",
    "accept", "decline", "accept_by_link", "decline_by_link", "accept_by_telephone", "decline_by_telephone", "declined_2",
    "declined_3", "take_back", "untellable", "expire", "ask_the_prefecture", "advise", "ask_an_agency", "join", "let_in",
    "decline_to_join", "divide_the_work", "leave_to_another", "leave_when_agreed", "hand_over", "give_back", "take", "wall_off",
    "close", "ask_a_second_person", "come_back",
}  # fmt: skip


class Lanes(Course, Meetings, Referrals, Team):
    """Everything that is done with a case, and who reads what of it in the end."""

    def teardown(self) -> None:
        try:
            self._check()
        finally:
            super().teardown()
            if self.town.tally["sequences"] % 500 == 0:
                print(self.town.tally["sequences"], "sequences", flush=True)

    @invariant()
    def never_without_an_owner(self) -> None:
        case, owner = self.case, self.world.people.get(self.owner)
        assert (case.owner_id, case.desk_id, case.state) == (owner, self.desks[self.desk], self.state)
        assert self.owner if self.state in (CaseState.TAKEN, CaseState.REFERRED) else True
        assert any(seat == self.desk for seat in SEATS.values()) if self.state is CaseState.WAITING else True

    def _check(self) -> None:
        self.session.flush()
        # From here on everything is read as a page reads it.
        self.session.info["reads_only"] = True
        seers = [name for name in NAMES if self.sees(name)]
        turn = len(self.secrets) + sum(self.acts.values())
        for name in NAMES:
            found = cases.find(self.session, self.people[name], self.case.id)
            assert (found is not None) == (name in seers), name
            self._nothing_leaks_to(name)
            self._offers_say_what_was_agreed(name)
        one, another = NAMES[turn % len(NAMES)], seers[turn % len(seers)]
        self._may_read(one, lane_readers.own_agenda)
        self._may_read(another, lane_readers.IN_TURN[turn % len(lane_readers.IN_TURN)])
        self._papers_for_all_hold_what_all_may_read(another)
        self._outside_reads_what_was_agreed()

    def _nothing_leaks_to(self, name: str) -> None:
        found: set[str] = set()
        for way in lane_readers.OF_THE_CASE if self.sees(name) else []:
            self._may_read(name, way)
        if self.made:
            found = self._may_read(name, lane_readers.own_meetings)
        missed = {
            words for words, secret in self.secrets.items()
            if secret.on_paper and self.sitting[secret.lane].get(name) and not self.walled and words not in found
        }  # fmt: skip
        assert not missed, (name, missed)

    def _offers_say_what_was_agreed(self, name: str) -> None:
        mine = [one for one in self.offers if one.to and one.to == SEATS[name] and self.tellable(one)]
        told = lane_readers.received(self.session, self.people[name])
        assert set(CANARY.findall(told)) == {words for one in mine for words in one.says}, name
        assert (NAME in told) == any(one.named for one in mine), name
        told = lane_readers.of_the_prefecture(self.session, self.people[name])
        asked = self.asked_above and SEATS[name] == "above" and not self.walled
        allowed = asked and self.agreed.get("prefecture", False)
        assert set(CANARY.findall(told)) == (self.advice if asked else set()) | ({COMPLAINT} if allowed else set()), name
        assert (NAME in told, self.case.receipt in told) == (allowed, allowed), name

    def _papers_for_all_hold_what_all_may_read(self, name: str) -> None:
        session, case = self.session, self.case
        self._only(lane_readers.circulated(session, case, self.people[name], self.now), self.shared(), "circulated")
        for common in lane_readers.OF_ALL:
            self._only(common(session, case), self.shared(), common.__name__)
        history = lane_readers.history(session, case)
        assert "meeting" not in history and not CANARY.search(history)

    def _outside_reads_what_was_agreed(self) -> None:
        for offer in self.offers:
            for secret in offer.links:
                try:
                    told = lane_readers.by_link(self.session, secret, self.now)
                except LinkUseless:
                    assert not self.linked(offer, secret)
                    continue
                assert self.linked(offer, secret)
                assert set(CANARY.findall(told)) == offer.says and (NAME in told) == offer.named
        heard = (words for words, secret in self.secrets.items() if "resident" in secret.told)
        self._only(lane_readers.of_the_resident(self.session, self.case), heard, "resident")

    def _may_read(self, name: str, way: Reader) -> set[str]:
        told = way(self.session, self.case, self.people[name], self.now)
        return self._only(told, (words for words in self.secrets if self.reads(name, words)), f"{name} {way.__name__}")

    def _only(self, told: str, allowed: Iterable[str], who: str) -> set[str]:
        found = set(CANARY.findall(told))
        leaked = found - set(allowed)
        assert not leaked, (who, {words: self.secrets[words] for words in leaked})
        return found


@pytest.mark.timeout(900 if MANY <= 100 else 24 * 3600)
def test_no_sequence_leaks_a_lane(small_world: World) -> None:
    case_id = furnish(small_world)
    with small_world.database.reading(EVERYWHERE) as session:
        people = {name: person(session, small_world, name) for name in NAMES}
    town = Town(small_world, case_id, people)
    profile = settings(
        max_examples=MANY, stateful_step_count=STEPS, deadline=None, database=None, suppress_health_check=list(HealthCheck)
    )
    run_state_machine_as_test(lambda: Lanes(town), settings=profile)
    assert MANY < ENOUGH or set(town.tally) >= ACTS, ACTS - set(town.tally)
    print(", ".join(f"{act} {times}" for act, times in sorted(town.tally.items())))
