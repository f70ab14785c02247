"""Finds the right place for what somebody wrote: the own town first, then the neighbours, the prefecture, the country."""

from __future__ import annotations

import heapq
import uuid
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from intents import Assessment, Ear, Hit, Question, canonical
from resources import addresses, distances, fitting, moments, weighing
from resources.db import Database
from resources.kinds import Kinds
from resources.near_misses import Missed, Weighed
from resources.near_misses import nearest as nearest_misses
from resources.quarters import NOWHERE
from resources.records import Record
from resources.shelf import Shelf, Town
from resources.town_words import TownEars
from resources.weighing import Asker, Scope, Wanted

_HITS_PER_TOWN = 80
_FILTER_SCORE = 1.0
# How many places that were nearly an answer are told of one search.
_MISSES = 3
_NEAR_ENOUGH = 0.4


@dataclass(frozen=True)
class Found:
    """One place found, how well it fits, how far it is, and why it was chosen."""

    record: Record
    score: float
    distance_m: int | None
    why: tuple[str, ...]
    note: str = ""  # what the town of who asks says beside an entry of another

    @property
    def id(self) -> uuid.UUID:
        """The entry."""
        return self.record.id

    @property
    def name(self) -> str:
        """Its name."""
        return self.record.draft.name


@dataclass(frozen=True)
class Looked:
    """What was found, what was nearly found and why not, and what both were wanted for and where.

    `hits` is how many places fit, as far as was looked.
    """

    found: list[Found]
    missed: tuple[Missed, ...] = ()
    topics: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    area: str = ""
    hits: int = 0


@dataclass(frozen=True, slots=True)
class _Candidate:
    """One entry whose words fit, before it is weighed; without a hit it was chosen by something else than words."""

    id: str
    score: float
    by_name: bool = False
    by_name_alone: bool = False
    hit: Hit | None = None
    reason: str = ""

    @property
    def why(self) -> tuple[str, ...]:
        if self.hit is not None:
            return self.hit.why
        return (self.reason,) if self.reason else ()


@dataclass(frozen=True, slots=True)
class _Placed:
    """One entry with what is left of it for who asks."""

    record: Record
    score: float
    away: int | None
    candidate: _Candidate
    note: str = ""


class Search:
    """Looks through the directories of a town and those around it."""

    def __init__(self, database: Database, ear: Ear, kinds: Kinds, *, watched: bool = False) -> None:
        """`watched`: somebody calls `refresh` every second or so, and no question has to look whether anything changed."""
        self.kinds = kinds
        self.ears = TownEars(ear)
        self._database, self._ear = database, ear
        self._shelf = Shelf(database, ear, kinds, watched=watched)

    def trying(self, record: Record) -> Search:
        """Return a search of its own in which one entry says something that was never saved."""
        other = Search(self._database, self._ear, self.kinds)
        other.ears, other._shelf = self.ears, self._shelf.trying(record)
        return other

    def refresh(self) -> None:
        """Renew what was changed since, beside the work; a watched search depends on it."""
        self._shelf.refresh()

    def prepare(self) -> None:
        """Store the terms of one more town's new and changed entries, so that its index is made quickly when asked for."""
        self._shelf.prepare()

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
        text = canonical(text)
        wanted = Wanted(topics, kinds, town, open_only, for_desk)
        heard = assessment if assessment is not None or not text.strip() else self._heard(text, municipality)
        around = self._shelf.around(municipality)
        # The first town that knows the name of a place is meant: both may have a 本町.
        asked = next((asked for _, known in around if (asked := known.quarters.asked(text)).names), NOWHERE)
        asker = Asker.of(text, heard, wanted, near=near, asked=asked, now=now)
        enough = None if nearest else max(offset + limit, _MISSES)
        placed, weighed = self._weighed(self._candidates(text, around, asker), asker, enough, closer=not nearest)
        missed = nearest_misses(weighed, most=_MISSES, least=least)
        placed.sort(key=lambda place: (-place.score, place.record.draft.name, place.record.id))
        placed = [place for place in placed if place.score >= least * placed[0].score]
        if nearest and placed:
            fair = placed[0].score * _NEAR_ENOUGH
            placed = [place for place in placed if place.away is not None and place.score >= fair]
            placed.sort(key=lambda place: (place.away, -place.score))
        found = [
            Found(place.record, place.score, place.away, place.candidate.why, place.note)
            for place in placed[offset : offset + limit]
        ]
        about = topics or tuple(score.topic.value for score in heard.topics) if heard else topics
        wanted_kinds = kinds or (heard.kinds if heard else ())
        return Looked(found, missed, about, wanted_kinds, asked.name, len(placed))

    def known(self, ids: Collection[uuid.UUID], *, municipality: str) -> list[uuid.UUID]:
        """Return those of the entries that stand in the directories for residents of a town, in the order asked for."""
        around = self._shelf.around(municipality)

        def offered(id_: str) -> bool:
            return any(id_ in town.records and scope.offers(id_, town.records[id_].draft) for scope, town in around)

        return [id_ for id_ in ids if offered(str(id_))]

    def own(self, municipality: str) -> list[Record]:
        """Return what stands in a town's own directory for residents, in no order."""
        _, town = self._shelf.around(municipality)[0]
        return [record for record in town.records.values() if not record.draft.confidential]

    def _heard(self, text: str, municipality: str) -> Assessment:
        with self._database.reading() as session:
            ear = self.ears.of(session, municipality)
        return ear.assess(text)

    def _weighed(
        self, candidates: Iterable[tuple[Scope, Town, Iterator[_Candidate]]], asker: Asker, enough: int | None, *, closer: bool
    ) -> tuple[list[_Placed], list[Weighed]]:
        """Weigh the candidates, those with the best words first, until none that is left could be among the best."""
        placed: list[_Placed] = []
        weighed: list[Weighed] = []
        best: list[float] = []
        most, most_of_kind = asker.most, asker.most_of_kind
        of_kind = cache(lambda code: weighing.of_kind(self.kinds.by_code.get(code), asker.heard))
        for scope, town, found in candidates:
            for candidate in found:
                record = town.records[candidate.id]
                if not scope.offers(candidate.id, record.draft):
                    continue
                if enough is not None and len(best) == enough:
                    reach = candidate.score * scope.share * most
                    if reach * most_of_kind < best[0]:
                        break
                    if reach * of_kind(record.draft.kind) < best[0]:
                        continue
                if not weighing.fits(record.draft, asker.wanted, self.kinds):
                    continue
                factor, fails = weighing.weigh(
                    candidate.id,
                    record.draft,
                    town.traits[candidate.id],
                    asker,
                    scope,
                    self.kinds,
                    by_name=candidate.by_name,
                    wherever=candidate.by_name_alone,
                )
                worth = candidate.score * factor
                weighed.append(Weighed(record.id, record.draft.kind, worth, fails))
                score, away = weighing.left(worth, fails), distances.between(asker.near, record.draft)
                if asker.near is not None and closer:
                    score = round(score * distances.closeness(away), 4)
                if score > 0:
                    placed.append(_Placed(record, score, away, candidate, scope.notes.get(candidate.id, "")))
                    (heapq.heappush if enough is None or len(best) < enough else heapq.heappushpop)(best, score)
        return placed, weighed

    def _candidates(
        self, text: str, around: list[tuple[Scope, Town]], asker: Asker
    ) -> Iterator[tuple[Scope, Town, Iterator[_Candidate]]]:
        """The entries of each town that the words fit, the best first."""
        digits = fitting.number_asked(text)
        words = addresses.beside(text, asker.asked.names)
        question = None
        if words:
            words = moments.without(words) if asker.when is not None else words
            question = Question.of(words, self._ear, asker.heard)
        for scope, town in around:
            called = _called(town, digits) if digits else []
            if called:
                yield scope, town, iter(called)
            elif not text.strip():
                yield scope, town, (_Candidate(id_, _FILTER_SCORE) for id_ in town.records)
            elif question is None:
                here = (id_ for id_ in town.records if asker.asked.of_entry(id_) & asker.asked.names)
                yield scope, town, (_Candidate(id_, _FILTER_SCORE, reason="場所") for id_ in here)
            else:
                # Of a town that shares some entries only, these may stand behind many that are not for here.
                limit = _HITS_PER_TOWN if scope.only is None else len(town.records)
                hits = town.index.answer(question, limit=limit)
                yield scope, town, (_Candidate(hit.id, hit.score, hit.by_name, hit.by_name_alone, hit) for hit in hits)


def _called(town: Town, digits: str) -> list[_Candidate]:
    own = ((id_, record.draft) for id_, record in town.records.items())
    return [_Candidate(id_, _FILTER_SCORE, reason="電話番号") for id_, draft in own if fitting.has_number(draft, digits)]
