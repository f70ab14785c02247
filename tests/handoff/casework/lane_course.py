"""What the sequences do with the case itself: notes, records, plans, consent, who has it, walls, its end and its return."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from handoff import consent, handing_over, intake, moves, notes, walls
from handoff.casework import closing, planning, plans, records, tasks
from handoff.casework.closing import Came
from handoff.casework.plan_content import Content, Step
from handoff.casework.planning import Evaluation
from handoff.casework.records import Means, Written
from handoff.routing import Route
from handoff.states import CaseState, Consent, Outcome
from resources.desks import Desk
from tests.handoff.casework.lane_book import BOTH, HOLDER, NAMES, SEATS, SHARED, WHO, LaneBook

RECIPIENTS = ("desk", "town", "prefecture", "council", "other")
KINDS = st.sampled_from(["note", "task", "record"])
OUTCOMES = st.sampled_from([one for one in Outcome if one is not Outcome.DUPLICATE])


class Course(LaneBook):
    """The case and its course."""

    @initialize(allowed=st.sets(st.sampled_from(RECIPIENTS)))
    def begin(self, allowed: set[str]) -> None:
        for recipient in sorted(allowed):
            self._consent(recipient, Consent.GIVEN)

    @rule(who=WHO, lane=st.integers(0, 3), kind=KINDS)
    def write(self, who: str, lane: int, kind: str) -> None:
        options, actor = self.lanes_of(who), self.people[who]
        if not options:
            return
        chosen = options[lane % len(options)]
        words = self.canary(chosen)
        if kind == "task":
            tasks.add(self.session, self.case, words, now=self.now, by=actor.staff_id, lane=chosen)
        elif kind == "note" or chosen in self.sitting:
            notes.write(self.session, self.case, words, actor=actor, now=self.now, lane=chosen)
        else:
            told = Written(Means.AGENCY_CALL, self.now, words, counterpart=self.canary(chosen))
            records.add(self.session, self.case, told, actor=actor, now=self.now, lane=chosen)
        self.acts[kind] += 1

    @rule(recipient=st.sampled_from(RECIPIENTS), state=st.sampled_from(Consent))
    def ask_for_consent(self, recipient: str, state: Consent) -> None:
        self._consent(recipient, state)

    @rule(who=WHO)
    def write_the_plan(self, who: str) -> None:
        who, current = self.near(who), plans.current(self.session, self.case)
        seen = current.version if current and current.state not in plans.OVER else 0
        # Whatever is known to the writer is offered; the plan takes what all may read.
        known = tasks.of_case(self.session, self.case, actor=self.people[who])
        today = self.now.date()
        for cited in (known, [one for one in known if one.lane == SHARED]):
            steps = tuple(Step(what="すること", task=str(one.id)) for one in cited)
            said = Content(self.canary(SHARED), "目標", "", (*steps, Step(what="話す")), starts_on=today, ends_on=today,
                           monitoring_on=today)  # fmt: skip
            before = self.acts["write_the_plan"]
            with self.tries("write_the_plan"):
                planning.write(self.session, self.case, said, seen, actor=self.people[who], now=self.now)
            if self.acts["write_the_plan"] > before:
                return

    @rule(who=WHO, move=st.sampled_from(["agree", "decide", "evaluate", "renew", "end"]))
    def go_on_with_the_plan(self, who: str, move: str) -> None:
        who, current = self.near(who), plans.current(self.session, self.case)
        if current is None:
            return
        what: dict[str, tuple[object, ...]] = {
            "agree": (self.now.date(), "oral"), "decide": (self.now.date(), self.now.date()),
            "evaluate": (Evaluation(self.canary(SHARED), ["other"], "replan"),),
        }  # fmt: skip
        act = getattr(planning, move)
        with self.tries(f"{move}_plan"):
            act(self.session, self.case, current.version, *what.get(move, ()), actor=self.people[who], now=self.now)

    @precondition(lambda self: self.state is CaseState.WAITING)
    @rule(who=WHO)
    def take(self, who: str) -> None:
        who = self.near(who)
        with self.tries("take"):
            moves.take(self.session, self.case, actor=self.people[who], now=self.now)
            self.had_by(who, self.desk)

    @precondition(lambda self: self.state is CaseState.TAKEN)
    @rule(who=HOLDER, to=st.sampled_from(["", *(name for name in NAMES if SEATS[name])]), to_desk=BOTH)
    def pass_on(self, who: str, to: str, to_desk: bool) -> None:
        actor = self.people[self.near(who or self.owner)]
        with self.tries("hand_over" if to else "give_back"):
            if not to:
                moves.give_back(self.session, self.case, actor=actor, now=self.now)
                self.had_by("", self.desk)
                return
            handing_over.hand_over(
                self.session, self.case, self.canary(SHARED), desk_id=self.desks[SEATS[to]],
                to=None if to_desk else self.world.people[to], seen=self.case.version, actor=actor, now=self.now,
            )  # fmt: skip
            self.had_by("" if to_desk else to, SEATS[to])

    @precondition(lambda self: not self.walled and len(self.secrets) > 12)
    @rule()
    def wall_off(self) -> None:
        if self.state is CaseState.CLOSED:
            return
        desk = self.session.get_one(Desk, self.world.violence_desk_id)
        walls.put_up(self.session, self.case, Route(desk, None, "専用窓口", True), now=self.now)
        self.session.flush()
        self.walled, self.desk = True, "violence"
        self.leave_to_the_wall()
        self.acts["wall_off"] += 1

    @precondition(lambda self: self.state in (CaseState.TAKEN, CaseState.REFERRED) and len(self.secrets) > 8)
    @rule(who=HOLDER, outcome=OUTCOMES)
    def close(self, who: str, outcome: Outcome) -> None:
        who = self.near(who or self.owner)
        today = self.now.date().isoformat()
        form = {"outcome": outcome.value, "first_contact": today, "known_on": today}
        form |= {name: self.canary(SHARED) for name in ("note", "accepted_by", "to_town", "attempts")}
        with self.tries("close"):
            came = closing.end(self.session, self.case, form, actor=self.people[who], now=self.now)
            self.state = CaseState.CLOSED if came is Came.CLOSED else self.state
            if came is Came.ASKED:
                self.acts["ask_a_second_person"] += 1

    @precondition(lambda self: self.state is CaseState.CLOSED)
    @rule()
    def come_back(self) -> None:
        intake.written(self.session, self.case.contact_id, now=self.now)
        self.session.flush()
        self.had_by("", self.desk)
        self.acts["come_back"] += 1

    def _consent(self, recipient: str, state: Consent) -> None:
        consent.give(self.session, self.case, state, recipient=recipient, means="oral", now=self.now)
        self.agreed[recipient] = state is Consent.GIVEN
