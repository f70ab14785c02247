"""Messages that say nearly the same, together; and the expressions in them a town may want to know."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from rapidfuzz import fuzz

from intents import canonical
from intents.masking import MARKS
from resources.town_words import LONGEST, SHORTEST, is_common
from resources.unmatched import Message

Cut = Callable[[str], Sequence[Any]]  # the words of a text one by one, each with surface, pos, start and end
_ALIKE: Final = 75
# What can stand within a name; the rest ends one.
_NAMING: Final = frozenset({"名詞", "接頭辞", "接尾辞", "形状詞", "副詞", "感動詞", "連体詞"})
_MOST: Final = 6


@dataclass(frozen=True)
class Group:
    """Messages that are alike, the newest first, and what may be picked out of them."""

    messages: tuple[Message, ...]
    expressions: tuple[str, ...]

    @property
    def first(self) -> Message:
        """The message that stands for the others."""
        return self.messages[0]


def grouped(messages: Sequence[Message], cut: Cut) -> list[Group]:
    """Put messages together that are about the same, the largest groups first."""
    groups: list[tuple[str, list[Message]]] = []
    for message in messages:
        key = " ".join(expressions(message.words, cut)) or message.words
        alike = next((group for known, group in groups if fuzz.token_set_ratio(known, key) >= _ALIKE), None)
        if alike is None:
            groups.append((key, [message]))
        else:
            alike.append(message)
    made = [Group(tuple(found), _picked(found, cut)) for _, found in groups]
    return sorted(made, key=lambda group: -len(group.messages))


def expressions(words: str, cut: Cut) -> tuple[str, ...]:
    """Return what in a message may be the name of something, in its order; marks of what was masked are none."""
    found: list[str] = []
    for mark in MARKS:
        words = words.replace(mark, "\n")
    for part in canonical(words).split("\n"):
        run, end = "", 0
        for word in cut(part):
            if word.pos in _NAMING and (not run or word.start == end):
                run += word.surface
            else:
                found.append(run)
                run = word.surface if word.pos in _NAMING else ""
            end = word.end
        found.append(run)
    return tuple(dict.fromkeys(one for one in found if SHORTEST <= len(one) <= LONGEST and not is_common(one)))


def _picked(messages: Sequence[Message], cut: Cut) -> tuple[str, ...]:
    told = [one for message in messages for one in expressions(message.words, cut)]
    return tuple(sorted(dict.fromkeys(told), key=lambda one: -told.count(one))[:_MOST])
