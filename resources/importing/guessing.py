"""Says which kind of place a row is about, and only when that is certain."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from resources.kinds import Kinds

# Houses whose address is kept from those their guests fled from, whatever a file says about publishing.
_HIDDEN = re.compile("一時保護所|DVシェルター|女性シェルター|母子生活支援施設|婦人保護施設|女性自立支援施設|緊急避難住居")
_PARTS = re.compile(r"[\n;；/／、,・ \u3000]")
HIDDEN_KINDS = frozenset({"shelter"})


@dataclass(frozen=True)
class KindWords:
    """Which words of a file mean which kind."""

    exact: dict[str, str]
    in_name: dict[str, str]

    @classmethod
    def load(cls, kinds: Kinds) -> KindWords:
        """Join the table of kinds with the words of published files."""
        with Path(__file__).with_name("layouts").joinpath("kinds.toml").open("rb") as file:
            table = tomllib.load(file)
        own = {_plain(word): kind.code for kind in kinds.kinds for word in (kind.code, kind.label)}
        return cls(own | {_plain(word): code for word, code in table["exact"].items()}, table["name"])

    def all_of(self, words: str) -> tuple[str, ...]:
        """Return every kind that stands under 種別: one house may offer several services."""
        parts = [words, *_PARTS.split(words)]
        return tuple(dict.fromkeys(code for part in parts if (code := self.exact.get(_plain(part)))))

    def of(self, words: str, name: str) -> str:
        """Return a kind's code for what stands under 種別, or for the name; empty when neither is certain."""
        for code in self.all_of(words):
            return code
        said = unicodedata.normalize("NFKC", name)
        return next((code for word, code in self.in_name.items() if word in said), "")


def must_hide(kind: str, name: str) -> bool:
    """Say whether a place is one whose address no answer may give."""
    return kind in HIDDEN_KINDS or bool(_HIDDEN.search(unicodedata.normalize("NFKC", name)))


def _plain(word: str) -> str:
    return re.sub(r"[\s・()]", "", unicodedata.normalize("NFKC", word)).lower()
