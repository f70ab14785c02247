"""What a place can be found by, as weighted terms: words, sounds, concepts, kinds, subjects and neighbourhoods."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from intents.ear import Ear
from intents.sounds import sounded
from intents.text import canonical, hiragana
from intents.vocabulary import DATA
from intents.words import Word

# How much a term counts by where it stands in an entry.
_NAME, _KANA, _WORDS, _KIND, _PLACE, _TOPIC, _SUMMARY, _CONCEPT = 3.0, 2.0, 2.0, 3.0, 2.5, 1.2, 1.0, 1.6
_COMMON = 1.6
# Another name each time the code below makes other terms of the same entry.
_MADE = "2"
_CONTENT = frozenset(("名詞", "動詞", "形容詞", "形状詞", "副詞", "代名詞", "接尾辞", "記号"))


@dataclass(frozen=True, slots=True)
class Entry:
    """What the index needs to know of one place; `words` are other phrases people may search it by, `common` those of its kind.

    A place that does not consult (a salon, a course) is no answer to a trouble only because both belong to one subject.
    """

    id: str
    name: str
    kana: str
    summary: str
    topics: tuple[str, ...]
    kinds: tuple[str, ...]
    words: tuple[str, ...]
    places: tuple[str, ...] = ()
    consults: bool = True
    common: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Terms:
    """An entry made ready for the index; plain enough to be stored, so that no word of it need be cut again."""

    id: str
    name: str
    sound: str
    consults: bool
    weights: dict[str, float]

    @classmethod
    def of(cls, entry: Entry, ear: Ear) -> Terms:
        """The terms of an entry: bare words, ~readings, c:concepts, p:places, t:subjects and k:kinds."""
        name, kana = canonical(entry.name, 200), hiragana(canonical(entry.kana, 200))
        weights: dict[str, float] = {}
        own = (
            (_NAME, name),
            (_KANA, kana),
            (_SUMMARY, canonical(entry.summary, 600)),
            *((_WORDS, canonical(word, 100)) for word in entry.words),
            *((_PLACE, canonical(place, 60)) for place in entry.places),
        )
        common = [(_COMMON, canonical(word, 100)) for word in entry.common]
        for at, (weight, text) in enumerate((*own, *common)):
            cut = ear.words.cut(text)
            for term, _ in word_terms(cut):
                weights[term] = max(weights.get(term, 0.0), weight)
            for mention in ear.vocabulary.read(text, cut):
                # Not every hospital treats eyes because some do: what people are after must stand in the entry itself.
                if mention.concept in ear.vocabulary.telling and (at < len(own) or not ear.vocabulary.finds(mention.concept)):
                    term = "c:" + mention.concept
                    weights[term] = max(weights.get(term, 0.0), min(weight, _CONCEPT))
        weights |= {"p:" + canonical(place, 60): _PLACE for place in entry.places}
        weights |= {"t:" + topic: _TOPIC for topic in entry.topics}
        weights |= {"k:" + kind: _KIND for kind in entry.kinds}
        return cls(entry.id, name, sounded(kana or ear.words.spoken(name)), entry.consults, weights)


def fingerprint() -> str:
    """What changes when stored terms must be made anew: the vocabulary, and how terms are made of it."""
    made = hashlib.blake2b(_MADE.encode(), digest_size=8)
    for path in sorted(DATA.glob("*.toml")):
        made.update(path.read_bytes())
    return made.hexdigest()


def word_terms(cut: list[Word]) -> Iterator[tuple[str, Word]]:
    """The terms of the words that tell something, as written in the dictionary and as they sound."""
    for word in cut:
        # A single sign in kana tells nothing; ごみ or からだ, which the dictionary writes with one sign, do.
        if word.pos in _CONTENT and (len(word.lemma) > 1 or not word.in_kana or len(word.surface) > 1):
            yield word.lemma, word
            if word.reading and len(word.reading) > 2:
                yield "~" + hiragana(word.reading), word


def pairs(text: str) -> set[str]:
    """All neighbouring letters of a name."""
    return {text[at : at + 2] for at in range(len(text) - 1)}
