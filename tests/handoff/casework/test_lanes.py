"""Whatever is done with meetings, plans, papers and cases, in whatever order: no words leave their lane.

LANES=10000 in the environment tries as many sequences; without it a few dozen are tried.
"""

from __future__ import annotations

import os
import re
import uuid
from contextlib import suppress
from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from handoff import cases, consent, handing_over, moves, notes
from handoff.cases import Case
from handoff.casework import disclosures, lanes, meetings, minutes, planning, plans, seats, tasks
from handoff.casework.disclosures import What
from handoff.casework.meetings import Meeting, Seated
from handoff.casework.minutes import EntryKind
from handoff.casework.plan_content import Content, Step
from handoff.casework.planning import Evaluation
from handoff.casework.seats import Seat
from handoff.states import CaseState, Consent, NotAllowed
from resources.access import Actor
from resources.db import EVERYWHERE
from resources.desks import Desk
from tests.desk import World
from tests.handoff.casework import lane_readers
from tests.handoff.casework.meeting_world import furnish, person

MANY = int(os.environ.get("LANES", "40"))
NAMES = ("yamada", "sato", "suzuki", "kyodo", "shogai", "ken", "tanaka")
KINDS = ("support", "layered", "women", "needy_coordination", "children", "other")
WHO, WHICH, BOTH = st.sampled_from(NAMES), st.integers(0, 5), st.booleans()
CANARY = re.compile(r"カナリア\d{4}")


@dataclass
class Secret:
    """Words that were written, in which lane, and to which lanes they were told on purpose."""

    lane: str
    told: set[str] = field(default_factory=set)
    on_paper: bool = False  # in the papers of its meeting, which every member reads


class Lanes(RuleBasedStateMachine):
    """One case with several agencies, and a second book of who may read what."""

    def __init__(self, world: World, case_id: uuid.UUID, people: dict[str, Actor]) -> None:
        super().__init__()
        self.world, self.now, self.people = world, world.now, people
        self.opened = world.database.rehearsing(EVERYWHERE)
        self.session = self.opened.__enter__()
        self.case = self.session.get_one(Case, case_id)
        self.made: list[Meeting] = []
        self.sitting: dict[str, dict[str, bool]] = {}  # lane -> who sits there, and whether they promised secrecy
        self.secrets: dict[str, Secret] = {}

    def teardown(self) -> None:
        try:
            self._check()
        finally:
            self.opened.__exit__(None, None, None)

    @rule(who=WHO, kind=st.sampled_from(KINDS), members=st.sets(WHO, max_size=3), outside=BOTH)
    def convene(self, who: str, kind: str, members: set[str], outside: bool) -> None:
        if not self._sees(who):
            return
        wanted = [Seat(staff_id=self.world.people[name]) for name in sorted(members)]
        wanted += [Seat(outside=self._canary("place"), recipient="council")] if outside else []
        with suppress(NotAllowed):
            made = meetings.plan(
                self.session, self.case, kind, self.now, "", wanted, actor=self.people[who], now=self.now
            )
            self.made.append(made)
            self.sitting[made.lane] = {**dict.fromkeys(members, False), who: True}
        for secret in self.secrets.values():
            if secret.lane == "place":
                secret.lane = self.made[-1].lane if self.made else "nobody"

    @rule(who=WHO, which=WHICH)
    def promise(self, who: str, which: int) -> None:
        if found := self._seated(who, which):
            found.me.confirmed_at = self.now
            self.session.flush()
            self.sitting[found.meeting.lane][who] = True

    @rule(who=WHO, which=WHICH, kind=st.sampled_from([EntryKind.AGENDA, EntryKind.MINUTE]))
    def write_down(self, who: str, which: int, kind: EntryKind) -> None:
        if found := self._seated(who, which):
            words = self._canary(found.meeting.lane)
            with suppress(NotAllowed):
                minutes.write(self.session, found, kind, words, actor=self.people[who], now=self.now)
                self.secrets[words].on_paper = True

    @rule(who=WHO, which=WHICH)
    def log(self, who: str, which: int) -> None:
        if (found := self._seated(who, which)) and found.sworn:
            words = self._canary(found.meeting.lane)
            disclosures.log(
                self.session, self.case, found.meeting.lane, [What.OTHER], words, ground=found.meeting.sort.ground,
                audience=[found.me.id], actor=self.people[who], now=self.now,
            )  # fmt: skip

    @rule(who=WHO, lane=st.integers(0, 3), task=BOTH)
    def note(self, who: str, lane: int, task: bool) -> None:
        actor = self.people[who]
        mine = [known for known, there in self.sitting.items() if there.get(who) and not self.case.walled]
        options = [*(lanes.readable(actor) if self._sees(who) else ()), *mine]
        if not options:
            return
        chosen = options[lane % len(options)]
        words = self._canary(chosen)
        if task:
            tasks.add(self.session, self.case, words, now=self.now, by=actor.staff_id, lane=chosen)
        else:
            notes.write(self.session, self.case, words, actor=actor, now=self.now, lane=chosen)

    @rule(which=WHICH)
    def make_the_agenda(self, which: int) -> None:
        if found := self._convened(which):
            actor = self._convener(found)
            offered = {one.id: tasks.words(self.session, one) for one in minutes.proposals(self.session, found, actor=actor)}
            with suppress(NotAllowed):
                minutes.take_up(self.session, found, set(offered), actor=actor, now=self.now)
                for words in offered.values():
                    self._tell(words, found.meeting.lane)

    @rule(which=WHICH, calls_off=BOTH)
    def hold(self, which: int, calls_off: bool) -> None:
        if found := self._convened(which):
            with suppress(NotAllowed):
                if calls_off:
                    meetings.cancel(self.session, found, actor=self._convener(found), now=self.now)
                else:
                    meetings.hold(self.session, found, {found.me.id}, sworn=True, actor=self._convener(found), now=self.now)

    @rule(which=WHICH, released=BOTH)
    def decide(self, which: int, released: bool) -> None:
        if found := self._convened(which):
            words = self._canary(found.meeting.lane)
            with suppress(NotAllowed):
                minutes.decide(
                    self.session, found, words, actor=self._convener(found), now=self.now, released=released
                )
                if released:
                    assert found.meeting.sort.needs_consent
                    self._tell(words, lanes.SHARED)

    @rule(which=WHICH, name=WHO, leaves=BOTH)
    def change_members(self, which: int, name: str, leaves: bool) -> None:
        found = self._convened(which)
        if found is None:
            return
        actor, there = self._convener(found), self.sitting[found.meeting.lane]
        staff_id = self.world.people[name]
        with suppress(NotAllowed):
            if leaves:
                rows = seats.of_meeting(self.session, found.meeting.id)
                member = next((one.id for one in rows if one.staff_id == staff_id), uuid.uuid4())
                seats.remove(self.session, found.meeting.id, member, actor=actor, now=self.now)
                there.pop(name)
            else:
                seat = Seat(staff_id=staff_id)
                seats.ask(
                    self.session, self.case, found.meeting.sort, found.meeting.id, seat, actor=actor, now=self.now
                )
                there[name] = False
        self.session.flush()

    @rule(recipient=st.sampled_from(["desk", "town", "prefecture", "council"]), state=st.sampled_from(Consent))
    def ask_for_consent(self, recipient: str, state: Consent) -> None:
        consent.give(self.session, self.case, state, recipient=recipient, means="oral", now=self.now)

    @rule(who=WHO)
    def write_the_plan(self, who: str) -> None:
        if not self._sees(who):
            return
        current = plans.current(self.session, self.case)
        seen = current.version if current and current.state not in plans.OVER else 0
        # Whatever is known to the writer is offered; the plan takes what all may read.
        known = tasks.of_case(self.session, self.case, actor=self.people[who])
        today = self.now.date()
        for cited in (known, [one for one in known if one.lane == lanes.SHARED]):
            steps = tuple(Step(what="すること", task=str(one.id)) for one in cited)
            said = Content(self._canary(lanes.SHARED), "目標", "", (*steps, Step(what="話す")), starts_on=today,
                           ends_on=today, monitoring_on=today)  # fmt: skip
            with suppress(NotAllowed):
                planning.write(self.session, self.case, said, seen, actor=self.people[who], now=self.now)
                return

    @rule(who=WHO, move=st.sampled_from(["agree", "decide", "evaluate", "renew", "end"]))
    def go_on_with_the_plan(self, who: str, move: str) -> None:
        current = plans.current(self.session, self.case)
        if current is None or not self._sees(who):
            return
        what: dict[str, tuple[object, ...]] = {
            "agree": (self.now.date(), "oral"), "decide": (self.now.date(), self.now.date()),
            "evaluate": (Evaluation("できた", ["other"], "replan"),),
        }  # fmt: skip
        act = getattr(planning, move)
        with suppress(NotAllowed):
            act(self.session, self.case, current.version, *what.get(move, ()), actor=self.people[who], now=self.now)

    @rule(who=WHO, to=st.sampled_from(["sato", "yamada", "shogai", ""]))
    def pass_on(self, who: str, to: str) -> None:
        if not self._sees(who):
            return
        actor, target = self.people[who], self.people.get(to)
        with suppress(NotAllowed):
            if self.case.owner_id is None:
                moves.take(self.session, self.case, actor=actor, now=self.now)
            elif target is None:
                moves.give_back(self.session, self.case, actor=actor, now=self.now)
            else:
                handing_over.hand_over(
                    self.session, self.case, self._canary(lanes.SHARED), desk_id=min(target.desks), to=target.staff_id,
                    seen=self.case.version, actor=actor, now=self.now,
                )  # fmt: skip

    @precondition(lambda self: not self.case.walled and len(self.secrets) > 6)
    @rule()
    def wall_off(self) -> None:
        self.case.walled, self.case.desk_id, self.case.owner_id = True, self.world.violence_desk_id, None
        self.case.state = CaseState.WAITING
        self.session.flush()

    def _check(self) -> None:
        self.session.flush()
        same = lane_readers.same_for_all(self.session, self.case, self.now)
        read = {name: self._read(name, same) for name in NAMES}
        for name, found in read.items():
            leaked = {words for words in found if not self._may(name, self.secrets[words])}
            assert not leaked, (name, {words: self.secrets[words] for words in leaked})
            missed = {
                words for words, secret in self.secrets.items()
                if secret.on_paper and self.sitting[secret.lane].get(name) and not self.case.walled and words not in found
            }  # fmt: skip
            assert not missed, (name, missed)
        assert not CANARY.search(lane_readers.of_the_resident(self.session, self.case))
        assert "meeting" not in lane_readers.history(self.session, self.case, self.now)
        assert self.case.owner_id or (self.case.state == CaseState.WAITING and self.session.get(Desk, self.case.desk_id))

    def _read(self, name: str, same: str) -> set[str]:
        own = lane_readers.everything(self.session, self.case, self.people[name], self.now)
        return set(CANARY.findall(own + (same if self._sees(name) else "")))

    def _may(self, name: str, secret: Secret) -> bool:
        return any(self._reads(name, lane) for lane in {secret.lane, *secret.told})

    def _reads(self, name: str, lane: str) -> bool:
        sees = self._sees(name)
        if lane in self.sitting:
            return bool(self.sitting[lane].get(name)) and (sees or not self.case.walled)
        return sees and (lane == lanes.SHARED or lane in {str(desk) for desk in self.people[name].desks})

    def _sees(self, name: str) -> bool:
        return cases.find(self.session, self.people[name], self.case.id) is not None

    def _canary(self, lane: str) -> str:
        words = f"カナリア{len(self.secrets):04d}"
        self.secrets[words] = Secret(lane)
        return words

    def _tell(self, words: str, lane: str) -> None:
        for canary in CANARY.findall(words):
            self.secrets[canary].told.add(lane)

    def _seated(self, who: str, which: int) -> Seated | None:
        if which >= len(self.made):
            return None
        return meetings.find(self.session, self.people[who], self.made[which].id, to_change=True)

    def _convened(self, which: int) -> Seated | None:
        if which >= len(self.made):
            return None
        by = next(name for name in NAMES if self.world.people[name] == self.made[which].convened_by)
        return self._seated(by, which)

    def _convener(self, found: Seated) -> Actor:
        return next(one for one in self.people.values() if one.staff_id == found.meeting.convened_by)


@pytest.mark.timeout(900 if MANY <= 100 else 6 * 3600)
def test_no_sequence_leaks_a_lane(small_world: World) -> None:
    case_id = furnish(small_world)
    with small_world.database.reading(EVERYWHERE) as session:
        people = {name: person(session, small_world, name) for name in NAMES}
    profile = settings(
        max_examples=MANY, stateful_step_count=25, deadline=None, database=None, suppress_health_check=list(HealthCheck)
    )
    run_state_machine_as_test(lambda: Lanes(small_world, case_id, people), settings=profile)
