"""How long a text is in the eyes of LINE and Telegram."""

import unicodedata

_ZWJ = "\u200d"
_SKIN_TONES = range(0x1F3FB, 0x1F400)
_REGIONAL = range(0x1F1E6, 0x1F200)
_TAGS = range(0xE0020, 0xE0080)


def utf16_length(text: str) -> int:
    """Count UTF-16 code units, the unit of nearly all limits of LINE and of Telegram's 4,096."""
    return sum(2 if ord(char) > 0xFFFF else 1 for char in text)


def grapheme_length(text: str) -> int:
    """Count what a reader sees as characters; LINE counts labels and template texts this way."""
    count = 0
    previous = ""
    flags = 0
    for char in text:
        code = ord(char)
        extends = (
            char == _ZWJ or unicodedata.category(char) in ("Mn", "Me", "Mc") or code in _SKIN_TONES or code in _TAGS
        )
        flags = flags + 1 if code in _REGIONAL else 0
        joined = previous == _ZWJ or (flags and flags % 2 == 0) or (previous == "\r" and char == "\n")
        if not previous or not (extends or joined):
            count += 1
        previous = char
    return count


def unsendable(text: str) -> str | None:
    """Say why a text cannot travel as UTF-8 to a person, or None when it can."""
    if any(0xD800 <= ord(char) <= 0xDFFF for char in text):
        return "lone surrogate"
    if "\0" in text:
        return "NUL"
    return None
