"""`make words`: entries of the vocabulary and the rules that stand there twice, say nothing, or that nothing reaches."""

from __future__ import annotations

import ast
import json
import re
import sys
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import groupby, zip_longest
from pathlib import Path

import intents
from intents import Ear, canonical, kana_only
from intents.cues import Rule, Rulebook
from intents.leanings import LEANINGS
from intents.vocabulary import DATA, Vocabulary, load
from intents.words import _FLAG_OF, Words
from tests.intents import samples

HEARD = Path(__file__).parent / "heard"
# Sentences into which every expression is set; it must be read in one of them at least.
CARRIERS = ("{}", "「{}」", "きのう、{}。それだけです。", "役所で「{}」と聞いた。", "{}のことです。", "実は{}です。")
_FLAGS = frozenset(_FLAG_OF.values()) | {"will", "cond", "quote"}
# So many messages are read one by one before words are looked for.
_FIRST = 1000
_PARTS = ("when", "also", "unless", "never")


class Linter:
    """The shipped data, looked at entry by entry."""

    def __init__(self) -> None:
        words = Words()
        vocabulary = load(words)
        self.concepts = dict(vocabulary.concepts)
        self._ear = ear = Ear(words, vocabulary)
        books = (ear.crises.book, ear.crises.abuse, ear.reasons)
        self.rules = [rule for book in books for rule in book.rules]
        written = [entry for path in sorted(DATA.glob("*.toml")) for entry in tomllib.loads(path.read_text("utf-8")).items()]
        self._shared = {(name, word) for name, entry in written for word in entry.get("shared", "").split()}

    @cached_property
    def _single(self) -> Vocabulary:
        """Every expression as a concept of its own, literals of rules among them, so that each can be met by itself."""
        literals = (concept for name, concept in self._ear.vocabulary.concepts.items() if name not in self.concepts)
        entries = [(concept, word) for concept in (*self.concepts.values(), *literals) for word in dict.fromkeys(concept.words)]
        made = (replace(concept, name=f"{concept.name} {word}", words=(word,)) for concept, word in entries)
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
            nodes += [branch for branches in node.by_form.values() for branch in branches]
            for name in node.concepts:
                found[name].add(id(node))
        return found

    @cached_property
    def purposes(self) -> dict[str, set[object]]:
        """What each concept is there for: subjects, kinds of places, finding places, steps of rules, lines of code."""
        found: dict[str, set[object]] = {
            name: {*concept.topics, *concept.kinds, *([f"finds {name}"] if concept.finds else ())}
            for name, concept in self.concepts.items()
        }
        for rule in self.rules:
            for part in _PARTS:
                for at, pattern in enumerate(getattr(rule, part)):
                    for step, choice in ((step, choice) for step, one in enumerate(pattern.parts) for choice in one.choices):
                        if choice.name in found:
                            place = (rule.id, part, at, step)
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
        """Expressions in a concept and in another that does all the first is there for, unless declared as `shared`."""
        for names in self._holders.values():
            for name, word in names.items():
                other = next((one for one in names if one != name and self._covers(one, name)), None)
                alike = other is not None and self._covers(name, other) and (other, names[other]) in self._shared
                if other is not None and (name, word) not in self._shared and not alike:
                    yield name, word, other

    def shared_for_nothing(self) -> list[tuple[str, str]]:
        """Expressions declared as shared that stand in no other concept, or not even in their own."""
        doubles = {(name, word) for names in self._holders.values() if len(names) > 1 for name, word in names.items()}
        return sorted(self._shared - doubles)

    @cached_property
    def _holders(self) -> dict[object, dict[str, str]]:
        """Which concepts hold an expression, by the way it takes through the tree."""
        found: dict[object, dict[str, str]] = defaultdict(dict)
        for name, concept in self.concepts.items():
            for word in concept.words:
                way = frozenset(key for key in self._planted[f"{name} {word}"] if isinstance(key, int))
                found[way][name] = word
        return found

    def _covers(self, other: str, name: str) -> bool:
        """Whether one concept does everything another is there for, its subjects at least as heavily."""
        heavy = dict(self.concepts[other].topics)
        lighter = {(topic, weight) for topic, weight in self.concepts[name].topics if heavy.get(topic, 0.0) >= weight}
        return bool(self.purposes[name]) and self.purposes[name] - lighter <= self.purposes[other]

    def idle(self) -> list[str]:
        """Concepts that no subject, no kind, no rule, no code and no learned weight uses."""
        learned = set(LEANINGS.read_text("utf-8").splitlines())
        return [name for name, purposes in self.purposes.items() if not purposes and f"m:{name}" not in learned]

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

    def unheard(self, lines: Sequence[str]) -> list[str]:
        """The concepts and the rules that no labelled message reaches; where their words are written is looked first."""
        waiting: dict[str, Rule | None] = {**dict.fromkeys(self.concepts), **{rule.id: rule for rule in self.rules}}
        self._hear(waiting, lines[:_FIRST])
        self._hear(waiting, lines[_FIRST:], by_hint=True)
        self._hear(waiting, lines[_FIRST:])
        return sorted(waiting)

    def _hear(self, waiting: dict[str, Rule | None], lines: Iterable[str], *, by_hint: bool = False) -> None:
        hint = self._hint(waiting) if by_hint else None
        book = _book(waiting)
        for line in lines:
            if not waiting:
                return
            if hint and not hint.search(line):
                continue
            reading = self._ear._read(canonical(line))[0]
            reached = waiting.keys() & {*reading.by_concept, *(hit.rule.id for hit in book.judge(reading))}
            if reached:
                for name in reached:
                    del waiting[name]
                hint, book = self._hint(waiting) if by_hint else None, _book(waiting)

    def _hint(self, waiting: dict[str, Rule | None]) -> re.Pattern[str]:
        """The words of these concepts and of the last steps of these rules, as they are written."""
        steps = (pattern.parts[-1] for rule in waiting.values() if rule for pattern in rule.when)
        names = {name for name, rule in waiting.items() if not rule} | {choice.name for step in steps for choice in step.choices}
        known = (self._ear.vocabulary.concepts[name] for name in names if name in self._ear.vocabulary.concepts)
        return re.compile("|".join(re.escape(word) for concept in known for word in concept.words) or "$^")

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


def _book(waiting: dict[str, Rule | None]) -> Rulebook:
    return Rulebook([rule for rule in waiting.values() if rule])


def _impossible(rule: Rule) -> bool:
    patterns = {part: getattr(rule, part) for part in _PARTS}
    silenced = set(patterns["when"]) <= {*patterns["unless"], *patterns["never"]}
    choices = [choice for found in patterns.values() for pattern in found for step in pattern.parts for choice in step.choices]
    return silenced or any(c.required & c.forbidden or (c.required | c.forbidden) - _FLAGS for c in choices)


def _named_in_code() -> set[str]:
    sources = (path.read_text("utf-8") for path in Path(intents.__file__).parent.glob("*.py"))
    nodes = (node for source in sources for node in ast.walk(ast.parse(source)))
    return {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def labelled() -> list[str]:
    """Every labelled message, those that were written for one rule first, then one of each file in turn."""
    written = [line for name in ("crises", "roundabout", "routes") for line, _ in samples.cases(name)]
    heard = [path.read_text("utf-8").splitlines() for path in sorted(HEARD.glob("*.jsonl"))]
    files = [[json.loads(line)["text"] for line in lines] for lines in heard]
    return [*written, *samples.calm(), *(text for row in zip_longest(*files) for text in row if text)]


def findings(linter: Linter) -> list[str]:
    """Everything that has to be mended, one line each."""
    return [
        *(f"{name}: {word} is read by the concept's other spellings already" for name, word in linter.twice()),
        *(f"{name}: {word} stands in {other} too, which does all that {name} does" for name, word, other in linter.doubled()),
        *(f"{name}: {word} is shared with no other concept" for name, word in linter.shared_for_nothing()),
        *(f"{name}: no subject, kind, rule, code or learned weight uses this concept" for name in linter.idle()),
        *(f"{name}: cannot be read in any plain sentence" for name in linter.unreadable()),
        *(f"{name}: this rule can never speak" for name in linter.impossible()),
        *(f"{name}: no labelled message reaches it" for name in linter.unheard(labelled())),
    ]


def main() -> None:
    """Print what has to be mended, then which expressions no labelled message says, for whoever reviews the words."""
    linter = Linter()
    unsaid = linter.unsaid(labelled())
    by_concept = groupby(unsaid, key=lambda name: name.partition(" ")[0])
    print(*(f"{name}: " + " ".join(one.partition(" ")[2] for one in names) for name, names in by_concept), sep="\n")
    found = findings(linter)
    print(f"{len(unsaid)} expressions are said by no labelled message; to mend: {len(found)}", *found, sep="\n")
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
