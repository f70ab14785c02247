"""The small checks from which LINE's rules for messages are put together."""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from tests.faults.stubs.counting import grapheme_length, unsendable, utf16_length

Json = dict[str, Any]
_PRINTABLE_URL = re.compile(r"[!-~]+")
_STRAY_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")


@dataclass(frozen=True)
class Problem:
    """One complaint as LINE's `details` carries it."""

    message: str
    property: str


@dataclass
class Report:
    """Collects the complaints about one request body."""

    problems: list[Problem] = field(default_factory=list)

    def add(self, message: str, where: str) -> None:
        """Complain about one property."""
        self.problems.append(Problem(message, where))

    def keys(self, value: Any, where: str, required: Collection[str], optional: Collection[str] = ()) -> bool:
        """An object with these properties and no other; returns whether it is worth looking inside."""
        if not isinstance(value, dict):
            self.add("must be an object", where)
            return False
        for key in required:
            if value.get(key) is None:
                self.add("must be specified", f"{where}.{key}")
        for key in value:
            if key not in required and key not in optional:
                self.add("unknown property", f"{where}.{key}")
        return True

    def text(
        self,
        value: Any,
        where: str,
        most: int,
        *,
        least: int = 1,
        count: Callable[[str], int] = utf16_length,
    ) -> None:
        """A text between two lengths, in UTF-16 units unless told otherwise; absent values are not looked at."""
        if value is None:
            return
        if not isinstance(value, str):
            self.add("must be a string", where)
            return
        if trouble := unsendable(value):
            self.add(f"invalid character: {trouble}", where)
        length = count(value)
        if length < least and least == 1:
            self.add("May not be empty", where)
        elif not least <= length <= most:
            self.add(f"Length must be between {least} and {most}", where)

    def graphemes(self, value: Any, where: str, most: int, *, least: int = 1) -> None:
        """A text that LINE counts in visible characters."""
        self.text(value, where, most, least=least, count=grapheme_length)

    def items(self, value: Any, where: str, least: int, most: int) -> list[Any]:
        """A list with so many entries; returns what can be looked at."""
        if not isinstance(value, list):
            self.add("must be an array", where)
            return []
        if not least <= len(value) <= most:
            self.add(f"Size must be between {least} and {most}", where)
        return value

    def one_of(self, value: Any, where: str, choices: Collection[Any]) -> None:
        """One of a closed set; absent values are not looked at."""
        if value is not None and value not in choices:
            self.add("must be one of the following values: " + ", ".join(map(str, choices)), where)

    def number(self, value: Any, where: str, least: float, most: float) -> None:
        """A number in a range."""
        if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
            self.add(f"must be a number between {least} and {most}", where)

    def url(self, value: Any, where: str, *, most: int = 2000, schemes: Collection[str] = ("https",)) -> None:
        """A percent-encoded address with an allowed scheme; absent values are not looked at."""
        if value is None:
            return
        self.text(value, where, most)
        if not isinstance(value, str) or not value:
            return
        parts = urlsplit(value) if _PRINTABLE_URL.fullmatch(value) else None
        if parts is None or _STRAY_PERCENT.search(value):
            self.add("invalid uri", where)
        elif parts.scheme.lower() not in schemes:
            self.add("invalid uri scheme", where)
        elif (parts.scheme.lower() in ("http", "https") and not parts.hostname) or not (parts.netloc + parts.path):
            self.add("invalid uri", where)
