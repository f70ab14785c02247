"""What the sequences do with referrals: offer, answer at the desk or by a link, take back, let days pass, ask the prefecture."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from handoff.cases import Case
from handoff.casework import (
    due_referrals,
    prefecture_requests,
    referral_answers,
    referral_links,
    referring,
)
from handoff.casework.grounds import LegalGround
from handoff.casework.limits import USUAL
from handoff.casework.referral_links import LinkUseless
from handoff.casework.referrals import Referral, Share
from handoff.states import CaseState
from tests.desk import tells
from tests.handoff.casework.lane_book import (
    BOTH,
    COMPLAINT,
    HOLDER,
    SEATS,
    SHARED,
    LaneBook,
    Offer,
)

# Where the case is offered, and as whom the person is asked about it: desks, and kinds of agencies outside.
DESKS = {"main": "town", "second": "town", "violence": "town", "above": "prefecture"}
KINDS = {"council": "council", "legal": "other", "withdrawal": "prefecture"}
LAWS = st.sampled_from([None, None, *LegalGround])
awaited = precondition(lambda self: self.open_offer())
mine = precondition(lambda self: self.owner and self.state is CaseState.TAKEN)


class Referrals(LaneBook):
    """Offers of the case to others."""

    declines = 0

    @mine
    @rule(to=st.sampled_from([*DESKS, *KINDS]), shares=st.sets(st.sampled_from(Share)), means=BOTH, law=LAWS)
    def offer(self, to: str, shares: set[Share], means: bool, law: LegalGround | None) -> None:
        outside = to in KINDS
        recipient, words = {**DESKS, **KINDS}[to], self.canary(SHARED)
        desk = {"kind": to, "name": self.canary(SHARED, "resident")} if outside else {"desk_id": self.desks[to]}
        asking = referring.Asking(
            words, self._day(5), shares=sorted(shares), means="oral" if means else "", ground=law,
            ground_words=self.canary(SHARED) if law else "", contact=self.canary(SHARED), **desk,
        )  # fmt: skip
        with self.tries("offer_outside" if outside else "offer"):
            made = referring.offer(self.session, self.case, asking, actor=self.people[self.owner], now=self.now)
            for earlier in self.offers:
                earlier.open = False
            says = {words, COMPLAINT} if Share.COMPLAINT in shares else {words}
            self.agreed[recipient] = self.agreed.get(recipient, False) or means
            self.offers.append(
                Offer(
                    made.id, "" if outside else to, recipient, says, Share.NAME in shares, law is not None, self.walled,
                    self.now,
                )
            )  # fmt: skip
            self.state = CaseState.REFERRED
            self.say(referring.news(self.session, self.case, made))

    @precondition(lambda self: self.open_offer() and self.open_offer().to)
    @rule(yes=BOTH, second=BOTH)
    def answer_at_the_desk(self, yes: bool, second: bool) -> None:
        offer = self.open_offer()
        assert offer is not None
        who = [name for name, seat in SEATS.items() if seat == offer.to][-1 if second else 0]
        found = referral_answers.find(self.session, self.people[who], offer.id, to_change=True)
        assert (found is not None) == self.tellable(offer)
        if found is None:
            return
        actor = self.people[who]
        with self.tries("accept" if yes else "decline"):
            if yes:
                referral_answers.accept(self.session, *found, self._day(2), actor=actor, now=self.now)
                self.had_by(who, self.desk if self.walled and offer.to != "violence" else offer.to)
                offer.open = False
            else:
                self._decline(offer, lambda why: referral_answers.decline(
                    self.session, *found, "other", why, actor=actor, now=self.now
                ))  # fmt: skip
            self.say(referring.news(self.session, self.case, found[0]))

    @awaited
    @rule()
    def make_a_link(self) -> None:
        offer = self.open_offer()
        assert offer is not None
        with self.tries("make_a_link"):
            owner = self.people[self.owner]
            offer.links.append(referral_links.make(self.session, self.case, offer.id, actor=owner, now=self.now))

    @precondition(lambda self: any(one.links for one in self.offers))
    @rule(yes=BOTH, older=BOTH)
    def answer_by_link(self, yes: bool, older: bool) -> None:
        offer = [one for one in self.offers if one.links][-1]
        with suppress(LinkUseless):
            found = referral_links.hold(self.session, offer.links[0 if older else -1], now=self.now)
            self._answered(offer, *found, yes, by_owner=False)

    @precondition(lambda self: self.open_offer() and not self.open_offer().to)
    @rule(yes=BOTH)
    def answer_by_telephone(self, yes: bool) -> None:
        offer = self.open_offer()
        assert offer is not None
        self._answered(offer, self.session.get_one(Referral, offer.id), self.case, yes, by_owner=True)

    @awaited
    @rule(who=HOLDER)
    def take_back(self, who: str) -> None:
        offer, who = self.open_offer(), self.near(who or self.owner)
        assert offer is not None
        with self.tries("take_back"):
            ended = referring.withdraw(self.session, self.case, offer.id, actor=self.people[who], now=self.now)
            offer.open, self.state = False, CaseState.TAKEN
            self.say(referring.news(self.session, self.case, ended))

    @precondition(lambda self: self.offers)
    @rule(days=st.sampled_from([1, 5, 14]))
    def let_days_pass(self, days: int) -> None:
        self.pass_days(days)
        for offer in [one for one in self.offers if one.open]:
            due_referrals.look_after(self.session, offer.id, tells=tells, now=self.now)
            self._looked_after(offer)

    @mine
    @precondition(lambda self: self.offers)
    @rule()
    def ask_the_prefecture(self) -> None:
        with self.tries("ask_the_prefecture"):
            prefecture_requests.ask_by_hand(self.session, self.case, actor=self.people[self.owner], now=self.now)
            self.asked_above = True

    @precondition(lambda self: self.asked_above)
    @rule()
    def advise(self) -> None:
        ken = self.people["ken"]
        codes = prefecture_requests.prefectures(self.session, ken)
        for request in prefecture_requests.listed(self.session, ken, codes)[:1]:
            words = self.canary(SHARED)
            asked = prefecture_requests.find(self.session, ken, codes, request.request.id)
            assert asked is not None
            with self.tries("advise"):
                prefecture_requests.answer(self.session, asked, words, actor=ken, now=self.now)
                self.advice.add(words)

    def _answered(self, offer: Offer, referral: Referral, case: Case, yes: bool, *, by_owner: bool) -> None:
        actor = self.people[self.owner] if by_owner else None
        with self.tries(("accept" if yes else "decline") + ("_by_telephone" if by_owner else "_by_link")):
            if yes:
                person = self.canary(SHARED, "resident")
                referral_answers.accept_outside(self.session, referral, case, person, self._day(2), actor=actor, now=self.now)
                offer.open, self.state = False, CaseState.TAKEN
            else:
                self._decline(offer, lambda why: referral_answers.decline(
                    self.session, referral, case, "other", why, actor=actor, now=self.now
                ))  # fmt: skip
            self.say(referring.news(self.session, self.case, referral))

    def _decline(self, offer: Offer, act: Callable[[str], None]) -> None:
        act(self.canary(SHARED))
        offer.open, self.state, self.declines = False, CaseState.TAKEN, self.declines + 1
        self.acts[f"declined_{self.declines}"] += 1
        self.asked_above = self.asked_above or self.declines >= USUAL.declines_to_prefecture

    def _looked_after(self, offer: Offer) -> None:
        if self.state is not CaseState.REFERRED:
            offer.open = False
        elif not self.tellable(offer):
            self.acts["untellable"] += 1
            offer.open, self.state = False, CaseState.TAKEN
            if self.walled:
                self.leave_to_the_wall()
        elif self.now >= offer.at + USUAL.patience:
            self.acts["expire"] += 1
            offer.open, self.state, self.asked_above = False, CaseState.TAKEN, True

    def _day(self, days: int) -> date:
        return (self.now + timedelta(days=days)).date()
