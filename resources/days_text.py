"""Reads the days that people write: 月〜金（祝日を除く）, 第2・4水, 隔週日, 毎月10日, 土日祝, 月曜休館."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from resources.slots import FORTNIGHTLY, LAST_WEEK, TOKEN, WEEKDAYS, BadSlot, Holidays, is_pattern

KANJI_DAYS = "月火水木金土日"
_EVERY = "0"
_DIGITS = str.maketrans("一二三四五", "12345")
_NUMBERED_WEEKS = frozenset("12345")
# Said first, so that every rule below sees 月, 祝, 年末年始 and ~ only.
_SHORTER = (
    (re.compile(r"(?:年末年始)?\(?12[月/.](?:2[89]|3[01])日?\s*[~〜\-－―‐−ー]\s*(?:翌年?の?)?1[月/.][3-6]日?\)?"), "年末年始"),
    (re.compile(r"([月火水木金土日])曜日?"), r"\1"),
    (re.compile(r"国民の祝日|祝祭日|祝日|祭日|休日"), "祝"),
    (re.compile(r"\s*(?:[~〜\-－―‐−ー→]|から)\s*"), "~"),
)
_CLOSED = r"(?:(?:は|を|も|の)?(?:除く|除き|のぞく|お?休み|定休|休[業館所診園]?|閉[館所園])日?(?:です)?|以外)"
_RESTING_WEEK = r"(?:第?[1-5](?:[・、,.と]?第?[1-5])*週?の?|最終|隔週の?|毎週)"
_RESTING_DAY = rf"(?:{_RESTING_WEEK}?(?:[月火水木金土日]~[月火水木金土日]|[月火水木金土日])|祝|年末年始)"
# What rests is joined without a comma: 月〜土、祝日は休み is open on Saturdays, 土・日・祝日は休み is not.
_WITHOUT = re.compile(
    rf"(?:ただし[、,]?)?(?P<what>{_RESTING_DAY}(?:(?:・|及び|と|や)?{_RESTING_DAY})*(?:[、,]年末年始)?|年末年始[、,]祝){_CLOSED}"
)
_WITH = re.compile(r"祝(?:を?含む|も含む|も?可|も開館|も実施|も営業|も開催|も)")
# 15日 is a date of the month, whatever stands before it; 第3日 and 3日曜 are Sundays, 12月5日 and 週2日 are neither.
_OF_THE_MONTH = re.compile(
    r"第\d(?:(?:[・、,.と/]第?|第)\d)*(?!\d)"
    r"|(?<![\d月/週第])(?:毎月の?)?(?:(\d)の(?:付く|つく)?日|(\d{1,2}(?:日?[・、,.と]\d{1,2})*)の?日)(?![曜間])"
    r"|[週/]\d{1,2}の?日(?![曜間])"
)
# 一日 may be the first of the month, the first Sunday, or all day.
_KANJI = "一二三四五六七八九十"
_WRITTEN_OUT = re.compile(rf"(?<![第{_KANJI}・、,.と/])[{_KANJI}](?:[・、,.と/]?[{_KANJI}])*日(?!曜)")
_DATES = re.compile(r"毎月(\d{1,2}(?:日?[・、,.と]\d{1,2})*)日|(毎月末日?|月末)")
_WEEK = re.compile(
    r"(第?[1-5一二三四五](?:[・、,.と/]?第?[1-5一二三四五])*(?:[・、,.と/]?最終)?(?:週目?)?の?|最終週?の?|最後の|隔週の?|毎週)"
    r"(?=\s*[月火水木金土日])"
)
_DAYS = re.compile(r"\s*((?:[月火水木金土日]~[月火水木金土日]|[月火水木金土日祝])+)(?!\d)")
_FILLER = re.compile(
    r"[\s・、,./()と;:。\[\]【】]+|まで|及び|および|または|又は|ごと|のみ|の|開催|実施|営業|開館|診療|毎月|毎週|月\d回"
)
_TIMES_A_MONTH = re.compile(r"月\d回")
_RANGE = re.compile(r"([月火水木金土日])~([月火水木金土日])")


class NotUnderstood(BadSlot):
    """曜日の書き方を読み取れません。例: 月〜金、第2・4水、最終金、隔週日、毎月10日、毎日。"""


@dataclass(frozen=True)
class Days:
    """Days as a pattern, and what was said about holidays and the end of the year."""

    pattern: str
    holidays: Holidays = Holidays.UNKNOWN
    year_end_closed: bool = False


def parse_days(text: str) -> Days:
    """Read Japanese words for days; raises NotUnderstood rather than guess."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if is_pattern(plain):
        return Days(plain)
    year_end, *others = _SHORTER
    plain = year_end[0].sub(year_end[1], plain)
    if _WRITTEN_OUT.search(plain):
        raise NotUnderstood(NotUnderstood.__doc__)
    plain = _OF_THE_MONTH.sub(_dates, plain)
    for shape, short in others:
        plain = shape.sub(short, plain)
    found = list(_WITHOUT.finditer(plain))
    closures = [match["what"] for match in found]
    year_end_closed = any("年末年始" in what for what in closures)
    without = any("祝" in what for what in closures)
    # 土、日、祝日は休み: three days of rest, or two that are open? Nobody should find a closed door.
    torn = any(match["what"].startswith("祝") and re.search(r"[土日]\s*[、,]\s*$", plain[: match.start()]) for match in found)
    all_but = "以外" in plain or without
    plain, with_them = _WITH.subn(" ", _WITHOUT.sub(" ", plain))
    reading = _Reading(plain)
    resting = _resting(closures)
    if resting and all_but and not plain.strip(" ()、,・~"):
        reading.open_every_day()
    else:
        reading.read()
    if torn and set(reading.weeks) <= set("土日"):
        raise NotUnderstood(NotUnderstood.__doc__)
    reading.rest_on(resting)
    holidays = Holidays.CLOSED if without else Holidays.OPEN if with_them else reading.holidays()
    return Days(reading.pattern(), holidays, year_end_closed)


def without_rest(pattern: str, words: str) -> str:
    """Return a weekly pattern without the days that words call days of rest (月曜休館, 第3水曜は休み); the pattern when none."""
    plain = unicodedata.normalize("NFKC", words)
    for shape, short in _SHORTER:
        plain = shape.sub(short, plain)
    try:
        resting = _resting([match["what"] for match in _WITHOUT.finditer(plain)])
        reading = _Reading("")
        for digits, weekday, holiday, _ in TOKEN.findall(pattern):
            if not weekday or FORTNIGHTLY in digits:
                return pattern
            reading.named_holidays |= bool(holiday)
            reading.weeks.setdefault(KANJI_DAYS[WEEKDAYS.index(weekday)], set()).update(digits)
        reading.rest_on(resting)
        return reading.pattern() if resting else pattern
    except NotUnderstood:
        return pattern


def _resting(closures: list[str]) -> dict[str, set[str]]:
    """Return the weekdays of rest with their weeks; holidays and the end of the year are told apart."""
    if any("~" in what and "祝" in what for what in closures):
        # 月〜金・祝日除く: nobody rests from Monday to Friday.
        raise NotUnderstood(NotUnderstood.__doc__)
    weekdays = [re.sub("祝|年末年始", " ", what) for what in closures]
    reading = _Reading(" ".join(weekdays))
    if reading.plain.strip(" ・と及びや、,"):
        reading.read()
    return reading.weeks


class _Reading:
    """One pass over a text; collects the weeks of each weekday, the dates and whether holidays are meant."""

    def __init__(self, plain: str) -> None:
        self.plain = plain
        self.weeks: dict[str, set[str]] = {}
        self.dates: set[str] = set()
        self.named_holidays = self.never_rests = self.working_days = self.numbered = False

    def read(self) -> None:
        at = 0
        while at < len(self.plain):
            at = self._step(at)
        # 月2回 水曜: nobody knows which two of the Wednesdays.
        vague = _TIMES_A_MONTH.search(self.plain) and any(_EVERY in weeks for weeks in self.weeks.values())
        if vague or not (self.weeks or self.dates or self.named_holidays):
            raise NotUnderstood(NotUnderstood.__doc__)

    def _step(self, at: int) -> int:
        for words in ("年中無休", "無休", "365日", "毎日", "全日", "平日"):
            if self.plain.startswith(words, at):
                self._add("月火水木金" if words == "平日" else KANJI_DAYS, _EVERY)
                self.working_days |= words == "平日"
                self.never_rests |= "無休" in words or words == "365日"
                return at + len(words)
        if match := _DATES.match(self.plain, at):
            self._add_dates(match[1])
            return match.end()
        week = _WEEK.match(self.plain, at)
        if days := _DAYS.match(self.plain, week.end() if week else at):
            # 第2・4火・木 may mean every Thursday or two of them: nobody should find a closed door.
            if not week and self.numbered and days[1] != "祝":
                raise NotUnderstood(NotUnderstood.__doc__)
            self.numbered = bool(week and week[1] != "毎週")
            self._add(_expanded(days[1]), _weeks(week[1]) if week else _EVERY)
            self.named_holidays |= "祝" in days[1]
            return days.end()
        if filler := _FILLER.match(self.plain, at):
            return filler.end()
        raise NotUnderstood(NotUnderstood.__doc__)

    def _add(self, days: str, weeks: str) -> None:
        for day in days:
            if day in KANJI_DAYS:
                self.weeks.setdefault(day, set()).update(weeks)

    def _add_dates(self, words: str | None) -> None:
        dates = [int(day) for day in re.findall(r"\d{1,2}", words or "")]
        if any(not 1 <= day <= 31 for day in dates):
            raise NotUnderstood(NotUnderstood.__doc__)
        self.dates.update([str(day) for day in dates] or ["L"])

    def open_every_day(self) -> None:
        """Only days of rest were named: all others are open."""
        self._add(KANJI_DAYS, _EVERY)

    def rest_on(self, resting: dict[str, set[str]]) -> None:
        """Take days of rest out; raises NotUnderstood when the pattern cannot say it or nothing would be left."""
        for day, weeks in resting.items():
            left = self.weeks.get(day, set())
            if _EVERY in weeks or not left:
                self.weeks.pop(day, None)
                continue
            if not (left | weeks) <= _NUMBERED_WEEKS | {_EVERY}:
                raise NotUnderstood(NotUnderstood.__doc__)
            self.weeks[day] = (set(_NUMBERED_WEEKS) if _EVERY in left else left) - weeks
        if resting and not (self.weeks or self.dates):
            raise NotUnderstood(NotUnderstood.__doc__)

    def holidays(self) -> Holidays:
        if self.named_holidays or self.never_rests:
            return Holidays.OPEN
        return Holidays.CLOSED if self.working_days else Holidays.UNKNOWN

    def pattern(self) -> str:
        tokens = []
        for kanji, weekday in zip(KANJI_DAYS, WEEKDAYS, strict=True):
            if weeks := self.weeks.get(kanji):
                tokens.append((_EVERY if _EVERY in weeks else "".join(sorted(weeks))) + weekday)
        dates = sorted(self.dates, key=lambda day: 99 if day == "L" else int(day))
        return "".join([*tokens, *(["Ho"] if self.named_holidays else []), *(f"{day}D" for day in dates)])


def _dates(match: re.Match[str]) -> str:
    """Write dates of the month so that they cannot be taken for weeks; 5の日 are the 5th, the 15th and the 25th."""
    if match[0][0] in "週/":
        raise NotUnderstood(NotUnderstood.__doc__)
    if match[1]:
        days = [day for day in range(int(match[1]), 32, 10) if day]
        return f"毎月{'・'.join(map(str, days))}日"
    return f"毎月{match[2]}日" if match[2] else match[0]


def _expanded(days: str) -> str:
    """Turn 月~金 into 月火水木金; a range may run over Sunday (金~月)."""
    circle = KANJI_DAYS * 2

    def whole(match: re.Match[str]) -> str:
        first = circle.index(match[1])
        return circle[first : circle.index(match[2], first) + 1]

    return _RANGE.sub(whole, days)


def _weeks(words: str) -> str:
    if words.startswith("最"):
        return LAST_WEEK
    if words.startswith("隔"):
        return FORTNIGHTLY
    last = LAST_WEEK if "最終" in words else ""
    return "".join(re.findall(r"[1-5]", words.translate(_DIGITS))) + last or _EVERY
