"""`make words`: entries of the vocabulary and the rules that stand there twice, say nothing, or that nothing reaches."""

from __future__ import annotations

import ast
import json
import sys
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path

import intents
from intents import Ear, canonical, kana_only
from intents.cues import Reading, Rule, Rulebook
from intents.vocabulary import DATA, Concept, Vocabulary, load
from intents.words import _FLAG_OF, Words
from tests.intents import samples

HEARD = Path(__file__).parent / "heard"
# Sentences into which every expression is set; it must be read in one of them at least.
CARRIERS = ("{}", "「{}」", "きのう、{}。それだけです。", "役所で「{}」と聞いた。", "{}のことです。", "実は{}です。")
_FLAGS = frozenset(_FLAG_OF.values()) | {"will", "cond", "quote"}
_PARTS = ("when", "also", "unless", "never")


class Linter:
    """The shipped data, looked at entry by entry."""

    def __init__(self) -> None:
        words = Words()
        vocabulary = load(words)
        self.concepts = dict(vocabulary.concepts)
        # An ear of its own, that never gives the dictionary's pages back: a hundred thousand texts are read in a row.
        self._ear = ear = Ear(words, vocabulary)
        books = (*ear.crises.books, *ear.crises.abuse, ear.reasons, ear.subjects.combinations)
        self.rules = [rule for book in books for rule in book.rules]
        written = [entry for path in sorted(DATA.glob("*.toml")) for entry in tomllib.loads(path.read_text("utf-8")).items()]
        self._shared = {(name, word) for name, entry in written for word in entry.get("shared", "").split()}

    @cached_property
    def _single(self) -> Vocabulary:
        """Every expression as a concept of its own, literals of rules among them, so that each can be met by itself."""
        literals = (concept for name, concept in self._ear.vocabulary.concepts.items() if name not in self.concepts)
        entries = [(concept, word) for concept in (*self.concepts.values(), *literals) for word in dict.fromkeys(concept.words)]
        made = (Concept(f"{concept.name} {word}", (word,), concept.topics, concept.kinds) for concept, word in entries)
        return Vocabulary(self._ear.words, made)

    @cached_property
    def _planted(self) -> dict[str, set[object]]:
        """Under what each expression is found: its ways through the tree, its sounds, its foreign letters."""
        tables = {"script": self._single._scripts, "reading": self._single._readings, "stem": self._single._stems}
        found: dict[str, set[object]] = defaultdict(set)
        for table, names in ((table, item) for table, content in tables.items() for item in content.items()):
            for name in names[1]:
                found[name].add((table, names[0]))
        nodes = [self._single._root]
        while nodes:
            node = nodes.pop()
            nodes += node.next.values()
            for name in node.concepts:
                found[name].add(id(node))
        return found

    @cached_property
    def purposes(self) -> dict[str, set[object]]:
        """What each concept is there for: subjects, kinds of places, steps of rules, lines of code."""
        found: dict[str, set[object]] = {
            name: {topic for topic, _ in concept.topics} | set(concept.kinds) for name, concept in self.concepts.items()
        }
        for rule in self.rules:
            for part in _PARTS:
                for at, step in ((at, step) for at, pattern in enumerate(getattr(rule, part)) for step in enumerate(pattern)):
                    for choice in step[1].choices:
                        if choice.name in found:
                            place = (rule.id, part, at, step[0])
                            found[choice.name].add((place, choice.particles, choice.required, choice.forbidden))
        for name in _named_in_code() & set(found):
            found[name].add(f"code {name}")
        return found

    def twice(self) -> Iterator[tuple[str, str]]:
        """Expressions that other spellings of the same concept read already, the later ones first."""
        for name, concept in self.concepts.items():
            keys = {word: self._planted[f"{name} {word}"] for word in concept.words}
            counts = Counter(key for word in keys for key in keys[word])
            for word in reversed(concept.words):
                if all(counts[key] > 1 for key in keys[word]):
                    counts.subtract(keys[word])
                    yield name, word

    def doubled(self) -> Iterator[tuple[str, str, str]]:
        """Expressions that stand in a concept and in another one that does everything the first is there for."""
        holders: dict[object, dict[str, str]] = defaultdict(dict)
        for name, concept in self.concepts.items():
            for word in concept.words:
                way = frozenset(key for key in self._planted[f"{name} {word}"] if isinstance(key, int))
                holders[way][name] = word
        for names in holders.values():
            gone: set[str] = set()
            for name, word in names.items():
                for other in names:
                    covered = self.purposes[name] <= self.purposes[other]
                    if name != other and other not in gone and covered and (name, word) not in self._shared:
                        gone.add(name)
                        yield name, word, other
                        break

    def idle(self) -> list[str]:
        """Concepts that no subject, no kind, no rule and no code uses."""
        return [name for name, purposes in self.purposes.items() if not purposes]

    def unreadable(self) -> list[str]:
        """Expressions, literals of rules among them, that are read as what they are in no plain sentence."""
        waiting = set(self._single.concepts)
        for carrier in CARRIERS:
            for name in sorted(waiting):
                if name in waiting:
                    waiting -= self._read(carrier.format(name.partition(" ")[2]))
        return sorted(waiting)

    def impossible(self) -> list[str]:
        """Rules that contradict themselves, or ask for an ending nobody has."""
        return [rule.id for rule in self.rules if _impossible(rule)]

    def unheard(self, lines: Iterable[str]) -> tuple[set[str], set[str]]:
        """The concepts and the rules that no labelled message reaches."""
        concepts, rules = set(self.concepts), {rule.id: rule for rule in self.rules}
        book = Rulebook(tuple(rules.values()))
        for line in lines:
            if not concepts and not rules:
                break
            reading = self._ear._read(canonical(line))[0]
            concepts -= set(reading.by_concept)
            spoke = {hit.rule.id for hit in book.judge(reading)}
            if spoke:
                rules = {id_: rule for id_, rule in rules.items() if id_ not in spoke}
                book = Rulebook(tuple(rules.values()))
        return concepts, set(rules)

    def unsaid(self, lines: Iterable[str]) -> list[str]:
        """The expressions that no labelled message says."""
        waiting = {name for name in self._single.concepts if name.partition(" ")[0] in self.concepts}
        for line in lines:
            waiting -= self._read(line)
        return sorted(waiting)

    def _read(self, text: str) -> set[str]:
        message = canonical(text)
        cut = self._ear.words.cut(message)
        found = self._single.read(message, cut)
        if kana_only(message):
            found += self._single.read_by_sound(message, cut)
        return {mention.concept for mention in found}


def _impossible(rule: Rule) -> bool:
    patterns = {part: getattr(rule, part) for part in _PARTS}
    silenced = set(patterns["when"]) <= {*patterns["unless"], *patterns["never"]}
    choices = [choice for found in patterns.values() for pattern in found for step in pattern for choice in step.choices]
    return silenced or any(c.required & c.forbidden or (c.required | c.forbidden) - _FLAGS for c in choices)


def _named_in_code() -> set[str]:
    sources = (path.read_text("utf-8") for path in Path(intents.__file__).parent.glob("*.py"))
    nodes = (node for source in sources for node in ast.walk(ast.parse(source)))
    return {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def labelled() -> Iterator[str]:
    """Every labelled message, those that were written for one rule first."""
    for name in ("crises", "roundabout", "routes"):
        yield from (line for line, _ in samples.cases(name))
    yield from samples.calm()
    for path in sorted(HEARD.glob("*.jsonl")):
        yield from (json.loads(line)["text"] for line in path.read_text("utf-8").splitlines())
