"""What a service of an HSDS file says, brought to the shapes in which the directory keeps it; what has no such shape is told."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from resources.drafts import Draft, PhoneNumber, draft_fields
from resources.importing import values
from resources.importing.cells import LIMITS, LONGEST
from resources.importing.phone_cells import phones
from resources.importing.problems import Problem
from resources.importing.values import NotReadable
from resources.services import Status

_WEB = re.compile(r"(?i)https?://\S+")
_IN_ONE_LINE = ("name", "address")
_SHAPES: dict[str, tuple[Callable[[str], bool], str]] = {
    "url": (lambda said: bool(_WEB.fullmatch(said)), "https:// で始まるアドレスを書いてください。"),
    "forms": (lambda said: bool(_WEB.fullmatch(said)), "https:// で始まるアドレスを書いてください。"),
    "emails": (lambda said: "@" in said, "メールアドレスとして読めません。"),
    "tax_id": (lambda said: bool(re.fullmatch(r"\d{13}", said)), "法人番号は13桁の数字です。"),
}


def tidied(draft: Draft, row: int) -> tuple[Draft, tuple[Problem, ...]]:
    """Return an entry as the directory keeps it, and what had to be mended or left out."""
    reading = _Reading(row)
    kept = {field.name: reading.value(field.name, getattr(draft, field.name)) for field in draft_fields()}
    kept["latitude"], kept["longitude"] = reading.position(draft)
    kept["postcode"] = reading.postcode(kept["postcode"])
    kept["phones"] = tuple(reading.phones("phones", draft.phones))
    faxes = reading.phones("faxes", (PhoneNumber(number) for number in draft.faxes))
    kept["faxes"] = tuple(dict.fromkeys(one.number for one in faxes))
    return replace(draft, **kept), tuple(reading.problems)


class _Reading:
    def __init__(self, row: int) -> None:
        self.row = row
        self.problems: list[Problem] = []

    def value(self, name: str, said: Any) -> Any:
        """Return words without what no cell may hold; everything else as it is."""
        if isinstance(said, str) and not isinstance(said, Status):
            return next(iter(self._words(name, [said])), "")
        if isinstance(said, tuple) and all(isinstance(one, str) for one in said):
            return tuple(self._words(name, said))
        return said

    def position(self, draft: Draft) -> tuple[float | None, float | None]:
        """Return where the entry lies, when that is in Japan."""
        if draft.latitude is None and draft.longitude is None:
            return None, None
        said = ["" if part is None else repr(part) for part in (draft.latitude, draft.longitude)]
        latitude, longitude, notice = values.coordinates(*said)
        if notice:
            self._say("latitude", ",".join(said), notice)
        return latitude, longitude

    def postcode(self, said: str) -> str:
        """Return a postcode as 123-4567."""
        try:
            return values.postcode(said)
        except NotReadable as error:
            self._say("postcode", said, error.says)
            return ""

    def phones(self, name: str, said: Iterable[PhoneNumber]) -> Iterable[PhoneNumber]:
        """Yield the numbers that can be dialled."""
        for one in said:
            found = phones(one.number, one.extension)
            for notice in found.notices or (() if found.numbers else ("電話番号として読めません。",)):
                self._say(name, one.number, notice)
            yield from found.numbers

    def _words(self, name: str, said: Iterable[str]) -> Iterable[str]:
        fits, says = _SHAPES.get(name, (lambda words: True, ""))
        longest = LIMITS.get(name, LONGEST)
        for one in said:
            words = values.tidy(one)
            words = words.replace("\n", " ") if name in _IN_ONE_LINE else words
            if len(words) > longest:
                self._say(name, words[:40] + "…", f"{longest}文字を超えているので、そこまでを取り込みました。")
                words = words[:longest]
            if words and fits(words):
                yield words
            elif words:
                self._say(name, words, says)

    def _say(self, name: str, value: str, says: str) -> None:
        self.problems.append(Problem(self.row, name, value, says))
