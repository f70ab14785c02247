"""What an editor typed, field by field: read into an entry, with a remedy for each field that cannot be read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from intents.codes import Topic
from resources.drafts import Draft, PhoneNumber
from resources.editing.form import asked
from resources.editing.hours_lines import read_closures, read_hours, write_closures, write_hours
from resources.importing import values
from resources.importing.guessing import must_hide
from resources.importing.phone_cells import phones
from resources.importing.values import NotReadable
from resources.kinds import Kinds

_LIMITS = {"name": 200, "name_kana": 300, "organization": 200, "town": 200, "areas": 200}
_LONGEST = 4000
_ADDRESS = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
_WEB = re.compile(r"https?://[^\s/]+\.\S+")
_HIDE = "名前や種類から、場所を知られてはいけないところと読めます。印を付けてください。"
_YES, _NO = "yes", "no"
_TOPIC = "topic."


@dataclass(frozen=True)
class Trouble:
    """A field that could not be read, the words it is about, and what to write instead."""

    field: str
    says: str
    words: str = ""

    @property
    def label(self) -> str:
        """What the field is called."""
        return asked()[self.field].label


@dataclass(frozen=True)
class Read:
    """The entry that was typed; fields with troubles hold what could be read of them."""

    draft: Draft
    troubles: tuple[Trouble, ...] = ()


def cells_of(form: Mapping[str, str]) -> dict[str, str]:
    """Return what was typed into the fields of the form, and nothing else that came with it."""
    kept = {name: form[name][:_LONGEST] for name in asked() if form.get(name)}
    return kept | {name: _YES for name in (f"{_TOPIC}{topic}" for topic in Topic) if form.get(name)}


def write(draft: Draft) -> dict[str, str]:
    """Return an entry as it stands in the form before anybody types."""
    cells: dict[str, str] = {}
    for name, field in asked().items():
        match field.shape:
            case "topics":
                cells |= {f"{_TOPIC}{topic}": _YES for topic in draft.topics}
            case "flag":
                cells[name] = {True: _YES, False: _NO, None: ""}[getattr(draft, name)]
            case "check":
                cells[name] = _YES if getattr(draft, name) else ""
            case "list" if name != "phones":
                cells[name] = "\n".join(getattr(draft, name))
            case _:
                cells[name] = _written(name, draft)
    return {name: words for name, words in cells.items() if words}


def read(cells: Mapping[str, str], before: Draft, *, kinds: Kinds) -> Read:
    """Read what was typed over an entry; what was not touched, and what the form does not ask for, stays as it was."""
    reader = _Reader(cells, kinds, write(before))
    draft = replace(before, **dict(reader.values()))
    if not draft.name:
        reader.troubles.insert(0, Trouble("name", "名称を書いてください。"))
    if must_hide(draft.kind, draft.name) and not draft.confidential:
        reader.troubles.append(Trouble("confidential", _HIDE))
    return Read(draft, tuple(reader.troubles))


def _written(name: str, draft: Draft) -> str:
    match name:
        case "hours":
            return write_hours(draft.slots)
        case "closures":
            return write_closures(draft.closures)
        case "phones":
            return "\n".join(f"{one.number} 内線{one.extension}" if one.extension else one.number for one in draft.phones)
        case "position":
            return "" if draft.latitude is None else f"{draft.latitude}, {draft.longitude}"
        case "minimum_age" | "maximum_age":
            age = getattr(draft, name)
            return "" if age is None else f"{age:g}"
    return str(getattr(draft, name))


class _Reader:
    def __init__(self, cells: Mapping[str, str], kinds: Kinds, known: Mapping[str, str]) -> None:
        self.cells, self.kinds, self.known = cells, kinds, known
        self.troubles: list[Trouble] = []

    def values(self) -> Iterator[tuple[str, Any]]:
        for name, field in asked().items():
            if field.shape not in ("check", "topics") and self._as_before(name):
                continue
            match field.shape:
                case "flag":
                    yield name, {_YES: True, _NO: False}.get(self.cells.get(name, ""))
                case "check" if name != "closed_at_year_end":
                    yield name, bool(self.cells.get(name))
                case "check" if self._as_before("hours"):
                    yield name, bool(self.cells.get(name))
                case "topics":
                    # Those that were there keep their order: the first is what the entry is about most of all.
                    known = [cell for cell in self.known if cell.startswith(_TOPIC)]
                    ticked = dict.fromkeys([*known, *(f"{_TOPIC}{topic}" for topic in Topic)])
                    yield name, tuple(cell.removeprefix(_TOPIC) for cell in ticked if self.cells.get(cell))
                case "list":
                    yield from self._list(name)
                case "line" | "text" | "kind":
                    yield from self._words(name)

    def _as_before(self, name: str) -> bool:
        return self.cells.get(name, "").strip() == self.known.get(name, "").strip()

    def _words(self, name: str) -> Iterator[tuple[str, Any]]:
        match name:
            case "hours":
                found = read_hours(self._cell(name))
                self._say(name, found.troubles)
                yield "slots", found.slots
                yield "closed_at_year_end", bool(self.cells.get("closed_at_year_end")) or found.year_end_closed
            case "closures":
                closures, troubles = read_closures(self._cell(name))
                self._say(name, troubles)
                yield name, closures
            case "position":
                latitude, longitude, notice = values.coordinates("", "", self._cell(name))
                if notice and latitude is None:
                    self._trouble(name, notice)
                yield from (("latitude", latitude), ("longitude", longitude))
            case "minimum_age" | "maximum_age":
                yield name, self._age(name)
            case _:
                yield name, self._plain(name)

    def _plain(self, name: str) -> str:
        words = self._cell(name)
        if name == "kind" and words not in (*self.kinds.by_code, ""):
            self._trouble(name, "種類を一覧から選んでください。")
            return ""
        if name == "tax_id":
            words = values.plain(words).replace("-", "").replace(" ", "")
            if words and not re.fullmatch(r"\d{13}", words):
                self._trouble(name, "法人番号は13桁の数字です。")
                return ""
        if name == "url" and words and not _WEB.fullmatch(words):
            self._trouble(name, "https:// で始まるアドレスを書いてください。")
            return ""
        if name == "postcode":
            try:
                return values.postcode(words)
            except NotReadable as error:
                self._trouble(name, error.says)
                return ""
        return words

    def _age(self, name: str) -> float | None:
        try:
            age = values.age(self._cell(name))
        except NotReadable as error:
            self._trouble(name, error.says)
            return None
        if name == "maximum_age" and age is not None:
            youngest = re.match(r"\d+", values.plain(self.cells.get("minimum_age", "")))
            if youngest and float(youngest[0]) > age:
                self._trouble(name, "年齢の上が、下より小さくなっています。")
        return age

    def _list(self, name: str) -> Iterator[tuple[str, Any]]:
        lines = tuple(dict.fromkeys(line.strip() for line in self._cell(name).split("\n") if line.strip()))
        if name == "phones":
            yield name, tuple(one for line in lines for one in self._phones(name, line))
        elif name == "faxes":
            yield name, tuple(one.number for line in lines for one in self._phones(name, line))
        else:
            shape, says = _SHAPES.get(name, (None, ""))
            wrong = [line for line in lines if shape is not None and not shape.fullmatch(line)]
            self._say(name, [(line, says) for line in wrong])
            longest = _LIMITS.get(name, _LONGEST)
            self._say(name, [(line[:20], f"1行は{longest}文字までです。") for line in lines if len(line) > longest])
            yield name, tuple(line for line in lines if line not in wrong and len(line) <= longest)

    def _phones(self, name: str, line: str) -> tuple[PhoneNumber, ...]:
        found = phones(line)
        if found.notices:
            self._say(name, [(line, notice) for notice in found.notices])
        elif not found.numbers:
            self._trouble(name, "番号として読めません。市外局番から、数字とハイフンで書いてください。", line)
        return found.numbers

    def _cell(self, name: str) -> str:
        words = values.clean(self.cells.get(name, ""))
        if asked()[name].shape == "line":
            words = words.replace("\n", " ")
        longest = _LIMITS.get(name, _LONGEST)
        if len(words) > longest and asked()[name].shape != "list":
            self._trouble(name, f"{longest}文字までにしてください。いまは{len(words)}文字あります。")
            return words[:longest]
        return words

    def _trouble(self, name: str, says: str, words: str = "") -> None:
        self.troubles.append(Trouble(name, says, words))

    def _say(self, name: str, troubles: Any) -> None:
        for words, says in troubles:
            self._trouble(name, says, words)


_SHAPES = {
    "emails": (_ADDRESS, "メールアドレスの形で書いてください。"),
    "forms": (_WEB, "https:// で始まるアドレスを書いてください。"),
}
