"""How much a platform carries: counting as the platforms count, and dividing what is too long without losing a word."""

from __future__ import annotations

import re
import unicodedata
from typing import Final
from urllib.parse import quote, urlsplit

LINE_TEXT: Final = 5000
LINE_ALT: Final = 1500
LINE_MESSAGES: Final = 5
LINE_QUICK_REPLIES: Final = 13
LINE_LABEL: Final = 20
LINE_DISPLAY: Final = 300
LINE_POSTBACK: Final = 300
LINE_URI: Final = 1000
LINE_SENDER: Final = 20
LINE_BUBBLES: Final = 12
LINE_BUBBLE_BYTES: Final = 30_000
LINE_CAROUSEL_BYTES: Final = 50_000
TELEGRAM_TEXT: Final = 4096
TELEGRAM_CALLBACK_BYTES: Final = 64
TELEGRAM_BUTTONS: Final = 100

_SENTENCE_ENDS = "。！？!?\n"
_JOINERS = {"\u200d", "\ufe0e", "\ufe0f"}
_CONTROLS = {code: None for code in (*range(0x20), *range(0x7F, 0xA0)) if chr(code) not in "\n\t"}
_SURROGATE = re.compile("[\ud800-\udfff]")
_STRAY_PERCENT = re.compile("%(?![0-9A-Fa-f]{2})")
_HOST = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*(:[0-9]{1,5})?")


def utf16(words: str) -> int:
    """Return the length as LINE and Telegram count it: in UTF-16 code units."""
    return len(words) + sum(char > "\uffff" for char in words)


def storable(words: str) -> str:
    """Return words that every database and encoder can carry: half surrogates become U+FFFD, NUL goes."""
    if words.isascii():
        return words.replace("\x00", "")
    return _SURROGATE.sub("\ufffd", words).replace("\x00", "")


def sendable(words: str) -> str:
    """Return words without control characters, which platforms refuse or show as junk."""
    return storable(words).translate(_CONTROLS)


def clip(words: str, limit: int) -> str:
    """Return words of at most `limit` UTF-16 units; what was cut off shows as an ellipsis."""
    if utf16(words) <= limit:
        return words
    return words[: _fitting(words, limit - 1)] + "…"


def divide(words: str, limit: int) -> list[str]:
    """Return the same words in pieces of at most `limit` UTF-16 units, cut at sentence ends where there are any."""
    pieces: list[str] = []
    rest = words
    while utf16(rest) > limit:
        room = _fitting(rest, limit)
        ends = [rest.rfind(end, 0, room) for end in _SENTENCE_ENDS]
        cut = max(ends) + 1 or room
        pieces.append(rest[:cut])
        rest = rest[cut:]
    return [piece for piece in (*pieces, rest) if piece.strip()]


def web_uri(address: str) -> str | None:
    """Return an address safe to put on a button, percent-encoded; None when it is not a web address."""
    plain = address.strip()
    try:
        parts = urlsplit(plain)
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not _HOST.fullmatch(parts.netloc):
        return None
    encoded = quote(_STRAY_PERCENT.sub("%25", plain), safe=":/?#[]@!$&'()*+,;=%-._~")
    return encoded if len(encoded) <= LINE_URI else None


def _fitting(words: str, limit: int) -> int:
    """Return how many characters fit into `limit` units without tearing a character made of several."""
    used = at = 0
    for at, char in enumerate(words):  # noqa: B007
        used += 1 + (char > "\uffff")
        if used > limit:
            break
    whole = at
    while whole > 1 and (words[whole] in _JOINERS or words[whole - 1] == "\u200d" or unicodedata.combining(words[whole])
                         or 0xE0100 <= ord(words[whole]) <= 0xE01EF):
        whole -= 1
    # A tower of marks higher than the limit has to be torn somewhere.
    return whole if whole > 1 else max(at, 1)
