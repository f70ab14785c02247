"""Finds the right place for what somebody wrote: the own town first, then the neighbours, the prefecture, the country."""

from __future__ import annotations

import math
import threading
import uuid
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from intents import Assessment, Ear, Entry, Index
from resources import directory, fitting, freshness, moments, places, reach
from resources.cards import opening_of
from resources.db import Database
from resources.drafts import Draft
from resources.importing.guessing import KindWords
from resources.kinds import Kinds
from resources.places import Level, Municipality
from resources.quarters import Quarters, where
from resources.services import Status
from resources.slots import JAPAN
from resources.town_words import TownEars

_TOWNS_KEPT = 64
_HITS_PER_TOWN = 80
# What a place loses by lying outside the own town; a prefecture's office serves the town, a neighbour's perhaps not.
_HOME, _NEIGHBOUR = 1.0, 0.6
_SHARES = {Level.PREFECTURE: 0.7, Level.NATION: 0.5}
_RESTING_WEIGHT = 0.6
# The first desk for a field stands before others that also take it: existing desks come before co-ordinating ones.
_FIRST_DESK = 0.8
_FILTER_SCORE = 1.0
# The reason the index gives for a place that was called by its name.
_BY_NAME = "名前が近い"
# Beside a place named by the resident, one 2 km away counts little more than half as much.
_HALF_WAY_M = 2_000.0
_FAR_SHARE = 0.3
_NEAR_ENOUGH = 0.4
_EARTH_M = 6_371_000.0


@dataclass(frozen=True)
class Found:
    """One place found, how well it fits, how far it is, and why it was chosen."""

    id: uuid.UUID
    name: str
    score: float
    distance_m: int | None
    why: tuple[str, ...]


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
        self._kinds = {kind.code: kind for kind in kinds.kinds}
        self._kind_words = KindWords.load(kinds)

    def find(
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
    ) -> list[Found]:
        """Return the places that fit best, best first; `nearest` orders what fits well by distance alone.

        What fits less than `least` of the best (0 to 1) is left out.
        Without text the topics, kinds and 町名 choose. Confidential places are found for the desk only.
        """
        wanted = Wanted(topics, kinds, town, open_only, for_desk)
        heard = assessment if assessment is not None or not text.strip() else self._heard(text, municipality)
        found: list[Found] = []
        for area in self._scope(municipality):
            found += self._in_town(area, text, heard, wanted, near, now)
        if near is not None and not nearest:
            found = [replace(place, score=round(place.score * _closeness(place.distance_m), 4)) for place in found]
        found.sort(key=lambda place: (-place.score, place.name, place.id))
        found = [place for place in found if place.score >= least * found[0].score]
        if nearest and found:
            enough = found[0].score * _NEAR_ENOUGH
            found = [place for place in found if place.distance_m is not None and place.score >= enough]
            found.sort(key=lambda place: (place.distance_m, -place.score))
        return found[offset : offset + limit]

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
        index = Index.build((self._entry(id_, draft) for id_, draft in shown.items()), self._ear)
        return _Town(version, index, shown, Quarters.of(shown, self._ear.words))

    def _entry(self, id_: str, draft: Draft) -> Entry:
        kind = self._kinds.get(next(iter(self._kinds_of(draft)), ""))
        summary = " ".join(part for part in (draft.description, draft.eligibility_description, draft.organization) if part)
        words = [word for word in (draft.plain_name, draft.kind_label, draft.building, draft.helpers_wanted) if word]
        return Entry(
            id=id_,
            name=draft.name,
            kana=draft.name_kana,
            summary="" if draft.confidential else summary,
            topics=draft.topics or (kind.topics if kind else ()),
            kinds=self._kinds_of(draft),
            words=((kind.label, *kind.words) if kind else ()) if draft.confidential else (*words, *self._words(draft)),
            places=() if draft.confidential else tuple(dict.fromkeys((*where(draft), *draft.areas)))[:40],
            consults=kind is None or kind.group != "gathering",
        )

    def _kinds_of(self, draft: Draft) -> tuple[str, ...]:
        """Return the kind of an entry, and those of the services a published file lists for it."""
        kinds = dict.fromkeys((draft.kind, *self._kind_words.all_of(draft.kind_label), self._kind_words.of("", draft.name)))
        return tuple(kind for kind in kinds if kind)

    def _words(self, draft: Draft) -> Iterable[str]:
        kinds = [self._kinds[code] for code in self._kinds_of(draft)]
        return [word for kind in kinds for word in (kind.label, *kind.words)]

    def _in_town(
        self,
        area: _Area,
        text: str,
        heard: Assessment | None,
        wanted: Wanted,
        near: tuple[float, float] | None,
        now: datetime,
    ) -> list[Found]:
        with self._lock:
            town = self._towns.get(area.code)
        if town is None:
            return []
        today, when = now.astimezone(JAPAN).date(), moments.asked(text, now=now)
        asked, digits = town.quarters.asked(text), fitting.number_asked(text)
        hits = self._called(town, digits) or self._hits(town, moments.without(text) if when else text, heard)
        found = []
        for id_, score, why in hits:
            draft = town.drafts[id_]
            if not self._fits(draft, wanted, now):
                continue
            if area.home and not wanted.confidential and not reach.serves(draft, area.home, above=area.above):
                continue
            away = _distance(near, draft)
            kind = self._kinds.get(draft.kind)
            office = kind is not None and kind.group != "gathering"
            score *= self._first_desk(draft, heard) * fitting.of_use(kind, heard)
            score *= moments.fits(draft, when, office=office)
            score *= fitting.in_place(town.quarters.of_entry(id_), asked, office=office and not draft.areas)
            score *= 1.0 if _BY_NAME in why else fitting.of_age(draft, heard)
            score *= area.share * freshness.weight(draft.assured_date, draft.kind, self.kinds, today=today)
            if draft.status is not Status.ACTIVE and not (draft.reopens_on and draft.reopens_on <= today):
                score *= _RESTING_WEIGHT
            found.append(Found(uuid.UUID(id_), draft.name, round(score, 4), away, why))
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

    def _hits(self, town: _Town, text: str, heard: Assessment | None) -> list[tuple[str, float, tuple[str, ...]]]:
        if text.strip():
            hits = town.index.search(text, limit=_HITS_PER_TOWN, assessment=heard)
            return [(hit.id, hit.score, hit.why) for hit in hits]
        return [(id_, _FILTER_SCORE, ()) for id_ in town.drafts]

    def _fits(self, draft: Draft, wanted: Wanted, now: datetime) -> bool:
        if draft.confidential and not wanted.confidential:
            return False
        if wanted.kinds and draft.kind not in wanted.kinds:
            return False
        kind = self._kinds.get(draft.kind)
        if wanted.topics and not set(wanted.topics) & set(draft.topics or (kind.topics if kind else ())):
            return False
        if wanted.town and wanted.town not in (draft.town, *draft.areas):
            return False
        return not wanted.open_only or opening_of(draft, now=now).is_open


def _closeness(away: int | None) -> float:
    return _FAR_SHARE + (1 - _FAR_SHARE) * (0.0 if away is None else math.exp2(-away / _HALF_WAY_M))


def _distance(near: tuple[float, float] | None, draft: Draft) -> int | None:
    """Return metres over the ground between a position and an entry; None when either is not known."""
    if near is None or draft.latitude is None or draft.longitude is None or draft.confidential:
        return None
    first, second = math.radians(near[0]), math.radians(draft.latitude)
    across = math.radians(draft.longitude - near[1])
    inner = math.sin((second - first) / 2) ** 2 + math.cos(first) * math.cos(second) * math.sin(across / 2) ** 2
    return round(2 * _EARTH_M * math.asin(min(1.0, math.sqrt(inner))))
