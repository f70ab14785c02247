"""Reads the resident sentences and refuses them as a whole when one of them breaks a rule."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from bot.texts.checking import Wording, problems

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

    @classmethod
    def load(cls, folder: Path | None = None) -> Texts:
        """Read all text files; raises BadTexts with every problem at once."""
        folder = folder or Path(__file__).parent
        wordings: dict[str, Wording] = {}
        for file in sorted(folder.glob("*.toml")):
            if file.name not in _APART:
                wordings.update(_wordings(file.stem, tomllib.loads(file.read_text(encoding="utf-8"))))
        languages = tomllib.loads((folder / "languages.toml").read_text(encoding="utf-8"))
        found = [*problems(wordings.values()), *_language_problems(languages)]
        if found:
            raise BadTexts("; ".join(found))
        return cls(wordings, languages)

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
        """Return a prepared sentence in another language, None when there is none."""
        found = self.languages.get(language, {}).get(key)
        return found.format(**values) if found is not None else None


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


def _language_problems(languages: dict[str, dict[str, str]]) -> Iterator[str]:
    wanted = {key: set(sentences) for key, sentences in languages.items()}
    every = set().union(*wanted.values())
    for language, keys in wanted.items():
        yield from (f"languages.{language}: {key} is missing" for key in sorted(every - keys))
        if languages[language].get("state") not in ("drafted", "reviewed"):
            yield f"languages.{language}: state is drafted or reviewed"
