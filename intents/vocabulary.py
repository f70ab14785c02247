"""The welfare thesaurus: everyday expressions, gathered into concepts, each pointing to the subjects it belongs to."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from intents.codes import Topic
from intents.text import canonical, hiragana, kana_only
from intents.tree import Node, Step, follow, key
from intents.words import Word, Words, ends_in_past, flags_after, heavy, own_flags, particle_after

DATA = Path(__file__).parent / "vocabulary"
_SCRIPT = re.compile("[ァ-ヺー]{2,}|[A-Za-z]{2,}")
_KANA = re.compile("[ぁ-ゖー]")
_TAIL = re.compile("[ぁ-ゖ]+$")
_SHORTEST_READING = 3
_SHORTEST_STEM = 5
_LONGEST_READING = 14


class BadVocabulary(ValueError):
    """A vocabulary or rule file says something that cannot be used."""


@dataclass(frozen=True, slots=True)
class TownWord:
    """An expression a town added itself, with the subjects and the kind of place it means there."""

    expression: str
    topics: tuple[str, ...]
    kind: str | None = None


@dataclass(frozen=True, slots=True)
class Concept:
    """One idea with everything people call it."""

    name: str
    words: tuple[str, ...]
    topics: tuple[tuple[Topic, float], ...] = ()
    kinds: tuple[str, ...] = ()
    finds: bool = False


class Mention(NamedTuple):
    """A place in the text where a concept is said, with the particle behind it and what its endings say."""

    concept: str
    start: int
    end: int
    words: str
    first: int
    last: int
    particle: str = ""
    flags: frozenset[str] = frozenset()


# Thousands of mentions are made a second: as tuples, without the detour over the names of their parts.
_new = tuple.__new__

# The particle and the endings behind each word of a text, by its place; several expressions may end at the same word.
_Endings = dict[int, tuple[str, frozenset[str]]]


def outermost(mentions: Iterable[Mention]) -> list[Mention]:
    """The mentions in order, without those that lie inside a longer one (夫 inside 元夫)."""
    kept: list[Mention] = []
    cover = (0, 0)
    for mention in sorted(mentions, key=lambda mention: (mention.start, -mention.end)):
        if mention.end <= cover[1] and mention.end - mention.start < cover[1] - cover[0]:
            continue
        if mention.end > cover[1]:
            cover = (mention.start, mention.end)
        kept.append(mention)
    return kept


class Vocabulary:
    """All concepts in one tree of dictionary forms, so that a text is read once for thousands of expressions."""

    def __init__(self, words: Words, concepts: Iterable[Concept]) -> None:
        self.words = words
        self.concepts: dict[str, Concept] = {}
        # Those that speak of a subject or of a kind of place, or bring people and places together without one.
        self.telling: set[str] = set()
        self._root = Node()
        self._scripts: dict[str, tuple[str, ...]] = {}
        self._readings: dict[str, tuple[str, ...]] = {}
        self._stems: dict[str, tuple[str, ...]] = {}
        self._literals: dict[tuple[str, ...], str] = {}
        self._alike: dict[str, str] = {}
        self._insisted: dict[str, list[str]] = {}
        self.untokenisable: list[tuple[str, str]] = []
        for concept in concepts:
            if concept.name in self.concepts:
                raise BadVocabulary(f"concept {concept.name} is defined twice")
            self.concepts[concept.name] = concept
            if concept.topics or concept.kinds or concept.finds:
                self.telling.add(concept.name)
            for expression in concept.words:
                self._learn(expression, concept.name, words.cut(canonical(expression)))

    def add_literal(self, expression: str) -> str:
        """Register an expression that a rule names directly; returns its concept, the first expression that is read alike."""
        if expression not in self._insisted:
            cut = self.words.cut(canonical(expression))
            self._insisted[expression] = own_flags(cut)
            name = self._literals.setdefault(tuple(key(word) for word in _kept(cut)), expression)
            alike = self.concepts[name].words if name in self.concepts else ()
            self.concepts[name] = Concept(name, (*alike, expression))
            self._alike[expression] = name
            self._learn(expression, name, cut)
        return self._alike[expression]

    def finds(self, concept: str) -> bool:
        """Whether a concept is something people are after, by which they and a place find each other."""
        return self.concepts[concept].finds

    def insists_on(self, expression: str) -> list[str]:
        """The endings a rule means when it names this very expression, registered before (倒れている is not 倒れる)."""
        return self._insisted[expression]

    def _learn(self, expression: str, name: str, cut: list[Word]) -> None:
        kept = _kept(cut)
        if not kept or all(word.pos in ("補助記号", "空白") for word in kept):
            self.untokenisable.append((name, expression))
            return
        if _SCRIPT.fullmatch(expression):
            self._scripts[expression] = (*self._scripts.get(expression, ()), name)
        self._plant(kept, name)
        predicate = kept[-1].pos != "名詞"
        if predicate and not (self.concepts[name].topics or self.concepts[name].finds):
            return
        for sound in _sounds(cut, kept):
            table = self._stems if predicate else self._readings
            known = table.get(sound, ())
            if name not in known:
                table[sound] = (*known, name)

    def _plant(self, words: Sequence[Word], name: str) -> None:
        """Store an expression so that each of its words may be met as written or, in kana, by sound (学校 いけない)."""
        node = self._root
        for word in words:
            sounds = word.pos not in ("助詞", "助動詞") and (len(words) > 1 or len(word.reading) > 2)
            node = node.branch(key(word), word.reading if sounds else "")
        if name not in node.concepts:
            node.concepts = (*node.concepts, name)

    def read(self, text: str, cut: list[Word]) -> list[Mention]:
        """Every mention of every concept, in order; the longest expression at a place wins within its own concept."""
        steps = [Step(place, cut[place]) for place in heavy(cut)]
        endings: _Endings = {}
        found = self._read_foreign_script(text, cut, endings)
        for start, first in enumerate(steps):
            longest = follow(self._root, steps, start)
            spans: dict[int, tuple[Any, ...]] = {}
            for name, last in longest.items():
                span = spans.get(last)
                if span is None:
                    span = spans[last] = _span(text, cut, first.place, last, endings)
                found.append(_new(Mention, (name, *span)))
        return found

    def _read_foreign_script(self, text: str, cut: list[Word], endings: _Endings) -> list[Mention]:
        """Mentions in katakana or Latin letters that the tokeniser cut to pieces (リス|カ)."""
        found = []
        for run in _SCRIPT.finditer(text):
            names = self._scripts.get(run.group())
            if names:
                inside = [index for index, word in enumerate(cut) if run.start() <= word.start and word.end <= run.end()]
                if len(inside) > 1:
                    found += [_mention(name, text, cut, inside[0], inside[-1], endings) for name in names]
        return found

    def read_by_sound(self, text: str, cut: list[Word]) -> list[Mention]:
        """Mentions in writing without kanji, found by how the words sound, whatever the tokeniser made of them."""
        kept = [(place, char) for place, char in enumerate(hiragana(text)) if _KANA.match(char)]
        plain = "".join(char for _, char in kept)
        found: list[Mention] = []
        endings: _Endings = {}
        starts = {word.start: index for index, word in enumerate(cut)}
        ends = {word.end: index for index, word in enumerate(cut)}
        covering = {place: index for index, word in enumerate(cut) for place in range(word.start, word.end)}
        for begin, (place, _) in enumerate(kept):
            if place not in starts:
                continue
            for end in range(begin + _SHORTEST_READING, min(begin + _LONGEST_READING, len(plain)) + 1):
                sound, last = plain[begin:end], kept[end - 1][0]
                names = self._stems.get(sound, ())
                if last + 1 in ends and not _runs_on(cut, covering[last]):
                    names += self._readings.get(sound, ())
                for name in names:
                    found.append(_mention(name, text, cut, starts[place], covering[last], endings))
        return found


def _kept(cut: list[Word]) -> list[Word]:
    """The words by which an expression is known."""
    kept = [cut[place] for place in heavy(cut)] or cut
    return kept[:-1] if len(kept) > 1 and ends_in_past(kept) else kept


def _mention(name: str, text: str, cut: list[Word], first: int, last: int, endings: _Endings) -> Mention:
    return _new(Mention, (name, *_span(text, cut, first, last, endings)))


def _span(text: str, cut: list[Word], first: int, last: int, endings: _Endings) -> tuple[Any, ...]:
    """What is true of every mention between two words of a text, whatever it names."""
    start, end = cut[first].start, cut[last].end
    told = endings.get(last)
    if told is None:
        told = endings[last] = particle_after(cut, last), flags_after(cut, last)
    return (start, end, text[start:end], first, last, *told)


def _runs_on(cut: Sequence[Word], last: int) -> bool:
    """Whether the ん at the end belongs to a predicate: 「いいんです」 is no 医院."""
    return last > 0 and cut[last].surface == "ん" and cut[last - 1].pos in ("形容詞", "動詞")


def _sounds(cut: Sequence[Word], kept: Sequence[Word]) -> Iterator[str]:
    """How an expression sounds, with and without its particles; a predicate without its last syllable, because that changes."""
    for words in (cut, kept):
        sound = "".join([_spoken(word.surface, word.lemma, word.reading) for word in words])
        if kept[-1].pos == "名詞":
            if len(sound) >= _SHORTEST_READING:
                yield sound
        elif len(sound) > _SHORTEST_STEM and len(kept) > 1:
            yield sound[:-1]
            if sound.endswith("ない"):
                yield sound[:-2] + "ませ"


@lru_cache(maxsize=4096)
def _spoken(surface: str, lemma: str, reading: str) -> str:
    """The sound of a word as it stands: 止まっ is とまっ, not the とまる of the dictionary."""
    if kana_only(surface):
        return hiragana(surface)
    base = lemma.partition("(")[0]
    sound = hiragana(reading)
    tail = _TAIL.search(base)
    if tail and sound.endswith(tail.group()) and (shown := _TAIL.search(surface)):
        return sound[: -len(tail.group())] + shown.group()
    return sound


def load(words: Words, folder: Path = DATA) -> Vocabulary:
    """The vocabulary from its data files; raises BadVocabulary with the file's name."""
    concepts: list[Concept] = []
    for path in sorted(folder.glob("*.toml")):
        for name, entry in tomllib.loads(path.read_text(encoding="utf-8")).items():
            try:
                concepts.append(_concept(name, entry))
            except (KeyError, TypeError, ValueError) as problem:
                raise BadVocabulary(f"{path.name}: {name}: {problem}") from problem
    return Vocabulary(words, concepts)


def _concept(name: str, entry: dict[str, Any]) -> Concept:
    # `shared`: expressions that stand in another concept of the same purpose too, with a reason; see tests/intents/linting.py.
    unknown = set(entry) - {"words", "topics", "kinds", "finds", "shared"}
    if unknown:
        raise ValueError(f"unknown keys {sorted(unknown)}")
    topics = tuple((Topic(code), float(weight)) for code, weight in entry.get("topics", {}).items())
    return Concept(name, tuple(entry["words"].split()), topics, tuple(entry.get("kinds", ())), entry.get("finds", False))
