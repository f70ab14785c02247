"""What a place that fits the words is worth for who asks: for whom, where and when it is there, and how true its entry is."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from intents import Assessment, canonical
from intents.household import ages
from resources import distances, fitting, freshness, moments, reach, requirements
from resources.cards import opening_of
from resources.drafts import Draft
from resources.kinds import Kind, Kinds
from resources.moments import When
from resources.near_misses import Reason
from resources.quarters import Asked
from resources.slots import JAPAN

# The first desk for a field stands before others that also take it: existing desks come before co-ordinating ones.
_FIRST_DESK = 0.8
# What is left of a place that fails for a reason in the person or in the place itself; of others nothing.
_SHARES = {Reason.RESTING: 0.6, Reason.FULL: 0.6, Reason.AGE: 0.5, Reason.REQUIREMENT: 0.4}
_NOT_AT_ALL = 0.0


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the places must be, beside the words: topics, kinds, a 町名, open at this minute."""

    topics: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    town: str = ""
    open_only: bool = False
    confidential: bool = False


@dataclass(frozen=True, slots=True)
class Asker:
    """What a message tells of who asks, and from where and when they want to go."""

    heard: Assessment | None
    wanted: Wanted
    ages: tuple[int, ...]
    lacks: frozenset[str]
    when: When | None
    near: tuple[float, float] | None
    asked: Asked
    now: datetime
    today: date

    @classmethod
    def of(
        cls,
        text: str,
        heard: Assessment | None,
        wanted: Wanted,
        *,
        near: tuple[float, float] | None,
        asked: Asked,
        now: datetime,
    ) -> Asker:
        """Read a message once for all places."""
        plain = canonical(text)
        told = tuple(age for _, _, age in ages(plain))
        when, today = moments.asked(text, now=now), now.astimezone(JAPAN).date()
        return cls(heard, wanted, told, requirements.lacks(plain), when, near, asked, now, today)

    @property
    def most(self) -> float:
        """As many times what its words and its kind are as a place can be worth at most."""
        return fitting.HERE if self.asked.names else 1.0

    @property
    def most_of_kind(self) -> float:
        """As many times what its words are as the best kind can be worth at most."""
        if self.heard is None or self.heard.kinds:
            return 1.0
        return 1.0 + _FIRST_DESK * max((score.weight for score in self.heard.topics), default=0.0)


@dataclass(frozen=True, slots=True)
class Traits:
    """What is true of an entry whoever asks, read once when its directory is put on the shelf."""

    office: bool
    streets: bool
    full: bool
    asks: frozenset[str]
    due: date | None  # by when it should have been checked again, None when it never was

    @classmethod
    def of(cls, draft: Draft, kind: Kind | None, due: date | None) -> Traits:
        """Read the traits of one entry."""
        office = kind is not None and kind.group != "gathering"
        return cls(office, not reach.everywhere(draft), fitting.is_full(draft), requirements.asks(draft), due)


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose directory an entry stands in: what it loses there, and the town whose residents it must serve, if any.

    `hidden` and `notes` are what that town says about entries; with `only`, no others are offered to it.
    """

    share: float
    above: bool
    home: str
    hidden: frozenset[str] = frozenset()
    notes: Mapping[str, str] = field(default_factory=dict)
    only: frozenset[str] | None = None

    def offers(self, id_: str, draft: Draft) -> bool:
        """Say whether an entry is offered here at all; a hidden house is nobody's but its own town's and the levels below."""
        if draft.confidential and self.home and not self.above:
            return False
        return id_ not in self.hidden and (self.only is None or id_ in self.only)


def fits(draft: Draft, wanted: Wanted, kinds: Kinds) -> bool:
    """Say whether an entry may be shown at all and is what was chosen."""
    if draft.confidential and not wanted.confidential:
        return False
    if wanted.kinds and draft.kind not in wanted.kinds:
        return False
    if wanted.topics:
        kind = kinds.by_code.get(draft.kind)
        if not set(wanted.topics) & set(draft.topics or (kind.topics if kind else ())):
            return False
    return not wanted.town or wanted.town in (draft.town, *draft.areas)


def weigh(
    id_: str, draft: Draft, traits: Traits, asker: Asker, scope: Scope, kinds: Kinds, *, by_name: bool, wherever: bool
) -> tuple[float, dict[Reason, float]]:
    """Return what an entry is worth, as a factor, and what is left of that by each reason it fails for.

    `by_name`: its name was called; `wherever`: and nothing else, so that it is meant wherever it lies.
    """
    asked, wanted, when, kind = asker.asked, asker.wanted, asker.when, kinds.by_code.get(draft.kind)
    fails = _failing(draft, traits, asker, by_name=by_name)
    here = then = 1.0
    if asked.names and not wherever:
        away = distances.between(asked.middle, draft)
        here = fitting.in_place(asked.of_entry(id_), asked.names, office=traits.office and not traits.streets, away=away)
        if traits.streets and here < 1.0:
            fails[Reason.AREA] = here
    if when is not None:
        then = moments.fits(draft, when, office=traits.office)
        if draft.slots and then < 1.0:
            fails[Reason.HOURS] = then
    if wanted.open_only and not opening_of(draft, now=asker.now).is_open:
        fails[Reason.HOURS] = _NOT_AT_ALL
    if scope.home and not wanted.confidential and not reach.serves(
        draft, scope.home, above=scope.above, named=scope.only is not None
    ):
        fails[Reason.AREA] = _NOT_AT_ALL
    worth = scope.share * of_kind(kind, asker.heard)
    worth *= (1.0 if Reason.AREA in fails else here) * (1.0 if Reason.HOURS in fails else then)
    worth *= 1.0 if by_name or Reason.AGE in fails else fitting.of_age(draft, asker.heard)
    worth *= freshness.weight(traits.due, today=asker.today)
    return worth, fails


def left(worth: float, fails: Mapping[Reason, float]) -> float:
    """Return what remains of a worth after every reason."""
    return round(worth * math.prod(fails.values()), 4)


def _failing(draft: Draft, traits: Traits, asker: Asker, *, by_name: bool) -> dict[Reason, float]:
    """The reasons in the person and the place itself; who calls it by name is of any age."""
    fails = {}
    if draft.rests(asker.today):
        fails[Reason.RESTING] = _SHARES[Reason.RESTING]
    if traits.full:
        fails[Reason.FULL] = _SHARES[Reason.FULL]
    if not by_name and asker.ages and fitting.too_old_or_young(draft, asker.ages, asker.heard):
        fails[Reason.AGE] = _SHARES[Reason.AGE]
    if traits.asks & asker.lacks:
        fails[Reason.REQUIREMENT] = _SHARES[Reason.REQUIREMENT]
    return fails


def of_kind(kind: Kind | None, heard: Assessment | None) -> float:
    """Return what places of a kind are worth for what was heard, whatever else is true of them."""
    return _first_desk(kind, heard) * fitting.of_use(kind, heard)


def _first_desk(kind: Kind | None, heard: Assessment | None) -> float:
    # Who names a field and no kind of place meets the desk in charge of it before others that also take it.
    if heard is None or heard.kinds or kind is None or not kind.first_for:
        return 1.0
    return 1 + _FIRST_DESK * max((score.weight for score in heard.topics if score.topic in kind.first_for), default=0.0)
