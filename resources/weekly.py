"""A week as staff write it: 月〜金 8:30-12:00, 13:00-17:15 祝休; and as it is read back, day by day."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from resources.days_text import KANJI_DAYS
from resources.hours import Closure, Slot
from resources.slots import JAPAN, WEEKDAYS, BadSlot, closed_for, holiday_name, spans_of

_PART = re.compile(
    r"(?P<days>[月火水木金土日]-[月火水木金土日]|[月火水木金土日・]+|毎日)\s*(?P<times>[^祝]+?)\s*(?P<holidays>祝休|祝開)?"
)
_KEPT = re.compile(r"(?P<days>(?:0(?:Mo|Tu|We|Th|Fr|Sa|Su))+) (?P<times>[\d:翌-]+)(?: (?P<holidays>祝休|祝開))?")
_TIMES = re.compile(r"\d{1,2}:\d{2}-翌?\d{1,2}:\d{2}")


@dataclass(frozen=True)
class DayRead:
    """One day of the coming week and its hours in words."""

    day: date
    hours: str
    note: str = ""


def notation(told: str) -> str:
    """Return hours in the exchange notation, whether they were written so or with the days in Japanese; raises BadSlot."""
    plain = unicodedata.normalize("NFKC", told).replace("〜", "-").replace("~", "-").replace("、", ",").replace("；", ";")
    return "; ".join(_part(part.strip()) for part in re.split(r"[;\n]", plain) if part.strip())


def written(kept: str) -> str:
    """Return hours in the exchange notation as staff write them; parts that have no such form stay as they are."""
    parts: list[tuple[str, str, str]] = []
    for part in (one.strip() for one in kept.split(";") if one.strip()):
        match = _KEPT.fullmatch(part)
        said = (_said(match["days"]), match["times"], match["holidays"] or "") if match else ("", part, "")
        if parts and said[0] and parts[-1][0] == said[0] and parts[-1][2] == said[2]:
            parts[-1] = (said[0], f"{parts[-1][1]}, {said[1]}", said[2])
        else:
            parts.append(said)
    return "; ".join(" ".join(word for word in part if word) for part in parts)


def coming_week(
    slots: tuple[Slot, ...], *, now: datetime, closures: tuple[Closure, ...] = (), year_end_closed: bool = False
) -> list[DayRead]:
    """Return the next seven days with their hours, holidays and closures."""
    today = now.astimezone(JAPAN).date()
    return [_read(today + timedelta(days=ahead), slots, closures, year_end_closed) for ahead in range(7)]


def _part(part: str) -> str:
    match = _PART.fullmatch(part)
    if match is None:
        return part.replace("翌 ", "翌")
    days, times = _days(match["days"]), [one.strip() for one in match["times"].split(",")]
    if not all(_TIMES.fullmatch(one) for one in times):
        raise BadSlot(BadSlot.__doc__)
    mark = f" {match['holidays']}" if match["holidays"] else ""
    return "; ".join(f"{days} {one}{mark}" for one in times)


def _days(written: str) -> str:
    if written == "毎日":
        numbers = list(range(7))
    elif "-" in written:
        first, last = (KANJI_DAYS.index(day) for day in written.split("-"))
        numbers = [(first + step) % 7 for step in range((last - first) % 7 + 1)]
    else:
        numbers = [KANJI_DAYS.index(day) for day in written.replace("・", "")]
    return "".join(f"0{WEEKDAYS[number]}" for number in numbers)


def _said(days: str) -> str:
    kanji = "".join(KANJI_DAYS[WEEKDAYS.index(day)] for day in re.findall("[A-Z][a-z]", days))
    return f"{kanji[0]}〜{kanji[-1]}" if len(kanji) > 2 and kanji in KANJI_DAYS else "・".join(kanji)


def _read(day: date, slots: tuple[Slot, ...], closures: tuple[Closure, ...], year_end: bool) -> DayRead:
    spans = spans_of(day, slots, closures, year_end)
    certain = [span for span in spans if span.certain]
    said = "、".join(f"{span.start:%-H:%M}〜{_ends(span.end, day)}" for span in certain)
    rest = closed_for(day, closures, year_end)
    note = (rest.reason or "休みの登録") if rest else holiday_name(day)
    return DayRead(day, said or ("決まっていません（祝日の扱いが未記入）" if spans else "休み"), note)


def _ends(end: datetime, day: date) -> str:
    return f"{end:%-H:%M}" if end.date() == day else "24:00" if (end.hour, end.minute) == (0, 0) else f"翌{end:%-H:%M}"
