"""Words that belong to one person and not into a directory everybody reads: numbers, mail, names, a home."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_NUMBER: Final = re.compile(r"(?<![0-9])0[0-9](?:[0-9]|-(?=[0-9]|$)){7,}[0-9]")
# Bounded, because anybody may send anything: no part of an address is longer.
_MAIL: Final = re.compile(r"[^\s@,、()]{1,64}@[^\s@,、()]{1,255}\.[A-Za-z]{2,}")
# Who is called さん without being one person: everybody, a shop, somebody's part in life.
_NOBODY: Final = re.compile(
    "(?:皆|母|父|兄|姉|奥|娘|嫁|孫|客|店|子|隣|神|仏|屋|委員|者|職員|先生|学生|住民|家族|会社|農家|同)$"
)
_NAME: Final = re.compile(r"([一-龥々]{1,4}|[ァ-ヶー]{2,8})\s?(?:さん|様|氏)(?=$|[^一-龥々ァ-ヶー])")
_HOME: Final = re.compile(
    r"自宅|(?:私|わたし|うち|我が|わが)の?家|(?:さん|様|氏)の?(?:お?宅|家)|アパート|マンション[^\s、。]{0,12}[0-9]{2,4}号"
)


def reachable(words: str) -> tuple[str, ...]:
    """Name the ways to reach somebody that stand in words: a telephone number, an address of mail."""
    plain = _plain(words)
    found = {"電話番号": _NUMBER.search(re.sub(r"[\s()]+", "-", plain)), "メールアドレス": _MAIL.search(plain)}
    return tuple(label for label, seen in found.items() if seen)


def of_somebody(words: str) -> tuple[str, ...]:
    """Name what in words seems to be about one person: a name, a home."""
    plain = _plain(words)
    named = any(not _NOBODY.search(found[1]) for found in _NAME.finditer(plain))
    told = {"人の名前": named, "個人の家": bool(_HOME.search(plain))}
    return tuple(label for label, holds in told.items() if holds)


def _plain(words: str) -> str:
    plain = unicodedata.normalize("NFKC", words)
    # Between figures every kind of dash is one; ー elsewhere belongs to a word.
    return re.sub(r"(?<=[0-9])[‐‑‒–—―−ー－](?=[0-9])", "-", plain)
