"""Reads the rule files: patterns over what was said (who, which act, wished or denied, near what) and what follows from them."""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import permutations
from operator import attrgetter
from pathlib import Path
from typing import Any

from intents.text import sentences
from intents.vocabulary import BadVocabulary, Mention, Vocabulary

DATA = Path(__file__).parent / "rules"
# Concepts the ear adds itself, from ages and kinship.
DERIVED = frozenset({"@minor", "@elder"})

# Distance in letters that may lie between two parts of a pattern.
_GAPS = {"": 3, "..": 28, "...": 90}
_CONCEPT = re.compile("@?[a-z_]+")
_CHOICE = re.compile(r"^(?P<name>[^<\[\]>]+)(?:<(?P<particles>[^>]*)>)?(?:\[(?P<flags>[^\]]*)\])?$")


@dataclass(frozen=True, slots=True)
class Choice:
    """A concept with the particles it may carry, and the endings it must or must not have."""

    name: str
    particles: frozenset[str] | None
    required: frozenset[str]
    forbidden: frozenset[str]

    def fits(self, mention: Mention) -> bool:
        """True when particle and endings are as the pattern asks."""
        if self.particles is not None and mention.particle not in self.particles:
            return False
        return self.required <= mention.flags and not (self.forbidden & mention.flags)


@dataclass(frozen=True, slots=True)
class Part:
    """One step of a pattern: what may stand there, and how far behind the step before."""

    choices: tuple[Choice, ...]
    gap: int


@dataclass(frozen=True, slots=True)
class Pattern:
    """The steps of one pattern; `needs` are the concepts of each step, of which one must occur, the fewest first."""

    parts: tuple[Part, ...]
    needs: tuple[frozenset[str], ...]

    @classmethod
    def of(cls, parts: Sequence[Part]) -> Pattern:
        """The pattern made of these steps."""
        needs = {frozenset(choice.name for choice in part.choices) for part in parts}
        return cls(tuple(parts), tuple(sorted(needs, key=lambda names: (len(names), sorted(names)))))


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of a rule file: when it speaks, what silences it, and what it concludes."""

    id: str
    code: str
    when: tuple[Pattern, ...]
    also: tuple[Pattern, ...] = ()
    unless: tuple[Pattern, ...] = ()
    never: tuple[Pattern, ...] = ()
    role: str = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule that spoke, with the words that made it speak."""

    rule: Rule
    words: str
    start: int
    end: int


class Reading:
    """One text as the rules see it: mentions by concept, and where its sentences end."""

    def __init__(self, text: str, mentions: Iterable[Mention]) -> None:
        self.text = text
        self.mentions = sorted(mentions, key=attrgetter("start", "end"))
        by_concept: defaultdict[str, list[Mention]] = defaultdict(list)
        for mention in self.mentions:
            by_concept[mention.concept].append(mention)
        self.by_concept = dict(by_concept)
        self.names = set(by_concept)
        self._begin: dict[str, list[int]] = {}
        self._spans = sentences(text)
        self._starts = [start for start, _ in self._spans]

    def has(self, *names: str) -> bool:
        """True when one of the concepts is mentioned anywhere."""
        return any(name in self.by_concept for name in names)

    def sentence_of(self, position: int) -> tuple[int, int]:
        """Start and end of the sentence that holds this letter."""
        return self._spans[max(0, bisect_right(self._starts, position) - 1)]

    def may_hold(self, pattern: Pattern) -> bool:
        """Whether some concept of every step of a pattern is mentioned."""
        return not any(map(self.names.isdisjoint, pattern.needs))

    def find(self, pattern: Pattern, low: int = 0, high: int = 10**9) -> tuple[int, int] | None:
        """The first stretch of text, within the limits, that the pattern describes."""
        if not self.may_hold(pattern):
            return None
        for choice in pattern.parts[0].choices:
            for mention in self.by_concept.get(choice.name, ()):
                if mention.start >= low and mention.end <= high and choice.fits(mention):
                    end = self._follow(pattern.parts, 1, mention.end, high)
                    if end is not None:
                        return mention.start, end
        return None

    def _follow(self, parts: tuple[Part, ...], step: int, after: int, high: int) -> int | None:
        if step == len(parts):
            return after
        part = parts[step]
        for choice in part.choices:
            for mention in self._within(choice.name, after, after + part.gap):
                if mention.end <= high and choice.fits(mention):
                    end = self._follow(parts, step + 1, mention.end, high)
                    if end is not None:
                        return end
        return None

    def _within(self, concept: str, low: int, high: int) -> list[Mention]:
        """The mentions of a concept that begin between two places."""
        mentions = self.by_concept.get(concept)
        if mentions is None:
            return []
        starts = self._begin.get(concept)
        if starts is None:
            starts = self._begin[concept] = [mention.start for mention in mentions]
        return mentions[bisect_left(starts, low) : bisect_right(starts, high)]

    def judge(self, rule: Rule, when: Iterable[Pattern]) -> Hit | None:
        """The rule's hit, if one of these of its patterns is found here and nothing silences it."""
        checked = False
        for pattern in when:
            span = self.find(pattern)
            while span is not None:
                if not checked:
                    if not all(self.find(other) for other in rule.also) or any(self.find(other) for other in rule.never):
                        return None
                    checked = True
                low, high = self.sentence_of(span[0])[0], self.sentence_of(max(span[0], span[1] - 1))[1]
                if not any(self.find(other, low, high) for other in rule.unless):
                    return Hit(rule, self.text[span[0] : span[1]], span[0], span[1])
                span = self.find(pattern, span[0] + 1)
        return None


class Rulebook:
    """The rules of one file or several, each tried only when its rarest words occur at all."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.rules = tuple(rules)
        patterns = [(number, place, pattern) for number, rule in enumerate(rules) for place, pattern in enumerate(rule.when)]
        # What many patterns speak of is said often; each waits for the step that the fewest others share.
        common = Counter(name for _, _, pattern in patterns for names in pattern.needs for name in names)
        self._by_name: dict[str, list[tuple[int, int]]] = {}
        for number, place, pattern in patterns:
            for name in min(pattern.needs, key=lambda names: sum(common[name] for name in names)):
                self._by_name.setdefault(name, []).append((number, place))

    def judge(self, reading: Reading) -> list[Hit]:
        """Every rule that speaks, in the order of the file."""
        tried: dict[int, list[Pattern]] = {}
        for number, place in sorted({found for name in self._by_name.keys() & reading.names for found in self._by_name[name]}):
            pattern = self.rules[number].when[place]
            if reading.may_hold(pattern):
                tried.setdefault(number, []).append(pattern)
        hits = (reading.judge(self.rules[number], patterns) for number, patterns in tried.items())
        return [hit for hit in hits if hit is not None]


def parse(text: str, vocabulary: Vocabulary) -> Pattern:
    """A pattern from its one-line notation, explained at the head of rules/self_harm.toml."""
    parts: list[Part] = []
    gap = ""
    for piece in text.split():
        if piece in _GAPS:
            gap = piece
            continue
        parts.append(Part(tuple(_choices(piece, vocabulary)), _GAPS[gap]))
        gap = ""
    if not parts:
        raise BadVocabulary("an empty pattern")
    return Pattern.of(parts)


def _choices(piece: str, vocabulary: Vocabulary) -> list[Choice]:
    """The alternatives of one step; endings written behind the last one alone count for all of them."""
    written = [_CHOICE.match(text) for text in re.split(r"\|(?![^<\[]*[>\]])", piece)]
    shared = not any(other and (other["particles"] or other["flags"]) for other in written[:-1])
    choices = []
    for match in written:
        if match is None:
            raise BadVocabulary(f"cannot read {piece!r}")
        source = written[-1] if shared else match
        flags = [flag for flag in (source["flags"] or "").split(",") if flag] if source else []
        particles = source["particles"] if source else None
        name = _name(match["name"], vocabulary)
        if not _CONCEPT.fullmatch(match["name"]):
            flags = [*flags, *vocabulary.insists_on(match["name"])]
        choices.append(
            Choice(
                name,
                None
                if particles is None
                else frozenset("" if particle == "-" else particle for particle in particles.split(",")),
                frozenset(flag for flag in flags if not flag.startswith("!")),
                frozenset(flag[1:] for flag in flags if flag.startswith("!")),
            )
        )
    return choices


def _name(name: str, vocabulary: Vocabulary) -> str:
    if not _CONCEPT.fullmatch(name):
        return vocabulary.add_literal(name)
    if name not in vocabulary.concepts and name not in DERIVED:
        raise BadVocabulary(f"no concept {name!r}")
    return name


def load(name: str, vocabulary: Vocabulary, folder: Path = DATA) -> Rulebook:
    """The rules of the file `name`.toml; raises BadVocabulary with the rule's name when one cannot be read."""
    rules = []
    for identity, entry in tomllib.loads((folder / f"{name}.toml").read_text(encoding="utf-8")).items():
        try:
            rules.append(_rule(f"{name}.{identity}", entry, vocabulary))
        except (KeyError, TypeError, ValueError) as problem:
            raise BadVocabulary(f"{name}.toml: {identity}: {problem}") from problem
    return Rulebook(rules)


def _rule(identity: str, entry: dict[str, Any], vocabulary: Vocabulary) -> Rule:
    known = {"code", "when", "also", "unless", "never", "role"}
    if set(entry) - known:
        raise ValueError(f"unknown keys {sorted(set(entry) - known)}")
    lists = {
        key: tuple(parse(order, vocabulary) for line in _lines(entry.get(key, "")) for order in _orders(line))
        for key in ("when", "also", "unless", "never")
    }
    return Rule(
        identity,
        entry.get("code", ""),
        **lists,
        role=entry.get("role", ""),
    )


def _orders(line: str) -> list[str]:
    """The orders in which the parts of a line joined by & may be told."""
    return [" ... ".join(parts) for parts in permutations(part.strip() for part in line.split(" & "))]


def _lines(block: str) -> list[str]:
    return [line.strip() for line in block.splitlines() if line.strip()]
