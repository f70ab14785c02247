"""Recognises in which language someone writes, and hears danger and subjects in the languages residents use beside Japanese."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from intents.sounds import from_latin

DATA = Path(__file__).parent / "rules" / "languages.toml"
KINDS = ("crisis", "topic", "reason", "social", "role")
_HANGUL = re.compile("[가-힣ㄱ-ㆎ]")
_KANA = re.compile("[ぁ-ゖァ-ヺ]")
_HAN = re.compile("[一-鿿]")
_LATIN = re.compile("[A-Za-zÀ-ɏḀ-ỹ]")
_LATIN_WORD = re.compile("[a-zà-ɏḁ-ỹ]+")
_VOWEL = re.compile("[aeiouyà-ɏḁ-ỹ]")
# Endings that only Japanese has.
_ENDING = re.compile("(?:tai|nai|masu|desu|masen|mashita|teru|tteru|shita|iru)(?: ?(?:yo|ne|no|ka|kara|desu|n desu))?[ .!?]*$")
# Signs that only one language in Latin letters has.
_OWN_SIGNS = {"vi": re.compile("[ăđơưạ-ỹ]", re.IGNORECASE), "pt": re.compile("[ãõ]", re.IGNORECASE), "es": re.compile("[ñ¿¡]")}
# Where two fit equally well the first is taken.
_IN_LATIN = ("vi", "pt", "tl", "es", "id", "en")
_IN_OWN_SCRIPT = ("th", "ne", "my", "uk", "ru", "fa", "ar")
_TELLING = 6
_SURE = 8
# Shorter words of these languages are Japanese syllables as well.
_LIKE_SYLLABLES, _SHORTEST = ("pt", "tl", "es", "id"), 3
_ADDRESS = re.compile(r"\S+(?:://|@)\S+")
_APOSTROPHES = str.maketrans("’‘`´", "''''")
# A finger slid along the keyboard is no language.
_KEYBOARD = ("qwertyuiop", "asdfghjkl", "zxcvbnm")


@dataclass(frozen=True, slots=True)
class Phrase:
    """What is said in one language, as a pattern, and the code it stands for."""

    language: str
    kind: str
    code: str
    words: str

    @property
    def pattern(self) -> re.Pattern[str]:
        """How it is written; made when the first message of such a language comes."""
        return _pattern(self.language, self.words)

    @property
    def plain(self) -> re.Pattern[str]:
        """How it is written without accents."""
        return _pattern(self.language, self.words, accents=False)


class Languages:
    """The words by which languages are told apart, and the few phrases understood in each."""

    def __init__(self) -> None:
        data = tomllib.loads(DATA.read_text(encoding="utf-8"))
        pairs = data.pop("zh-Hant")["pairs"]
        self._simplified = str.maketrans(pairs[::2], pairs[1::2])
        self._marks = {code: _pattern(code, words["marks"]) for code, words in data.items()}
        self.phrases = tuple(_phrases(data))

    def recognise(self, text: str) -> str:
        """The language code of a canonical text; Japanese when in doubt, "other" for scripts not known here."""
        kana, han = len(_KANA.findall(text)), len(_HAN.findall(text))
        if han > 2 * kana and (chinese := self._chinese(text)):
            return chinese
        if kana or (han and not _HANGUL.search(text)):
            return "ja"
        if _HANGUL.search(text):
            return "ko"
        own = next((code for code in _IN_OWN_SCRIPT if self._marks[code].search(text)), "")
        if own or len(_LATIN.findall(text)) < 2:
            return own or ("other" if re.search(r"[^\W\d_a-zA-ZＡ-ｚ]", text) and not re.search("[ー々〆]", text) else "ja")
        return self._in_latin(_ADDRESS.sub(" ", text.translate(_APOSTROPHES)))

    def sure(self, text: str, language: str) -> bool:
        """Whether several words or a script of its own speak for a language, and not one word alone or a guess."""
        return language not in _IN_LATIN or self._weight(language, text, False) >= _SURE

    def in_kana(self, text: str) -> str:
        """Japanese that was written in Latin letters, in hiragana; empty for anything else."""
        kana = from_latin(text)
        return kana if kana and self.recognise(text) == "ja" else ""

    def heard(self, text: str, language: str) -> list[tuple[Phrase, str]]:
        """Phrases of the language found in writing that is not Japanese script, and danger in any language of its letters."""
        if language == "ja" and (_KANA.search(text) or _HAN.search(text)):
            return []
        text = text.translate(_APOSTROPHES)
        own = "zh-Hans" if language == "zh-Hant" else language
        if own == "zh-Hans":
            text = text.translate(self._simplified)
        plain = _plain(text)
        found = []
        for phrase in self.phrases:
            if phrase.language == own:
                # Vietnamese is read without its accents only where somebody typed none.
                bare = own != "vi" or text.isascii()
                match = phrase.plain.search(plain) if bare else phrase.pattern.search(text)
            else:
                match = phrase.pattern.search(text) if phrase.kind == "crisis" and phrase.language != "zh-Hans" else None
            if match:
                found.append((phrase, match.group()))
        return found

    def _chinese(self, text: str) -> str:
        """Chinese is told by signs that Japanese encodings lack, or by words written in signs that both have."""
        if _known("cp932", text) and not self._marks["zh-Hans"].search(text):
            return ""
        signs = _HAN.findall(text)
        mainland, island = (sum(not _known(encoding, sign) for sign in signs) for encoding in ("big5", "gb2312"))
        return "zh-Hant" if island > mainland else "zh-Hans"

    def _in_latin(self, text: str) -> str:
        kana = from_latin(text)
        marked = {code: self._weight(code, text, bool(kana)) for code in (*_IN_LATIN, "ja")}
        marked["ja"] += 4 if kana and _ENDING.search(text.lower()) else 0
        best = max(marked, key=lambda code: marked[code])
        if marked[best]:
            return best
        return "en" if not kana and len(_LATIN.findall(text)) > 3 and self._reads_like_words(text) else "ja"

    def _weight(self, code: str, text: str, syllables: bool) -> int:
        """How much speaks for a language: longer words tell more."""
        shortest = _SHORTEST if syllables and code in _LIKE_SYLLABLES else 1
        words = sum(min(len(word), _TELLING) for word in self._marks[code].findall(text) if len(word) >= shortest)
        return words + (3 * len(_OWN_SIGNS[code].findall(text)) if code in _OWN_SIGNS else 0)

    def _reads_like_words(self, text: str) -> bool:
        """Whether Latin letters without any known word could be somebody's language: several words, or one we know."""
        words = [word for word in _LATIN_WORD.findall(text.lower()) if _VOWEL.search(word) and len(set(word)) > 1]
        spoken = [word for word in words if not any(word in row or word in row[::-1] for row in _KEYBOARD)]
        return len(spoken) > 1 or (bool(spoken) and text.islower() and any(p.pattern.search(text) for p in self.phrases))


def told_role(heard: list[tuple[Phrase, str]]) -> str:
    """The part of the writer in a danger that was heard: a neighbour, the doer, somebody else's friend, or it is their own."""
    told = {phrase.code for phrase, _ in heard if phrase.kind == "role"}
    return next((role for role in ("neighbour", "doer", "other") if role in told), "self")


def _phrases(data: dict[str, Any]) -> list[Phrase]:
    return [
        Phrase(language, kind, code, words)
        for language, kinds in data.items()
        for kind in KINDS
        for code, words in kinds.get(kind, {}).items()
    ]


@cache
def _pattern(language: str, words: str, *, accents: bool = True) -> re.Pattern[str]:
    words = words if accents else _plain(words)
    latin = language in (*_IN_LATIN, "ja", "uk", "ru")
    whole = rf"(?<!\w)(?:{words})(?!\w)" if latin and not words.startswith("[") else words
    return re.compile(whole, re.IGNORECASE)


def _plain(text: str) -> str:
    """The text without the accents of Latin letters."""
    return "".join(unicodedata.normalize("NFD", sign)[0] if "À" <= sign <= "ỹ" else sign for sign in text).translate(
        {ord("đ"): "d", ord("Đ"): "D"}
    )


def _known(encoding: str, text: str) -> bool:
    """Whether an encoding has every sign of a text."""
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True
