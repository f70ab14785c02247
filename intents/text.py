"""Brings whatever a resident typed into one plain form, so that nothing odd can hide a word."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

CAP = 5000

# Invisible or directional characters split or hide words (a zero-width space inside 介護 breaks it in two); none carries meaning.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\U000e0000-\U000e0fff]"
    "|[" + "".join(chr(plane * 0x10000 + 0xFFFE) + chr(plane * 0x10000 + 0xFFFF) for plane in range(1, 17)) + "]"
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_MARKS = "\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
_ZALGO = re.compile(f"([{_MARKS}]{{2}})[{_MARKS}]+|([\u3099\u309a])[\u3099\u309a]+")
# What is said eight times on end is said; a flood of one word must not cost the time of everybody else.
_FLOOD = 8
_REPEATED = re.compile(r"(.{2,60}?)\1{7,}", re.DOTALL)
_ENOUGH = r"\1\1\1\1"
# Writing that is in the one form already, as nearly every expression and message is.
_PLAIN = re.compile("(?!\n)[ぁ-ゖァ-ヺー々一-鿿、。「」・?!0-9A-Za-z\n]*(?<!\n)")
_KANA = re.compile("[ぁ-ゖァ-ヺ]")
_KANJI = re.compile("[々一-鿿]")
_BREAK = re.compile("\r\n?|[\x85\u2028\u2029]")
_BLANK = re.compile(r"[^\S\n]+")
# A dash after kana is nearly always a long vowel typed with the wrong key (デ-タ, サ―ビス).
_LONG_VOWEL = re.compile("(?<=[ぁ-ゖァ-ヺー])[-‐‑‒–—―─−]+(?![0-9])")
_JAPANESE = "ぁ-ゖァ-ヺー々〆一-鿿"
_INNER_SPACE = re.compile(f"(?<=[{_JAPANESE}])[ 　]+(?=[{_JAPANESE}])")
_SCATTER = re.compile(f"(?<=[{_JAPANESE}])[ \\n.。,、・/_*\\-~…!?]+(?=[{_JAPANESE}])")
_KATAKANA_TO_HIRAGANA = {code: code - 0x60 for code in range(ord("ァ"), ord("ヶ") + 1)}


def canonical(raw: str, cap: int = CAP) -> str:
    """The one form every rule reads; capped by keeping head and tail, and stable when applied again."""
    if len(raw) <= cap and _PLAIN.fullmatch(raw):
        return _unrepeated(raw)
    text = _within(raw, cap * 2)
    text = _SURROGATE.sub("\ufffd", text)
    text = _BREAK.sub("\n", text)
    for _ in range(4):
        before = text
        text = _ZALGO.sub(r"\1\2", _INVISIBLE.sub("", text))
        text = _within(unicodedata.normalize("NFKC", text), cap)
        text = _LONG_VOWEL.sub("ー", text.replace("〜", "~"))
        text = _unrepeated(_BLANK.sub(" ", text)).strip()
        if text == before:
            break
    return text


def _unrepeated(text: str) -> str:
    # What is said eight times holds every one of its letters eight times; few messages hold any letter so often.
    if len(text) < 2 * _FLOOD or max(Counter(text).values()) < _FLOOD:
        return text
    return _REPEATED.sub(_ENOUGH, text)


def _within(text: str, cap: int) -> str:
    if len(text) <= cap:
        return text
    head = cap // 2
    return text[:head] + "\n" + text[len(text) - (cap - head - 1) :]


def hiragana(text: str) -> str:
    """The text with katakana turned into hiragana."""
    return text.translate(_KATAKANA_TO_HIRAGANA)


def unspaced(text: str) -> str:
    """The text without the blanks that children and learners put between Japanese words."""
    return _INNER_SPACE.sub("", text)


def unscattered(text: str) -> str:
    """The text without the signs someone put between single letters to hide a word (し.に.た.い)."""
    return _SCATTER.sub("", text)


def kana_only(text: str) -> bool:
    """True when Japanese is written without a single kanji, as children and learners do."""
    return _KANA.search(text) is not None and _KANJI.search(text) is None


def sentences(text: str) -> list[tuple[int, int]]:
    """Start and end of each sentence; a line break or a full stop ends one."""
    spans, start = [], 0
    for mark in re.finditer(r"[。!?！？\n…]+", text):
        if mark.end() > start:
            spans.append((start, mark.end()))
        start = mark.end()
    if start < len(text) or not spans:
        spans.append((start, len(text)))
    return spans
