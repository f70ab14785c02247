"""The second book of the sequences: who has the case, who sits where and who was told what, kept without asking the product."""

from __future__ import annotations

import re
import uuid
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine
from sqlalchemy.orm import Session

from handoff.cases import Case
from handoff.casework.limits import USUAL
from handoff.casework.meetings import Meeting
from handoff.states import CaseState, NotAllowed
from resources.access import Actor
from resources.db import EVERYWHERE
from tests.desk import World, tells

# Who works where; the last two oversee the town and sit at no desk.
SEATS = {
    "yamada": "main", "sato": "main", "shogai": "second", "ken": "above", "tanaka": "violence", "suzuki": "", "kyodo": "",
}  # fmt: skip
NAMES, OVERSEERS = tuple(SEATS), ("suzuki", "kyodo")
# Who does it: most often whoever has the case.
HOLDER = st.sampled_from(["", "", "", "sato", "tanaka", *OVERSEERS])
SHARED = "shared"
COMPLAINT, NAME = "カナリアのことば", "はな"
CANARY = re.compile(r"カナリア(?:\d{4}|のことば)")
WHO, WHICH, BOTH = st.sampled_from(NAMES), st.integers(0, 5), st.booleans()


@dataclass
class Secret:
    """Words that were written, in which lane, and to which lanes they were told on purpose."""

    lane: str
    told: set[str] = field(default_factory=set)
    on_paper: bool = False  # in the papers of its meeting, which every member reads


@dataclass
class Offer:
    """An offer of the case: to which desk ("" for an agency outside), what it says, and whether its answer is awaited."""

    id: uuid.UUID
    to: str
    recipient: str
    says: set[str]
    named: bool  # the other side is told how the person is called
    grounded: bool  # the law allows it
    walled: bool  # the case was walled off when it was made
    at: datetime
    links: list[str] = field(default_factory=list)
    open: bool = True


@dataclass
class Place:
    """An agency on the team."""

    id: uuid.UUID
    person: str = ""
    let_in: bool = False
    joined: bool = False


@dataclass(frozen=True)
class Town:
    """What all sequences begin with: a town, its people, one case; and how often each act succeeded in all of them."""

    world: World
    case_id: uuid.UUID
    people: Mapping[str, Actor]
    tally: Counter[str] = field(default_factory=Counter)


class LaneBook(RuleBasedStateMachine):
    """One case, and what is known of it beside the product."""

    def __init__(self, town: Town) -> None:
        super().__init__()
        self.town, self.world, self.now, self.people = town, town.world, town.world.now, town.people
        self.desks = {SEATS[name]: next(iter(actor.desks)) for name, actor in self.people.items() if SEATS[name]}
        self.opened = self.world.database.rehearsing(EVERYWHERE)
        self.session: Session = self.opened.__enter__()
        self.case = self.session.get_one(Case, town.case_id)
        self.owner, self.desk, self.state, self.walled = "yamada", "main", CaseState.TAKEN, False
        self.seen_at = self.now  # when the owner was in the conversation last
        self.made: list[Meeting] = []
        self.sitting: dict[str, dict[str, bool]] = {}  # lane -> who sits there, and whether they promised secrecy
        self.offers: list[Offer] = []
        self.agreed: dict[str, bool] = {}  # recipient -> whether the person allows it now
        self.team: dict[str, Place] = {}
        self.asked_above = False
        self.advice: set[str] = set()
        self.secrets = {COMPLAINT: Secret(SHARED, {"resident"})}
        self.acts: Counter[str] = Counter()

    def teardown(self) -> None:
        self.town.tally.update(self.acts.keys())
        self.town.tally["sequences"] += 1
        self.opened.__exit__(None, None, None)

    @contextmanager
    def tries(self, act: str) -> Iterator[None]:
        """Try an act; what the product refuses is none."""
        try:
            yield
            self.acts[act] += 1
        except NotAllowed:
            pass

    def canary(self, lane: str, *told: str) -> str:
        """Return new words for a lane."""
        words = f"カナリア{len(self.secrets):04d}"
        self.secrets[words] = Secret(lane, set(told))
        return words

    def tell(self, words: str, lane: str) -> None:
        """Note that words were told to a lane on purpose."""
        for canary in CANARY.findall(words):
            self.secrets[canary].told.add(lane)

    def say(self, news: tuple[str, Mapping[str, str]] | None) -> None:
        """Tell the resident how things go on, as the pages do."""
        if news:
            tells(self.session, self.case, *news, self.now)

    def sees(self, name: str) -> bool:
        """Whether somebody may see the case."""
        seat = SEATS[name]
        here = bool(seat) and (seat == self.desk or seat in self.team)
        if name == self.owner:
            return True
        if not self.walled:
            return here or name in OVERSEERS
        let_in = seat in self.team and self.team[seat].let_in and self.team[seat].person == name
        return let_in or (here and seat == "violence")

    def near(self, name: str) -> str:
        """Return somebody who sees the case: this person where they do, else whoever comes first."""
        return name if name and self.sees(name) else next(one for one in (self.owner, *NAMES) if one and self.sees(one))

    def reads(self, name: str, words: str) -> bool:
        """Whether somebody may read words on the case and in the meetings."""
        secret = self.secrets[words]
        return any(self._reads(name, lane) for lane in {secret.lane, *secret.told})

    def shared(self) -> set[str]:
        """Return the words for everybody who sees the case."""
        return {words for words, secret in self.secrets.items() if SHARED in {secret.lane, *secret.told}}

    def tellable(self, offer: Offer) -> bool:
        """Whether the other side may read an offer now."""
        guarded = self.walled and offer.to != "violence"
        if not offer.open or self.state is not CaseState.REFERRED or (guarded and not offer.walled):
            return False
        return self.agreed.get(offer.recipient, False) or (offer.grounded and not guarded)

    def linked(self, offer: Offer, secret: str) -> bool:
        """Whether a link opens an offer now."""
        return self.tellable(offer) and secret == offer.links[-1] and self.now < offer.at + USUAL.patience

    def open_offer(self) -> Offer | None:
        """Return the offer whose answer is awaited."""
        return next((one for one in self.offers if one.open), None) if self.state is CaseState.REFERRED else None

    def had_by(self, name: str, desk: str) -> None:
        """Note who has the case from now on; nobody means that it waits."""
        self.owner, self.desk, self.seen_at = name, desk, self.now
        self.state = CaseState.TAKEN if name else CaseState.WAITING

    def leave_to_the_wall(self) -> None:
        """A walled case waits for its desk when whoever had it neither sits there nor is in the conversation."""
        if self.state is CaseState.TAKEN and SEATS[self.owner] != "violence" and self.seen_at < self.now:
            self.had_by("", self.desk)

    def pass_days(self, days: int) -> None:
        """Let time pass."""
        self.now += timedelta(days=days)

    def lanes_of(self, name: str) -> list[str]:
        """Return the lanes somebody may write in."""
        own = [SHARED, str(self.desks[SEATS[name]])] if SEATS[name] else [SHARED]
        return (own if self.sees(name) else []) + [lane for lane in self.sitting if self._reads(name, lane)]

    def _reads(self, name: str, lane: str) -> bool:
        if lane in self.sitting:
            return bool(self.sitting[lane].get(name)) and (self.sees(name) or not self.walled)
        return self.sees(name) and (lane == SHARED or lane == str(self.desks.get(SEATS[name])))
