"""Hours and closures as lines of words: read when they were typed, and written so that they are read as the same."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby

from resources.days_text import parse_days
from resources.hours_text import describe, format_clock, format_hours, parse_hours
from resources.importing.hours_words import ASK_FIRST, read_sentence, span
from resources.importing.values import NotReadable, clean, day, plain
from resources.slots import BadSlot, Closure, Slot, fortnightly

_DAY = r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?"
_ANCHOR = re.compile(rf"\((?P<day>{_DAY})の週から\)")
_PERIOD = re.compile(rf"\((?P<first>{_DAY})?\s*~\s*(?P<last>{_DAY})?\)")
_CLOSURE = re.compile(
    rf"(?P<first>{_DAY})(?:\s*~\s*(?P<last>{_DAY}))?"
    r"(?:\s+(?P<opens>\d{1,2}[:時]\S*?)\s*~\s*(?P<closes>翌?\d{1,2}[:時]\d{0,2}分?))?(?:\s+(?P<reason>.*))?"
)
_EXACT = re.compile(r"[0-7]+(?:Mo|Tu|We|Th|Fr|Sa|Su)|Ho\b|\d{1,2}D|LD")
_ELSEWHERE = "予約や連絡のことは、「時間について一言」に書いてください。ここには曜日と時間だけを書きます。"
_NO_CLOSURE = "「2026-08-10〜2026-08-20 夏休み」のように書いてください。"


@dataclass(frozen=True)
class Lines:
    """What lines of hours say; `troubles` are the lines that could not be read, each with the remedy."""

    slots: tuple[Slot, ...] = ()
    year_end_closed: bool = False
    troubles: tuple[tuple[str, str], ...] = ()


def read_hours(text: str) -> Lines:
    """Read hours, one pattern a line."""
    slots: list[Slot] = []
    troubles: list[tuple[str, str]] = []
    year_end = False
    for line in _lines(text):
        try:
            found, rests = _read(line)
        except (BadSlot, NotReadable) as error:
            troubles.append((line, str(error)))
            continue
        slots += found
        year_end |= rests
    return Lines(tuple(slots), year_end, tuple(troubles))


def write_hours(slots: Iterable[Slot]) -> str:
    """Write hours as lines that are read as the same hours."""
    return "\n".join(_written(list(same)) for _, same in groupby(slots, key=lambda slot: replace(slot, opens=None, closes=None)))


def read_closures(text: str) -> tuple[tuple[Closure, ...], tuple[tuple[str, str], ...]]:
    """Read periods without the usual hours, one a line; returns them and the lines that could not be read."""
    found: list[Closure] = []
    troubles: list[tuple[str, str]] = []
    for line in _lines(text):
        match = _CLOSURE.fullmatch(_even(line))
        try:
            if match is None:
                raise NotReadable(_NO_CLOSURE)
            first = day(match["first"])
            last = day(match["last"]) if match["last"] else first
            times = span(match["opens"], match["closes"]) if match["opens"] else None
            if first is None or last is None or (match["opens"] and times is None):
                raise NotReadable(_NO_CLOSURE)
            reason = line[-len(match["reason"]) :] if match["reason"] else ""
            found.append(Closure(first, last, reason, *(times or (None, None))))
        except (BadSlot, NotReadable):
            troubles.append((line, _NO_CLOSURE))
    return tuple(found), tuple(troubles)


def write_closures(closures: Iterable[Closure]) -> str:
    """Write closures as lines that are read as the same closures."""
    lines = []
    for rest in closures:
        days = f"{rest.starts}" if rest.starts == rest.ends else f"{rest.starts}〜{rest.ends}"
        times = "" if rest.opens is None or rest.closes is None else f"{_clock(rest.opens)}〜{_clock(rest.closes)}"
        lines.append(" ".join(part for part in (days, times, rest.reason.replace("\n", " ")) if part))
    return "\n".join(lines)


def _lines(text: str) -> list[str]:
    return [line.strip() for line in clean(text).split("\n") if line.strip()]


def _even(line: str) -> str:
    return re.sub("[〜～~]", "~", plain(line))


def _read(line: str) -> tuple[list[Slot], bool]:
    said = _even(line)
    if _EXACT.match(said):
        return list(parse_hours(line)), False
    if ASK_FIRST.search(said):
        raise NotReadable(_ELSEWHERE)
    said, anchor, first, last = dated(said)
    if re.search(r"\d\s*[:時]|24時間", said):
        slots, year_end = read_sentence(said.replace("~", "〜"))
    else:
        days = parse_days(said)
        slots, year_end = [Slot(days.pattern, holidays=days.holidays)], days.year_end_closed
    return placed(slots, anchor, first, last), year_end


def dated(words: str) -> tuple[str, date | None, date | None, date | None]:
    """Return words about hours without the week a fortnight is counted from and the period they hold in, and these."""
    said, anchor, first, last = _even(words), None, None, None
    if match := _ANCHOR.search(said):
        anchor, said = day(match["day"]), said.replace(match[0], " ")
    if (match := _PERIOD.search(said)) and (match["first"] or match["last"]):
        first, last = _day(match["first"]), _day(match["last"])
        said = said.replace(match[0], " ")
    return said, anchor, first, last


def placed(slots: Iterable[Slot], anchor: date | None, first: date | None, last: date | None) -> list[Slot]:
    """Return slots in their period; the week from which a fortnight is counted belongs to no other days."""
    return [replace(slot, anchor=anchor if fortnightly(slot) else None, valid_from=first, valid_to=last) for slot in slots]


def _day(written: str | None) -> date | None:
    return day(written) if written else None


def _written(same: list[Slot]) -> str:
    """Write slots of the same days in words; in the exchange notation where the words would say something else."""
    first = same[0]
    words = describe([replace(slot, anchor=None, valid_from=None, valid_to=None) for slot in same])
    words = words.replace("（時間は要確認）", "")
    words += f"（{first.anchor}の週から）" if first.anchor else ""
    if first.valid_from or first.valid_to:
        words += f"（{first.valid_from or ''}〜{first.valid_to or ''}）"
    try:
        slots, year_end = _read(words)
    except (BadSlot, NotReadable):
        return format_hours(same)
    return words if slots == same and not year_end else format_hours(same)


def _clock(minutes: int) -> str:
    return format_clock(minutes) if minutes <= 24 * 60 else f"翌{format_clock(minutes - 24 * 60)}"
