"""Finds in a resident's own words what the forms ask; careful with what is denied, asked, wished, past, or said of others."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from handoff.casework.forms import Field, FieldKind, Hearing, Value
from intents import canonical

_SENTENCE: Final = re.compile(r"[^。!?\n]+[!?]*")
_KIN: Final = (
    "母|父|親|両親|祖母|祖父|おばあ|おじい|ばあ|じい|夫|妻|主人|旦那|嫁|彼氏|彼女|彼|息子|娘|子ども|子供|こども|長男|長女|次男|次女|孫"
    "|兄|弟|姉|妹|きょうだい|兄弟|姉妹|義母|義父|おば|おじ|叔母|叔父|いとこ|友人|友達|知人|知り合い|隣|近所|大家|上司|同僚|お客|患者"
)
_SUBJECT: Final = re.compile(
    rf"(?P<other>(?:{_KIN})(?:さん|ちゃん|くん|君|様|たち)?(?:は|が|も|の(?!こと)))|(?P<me>(?:私|わたし|あたし|僕|ぼく|俺|おれ|自分|うち)(?:は|が|も|の))"
)
# What follows right behind the words and takes their force away.
_ASKED: Final = re.compile(r"[^、,]{0,8}(?:\?|でしょうか|(?:です|ます|ません)か(?![らり])|かな|のか)")
_DENIED: Final = re.compile(
    "(?:し|て|で|は|も|が|を|に|じゃ|では|い|り|あり|受け|持っ|もらっ|使っ|とっ|入っ){0,4}(?:ない|なく|なかっ|ません|ず(?:に|、|$))"
)
_OTHERWISE: Final = re.compile(
    r"[^、,]{0,8}(?:たい|ほしい|欲しい|探し|さがし|たら|れば|なら|かも|らしい|予定|と言われ|って言われ|そうです|でした|だった|辞め|やめ|クビ)"
)
_BEFORE: Final = re.compile("昔|むかし|以前|前は|かつて|もし|たとえば|例えば")
_SIGNS: Final = 120


@dataclass(frozen=True)
class Heard:
    """One value a message tells for one field, with the sentence that says so."""

    value: Value
    sentence: str


@dataclass(frozen=True)
class _Hit:
    sentence: str
    words: str
    caught: str


def listen(field: Field, words: str) -> Heard | None:
    """Return what one message tells for a field, None when it tells nothing; the last word of a message counts."""
    if field.kind is FieldKind.MANY:
        found = [(option.code, hit) for option in field.options if (hit := last(option.hearing, words))]
        return Heard(tuple(code for code, _ in found), found[0][1].sentence) if found else None
    if field.options:
        said = [(_place(words, hit), option.code, hit) for option in field.options if (hit := last(option.hearing, words))]
        return Heard(max(said)[1], max(said)[2].sentence) if said else None
    hits = list(_hits(field.hearing, words))
    if not hits:
        return None
    told = [hit.sentence if field.whole else hit.caught for hit in hits]
    return Heard("、".join(dict.fromkeys(told)), hits[0].sentence)


def last(hearing: Hearing, words: str) -> _Hit | None:
    """Return the last place in a message where a pattern holds."""
    return next(reversed(list(_hits(hearing, words))), None)


def sentences(words: str) -> list[str]:
    """Return the sentences of a message in the form patterns read."""
    return [found.strip() for found in _SENTENCE.findall(canonical(words)) if found.strip()]


def _hits(hearing: Hearing, words: str) -> Iterator[_Hit]:
    if not hearing.patterns:
        return
    for sentence in sentences(words):
        for pattern in hearing.patterns:
            found = pattern.search(sentence)
            if found is not None and _holds(hearing, sentence, found):
                caught = found[1] if pattern.groups else found[0]
                yield _Hit(sentence[:_SIGNS], found[0], caught)
                break


def _holds(hearing: Hearing, sentence: str, found: re.Match[str]) -> bool:
    behind = sentence[found.end() :]
    before = sentence[: found.start()]
    if _ASKED.match(behind) or _DENIED.match(behind) or (not hearing.anybody and _of_others(before)):
        return False
    return hearing.as_said or not (_OTHERWISE.match(behind) or _BEFORE.search(before))


def _of_others(before: str) -> bool:
    subject = next(reversed(list(_SUBJECT.finditer(before))), None)
    return subject is not None and subject["other"] is not None


def _place(words: str, hit: _Hit) -> tuple[int, int]:
    # The later sentence counts; in one sentence the longer words say more (市営住宅 before 住宅).
    told = sentences(words)
    at = max((number for number, sentence in enumerate(told) if sentence[:_SIGNS] == hit.sentence), default=0)
    return at, len(hit.words)
