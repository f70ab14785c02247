"""Reads hours written as one sentence: 平日9:00〜17:15（12:00〜13:00除く）, 月・水・金 10時-15時半、土 9時〜12時."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from resources.days_text import KANJI_DAYS
from resources.hours import NotUnderstood, Slot, parse_clock, parse_days
from resources.slots import DAY

Times = tuple[int, int]
_CLOCK = r"(?:翌日?)?(?:午前|午後|AM|PM)?\d{1,2}(?::\d{2}(?::\d{2})?|時(?:\d{1,2}分|半)?)"
_LAST_CLOCK = rf"(?:{_CLOCK}|正午)"
RANGE = re.compile(rf"({_LAST_CLOCK})\s*(?:~|〜|-|―|–|−|から)\s*({_LAST_CLOCK})(?:まで)?", re.I)
_ALL_DAY = re.compile(r"24時間(?:対応|営業|受付|年中無休)?")
_ASIDE = re.compile(r"\(?(?:受付|開館|利用|相談|開所)\)?[:]?")
# Who comes must say so first; that belongs beside the hours, not into them.
ASK_FIRST = re.compile(
    r"[(※]*\s*(?:(?:要|完全|事前)*(?:予約|申込み?)(?:制|必要|要)?|(?:要|事前に?|必ず)+(?:連絡|お?電話|問い?合わせ)(?:必要|要|ください)?)\)?"
)
_BREAK_BEFORE = re.compile(r"(?:昼休み?|休憩(?:時間)?|ただし[、,]?)[:は]?\s*\(?$")
_BREAK_AFTER = re.compile(r"\s*(?:の間)?(?:は|を)?(?:昼休み|休憩|除く|除き|のぞく|休み)")


@dataclass(frozen=True)
class _Part:
    """One span of time, the words before it, and whether nobody is there during it."""

    words: str
    times: Times
    rest: bool


def half_width(text: str) -> str:
    """Return words with one kind of letters, digits and spaces."""
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text)).strip()


def span(first: str, last: str) -> Times | None:
    """Read two times of day as one span (午後1時〜3時 ends at 15:00, 22:00〜6:00 on the next day); None when they are none."""
    opens, closes = parse_clock(first), parse_clock(last)
    if opens is None or closes is None or opens >= DAY:
        return None
    if closes <= opens and re.match(r"(?i)午後|PM", half_width(first)) and opens < closes + DAY // 2 < DAY:
        closes += DAY // 2
    if closes == opens:
        return (0, DAY) if opens == 0 else None
    closes += DAY if closes < opens else 0
    return (opens, closes) if closes <= opens + DAY else None


def read_times(text: str) -> list[Times]:
    """Read spans of time with their breaks and nothing else; empty when anything else is said."""
    parts, end = _parts(half_width(text))
    left = "".join(part.words for part in parts) + end
    return [] if re.sub(r"[\s()、,・/。;]|と|及び", "", left) else _open(parts)


def read_sentence(text: str) -> tuple[list[Slot], bool]:
    """Read days with their times; returns slots and whether it rests at the end of the year; raises NotUnderstood."""
    said = half_width(text)
    if _ALL_DAY.fullmatch(said):
        said = f"365日 {said}"
    parts, end = _parts(said)
    groups: list[tuple[str, list[_Part]]] = []
    for part in parts:
        words = part.words.strip(" ()、,・/。;:")
        if (words and not part.rest) or not groups:
            groups.append((words, []))
        elif words:
            raise NotUnderstood(NotUnderstood.__doc__)
        groups[-1][1].append(part)
    if not groups or (len(groups) > 1 and _says_days(end)):
        raise NotUnderstood(NotUnderstood.__doc__)
    slots: list[Slot] = []
    year_end = False
    for words, times in groups:
        days = parse_days(f"{words} {end}" if len(groups) == 1 else words)
        policy = parse_days(f"毎日 {end}") if len(groups) > 1 and end.strip(" ()、,。") else days
        holidays = days.holidays if days.holidays != "unknown" else policy.holidays
        slots += [Slot(days.pattern, opens, closes, holidays) for opens, closes in _open(times)]
        year_end |= days.year_end_closed or policy.year_end_closed
    return slots, year_end


def _says_days(end: str) -> bool:
    """Say whether words after several groups name days of the week: nobody knows which group they are about."""
    return bool(re.search(f"[{KANJI_DAYS}]曜|[土日]", re.sub("祝日|休日", "", end)))


def _parts(said: str) -> tuple[list[_Part], str]:
    said = _ASIDE.sub(" ", ASK_FIRST.sub(" ", _ALL_DAY.sub(" 0:00~24:00 ", said)))
    parts: list[_Part] = []
    at = 0
    for match in RANGE.finditer(said):
        times = span(match[1], match[2])
        if times is None:
            raise NotUnderstood(NotUnderstood.__doc__)
        words, before, after = said[at : match.start()], _BREAK_BEFORE.search(said[: match.start()]), None
        if parts:
            after = _BREAK_AFTER.match(said, match.end())
        if parts and before and before.start() >= at:
            words = said[at : before.start()]
        at = after.end() if after else match.end()
        parts.append(_Part(words, times, bool(after or (parts and before))))
    return parts, said[at:]


def _open(parts: list[_Part]) -> list[Times]:
    """Return the spans with the breaks cut out of them."""
    spans = [part.times for part in parts if not part.rest]
    for part in parts:
        if part.rest:
            spans = cut(spans, part.times)
    return spans


def cut(spans: list[Times], rest: Times) -> list[Times]:
    """Cut a break out of spans of time."""
    found: list[Times] = []
    for opens, closes in spans:
        if opens < rest[0] and rest[1] < closes:
            found += [(opens, rest[0]), (rest[1], closes)]
        else:
            found.append((opens, closes))
    return found


def breaks(note: str) -> list[Times]:
    """Return the breaks that a note beside the hours names (12:00〜13:00は休み, 昼休み12時〜13時)."""
    said = half_width(note)
    found = []
    for match in RANGE.finditer(said):
        if _BREAK_BEFORE.search(said[: match.start()]) or _BREAK_AFTER.match(said, match.end()):
            times = span(match[1], match[2])
            found += [times] if times and times[1] < DAY else []
    return found
