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

    __slots__ = ("aside", "keys", "place", "verb")

    def __init__(self, place: int, word: Word) -> None:
        self.place = place
        # 死ね is the verb 死ぬ, and yet 死ねと言う is not 死ぬと言う.
        self.verb = word.lemma if is_order(word) else ""
        lemma = f"{word.lemma}!" if self.verb else word.lemma
        self.keys = (lemma, f"~{word.reading}") if word.in_kana else (lemma,)
        self.aside = word.lemma in ASIDES


def follow(root: Node, steps: Sequence[Step], start: int) -> dict[str, int]:
    """What the words from one on may name, each with the place of the last word of its longest expression."""
    longest: dict[str, int] = {}
    states = [root]
    for at in range(start, len(steps)):
        step = steps[at]
        place, following = step.place, []
        for node in states:
            ways = node.next
            if step.verb and (branch := ways.get(step.verb)) is not None:
                longest.update(dict.fromkeys(branch.concepts, place))
            for key in step.keys:
                branch = ways.get(key)
                if branch is not None:
                    for name in branch.concepts:
                        longest[name] = place
                    if branch.next:
                        following.append(branch)
        if step.aside and at > start:
            following += states
        if not following:
            break
        states = following
    return longest
