"""Hears how somebody turns a talk: to another subject, with a correction, or by taking words back."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass

from intents.codes import Crisis, Topic
from intents.cues import DATA
from intents.text import canonical

_BLANKS = re.compile(r"[ \t　]+")
_PIECES = re.compile(r"(?<=[。!?、\n])")
# Longer messages tell a story of their own; they correct nothing in three words.
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Turning:
    """What a message does to what was said before it, and the words of it that count from now on."""

    words: str
    changes: bool = False  # something else comes now
    aside: bool = False  # something else may come now
    before: str = ""  # what was corrected, in the resident's words
    points: bool = False  # what was corrected is whatever was talked of
    gives_up: bool = False
    asks: bool = False
    unsays: tuple[Crisis, ...] = ()


class Turnings:
    """The expressions of rules/turning.toml."""

    def __init__(self) -> None:
        data = tomllib.loads((DATA / "turning.toml").read_text(encoding="utf-8"))
        words = ("changes", "aside", "instead", "pointing", "gives_up", "asks")
        self._heard = {name: re.compile(data[name].replace("\n", "")) for name in words}
        self._unsays = [
            (tuple(Crisis(code) for code in entry["crises"]), [re.compile(part) for part in entry["parts"]])
            for entry in data["unsays"]
        ]
        self._fields = [frozenset(Topic(code) for code in codes) for codes in data["fields"].values()]

    def hear(self, text: str) -> Turning:
        """How a message turns the talk; one that only goes on keeps all its words."""
        plain = _BLANKS.sub("", canonical(text))
        if len(plain) > _LONGEST:
            return Turning(text)
        unsays, words = self._unsaid(plain)
        instead = None if unsays else self._heard["instead"].search(plain)
        if instead is not None:
            words = instead["now"]
        changes = self._heard["changes"].search(plain)
        return Turning(
            words=text if words == plain else words,
            changes=changes is not None,
            aside=self._heard["aside"].search(plain) is not None,
            before=instead["before"] if instead else "",
            points=instead is not None and self._heard["pointing"].search(instead["before"]) is not None,
            gives_up=self._heard["gives_up"].search(plain) is not None,
            asks=self._heard["asks"].search(plain) is not None,
            unsays=unsays,
        )

    def near(self, one: Iterable[Topic], other: Iterable[Topic]) -> bool:
        """Whether subjects of two messages may belong to one story."""
        one, other = set(one), set(other)
        return bool(one & other) or any(field & one and field & other for field in self._fields)

    def _unsaid(self, plain: str) -> tuple[tuple[Crisis, ...], str]:
        """The dangers a message takes back, and its words without the pieces that do so."""
        for crises, parts in self._unsays:
            if all(part.search(plain) for part in parts):
                kept = [piece for piece in _PIECES.split(plain) if not any(part.search(piece) for part in parts)]
                return crises, "".join(kept)
        return (), plain
