"""Days and times as people in Japan read them, and as the fields of a form carry them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from resources.days_text import KANJI_DAYS
from resources.slots import JAPAN

_ERAS: Final = (
    (date(2019, 5, 1), "令和"), (date(1989, 1, 8), "平成"), (date(1926, 12, 25), "昭和"), (date(1912, 7, 30), "大正"),
)  # fmt: skip
# Other years are slips of the hand, and not every clock can count them.
_YEARS: Final = range(1868, 2200)


def day_of(at: date) -> date:
    """Return the day of a moment in Japan; a day stays itself."""
    return at.astimezone(JAPAN).date() if isinstance(at, datetime) else at


def spoken(at: date) -> str:
    """Return the day of a moment, or a day, as staff read it: 2026年11月23日（月）."""
    day = day_of(at)
    return f"{plain(day)}（{KANJI_DAYS[day.weekday()]}）"


def plain(at: date) -> str:
    """Return the day of a moment, or a day, without its weekday: 2026年11月23日."""
    day = day_of(at)
    return f"{day.year}年{day.month}月{day.day}日"


def with_era(day: date) -> str:
    """Return a day with its year of the era: 1956年4月1日（昭和31年）."""
    era, first = next(((name, begun.year) for begun, name in _ERAS if day >= begun), ("", 0))
    year = "元" if day.year == first else str(day.year - first + 1)
    return plain(day) + (f"（{era}{year}年）" if era else "")


def clock(at: datetime) -> str:
    """Return a time of day: 10:05."""
    return f"{at.astimezone(JAPAN):%H:%M}"


def iso(at: date) -> str:
    """Return the day of a moment, or a day, as a field for dates takes it: 2026-11-23."""
    return day_of(at).isoformat()


def read(written: str) -> date | None:
    """Return the day a field for dates holds; None where it holds none."""
    try:
        found = date.fromisoformat(written.strip())
    except ValueError:
        return None
    return found if found.year in _YEARS else None


def read_moment(written: str, clock: str = "") -> datetime | None:
    """Return the moment in Japan that one field for date and time holds, or one for each; None where they hold none."""
    written = f"{written.strip()}T{clock}" if clock else written.strip()
    try:
        found = datetime.fromisoformat(written)
    except ValueError:
        return None
    return found.replace(tzinfo=JAPAN) if found.tzinfo is None and found.year in _YEARS and "T" in written else None
