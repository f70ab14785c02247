"""Reads the cells that say when something takes place, in one column or in many."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from resources.days_text import KANJI_DAYS, without_rest
from resources.hours import BadSlot, Closure, Days, Holidays, NotUnderstood, Slot, parse_clock, parse_days, parse_hours
from resources.importing.hours_words import ASK_FIRST, RANGE, breaks, cut, half_width, read_sentence, read_times, span
from resources.importing.values import NotReadable, day
from resources.slots import DAY

YEAR_END = "年末年始"
EVERY_DAY = "0Mo0Tu0We0Th0Fr0Sa0Su"
_RESTS_ON_HOLIDAYS = re.compile(r"(?:祝日|祝祭日|国民の祝日).{0,60}?(?:休[館業所診み]|お休み|定休|除く|除き|利用不可|閉[館所])")
_OPEN_ON_HOLIDAYS = re.compile(r"祝日(?:は|も)(?:通常|開|営業|利用可|実施|サービスを提供)")
_RESTS_AT_YEAR_END = re.compile(r"年末年始.{0,40}?(?:休|除|不可|閉)|12[月/]2[89].{0,8}1[月/][3-6]")
_OPENING_TIME = re.compile(
    r"【?(?:開館|利用|開所|営業)時間】?[:\s]*(?P<times>[^【]+)【(?:休館|休所|定休|休業)日】[:\s]*(?P<rest>.+)"
)
_DATED = re.compile(
    r"(?P<m1>\d{1,2})月(?P<d1>\d{1,2})日(?:\((?P<w1>[月火水木金土日])[^)]*\))?"
    r"(?:[~〜-](?:(?P<m2>\d{1,2})月)?(?P<d2>\d{1,2})日(?:\((?P<w2>[月火水木金土日])[^)]*\))?)?"
)
_HOLIDAY_WORDS = {"休み": Holidays.CLOSED, "開く": Holidays.OPEN, "不明": Holidays.UNKNOWN, "": Holidays.UNKNOWN}
_UNCLEAR_TIME = "開始・終了の時刻を読み取れません。9:00のように書いてください。元の言葉は「時間の備考」に残しました。"


@dataclass
class Hours:
    """What the cells of a row say about time; `problems` are (field, value, what to write instead)."""

    slots: list[Slot] = field(default_factory=list)
    closures: list[Closure] = field(default_factory=list)
    year_end_closed: bool = False
    notes: list[str] = field(default_factory=list)
    problems: list[tuple[str, str, str]] = field(default_factory=list)

    def note(self) -> str:
        """Return what residents should read beside the hours."""
        return "\n".join(dict.fromkeys(part for part in self.notes if part))


def read_hours(
    cells: Mapping[str, str],
    timed: Mapping[str, tuple[str, str]] | None = None,
    *,
    today: date,
    event: bool = False,
    exact: bool = False,
) -> Hours:
    """Read the cells days, opens, closes, times, holidays, closures, hours_note, starts_on and ends_on of a row.

    `exact` is for our own layout, which says everything in its columns: its notes are not read between the lines.
    """
    hours = Hours()
    note = cells.get("hours_note", "")
    hours.notes.append(note)
    _read_closures(hours, cells.get("closures", ""))
    if cells.get("starts_on") and (event or not cells.get("days")):
        _read_event(hours, cells, today)
    elif cells.get("days") or timed:
        _read_weekly(hours, cells, timed or {})
    elif not exact or any(cells.get(field) for field in ("opens", "closes", "times")):
        _read_loose(hours, cells, note)
    if not exact:
        _heed_note(hours, note)
    if hours.slots and all(slot.holidays is Holidays.CLOSED for slot in hours.slots):
        # Offices that rest on public holidays rest at the end of the year too; saying otherwise takes a word.
        hours.year_end_closed = "年末年始は開" not in cells.get("closures", "")
    return hours


def _read_weekly(hours: Hours, cells: Mapping[str, str], timed: Mapping[str, tuple[str, str]]) -> None:
    words = unicodedata.normalize("NFKC", cells.get("days", ""))
    listed = [part.strip() for part in words.split(";")] if words else []
    opens, closes = _list(cells.get("opens", "")), _list(cells.get("closes", ""))
    policies = _list(cells.get("holidays", ""))
    if _is_sentence(words) and not cells.get("opens") and _say_sentence(hours, words):
        return
    several = len(listed) > 1 and len(opens) in (1, len(listed)) and len(closes) in (1, len(listed))
    groups = listed if several or len(listed) == 1 else [words] if words else []
    for at, text in enumerate(groups):
        period, days = _days(hours, text)
        if days is None:
            continue
        policy = _HOLIDAY_WORDS.get(_at(policies, at), Holidays.UNKNOWN)
        base = replace(period, holidays=policy if policy is not Holidays.UNKNOWN else days.holidays)
        hours.year_end_closed |= days.year_end_closed
        start, end = (_at(opens, at), _at(closes, at)) if several else (cells.get("opens", ""), cells.get("closes", ""))
        times = cells.get("times", "")
        if not start and not end and _is_sentence(times) and not read_times(times) and _say_sentence(hours, times, base.holidays):
            continue
        _lay(hours, base, start, end, times)
    for words, (start, end) in timed.items():
        if start or end:
            days = parse_days(words)
            _lay(hours, Slot(days.pattern, holidays=days.holidays), start, end)


def _is_sentence(words: str) -> bool:
    return bool(RANGE.search(half_width(words))) or "24時間" in half_width(words)


def _say_sentence(hours: Hours, words: str, otherwise: Holidays = Holidays.UNKNOWN) -> bool:
    """Take days and times from one cell when nothing in it is in doubt; `otherwise` is what holds on holidays without a word."""
    try:
        slots, year_end = read_sentence(words)
    except NotUnderstood:
        return False
    hours.slots += [replace(slot, holidays=otherwise) if slot.holidays is Holidays.UNKNOWN else slot for slot in slots]
    hours.year_end_closed |= year_end
    if ASK_FIRST.search(words):
        hours.notes.append(words)
    return True


def _list(text: str) -> list[str]:
    return [part.strip() for part in text.split(";")]


def _at(parts: list[str], at: int) -> str:
    return parts[at] if len(parts) > 1 and at < len(parts) else parts[0] if parts else ""


def _days(hours: Hours, text: str) -> tuple[Slot, Days | None]:
    """Read one group of days; the exchange notation may carry an anchor and a period."""
    try:
        if re.match(r"[0-7]+[MTWFS]|Ho|\d{1,2}D|LD", text):
            slot = parse_hours(text)[0]
            return slot, Days(slot.pattern)
        days = parse_days(ASK_FIRST.sub(" ", text))
        if ASK_FIRST.search(text):
            hours.notes.append(text)
        return Slot(days.pattern), days
    except (BadSlot, NotUnderstood, IndexError):
        hours.problems.append(("days", text, f"{NotUnderstood.__doc__}元の言葉は「時間の備考」に残しました。"))
        hours.notes.append(text)
        return Slot(EVERY_DAY), None


def _lay(hours: Hours, base: Slot, start: str, end: str, times: str = "") -> None:
    for opens, closes in _times(hours, start, end, times):
        hours.slots.append(replace(base, opens=opens, closes=closes))


def _times(hours: Hours, start: str, end: str, otherwise: str) -> Sequence[tuple[int | None, int | None]]:
    column = "opens" if start or end else "times"
    start = start or ("" if end else otherwise)
    if not start and not end:
        return [(None, None)]
    times = span(_clock(start), _clock(end)) if start and end else None
    spans = [times] if times else read_times(start) + read_times(end)
    if spans and not (start and end and not times and not (read_times(start) and read_times(end))):
        return spans
    said = f"{start}〜{end}" if start and end else start or end
    hours.problems.append((column, said, _UNCLEAR_TIME))
    hours.notes.append(said)
    return [(None, None)]


def _clock(text: str) -> str:
    """Return a time of day as people write it, also where a spreadsheet kept a part of a day or lost the colon."""
    said = half_width(text)
    if re.fullmatch(r"0?\.\d+", said):
        minutes = round(float(said) * DAY)
        return f"{minutes // 60}:{minutes % 60:02}"
    return f"{said[:-2]}:{said[-2:]}" if re.fullmatch(r"\d{3,4}", said) else said


def _read_event(hours: Hours, cells: Mapping[str, str], today: date) -> None:
    words = cells["starts_on"]
    try:
        first, last = _period(words, cells.get("ends_on", ""), today)
    except NotReadable as error:
        hours.problems.append(("starts_on", words, error.says))
        times = "〜".join(part for part in (cells.get("opens", ""), cells.get("closes", "")) if part)
        hours.notes.append(" ".join(part for part in (words, times) if part))
        return
    base = Slot(EVERY_DAY, holidays=Holidays.OPEN, valid_from=first, valid_to=last)
    _lay(hours, base, cells.get("opens", ""), cells.get("closes", ""))


def _period(words: str, ends: str, today: date) -> tuple[date, date]:
    """Read the first and last day of an event; anything said beside them is not passed over."""
    said = re.sub(r"\s", "", unicodedata.normalize("NFKC", words))
    match = _DATED.fullmatch(said)
    if match:
        first = _year_of(match["m1"], match["d1"], match["w1"], today)
        last = _year_of(match["m2"] or match["m1"], match["d2"], match["w2"], first) if match["d2"] else first
        return first, day(ends) or last
    if not ends and len(parts := re.split("[~〜]", said)) == 2:
        said, ends = parts
    first_day = day(said)
    last_day = day(ends) or first_day
    if first_day is None or last_day is None or last_day < first_day:
        raise NotReadable("終了日が開始日より前です。2026-04-01のように書いてください。")
    return first_day, last_day


def _year_of(month: str, number: str, weekday: str | None, near: date) -> date:
    """Return the day of a date without a year: the weekday said beside it tells which year is meant."""
    for year in (near.year, near.year + 1, near.year - 1):
        try:
            found = date(year, int(month), int(number))
        except ValueError:
            continue
        if weekday and KANJI_DAYS[found.weekday()] == weekday:
            return found
    raise NotReadable("年が分かりません。2026-04-01のように年から書いてください。")


def _read_loose(hours: Hours, cells: Mapping[str, str], note: str) -> None:
    """Times without days say nothing certain: they are kept as words, unless the note tells when it rests."""
    if not cells.get("opens") and _is_sentence(cells.get("times", "")) and _say_sentence(hours, cells["times"]):
        return
    said = unicodedata.normalize("NFKC", note)
    match = _OPENING_TIME.search(said)
    if match and (spans := RANGE.findall(match["times"])) and (pattern := _all_but(match["rest"])):
        for first, last in spans:
            _lay(hours, Slot(pattern), first, last)
        hours.year_end_closed |= bool(_RESTS_AT_YEAR_END.search(match["rest"]))
        return
    times = "〜".join(part for part in (cells.get("opens", ""), cells.get("closes", "")) if part)
    hours.notes.insert(0, times or cells.get("times", ""))


def _all_but(rest: str) -> str:
    if _RESTS_AT_YEAR_END.fullmatch(re.sub(r"まで|翌年|の|から|\s", "", rest)) or _RESTS_AT_YEAR_END.search(rest):
        return EVERY_DAY
    try:
        resting = parse_days(rest).pattern
    except NotUnderstood:
        return ""
    open_days = [EVERY_DAY[at : at + 3] for at in range(0, 21, 3) if EVERY_DAY[at : at + 3] not in resting]
    only_weekly = re.fullmatch(r"(?:0[MTWFS][a-z])+", resting)
    return "".join(open_days) if only_weekly else ""


def _heed_note(hours: Hours, note: str) -> None:
    said = unicodedata.normalize("NFKC", note)
    unknown = [slot for slot in hours.slots if slot.holidays is Holidays.UNKNOWN]
    if unknown and (_OPEN_ON_HOLIDAYS.search(said) or _RESTS_ON_HOLIDAYS.search(said)):
        policy = Holidays.OPEN if _OPEN_ON_HOLIDAYS.search(said) else Holidays.CLOSED
        hours.slots = [replace(slot, holidays=policy) if slot.holidays is Holidays.UNKNOWN else slot for slot in hours.slots]
    hours.year_end_closed |= bool(_RESTS_AT_YEAR_END.search(said))
    if not re.search(r"\d月(?!曜)", said):  # what is said of some months is not said of all
        hours.slots = [replace(slot, pattern=without_rest(slot.pattern, said)) for slot in hours.slots]
    for rest in breaks(said):
        hours.slots = [part for slot in hours.slots for part in _cut(slot, rest)]


def _cut(slot: Slot, rest: tuple[int, int]) -> list[Slot]:
    if slot.opens is None or slot.closes is None:
        return [slot]
    return [replace(slot, opens=opens, closes=closes) for opens, closes in cut([(slot.opens, slot.closes)], rest)]


def _read_closures(hours: Hours, text: str) -> None:
    for part in (part.strip() for part in text.split(";")):
        if not part or part.startswith(YEAR_END):
            hours.year_end_closed |= part == YEAR_END
            continue
        match = re.match(r"(\d{4}-\d\d-\d\d)(?:/(\d{4}-\d\d-\d\d))?(?: (\d\d:\d\d)-(\d\d:\d\d))?(?: (.*))?$", part, re.S)
        try:
            if match is None:
                raise ValueError
            first, last, opens, closes, reason = match.groups()
            starts = date.fromisoformat(first)
            ends = date.fromisoformat(last) if last else starts
            times = (parse_clock(opens), parse_clock(closes)) if opens and closes else (None, None)
            hours.closures.append(Closure(starts, ends, reason or "", *times))
        except ValueError:
            hours.problems.append(("closures", part, "休止期間は 2026-08-10/2026-08-20 のように書いてください。"))
            hours.notes.append(f"休止: {part}")
