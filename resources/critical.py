"""What of an entry must be true before anybody is sent there, as words to be read over the telephone and corrected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from resources.drafts import Draft
from resources.editing.hours_lines import dated, placed
from resources.hours import describe
from resources.importing.hours_cells import read_hours
from resources.importing.phone_cells import phones
from resources.importing.values import clean
from resources.services import Status
from resources.slots import with_anchors

_LONGEST: Final = 400
_LONGEST_NAME: Final = 200


class NotReadable(ValueError):
    """書き方を読み取れないところがあります。まだ何も変えていません。"""

    def __init__(self, field: str, says: str) -> None:
        super().__init__(f"{LABELS[field]}：{says}まだ何も変えていません。")
        self.field = field


@dataclass(frozen=True)
class Point:
    """One thing to ask about: its field, its name, what the entry says now, and how to ask."""

    field: str
    label: str
    now: str
    asks: str


LABELS: Final[Mapping[str, str]] = {
    "name": "名前",
    "phone": "電話",
    "hours": "いつ",
    "whom": "だれが使えるか",
    "fee": "費用",
}
_ASKS: Final[Mapping[str, str]] = {
    "name": "この名前で合っていますか。",
    "phone": "住民に案内してよい番号ですか。",
    "hours": "開いている曜日と時間は、このとおりですか。",
    "whom": "だれが来てよいところですか。",
    "fee": "お金はかかりますか。",
}


def points(draft: Draft) -> tuple[Point, ...]:
    """Return what is asked about an entry, in the order in which one asks."""
    said = told(draft)
    return tuple(Point(field, label, said[field], _ASKS[field]) for field, label in LABELS.items())


def told(draft: Draft) -> dict[str, str]:
    """Return what an entry says on each point, as words."""
    hours = describe(draft.slots, year_end_closed=draft.closed_at_year_end)
    return {
        "name": draft.name,
        "phone": "、".join(f"{one.number}（内線{one.extension}）" if one.extension else one.number for one in draft.phones),
        "hours": "\n".join(part for part in (hours, draft.hours_note) if part),
        "whom": draft.eligibility_description,
        "fee": draft.fees_description,
    }


def changed(draft: Draft, said: Mapping[str, str]) -> dict[str, str]:
    """Return those of the words that say something else than the entry does."""
    before = told(draft)
    return {field: words for field in LABELS if (words := clean(said.get(field, before[field]))) != clean(before[field])}


def corrected(draft: Draft, said: Mapping[str, str], *, today: date) -> Draft:
    """Return an entry with the points that are said otherwise; raises NotReadable for words that cannot be kept."""
    new = changed(draft, said)
    for field, words in new.items():
        most = _LONGEST_NAME if field == "name" else _LONGEST
        if len(words) > most:
            raise NotReadable(field, f"{most}文字までで書いてください。")
        draft = _with(draft, field, words, today)
    return draft


def _with(draft: Draft, field: str, words: str, today: date) -> Draft:
    match field:
        case "name":
            if not words:
                raise NotReadable(field, "空にはできません。")
            return replace(draft, name=words)
        case "phone":
            read = phones(words)
            if words and not read.numbers:
                raise NotReadable(field, "番号を読み取れません。市外局番から、番号を「、」で区切って書いてください。")
            return replace(draft, phones=read.numbers)
        case "hours":
            return _with_hours(draft, words, today)
        case "whom":
            return replace(draft, eligibility_description=words)
        case _:
            return replace(draft, fees_description=words)


def _with_hours(draft: Draft, words: str, today: date) -> Draft:
    # What follows in a line of its own is the note; a first line that names no days is one, too.
    first, _, rest = words.partition("\n")
    said, *when = dated(first)
    read = read_hours({"days": said if any(when) else first, "hours_note": rest}, today=today) if first else None
    if read is None or not read.slots or read.problems:
        return replace(draft, slots=(), hours_note=words, closed_at_year_end=False)
    # The words leave out from which week a fortnight is counted; who corrects the time has not taken it back.
    slots = with_anchors(placed(read.slots, *when), draft.slots)
    return replace(draft, slots=slots, hours_note=read.note(), closed_at_year_end=read.year_end_closed)


def is_over(draft: Draft) -> bool:
    """Say whether an entry is out of every answer, so that nobody needs to check it."""
    return draft.status in (Status.DEFUNCT, Status.INACTIVE)
