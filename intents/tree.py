"""The tree of dictionary forms through which a text is read once for thousands of expressions."""

from __future__ import annotations

from collections.abc import Sequence

from intents.words import ASIDES, Word, is_order

# Most nodes are leaves and share this one; it stays empty.
_NO_WAY: dict[str, Node] = {}


class Node:
    """What was read so far; `concepts` are those that end here."""

    __slots__ = ("concepts", "next")

    def __init__(self) -> None:
        self.next = _NO_WAY
        self.concepts: tuple[str, ...] = ()

    def branch(self, key: str) -> Node:
        """The node behind one more word, made when it is not there yet."""
        if self.next is _NO_WAY:
            self.next = {}
        known = self.next.get(key)
        if known is None:
            known = self.next[key] = Node()
        return known


class Step:
    """One word on the way through the tree, with the branches it may take."""

    __slots__ = ("aside", "by_sound", "lemma", "ordered", "place")

    def __init__(self, place: int, word: Word) -> None:
        self.place = place
        self.lemma = word.lemma
        self.ordered = f"{word.lemma}!" if is_order(word) else ""
        self.by_sound = f"~{word.reading}" if word.in_kana else ""
        self.aside = word.lemma in ASIDES

    def follow(self, states: Sequence[Node], longest: dict[str, int]) -> list[Node]:
        """The nodes this word leads to."""
        found: list[Node] = []
        for node in states:
            branch = node.next.get(self.lemma)
            if self.ordered:
                # 死ね is the verb 死ぬ, and yet 死ねと言う is not 死ぬと言う.
                longest.update(dict.fromkeys(branch.concepts if branch else (), self.place))
                branch = node.next.get(self.ordered)
            if branch is not None:
                found.append(branch)
            if self.by_sound:
                branch = node.next.get(self.by_sound)
                if branch is not None:
                    found.append(branch)
        return found
