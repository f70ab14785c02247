"""Which quarters of a town a message names, and which entries of its directory lie there or serve it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from intents import Words, canonical, kana_only, sounded
from resources.addresses import quarters
from resources.drafts import Draft

_SHORTEST_SOUND = 3


def where(draft: Draft) -> tuple[str, ...]:
    """Return the quarters in which a place lies, as people name them."""
    return tuple(dict.fromkeys(name for name in (draft.town, *quarters(draft.address)) if name))


@dataclass(frozen=True)
class Quarters:
    """The quarters of one directory: those of each entry, and how each sounds."""

    entries: Mapping[str, frozenset[str]]
    sounds: Mapping[str, str]

    @classmethod
    def of(cls, drafts: Mapping[str, Draft], words: Words) -> Quarters:
        """Return the quarters of these entries; where a hidden house lies is not among them."""
        entries = {
            id_: frozenset() if draft.confidential else frozenset(canonical(name, 60) for name in (*where(draft), *draft.areas))
            for id_, draft in drafts.items()
        }
        names = frozenset().union(*entries.values()) if entries else frozenset()
        return cls(entries, {name: sounded(words.spoken(name)) for name in names})

    def of_entry(self, id_: str) -> frozenset[str]:
        """Return the quarters of one entry and those it serves."""
        return self.entries.get(id_, frozenset())

    def asked(self, text: str) -> frozenset[str]:
        """Return the quarters a message names, by name or, in kana, by sound; the longest where one lies in another."""
        plain = canonical(text)
        if kana_only(plain):
            heard = sounded(plain)
            found = {name for name, sound in self.sounds.items() if len(sound) >= _SHORTEST_SOUND and sound in heard}
        else:
            found = {name for name in self.sounds if len(name) > 1 and name in plain}
        return frozenset(name for name in found if not any(name != other and name in other for other in found))
