"""What the sequences do with meetings: convene, promise secrecy, write, hold, decide, change who sits there."""

from __future__ import annotations

import uuid

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from handoff.casework import disclosures, meetings, minutes, seats, tasks
from handoff.casework.disclosures import What
from handoff.casework.meetings import Seated
from handoff.casework.minutes import EntryKind
from handoff.casework.seats import Seat
from resources.access import Actor
from tests.handoff.casework.lane_book import BOTH, NAMES, SHARED, WHICH, WHO, LaneBook

KINDS = ("support", "layered", "women", "needy_coordination", "children", "other")
convened = precondition(lambda self: self.made)


class Meetings(LaneBook):
    """Meetings about the case."""

    @rule(who=WHO, kind=st.sampled_from(KINDS), members=st.sets(WHO, max_size=3), outside=BOTH)
    def convene(self, who: str, kind: str, members: set[str], outside: bool) -> None:
        who, place = self.near(who), self.canary("nobody") if outside else ""
        wanted = [Seat(staff_id=self.world.people[name]) for name in sorted(members)]
        wanted += [Seat(outside=place, recipient="council")] if outside else []
        with self.tries("convene"):
            made = meetings.plan(self.session, self.case, kind, self.now, "", wanted, actor=self.people[who], now=self.now)
            self.made.append(made)
            self.sitting[made.lane] = {**dict.fromkeys(members, False), who: True}
            self.tell(place, made.lane)

    @convened
    @rule(which=WHICH, seat=WHICH)
    def promise_secrecy(self, which: int, seat: int) -> None:
        who = self._member(which, seat)
        if found := self._seated(who, which):
            found.me.confirmed_at = self.now
            self.session.flush()
            self.sitting[found.meeting.lane][who] = True
            self.acts["promise_secrecy"] += 1

    @convened
    @rule(which=WHICH, seat=WHICH, kind=st.sampled_from([EntryKind.AGENDA, EntryKind.MINUTE]))
    def write_down(self, which: int, seat: int, kind: EntryKind) -> None:
        who = self._member(which, seat)
        if found := self._seated(who, which):
            words = self.canary(found.meeting.lane)
            with self.tries("write_down"):
                minutes.write(self.session, found, kind, words, actor=self.people[who], now=self.now)
                self.secrets[words].on_paper = True

    @convened
    @rule(which=WHICH, seat=WHICH)
    def log(self, which: int, seat: int) -> None:
        who = self._member(which, seat)
        if (found := self._seated(who, which)) and found.sworn:
            words = self.canary(found.meeting.lane)
            disclosures.log(
                self.session, self.case, found.meeting.lane, [What.OTHER], words, ground=found.meeting.sort.ground,
                audience=[found.me.id], actor=self.people[who], now=self.now,
            )  # fmt: skip
            self.acts["log"] += 1

    @convened
    @rule(which=WHICH)
    def make_the_agenda(self, which: int) -> None:
        if found := self._convened(which):
            actor = self._convener(found)
            offered = {one.id: tasks.words(self.session, one) for one in minutes.proposals(self.session, found, actor=actor)}
            with self.tries("make_the_agenda"):
                minutes.take_up(self.session, found, set(offered), actor=actor, now=self.now)
                for words in offered.values():
                    self.tell(words, found.meeting.lane)

    @convened
    @rule(which=WHICH, calls_off=BOTH)
    def hold(self, which: int, calls_off: bool) -> None:
        if found := self._convened(which):
            with self.tries("call_off_meeting" if calls_off else "hold"):
                if calls_off:
                    meetings.cancel(self.session, found, actor=self._convener(found), now=self.now)
                else:
                    meetings.hold(self.session, found, {found.me.id}, sworn=True, actor=self._convener(found), now=self.now)

    @convened
    @rule(which=WHICH, released=BOTH)
    def decide(self, which: int, released: bool) -> None:
        if found := self._convened(which):
            words = self.canary(found.meeting.lane)
            with self.tries("release" if released else "decide"):
                minutes.decide(self.session, found, words, actor=self._convener(found), now=self.now, released=released)
                if released:
                    assert found.meeting.sort.needs_consent
                    self.tell(words, SHARED)

    @convened
    @rule(which=WHICH, name=WHO, leaves=BOTH)
    def change_members(self, which: int, name: str, leaves: bool) -> None:
        found = self._convened(which)
        if found is None:
            return
        actor, there = self._convener(found), self.sitting[found.meeting.lane]
        staff_id = self.world.people[name]
        with self.tries("leave_meeting" if leaves else "join_meeting"):
            if leaves:
                rows = seats.of_meeting(self.session, found.meeting.id)
                member = next((one.id for one in rows if one.staff_id == staff_id), uuid.uuid4())
                seats.remove(self.session, found.meeting.id, member, actor=actor, now=self.now)
                there.pop(name)
            else:
                seat = Seat(staff_id=staff_id)
                seats.ask(self.session, self.case, found.meeting.sort, found.meeting.id, seat, actor=actor, now=self.now)
                there[name] = False
        self.session.flush()

    def _member(self, which: int, seat: int) -> str:
        there = sorted(self.sitting[self.made[which % len(self.made)].lane])
        return there[seat % len(there)]

    def _seated(self, who: str, which: int) -> Seated | None:
        return meetings.find(self.session, self.people[who], self.made[which % len(self.made)].id, to_change=True)

    def _convened(self, which: int) -> Seated | None:
        by = self.made[which % len(self.made)].convened_by
        return self._seated(next(name for name in NAMES if self.world.people[name] == by), which)

    def _convener(self, found: Seated) -> Actor:
        return next(one for one in self.people.values() if one.staff_id == found.meeting.convened_by)
