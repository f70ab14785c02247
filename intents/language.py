"""Recognises in which language someone writes, and hears danger and subjects in the languages residents use beside Japanese."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from intents.sounds import from_latin

DATA = Path(__file__).parent / "rules" / "languages.toml"
_HANGUL = re.compile("[가-힣ㄱ-ㆎ]")
_KANA = re.compile("[ぁ-ゖァ-ヺ]")
_HAN = re.compile("[一-鿿]")
_LATIN = re.compile("[A-Za-zÀ-ɏḀ-ỹ]")
_LATIN_WORD = re.compile("[a-zà-ɏḁ-ỹ]+")
_VOWEL = re.compile("[aeiouyà-ɏḁ-ỹ]")
# Endings that only Japanese has; no and to are words of two languages.
_ENDING = re.compile("(?:tai|nai|masu|desu|masen|mashita|teru|tteru|shita|iru)(?: ?(?:yo|ne|no|ka|kara|desu|n desu))?[ .!?]*$")
_IN_LATIN = ("vi", "pt", "tl", "en")
# A finger slid along the keyboard is no language.
_KEYBOARD = ("qwertyuiop", "asdfghjkl", "zxcvbnm")


@dataclass(frozen=True, slots=True)
class Phrase:
    """A pattern in one language and the code it stands for."""

    language: str
    kind: str
    code: str
    pattern: re.Pattern[str]


class Languages:
    """The words by which languages are told apart, and the few phrases understood in each."""

    def __init__(self) -> None:
        data = tomllib.loads(DATA.read_text(encoding="utf-8"))
        self._marks = {code: re.compile(words["marks"], re.IGNORECASE) for code, words in data.items()}
        self.phrases = tuple(
            Phrase(language, kind, code, re.compile(pattern, re.IGNORECASE))
            for language, words in data.items()
            for kind in ("crisis", "topic", "reason", "social")
            for code, pattern in words.get(kind, {}).items()
        )

    def recognise(self, text: str) -> str:
        """The language code of a canonical text; Japanese when in doubt, "other" for scripts not known here."""
        if _KANA.search(text):
            return "ja"
        if len(_HANGUL.findall(text)) >= 1:
            return "ko"
        if _HAN.search(text):
            return "zh-Hans" if self._marks["zh-Hans"].search(text) else "ja"
        letters = _LATIN.findall(text)
        if len(letters) < 2:
            return "other" if re.search(r"[^\W\d_a-zA-ZＡ-ｚ]", text) and not re.search("[ー々〆]", text) else "ja"
        best = max((*_IN_LATIN, "ja"), key=lambda code: len(self._marks[code].findall(text)))
        if self._marks[best].search(text):
            return best
        return "en" if len(letters) > 3 and self._reads_like_words(text) else "ja"

    def in_kana(self, text: str) -> str:
        """Japanese that was written in Latin letters, in hiragana; empty for anything else."""
        kana = from_latin(text)
        if not kana or self._marks["ja"].search(text) or _ENDING.search(text):
            return kana
        return "" if any(self._marks[code].search(text) for code in _IN_LATIN) else kana

    def _reads_like_words(self, text: str) -> bool:
        """Whether Latin letters without any known word could be somebody's language: several words, or one we know."""
        words = [word for word in _LATIN_WORD.findall(text.lower()) if _VOWEL.search(word) and len(set(word)) > 1]
        spoken = [word for word in words if not any(word in row or word in row[::-1] for row in _KEYBOARD)]
        return len(spoken) > 1 or (bool(spoken) and text.islower() and any(p.pattern.search(text) for p in self.phrases))

    def heard(self, text: str) -> list[tuple[Phrase, str]]:
        """Phrases found in writing that is not Japanese script, with the words that matched."""
        found = []
        for phrase in self.phrases:
            match = phrase.pattern.search(text)
            if match:
                found.append((phrase, match.group()))
        return found
