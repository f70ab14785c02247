"""When somebody wants to go: the days and the hours that a message names, and whether a place is open then."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from intents import canonical
from resources.days_text import KANJI_DAYS
from resources.drafts import Draft
from resources.slots import JAPAN, Span, spans_of

# What a place loses when it is closed then, when nobody knows, and when it is an office that a group's hours do not bind.
_CLOSED, _NOT_KNOWN, _OFFICE_CLOSED = 0.12, 0.6, 0.5
_WEEK = 7
_DAY = 24 * 60
_WEEKDAY = re.compile(
    "(再来週|来週|今週|毎週)?の?(?:(?<![今明昨毎翌本])([月火水木金土日])(?:曜日?|(?=の(?:朝|昼|夜|午前|午後|夕)))|(土日|週末)|(平日))"
)
_NEAR_DAYS = (
    ("明後日|あさって", 2),
    ("明日|あした|あす(?![かけ])", 1),
    ("今日|きょう|本日|今夜|今晩|こんばん(?!は)|これから|今から|いまから", 0),
)
# 今週 without a day of it, and the days that are left of it.
_WHOLE_WEEK = re.compile("(再来週|来週|今週|この週|今月)(?!の?(?:[月火水木金土日]|土日|週末|平日|末))|(1|一)週間")
_WEEKEND = re.compile("(再来週|来週|今週)末")
_NOW = re.compile(
    "今すぐ|いますぐ|今から|いまから|これから|(?:今|いま)(?:の時間|どこか|だれか|誰か|診|開|空|やって|ある|いる|行け|いけ|受|話)"
)
_HOURS = (
    ("登校前|学校の前", (6 * 60, 8 * 60 + 30)),
    ("仕事帰り|会社帰り|勤め帰り|仕事の後|仕事のあと|仕事終わり|勤務後", (17 * 60 + 30, 21 * 60)),
    ("学校帰り|放課後|下校後", (15 * 60, 18 * 60)),
    ("深夜|夜中|真夜中", (22 * 60, 29 * 60)),
    ("早朝", (5 * 60, 8 * 60)),
    ("夕方", (16 * 60, 19 * 60)),
    ("今夜|今晩|夜間|晩(?!ご飯|ごはん|年)|夜(?!中|間|眠|寝)", (17 * 60 + 30, 22 * 60)),
    ("午前|朝(?!ごはん|ご飯|食|市)", (6 * 60 + 30, 12 * 60)),
    ("お昼(?!寝|ご)|昼間|日中|昼(?!寝|食|ご)", (10 * 60, 16 * 60)),
    ("午後", (12 * 60 + 30, 17 * 60 + 30)),
)
_CLOCK = re.compile(
    "(午前|朝|午後|夕方|夜|昼)?の?([0-2]?[0-9])(?:時(半|([0-5]?[0-9])分)?|:([0-5][0-9]))(?:(過ぎ|すぎ|以降|から|より後)|(まで|前))?"
)
_HOUR = 60
# A day or an hour that only belongs to a story changes nothing: somebody must ask what there is then.
_ASKS = re.compile(
    r"行け|行き(?!つけ|来)|いける|行こう|開い|空い|あいて|やって(?:い|る|ます|ない)|ありま(?:す|せん)か|ある(?:かな|かしら|\?|ん|の|$)"
    "|ないかな|使え|集ま|参加|過ご|食べ(?:られ|れ|に|させ)|会え|診て|みてもら|受け付け|遊べ|休める|いられる|ところ(?:$|[はがをに?。])|とこ(?:$|[はがをに?。])"
    "|混ぜて|寄れる|通え|(?:やり|し|習い|入り|出|踊り|歌い|歩き|打ち|飲み|食べ|話し|遊び)たい|こぼせる|できる(?:会|場|所)"
)


@dataclass(frozen=True)
class When:
    """The days asked for, and from which to which minute of them (0 to 1740: the night goes on after midnight)."""

    days: tuple[date, ...]
    opens: int = 0
    closes: int = _DAY

    def stretches(self) -> list[tuple[datetime, datetime]]:
        """The stretches of time in which a place has to be open."""
        found = []
        for day in self.days:
            midnight = datetime(day.year, day.month, day.day, tzinfo=JAPAN)
            found.append((midnight + timedelta(minutes=self.opens), midnight + timedelta(minutes=self.closes)))
        return found


def asked(text: str, *, now: datetime) -> When | None:
    """Return when somebody wants to go, None when they do not say so."""
    plain, here = canonical(text), now.astimezone(JAPAN)
    if not _ASKS.search(plain):
        return None
    days, hours = _days(plain, here.date()), _hours(plain)
    if _NOW.search(plain) and days in (None, (here.date(),)):
        minute = here.hour * _HOUR + here.minute
        return When((here.date(),), minute, minute + 1)
    if days is None and hours is None:
        return None
    opens, closes = hours or (0, _DAY)
    if days is None:
        days = tuple(here.date() + timedelta(days=ahead) for ahead in range(_WEEK))
    if days == (here.date(),):
        opens = max(opens, here.hour * _HOUR + here.minute)
    return When(days, min(opens, closes - 1), closes)


def named(text: str, *, now: datetime) -> When | None:
    """Return the days that a message names, whether it asks for a place or not; None when it names none."""
    plain, here = canonical(text), now.astimezone(JAPAN)
    days, hours = _days(plain, here.date()), _hours(plain)
    if days is None:
        return None
    opens, closes = hours or (0, _DAY)
    if days == (here.date(),):
        opens = max(opens, here.hour * _HOUR + here.minute)
    return When(days, min(opens, closes - 1), closes)


def without(text: str) -> str:
    """Return the words without the time asked for: what is open then is seen from hours, not from descriptions."""
    plain = _WEEKDAY.sub(" ", _WEEKEND.sub(" ", canonical(text)))
    for words, _ in _NEAR_DAYS:
        plain = re.sub(words, " ", plain)
    return plain


def fits(draft: Draft, when: When | None, *, office: bool) -> float:
    """Return what is left of a score when somebody asks for a time: all of it, or less when it is closed then."""
    if when is None:
        return 1.0
    if not draft.slots:
        return _NOT_KNOWN
    if any(_meets(span, start, end) for span in _spans(draft, when) for start, end in when.stretches()):
        return 1.0
    return _OFFICE_CLOSED if office and (when.opens, when.closes) != (0, _DAY) and len(when.days) > 1 else _CLOSED


def _meets(span: Span, start: datetime, end: datetime) -> bool:
    return span.start < end and start < span.end


def _spans(draft: Draft, when: When) -> list[Span]:
    around = {day + timedelta(days=shift) for day in when.days for shift in (-1, 0, 1)}
    return [span for day in around for span in spans_of(day, draft.slots, draft.closures, draft.closed_at_year_end)]


def _days(plain: str, today: date) -> tuple[date, ...] | None:
    weekend = _WEEKEND.search(plain)
    plain = plain if weekend is None else f"{weekend[1]}の週末"
    named = _WEEKDAY.search(plain)
    if named is None and (whole := _WHOLE_WEEK.search(plain)):
        return _week(whole[1] or "", today)
    if named is None:
        near = next((ahead for words, ahead in _NEAR_DAYS if re.search(words, plain)), None)
        return None if near is None else (today + timedelta(days=near),)
    week, weekday, both, _ = named.groups()
    wanted = {KANJI_DAYS.index(weekday)} if weekday else {5, 6} if both else set(range(5))
    ahead = {"来週": _WEEK, "再来週": 2 * _WEEK}.get(week or "", 0)
    first = today + timedelta(days=ahead - (today.weekday() if ahead else 0))
    return tuple(day for day in (first + timedelta(days=at) for at in range(_WEEK)) if day.weekday() in wanted)


def _week(said: str, today: date) -> tuple[date, ...]:
    """Return the days that are left of a week or month; a week without a name begins today."""
    if said == "今月":
        return tuple(day for at in range(31) if (day := today + timedelta(days=at)).month == today.month)
    if not said:
        return tuple(today + timedelta(days=at) for at in range(_WEEK))
    ahead = {"来週": _WEEK, "再来週": 2 * _WEEK}.get(said, 0)
    first = today + timedelta(days=ahead - today.weekday())
    return tuple(day for day in (first + timedelta(days=at) for at in range(_WEEK)) if day >= today)


def _hours(plain: str) -> tuple[int, int] | None:
    clock = _CLOCK.search(plain)
    if clock is not None:
        half, hour = clock[1] or "", int(clock[2])
        if hour < 12 and (half in ("午後", "夕方", "夜") or (half == "昼" and hour < 6)):
            hour += 12
        minute = hour * _HOUR + (30 if clock[3] == "半" else int(clock[4] or clock[5] or 0))
        if hour <= 24 and clock[6]:
            return minute, minute + 2 * _HOUR
        if hour <= 24 and clock[7]:
            return max(0, minute - 2 * _HOUR), minute
        if hour <= 24:
            return minute, minute + _HOUR
    return next((hours for words, hours in _HOURS if re.search(words, plain)), None)
