"""The tree of dictionary forms through which a text is read once for thousands of expressions."""

from __future__ import annotations

from collections.abc import Sequence

from intents.words import ASIDES, Word, is_order

# Most nodes are leaves and share this; it stays empty.
_NOWHERE: dict[str, tuple[Node, ...]] = {}


class Node:
    """What was read so far; `concepts` are those that end here.

    A word leads on by its dictionary form and, where it may be met in kana (学校 いけない), by its sound.
    """

    __slots__ = ("by_form", "by_sound", "concepts", "sound")

    def __init__(self, sound: str = "") -> None:
        self.sound = sound
        self.by_form = _NOWHERE
        self.by_sound = _NOWHERE
        self.concepts: tuple[str, ...] = ()

    def branch(self, form: str, sound: str = "") -> Node:
        """The node behind one more word, made when it is not there yet; without a sound it is met as written only."""
        if self.by_form is _NOWHERE:
            self.by_form = {}
        alike = self.by_form.get(form, ())
        known = next((node for node in alike if node.sound == sound), None)
        if known is None:
            known = Node(sound)
            self.by_form[form] = (*alike, known)
            if sound:
                if self.by_sound is _NOWHERE:
                    self.by_sound = {}
                self.by_sound[sound] = (*self.by_sound.get(sound, ()), known)
        return known


class Step:
    """One word on the way through the tree, with the branches it may take."""

    __slots__ = ("aside", "form", "place", "sound", "verb")

    def __init__(self, place: int, word: Word) -> None:
        self.place = place
        # 死ね is the verb 死ぬ, and yet 死ねと言う is not 死ぬと言う.
        self.verb = word.lemma if is_order(word) else ""
        self.form = key(word)
        self.sound = word.reading if word.in_kana else ""
        self.aside = word.lemma in ASIDES


def key(word: Word) -> str:
    """The dictionary form by which a word is looked for; an order is no mere statement."""
    return f"{word.lemma}!" if is_order(word) else word.lemma


def follow(root: Node, steps: Sequence[Step], start: int) -> dict[str, int]:
    """What the words from one on may name, each with the place of the last word of its longest expression."""
    longest: dict[str, int] = {}
    states = [root]
    for at in range(start, len(steps)):
        step = steps[at]
        place, following = step.place, []
        for node in states:
            for verb in node.by_form.get(step.verb, ()) if step.verb else ():
                longest.update(dict.fromkeys(verb.concepts, place))
            branches = node.by_form.get(step.form, ())
            if step.sound and node.by_sound:
                alike = node.by_sound.get(step.sound, ())
                branches = (*branches, *(other for other in alike if other not in branches)) if branches else alike
            for branch in branches:
                for name in branch.concepts:
                    longest[name] = place
                if branch.by_form:
                    following.append(branch)
        if step.aside and at > start:
            following += states
        if not following:
            break
        states = following
    return longest
