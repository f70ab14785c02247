"""The national hotlines: which number may be shown at this minute, and which number never."""

import re
import tomllib
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from intents.codes import Crisis, Topic
from resources.hours import Closure, Holidays, Opening, Slot, opening, parse_clock
from resources.slots import WEEKDAYS

FEES = ("free", "varies", "paid")  # also the order in which lines are offered
NUMBER = re.compile(r"1\d\d|#\d{4}|0\d{1,4}-\d{1,4}-?\d{2,5}|0120-\d{2}-\d{4}|0[58]\d0-\d{6}|0120-\d{6}")
LOOKS_LIKE_A_NUMBER = re.compile(r"(?<!\d)0\d(?:[- ()]?\d){6,10}(?!\d)")


class BadHotlines(ValueError):
    """The file of hotlines contradicts itself; nothing is loaded from it."""


@dataclass(frozen=True)
class Number:
    """A number as it is dialled, and where or when it is the one to dial."""

    number: str
    where: str = ""


@dataclass(frozen=True)
class Line:
    """One way to reach one window: a number or an address, for whom, when, at what price, and how sure we are."""

    id: str
    name: str
    kana: str
    easy: str
    channel: str
    crises: frozenset[str]
    topics: tuple[str, ...]
    fee: str
    nationwide: bool
    hours: tuple[Slot, ...]
    hours_verified: bool
    source: str
    checked_on: date
    checked_by: str
    state: str
    numbers: tuple[Number, ...] = ()
    url: str = ""
    account: str = ""
    for_whom: str = "anyone"
    languages: tuple[str, ...] = ("ja",)
    holidays: Holidays = Holidays.OPEN
    exceptions: tuple[Closure, ...] = ()
    year_end: str = "open"
    immediate: bool = False
    announced: bool = False
    source_url: str = ""
    source_date: date | None = None
    reviewed_by: str = ""
    reviewed_on: date | None = None

    @property
    def without_voice(self) -> bool:
        """Say whether nobody has to speak aloud here."""
        return self.channel != "phone"

    def opening(self, now: datetime) -> Opening:
        """Say whether somebody answers at a moment and until when; certain only for hours that somebody verified."""
        if now.tzinfo is None:
            raise ValueError("now must know its time zone")
        verified = self.hours_verified and not self.announced
        rests = self.year_end == "closed"
        return opening(self.hours, now=now, closures=self.exceptions, verified=verified, year_end_closed=rests)

    def is_open(self, now: datetime) -> bool:
        """Say whether somebody certainly answers at this minute."""
        return self.opening(now).is_open


@dataclass(frozen=True)
class Denied:
    """A number that circulates but is wrong or dead, and the one to dial instead."""

    number: str
    why: str
    right: str


@dataclass(frozen=True)
class Hotlines:
    """All national lines in the order of choice, and the denied numbers."""

    lines: tuple[Line, ...]
    denied: tuple[Denied, ...]

    def get(self, line_id: str) -> Line:
        """Return the line with this id; KeyError when there is none."""
        return {line.id: line for line in self.lines}[line_id]

    def immediate(self) -> tuple[Line, ...]:
        """Return 119 and 110, which are shown apart from every list."""
        return tuple(line for line in self.lines if line.immediate)

    def for_crisis(self, code: str, *, now: datetime, minor: bool = False, limit: int = 2, language: str = "") -> list[Line]:
        """Return lines open at this minute: free ones first, one without voice among them when any is open.

        Paid lines never stand alone. When nothing is open, lines come back whose hours nobody verified
        (hours_verified is False): show them only with the request to check the hours.
        """
        if code not in set(Crisis):
            raise KeyError(code)
        fitting = [line for line in self.lines if code in line.crises and not line.announced and _is_for(line, minor)]
        # A child's own lines stand first, then those that speak the language; otherwise price decides, then the file's order.
        fitting.sort(key=lambda line: (line.for_whom != "minors", language not in line.languages, FEES.index(line.fee)))
        open_now = [line for line in fitting if line.is_open(now)]
        return _choose(open_now, limit) or _choose([line for line in fitting if not line.hours_verified], limit)

    def denied_in(self, text: str) -> list[Denied]:
        """List the denied numbers that a text contains, however they are written."""
        # Dashes of every kind become a hyphen, because spreadsheets carry all of them.
        plain = re.sub(r"[‐-―−ーｰ]", "-", unicodedata.normalize("NFKC", text))
        found = {_digits(match.group()) for match in LOOKS_LIKE_A_NUMBER.finditer(plain)}
        return [denied for denied in self.denied if _digits(denied.number) in found]


def load(path: Path | None = None) -> Hotlines:
    """Read the file of hotlines and refuse it as a whole when anything in it is wrong."""
    with (path or Path(__file__).with_name("hotlines.toml")).open("rb") as file:
        data = tomllib.load(file)
    hotlines = Hotlines(
        lines=tuple(_line(row) for row in data["line"]),
        denied=tuple(Denied(**row) for row in data["denied"]),
    )
    problems = list(_problems(hotlines))
    if problems:
        raise BadHotlines("; ".join(problems))
    return hotlines


def _line(row: dict[str, Any]) -> Line:
    shapes: dict[str, Callable[[Any], Any]] = {
        "holidays": Holidays,
        "crises": frozenset,
        "topics": tuple,
        "languages": tuple,
        "numbers": lambda rows: tuple(Number(**number) for number in rows),
        "hours": lambda rows: tuple(_slot(hours, row.get("holidays", Holidays.OPEN)) for hours in rows),
        "exceptions": lambda rows: tuple(_closure(closure) for closure in rows),
    }
    try:
        shaped = {name: shape(row[name]) for name, shape in shapes.items() if name in row}
        return Line(**{**row, **shaped})
    except (KeyError, TypeError, ValueError) as error:
        raise BadHotlines(f"{row.get('id', '?')}: {error}") from error


def _slot(row: dict[str, Any], holidays: Holidays) -> Slot:
    if "monthly_day" in row:
        return Slot(f"{row['monthly_day']}D", *_times(row), holidays)
    return Slot("".join(f"0{WEEKDAYS['月火水木金土日'.index(day)]}" for day in row["days"]), *_times(row), holidays)


def _closure(row: dict[str, Any]) -> Closure:
    opens, closes = _times(row) if "opens" in row else (None, None)
    return Closure(row["from"], row["to"], row.get("why", ""), opens, closes)


def _times(row: dict[str, Any]) -> tuple[int, int]:
    opens, closes = parse_clock(row["opens"]), parse_clock(row["closes"])
    if opens is None or closes is None:
        raise ValueError(f"hours {row['opens']} to {row['closes']}")
    return opens, closes


def _digits(number: str) -> str:
    return re.sub(r"\D", "", number)


def _is_for(line: Line, minor: bool) -> bool:
    return line.for_whom != "minors" or minor


def _choose(lines: list[Line], limit: int) -> list[Line]:
    chosen = lines[:limit]
    silent = next((line for line in lines if line.without_voice), None)
    if silent and chosen and not any(line.without_voice for line in chosen):
        chosen = [*chosen[: limit - 1], silent] if limit > 1 else chosen
    return chosen if any(line.fee != "paid" for line in chosen) else []


def _problems(hotlines: Hotlines) -> Iterator[str]:
    yield from _repeated("id", (line.id for line in hotlines.lines))
    yield from _repeated("number", (number.number for line in hotlines.lines for number in line.numbers))
    denied = {_digits(row.number) for row in hotlines.denied}
    for line in hotlines.lines:
        for number in line.numbers:
            if not NUMBER.fullmatch(number.number):
                yield f"{line.id}: {number.number} is not written like a number"
            if _digits(number.number) in denied:
                yield f"{line.id}: {number.number} is denied"
        for claim, holds in _claims(line):
            if not holds:
                yield f"{line.id}: {claim}"
    known = {number.number for line in hotlines.lines for number in line.numbers}
    yield from (
        f"denied {row.number}: {row.right} is no line of ours" for row in hotlines.denied if row.right not in known
    )


def _claims(line: Line) -> Iterator[tuple[str, bool]]:
    yield "crises are of the eight codes", line.crises <= set(Crisis)
    yield "topics are of the nineteen codes", set(line.topics) <= set(Topic)
    yield "channel is phone, chat, web or sms", line.channel in ("phone", "chat", "web", "sms")
    yield "year_end is open or closed", line.year_end in ("open", "closed")
    yield "for_whom is anyone, minors or women", line.for_whom in ("anyone", "minors", "women")
    yield "fee is free, varies or paid", line.fee in FEES
    yield "0570 is paid", line.fee == "paid" or not any(number.number.startswith("0570") for number in line.numbers)
    yield "a phone has a number, the others an address", bool(line.numbers if line.channel == "phone" else line.url)
    yield (
        "verified hours have hours and a dated source",
        not line.hours_verified or bool(line.hours and line.source_date),
    )
    yield "the source is not younger than the check", (line.source_date or line.checked_on) <= line.checked_on
    yield (
        "reviewed names who and when",
        line.state == "drafted" or bool(line.state == "reviewed" and line.reviewed_by and line.reviewed_on),
    )


def _repeated(what: str, values: Iterable[str]) -> Iterator[str]:
    seen: set[str] = set()
    for value in values:
        if value in seen:
            yield f"{what} {value} appears twice"
        seen.add(value)
