"""What a message shows of itself: its words, who is named, what the rules saw; each mark with the words that carry it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from intents.assessment import Assessment
from intents.cues import Reading
from intents.household import Person
from intents.text import hiragana
from intents.words import Word, flags_after

_BLANK = re.compile(r"\s+")
_SIGNS = ("補助記号", "空白")
_CHANGING = ("動詞", "形容詞", "形状詞")
_LETTERS = (2, 3)
_LONGEST = 600


@dataclass(frozen=True, slots=True)
class Marks:
    """The marks of one text in five groups; a name such as w:死ぬ+want leads to the words that carry it."""

    words: dict[str, str]
    pairs: dict[str, str]
    letters: dict[str, str]
    concepts: dict[str, str]
    rules: dict[str, str]

    def groups(self) -> tuple[dict[str, str], ...]:
        """All groups, in the order above."""
        return self.words, self.pairs, self.letters, self.concepts, self.rules


def marks(text: str, cut: list[Word], reading: Reading, persons: Iterable[Person], heard: Assessment) -> Marks:
    """The marks of a canonical text, of which `heard` is what the rules alone made."""
    spoken = [word for word in cut if word.pos not in _SIGNS]
    return Marks(
        words=dict(_words(cut)),
        pairs=dict(_pairs(spoken)),
        letters=dict.fromkeys(_letters(text), ""),
        concepts=dict(_concepts(reading, persons)),
        rules=dict(_rules(text, heard)),
    )


def _words(cut: list[Word]) -> Iterator[tuple[str, str]]:
    for place, word in enumerate(cut):
        if word.pos in _SIGNS:
            continue
        yield f"w:{word.lemma}", word.surface
        if word.pos in _CHANGING:
            for flag in flags_after(cut, place):
                yield f"w:{word.lemma}+{flag}", word.surface


def _pairs(spoken: Sequence[Word]) -> Iterator[tuple[str, str]]:
    lemmas = ["^", *(word.lemma for word in spoken), "$"]
    surfaces = ["", *(word.surface for word in spoken), ""]
    for at in range(len(lemmas) - 1):
        yield f"b:{lemmas[at]} {lemmas[at + 1]}", surfaces[at] + surfaces[at + 1]


def _letters(text: str) -> list[str]:
    plain = "^" + hiragana(_BLANK.sub("", text[:_LONGEST])) + "$"
    return [f"c:{plain[at : at + length]}" for length in _LETTERS for at in range(len(plain) - length + 1)]


def _concepts(reading: Reading, persons: Iterable[Person]) -> Iterator[tuple[str, str]]:
    for mention in reading.mentions:
        yield f"m:{mention.concept}", mention.words
        for flag in mention.flags:
            yield f"m:{mention.concept}+{flag}", mention.words
    for person in persons:
        yield f"p:{person.concept}/{person.particle}", person.words


def _rules(text: str, heard: Assessment) -> Iterator[tuple[str, str]]:
    yield f"r:route {heard.route.value}", ""
    yield f"r:length {min(6, len(text) // 12)}", ""
    if heard.crisis_role:
        yield f"r:role {heard.crisis_role}", ""
    for crisis in heard.crises:
        yield f"r:crisis {crisis.value}", ""
    for reason in heard.reasons:
        yield f"r:reason {reason.value}", ""
    for evidence in (evidence for evidence in heard.explanation if evidence.kind != "topic"):
        yield f"r:rule {evidence.rule}", evidence.words
