"""Which parts of a town a message names, and which entries of its directory lie there or serve it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from intents import Words, canonical, kana_only, sounded
from resources import addresses
from resources.areas import Area
from resources.drafts import Draft

Point = tuple[float, float]
_SHORTEST_SOUND = 3


def where(draft: Draft) -> tuple[str, ...]:
    """Return the quarters in which a place lies, as people name them."""
    return tuple(dict.fromkeys(name for name in (draft.town, *addresses.quarters(draft.address)) if name))


@dataclass(frozen=True)
class Asked:
    """The quarters a message names, the entries of the town that knows them with theirs, and the middle of it all."""

    names: frozenset[str] = frozenset()
    entries: Mapping[str, frozenset[str]] = field(default_factory=dict)
    middle: Point | None = None

    @property
    def name(self) -> str:
        """The quarter that is told most closely; empty where none is named, or only by a postcode."""
        return max((name for name in self.names if not name[:1].isdigit()), key=lambda name: (len(name), name), default="")

    def of_entry(self, id_: str) -> frozenset[str]:
        """Return the quarters of one entry and those it serves; none for an entry of another town."""
        return self.entries.get(id_, frozenset())


NOWHERE = Asked()


@dataclass(frozen=True)
class Quarters:
    """The quarters of one directory: those of each entry, how each is written and how it sounds.

    Where the town's areas are known, an entry has beside its 町名 the postcode, the 小学校区 and the 日常生活圏域, and one that
    serves a 小学校区 has all its 町名.
    """

    entries: Mapping[str, frozenset[str]]
    written: Mapping[str, tuple[tuple[str, re.Pattern[str]], ...]]  # by their first two letters
    sounds: Mapping[str, str]
    postcodes: frozenset[str]
    points: Mapping[str, tuple[Point, ...]]

    @classmethod
    def of(
        cls, drafts: Mapping[str, Draft], words: Words, areas: Iterable[Area] = (), *, sounds: Mapping[str, str] | None = None
    ) -> Quarters:
        """Return the quarters of these entries; where a hidden house lies is not among them.

        `sounds` tells of names how they sound, as far as that was found out before.
        """
        areas = list(areas)
        around = _around(areas)
        named, entries = {name_of(area.name) for area in areas} | {addresses.district(area.school_district) for area in areas}, {}
        for id_, draft in drafts.items():
            own = _own(draft)
            named |= own
            codes = () if draft.confidential else addresses.postcodes(draft.postcode)
            entries[id_] = frozenset(own.union(codes, *(around.get(name, ()) for name in own)))
        named.discard("")
        heard = sounds or {}
        spoken = {name: heard[name] if name in heard else _sound(name, words) for name in named}
        postcodes = frozenset(name for names in (*entries.values(), *around.values()) for name in names if name[:1].isdigit())
        written: dict[str, list[tuple[str, re.Pattern[str]]]] = defaultdict(list)
        for name in sorted(named):
            if len(name) > 1:
                written[name[:2]].append((name, addresses.written(name)))
        by_start = {start: tuple(found) for start, found in written.items()}
        return cls(entries, by_start, spoken, postcodes, _points(areas, drafts.values()))

    def asked(self, text: str) -> Asked:
        """Return the quarters a message names, by name, postcode or, in kana, sound; the longest where one lies in another."""
        plain = canonical(text)
        if kana_only(plain):
            heard = sounded(plain)
            found = {name for name, sound in self.sounds.items() if len(sound) >= _SHORTEST_SOUND and sound in heard}
        else:
            starts = {plain[at : at + 2] for at in range(len(plain) - 1)} & self.written.keys()
            found = {name for start in starts for name, pattern in self.written[start] if pattern.search(plain)}
        named = {name for name in found if not any(name != other and name in other for other in found)}
        names = frozenset(named.union(self.postcodes.intersection(addresses.postcodes(plain))))
        return Asked(names, self.entries, _middle([point for name in names for point in self.points.get(name, ())]))


def sounds_of(draft: Draft, words: Words) -> dict[str, str]:
    """Return how the quarters of an entry sound; of a hidden house none."""
    return {name: _sound(name, words) for name in _own(draft) if name}


def _own(draft: Draft) -> set[str]:
    return set() if draft.confidential else {name_of(name) for name in (*where(draft), *draft.areas)}


def _sound(name: str, words: Words) -> str:
    return sounded(words.spoken(name.removesuffix("区") if addresses.district(name) else name))


def name_of(name: str) -> str:
    """Return the one form in which a 町名, a 小学校区 or another part of a town is compared."""
    return addresses.district(name) or canonical(name, 60)


def _around(areas: Iterable[Area]) -> dict[str, frozenset[str]]:
    """Return for each name of a part of the town the names of all parts it shares streets with."""
    around: dict[str, set[str]] = defaultdict(set)
    for area in areas:
        names = _names(area)
        for name in names:
            around[name] |= names
    return {name: frozenset(names) for name, names in around.items()}


def _names(area: Area) -> set[str]:
    names = {name_of(area.name), addresses.district(area.school_district), canonical(area.catchment, 60)}
    return {*names, *addresses.postcodes(area.postcode)} - {""}


def _points(areas: Iterable[Area], drafts: Iterable[Draft]) -> dict[str, tuple[Point, ...]]:
    """Return where each part of the town lies: by its areas, or by the places in it where no area is known."""
    known: dict[str, list[Point]] = defaultdict(list)
    guessed: dict[str, list[Point]] = defaultdict(list)
    for area in areas:
        if area.latitude is not None and area.longitude is not None:
            for name in _names(area):
                known[name].append((area.latitude, area.longitude))
    for draft in drafts:
        if draft.latitude is not None and draft.longitude is not None and not draft.confidential:
            for name in (*map(name_of, where(draft)), *addresses.postcodes(draft.postcode)):
                guessed[name].append((draft.latitude, draft.longitude))
    return {name: tuple(points) for name, points in (guessed | known).items()}


def _middle(points: Sequence[Point]) -> Point | None:
    if not points:
        return None
    return sum(point[0] for point in points) / len(points), sum(point[1] for point in points) / len(points)
