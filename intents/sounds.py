"""How writing sounds: Latin letters read as Japanese, and one spelling for sounds that people write in several ways."""

from __future__ import annotations

import re

from intents.text import hiragana

_VOWELS = "aiueo"
_ROWS = {
    "": "あいうえお", "k": "かきくけこ", "g": "がぎぐげご", "s": "さしすせそ", "z": "ざじずぜぞ", "t": "たちつてと",
    "d": "だぢづでど", "n": "なにぬねの", "h": "はひふへほ", "b": "ばびぶべぼ", "p": "ぱぴぷぺぽ", "m": "まみむめも",
    "r": "らりるれろ",
}  # fmt: skip
_SPELT = {row + vowel: kana for row, line in _ROWS.items() for vowel, kana in zip(_VOWELS, line, strict=True)}
_SPELT |= {
    "ya": "や",
    "yu": "ゆ",
    "yo": "よ",
    "wa": "わ",
    "wo": "を",
    "fu": "ふ",
    "chi": "ち",
    "shi": "し",
    "tsu": "つ",
    "ji": "じ",
}
_SOFT = {"ky": "き", "gy": "ぎ", "sh": "し", "sy": "し", "ch": "ち", "ty": "ち", "ny": "に", "hy": "ひ", "my": "み", "ry": "り",
         "by": "び", "py": "ぴ", "j": "じ", "zy": "じ", "jy": "じ"}  # fmt: skip
_SPELT |= {
    soft + vowel: first + small for soft, first in _SOFT.items() for vowel, small in (("a", "ゃ"), ("u", "ゅ"), ("o", "ょ"))
}
_SPELT |= {
    "fa": "ふぁ",
    "fi": "ふぃ",
    "fe": "ふぇ",
    "fo": "ふぉ",
    "ti": "てぃ",
    "di": "でぃ",
    "she": "しぇ",
    "che": "ちぇ",
    "je": "じぇ",
}
_LONG = str.maketrans("āīūēōâîûêô", "aiueoaiueo")
_SYLLABLE = re.compile(
    "(?P<double>([bcdfghjkmpqrstwz])(?=\\2)|t(?=ch))|(?P<kana>" + "|".join(sorted(_SPELT, key=len, reverse=True)) + ")"
    "|(?P<n>n['-]?(?![aiueoy])|m(?=[bpm]))|(?P<other>[ \\-'~])"
)
_LATIN = re.compile("[A-Zāīūēōâîûêô'\\-~ ]+", re.IGNORECASE)
_UNHEARD = re.compile("[^ぁ-ゖ0-9a-z]")
_ONE_SOUND = str.maketrans("ぢづをゎゐゑっゃゅょぁぃぅぇぉ", "じずおわいえつやゆよあいうえお")
_DRAWN_OUT = re.compile(
    "(?<=[おこそとのほもよろごぞどぼぽうくすつぬふむゆるぐずぶぷ])う|(?<=[おこそとのほもよろごぞどぼぽ])お"
    "|(?<=[えけせてねへめれげぜでべぺ])い|(?<=[いきしちにひみりぎじびぴ])い|(?<=[あかさたなはまやらわがざだばぱ])あ"
)


def from_latin(text: str) -> str:
    """The text in hiragana when it is Japanese in Latin letters from beginning to end, else empty."""
    if not _LATIN.fullmatch(text):
        return ""
    plain, found, at = text.lower().translate(_LONG), [], 0
    while at < len(plain):
        syllable = _SYLLABLE.match(plain, at)
        if syllable is None:
            return ""
        if syllable["double"]:
            found.append("っ")
        elif syllable["kana"]:
            found.append(_SPELT[syllable["kana"]])
        elif syllable["n"]:
            found.append("ん")
        elif syllable["other"] == " ":
            found.append(" ")
        at = syllable.end()
    kana = "".join(found).strip()
    return kana if len(kana) > 2 else ""


def sounded(text: str) -> str:
    """The text as it sounds, without what people leave out, draw out or write small: ショートステイ is しよとすて."""
    return _DRAWN_OUT.sub("", _UNHEARD.sub("", hiragana(text).translate(_ONE_SOUND)))
