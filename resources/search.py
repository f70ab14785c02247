"""Finds the right place for what somebody wrote: the own town first, then the neighbours, the prefecture, the country."""

from __future__ import annotations

import math
import threading
import uuid
from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from intents import Assessment, Ear, Index
from resources import addresses, areas, directory, distances, failing, fitting, freshness, moments, places, reach
from resources.cards import opening_of
from resources.db import Database
from resources.drafts import Draft
from resources.indexed import Describing
from resources.kinds import Kinds
from resources.near_misses import Missed, Reason, Weighed
from resources.near_misses import nearest as nearest_misses
from resources.places import Level, Municipality
from resources.quarters import NOWHERE, Asked, Quarters
from resources.services import Status
from resources.slots import JAPAN
from resources.town_words import TownEars

_TOWNS_KEPT = 64
_HITS_PER_TOWN = 80
# What a place loses by lying outside the own town; a prefecture's office serves the town, a neighbour's perhaps not.
_HOME, _NEIGHBOUR = 1.0, 0.6
_SHARES = {Level.PREFECTURE: 0.7, Level.NATION: 0.5}
# The first desk for a field stands before others that also take it: existing desks come before co-ordinating ones.
_FIRST_DESK = 0.8
_FILTER_SCORE = 1.0
# How many places that were nearly an answer are told of one search.
_MISSES = 3
# The reason the index gives for a place that was called by its name.
_BY_NAME = "名前が近い"
_NEAR_ENOUGH = 0.4


@dataclass(frozen=True)
class Found:
    """One place found, how well it fits, how far it is, and why it was chosen."""

    id: uuid.UUID
    name: str
    score: float
    distance_m: int | None
    why: tuple[str, ...]


@dataclass(frozen=True)
class Looked:
    """What was found, what was nearly found and why not, and what both were wanted for."""

    found: list[Found]
    missed: tuple[Missed, ...] = ()
    topics: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True)
class Wanted:
    """What the places must be, beside the words: topics, kinds, a 町名, open at this minute."""

    topics: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    town: str = ""
    open_only: bool = False
    confidential: bool = False


@dataclass(frozen=True)
class _Area:
    """A directory that is looked through: what it loses by not being the own one, and for whom it must serve."""

    code: str
    share: float
    above: bool
    home: str  # the name of the own town; empty where everything in the directory is for its residents


@dataclass(frozen=True)
class _Town:
    version: int
    index: Index
    drafts: dict[str, Draft]
    quarters: Quarters


class Search:
    """The directories of the towns, each as a small index in memory, built when first asked for."""

    def __init__(self, database: Database, ear: Ear, kinds: Kinds) -> None:
        self.kinds = kinds
        self._database, self._ear = database, ear
        self.ears = TownEars(ear)
        self._towns: OrderedDict[str, _Town] = OrderedDict()
        self._lock = threading.Lock()
        self._building: dict[str, threading.Lock] = {}
        self._describing = Describing.by(kinds)
        self._kinds = self._describing.kinds

    def find(self, text: str, *, municipality: str, now: datetime, **said: Any) -> list[Found]:
        """Return the places that fit best, best first; see `look`."""
        return self.look(text, municipality=municipality, now=now, **said).found

    def look(
        self,
        text: str,
        *,
        municipality: str,
        now: datetime,
        assessment: Assessment | None = None,
        near: tuple[float, float] | None = None,
        nearest: bool = False,
        limit: int = 3,
        offset: int = 0,
        open_only: bool = False,
        topics: tuple[str, ...] = (),
        kinds: tuple[str, ...] = (),
        town: str = "",
        for_desk: bool = False,
        least: float = 0.0,
    ) -> Looked:
        """Return the places that fit best, best first, and those that nearly do; `nearest` orders what fits well by distance.

        What fits less than `least` of the best (0 to 1) is left out.
        Without text the topics, kinds and 町名 choose. Confidential places are found for the desk only.
        """
        wanted = Wanted(topics, kinds, town, open_only, for_desk)
        heard = assessment if assessment is not None or not text.strip() else self._heard(text, municipality)
        found: list[Found] = []
        weighed: list[Weighed] = []
        # The first town that knows the name of a place is meant: both may have a 本町.
        towns = [(area, known) for area in self._scope(municipality) if (known := self._town(area.code))]
        asked = next((asked for _, known in towns if (asked := known.quarters.asked(text)).names), NOWHERE)
        for area, known in towns:
            for place, entry in self._in_town(area, known, text, asked, heard, wanted, near, now):
                weighed.append(entry)
                if place.score > 0:
                    found.append(place)
        missed = nearest_misses(weighed, most=_MISSES, least=least)
        if near is not None and not nearest:
            found = [replace(place, score=round(place.score * distances.closeness(place.distance_m), 4)) for place in found]
        found.sort(key=lambda place: (-place.score, place.name, place.id))
        found = [place for place in found if place.score >= least * found[0].score]
        if nearest and found:
            enough = found[0].score * _NEAR_ENOUGH
            found = [place for place in found if place.distance_m is not None and place.score >= enough]
            found.sort(key=lambda place: (place.distance_m, -place.score))
        about = topics or tuple(score.topic.value for score in heard.topics) if heard else topics
        return Looked(found[offset : offset + limit], missed, about, kinds or (heard.kinds if heard else ()))

    def _heard(self, text: str, municipality: str) -> Assessment:
        with self._database.reading() as session:
            ear = self.ears.of(session, municipality)
        return ear.assess(text)

    def _scope(self, municipality: str) -> list[_Area]:
        with self._database.reading() as session:
            codes = places.around(session, municipality)
            query = select(Municipality).where(Municipality.code.in_(codes))
            towns = {town.code: town for town in session.scalars(query)}
            home = towns.get(municipality)
            scope = []
            for town in (towns[code] for code in dict.fromkeys(codes) if code in towns):
                self._fresh(session, town.code, town.directory_version)
                ours = home is None or town is home or town.code == home.served_by_code
                share = _HOME if town.code == municipality else _SHARES.get(Level(town.level), _NEIGHBOUR)
                above = town.level != Level.MUNICIPALITY
                scope.append(_Area(town.code, share, above, "" if ours or home is None else home.name))
        return scope

    def _fresh(self, session: Session, code: str, version: int) -> None:
        with self._lock:
            known = self._towns.get(code)
            if known is not None and known.version == version:
                self._towns.move_to_end(code)
                return
            building = self._building.setdefault(code, threading.Lock())
        with building:
            with self._lock:
                known = self._towns.get(code)
                if known is not None and known.version >= version:
                    return
            built = self._build(session, code, version)
            with self._lock:
                self._towns[code] = built
                self._towns.move_to_end(code)
                while len(self._towns) > _TOWNS_KEPT:
                    self._towns.popitem(last=False)

    def _build(self, session: Session, code: str, version: int) -> _Town:
        shown = {
            str(record.id): record.draft
            for record in directory.whole(session, code)
            if record.draft.status in (Status.ACTIVE, Status.TEMPORARILY_CLOSED)
        }
        index = Index.build((self._describing.entry(id_, draft) for id_, draft in shown.items()), self._ear)
        return _Town(version, index, shown, Quarters.of(shown, self._ear.words, areas.of_town(session, code)))

    def _town(self, code: str) -> _Town | None:
        with self._lock:
            return self._towns.get(code)

    def _in_town(
        self,
        area: _Area,
        town: _Town,
        text: str,
        asked: Asked,
        heard: Assessment | None,
        wanted: Wanted,
        near: tuple[float, float] | None,
        now: datetime,
    ) -> list[tuple[Found, Weighed]]:
        today, when = now.astimezone(JAPAN).date(), moments.asked(text, now=now)
        hits = self._called(town, fitting.number_asked(text)) or self._hits(town, text, when is not None, asked, heard)
        found = []
        for id_, score, why in hits:
            draft = town.drafts[id_]
            if not self._fits(draft, wanted):
                continue
            kind = self._kinds.get(draft.kind)
            office, streets = kind is not None and kind.group != "gathering", not reach.everywhere(draft)
            beside = distances.between(asked.middle, draft)
            here = fitting.in_place(asked.of_entry(id_), asked.names, office=office and not streets, away=beside)
            then = moments.fits(draft, when, office=office)
            fails = failing.fails(draft, text, heard, today=today, by_name=_BY_NAME in why)
            if streets and here < 1.0:
                fails[Reason.AREA] = here
            if draft.slots and then < 1.0:
                fails[Reason.HOURS] = then
            if wanted.open_only and not opening_of(draft, now=now).is_open:
                fails[Reason.HOURS] = failing.NOT_AT_ALL
            if area.home and not wanted.confidential and not reach.serves(draft, area.home, above=area.above):
                fails[Reason.AREA] = failing.NOT_AT_ALL
            worth = score * self._first_desk(draft, heard) * fitting.of_use(kind, heard)
            worth *= (1.0 if Reason.AREA in fails else here) * (1.0 if Reason.HOURS in fails else then)
            worth *= 1.0 if _BY_NAME in why or Reason.AGE in fails else fitting.of_age(draft, heard)
            worth *= area.share * freshness.weight(draft.assured_date, draft.kind, self.kinds, today=today)
            away, left = distances.between(near, draft), round(worth * math.prod(fails.values()), 4)
            place = Found(uuid.UUID(id_), draft.name, left, away, why)
            found.append((place, Weighed(place.id, draft.kind, worth, fails)))
        return found

    def _first_desk(self, draft: Draft, heard: Assessment | None) -> float:
        # Who names a field and no kind of place meets the desk in charge of it before others that also take it.
        kind = self._kinds.get(draft.kind)
        if heard is None or heard.kinds or kind is None:
            return 1.0
        return 1 + _FIRST_DESK * max((score.weight for score in heard.topics if score.topic in kind.first_for), default=0.0)

    def _called(self, town: _Town, digits: str) -> list[tuple[str, float, tuple[str, ...]]]:
        if not digits:
            return []
        return [(id_, _FILTER_SCORE, ("電話番号",)) for id_, draft in town.drafts.items() if fitting.has_number(draft, digits)]

    def _hits(
        self, town: _Town, text: str, timed: bool, asked: Asked, heard: Assessment | None
    ) -> list[tuple[str, float, tuple[str, ...]]]:
        if not text.strip():
            return [(id_, _FILTER_SCORE, ()) for id_ in town.drafts]
        words = addresses.beside(text, asked.names)
        if not words:
            return [(id_, _FILTER_SCORE, ("場所",)) for id_ in town.drafts if asked.of_entry(id_) & asked.names]
        hits = town.index.search(moments.without(words) if timed else words, limit=_HITS_PER_TOWN, assessment=heard)
        return [(hit.id, hit.score, hit.why) for hit in hits]

    def _fits(self, draft: Draft, wanted: Wanted) -> bool:
        if draft.confidential and not wanted.confidential:
            return False
        if wanted.kinds and draft.kind not in wanted.kinds:
            return False
        kind = self._kinds.get(draft.kind)
        if wanted.topics and not set(wanted.topics) & set(draft.topics or (kind.topics if kind else ())):
            return False
        return not wanted.town or wanted.town in (draft.town, *draft.areas)
