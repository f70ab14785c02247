"""Reads the resident sentences and refuses them as a whole when one of them breaks a rule."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from bot.texts.checking import LONGEST, Wording, problems

# Parts of sentences and buttons, which alone make no sentence.
_PARTS = re.compile(r"^(?:topic|card)\.|\.choice\.|\.speaks$")
_STATES = ("drafted", "reviewed")
REGISTERS = ("normal", "easy")
# Sentences of other readers or of another shape lie beside the residents' Japanese ones.
_APART = frozenset({"staff.toml", "languages.toml"})
_FIELDS = frozenset({"normal", "easy", "state", "shape", "reviewed_by", "reviewed_on"})


class BadTexts(ValueError):
    """A resident sentence breaks a rule; nothing is loaded."""


@dataclass(frozen=True)
class Texts:
    """All resident sentences by key, and the prepared ones in other languages."""

    wordings: dict[str, Wording]
    languages: dict[str, dict[str, str]]
    nearest: dict[str, str]

    @classmethod
    def load(cls, folder: Path | None = None) -> Texts:
        """Read all text files; raises BadTexts with every problem at once."""
        folder = folder or Path(__file__).parent
        wordings: dict[str, Wording] = {}
        for file in sorted(folder.glob("*.toml")):
            if file.name not in _APART:
                wordings.update(_wordings(file.stem, tomllib.loads(file.read_text(encoding="utf-8"))))
        abroad = tomllib.loads((folder / "languages.toml").read_text(encoding="utf-8"))
        states, nearest = abroad.pop("state", {}), abroad.pop("nearest", {})
        found = [*problems(wordings.values()), *_language_problems(states, abroad)]
        if found:
            raise BadTexts("; ".join(found))
        languages = {language: _by_key(abroad, language) for language in states}
        return cls(wordings, languages, nearest)

    def say(self, key: str, register: str = "normal", /, **values: object) -> str:
        """Return a sentence with its values filled in; KeyError when the key or a value is missing."""
        wording = self.wordings[key]
        return (wording.easy if register == "easy" else wording.normal).format(**values)

    def has(self, key: str) -> bool:
        """Whether there is a sentence with this key."""
        return key in self.wordings

    def drafted(self) -> list[str]:
        """Return the keys nobody has reviewed yet."""
        return sorted(key for key, wording in self.wordings.items() if wording.state == "drafted")

    def abroad(self, language: str, key: str, **values: object) -> str | None:
        """Return a prepared sentence in a language or the nearest prepared one, None for Japanese or when there is none."""
        sentences = self.languages.get(self.prepared(language), {})
        found = sentences.get(key) or next((words for mask, words in sentences.items() if fnmatchcase(key, mask)), None)
        return found.format(**values) if found is not None else None

    def speaks(self, language: str, words: str) -> bool:
        """Whether words hold a prepared sentence of a language."""
        sentences = (told for key, told in self.languages.get(self.prepared(language), {}).items() if not _PARTS.search(key))
        return any(max(re.split(r"\{\w+\}", told), key=len) in words for told in sentences)

    def prepared(self, language: str) -> str:
        """The language whose sentences somebody reads: their own, the nearest, else English; empty for Japanese."""
        if language in ("", "ja"):
            return ""
        nearest = self.nearest.get(language, language)
        return nearest if nearest in self.languages else "en"


def _wordings(prefix: str, table: dict[str, Any]) -> Iterator[tuple[str, Wording]]:
    if any(isinstance(value, str) for value in table.values()):
        unknown = set(table) - _FIELDS
        if unknown:
            raise BadTexts(f"{prefix}: unknown fields {sorted(unknown)}")
        yield (
            prefix,
            Wording(
                key=prefix,
                normal=str(table.get("normal", "")).strip("\n"),
                # What is only searched for or listened for has one register.
                easy=str(table.get("easy", table["normal"] if table.get("shape") in ("query", "heard") else "")).strip("\n"),
                state=str(table.get("state", "")),
                shape=str(table.get("shape", "bubble")),
                reviewed_by=str(table.get("reviewed_by", "")),
                reviewed_on=table["reviewed_on"] if isinstance(table.get("reviewed_on"), date) else None,
            ),
        )
        return
    for name, inner in table.items():
        if not isinstance(inner, dict):
            raise BadTexts(f"{prefix}.{name}: not a sentence")
        yield from _wordings(f"{prefix}.{name}", inner)


def _by_key(abroad: dict[str, dict[str, str]], language: str) -> dict[str, str]:
    return {key: sentences[language] for heading, sentences in abroad.items() for key in heading.split()}


def _language_problems(states: dict[str, str], abroad: dict[str, dict[str, str]]) -> Iterator[str]:
    yield from (f"languages.{code}: state is drafted or reviewed" for code, state in states.items() if state not in _STATES)
    for heading, sentences in abroad.items():
        yield from (f"languages: {heading} is missing in {code}" for code in sorted(set(states) ^ set(sentences)))
        if len({frozenset(re.findall(r"\{\w+\}", words)) for words in sentences.values()}) > 1:
            yield f"languages: {heading} fills in different values"
        if ".choice." in heading and any(len(words) > LONGEST["label"] for words in sentences.values()):
            yield f"languages: {heading} is too long for a label"
