"""What the index of a town is told of each entry; of a hidden house hardly more than its name and kind."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from intents import Entry
from resources.drafts import Draft
from resources.importing.guessing import KindWords
from resources.kinds import Kinds
from resources.quarters import where

_MOST_PLACES = 40


@dataclass(frozen=True)
class Describing:
    """Describes entries by the table of kinds and the words of published files."""

    kinds: Kinds
    words: KindWords

    @classmethod
    def by(cls, kinds: Kinds) -> Describing:
        """Return what describes entries with these kinds."""
        return cls(kinds, KindWords.load(kinds))

    def entry(self, id_: str, draft: Draft) -> Entry:
        """Return what the index needs to know of one entry."""
        kinds = self._kinds_of(draft)
        kind = self.kinds.by_code.get(next(iter(kinds), ""))
        summary = " ".join(part for part in (draft.description, draft.eligibility_description, draft.organization) if part)
        words = [word for word in (draft.plain_name, draft.kind_label, draft.building, draft.helpers_wanted) if word]
        return Entry(
            id=id_,
            name=draft.name,
            kana=draft.name_kana,
            summary="" if draft.confidential else summary,
            topics=draft.topics or (kind.topics if kind else ()),
            kinds=kinds,
            words=() if draft.confidential else tuple(words),
            common=((kind.label, *kind.words) if kind else ()) if draft.confidential else tuple(self._words(kinds)),
            places=() if draft.confidential else tuple(dict.fromkeys((*where(draft), *draft.areas)))[:_MOST_PLACES],
            consults=kind is None or kind.group != "gathering",
        )

    def _kinds_of(self, draft: Draft) -> tuple[str, ...]:
        """Return the kind of an entry, and those of the services a published file lists for it."""
        kinds = dict.fromkeys((draft.kind, *self.words.all_of(draft.kind_label), self.words.of("", draft.name)))
        return tuple(kind for kind in kinds if kind)

    def _words(self, codes: Iterable[str]) -> Iterable[str]:
        kinds = [self.kinds.by_code[code] for code in codes]
        return [word for kind in kinds for word in (kind.label, *kind.words)]
