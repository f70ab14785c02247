"""Reads one row of a file into one entry, and says of each cell it cannot read what to write instead."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from typing import Any

from intents.codes import Topic
from resources.drafts import Draft
from resources.importing import values
from resources.importing.asides import why_no_entry
from resources.importing.cells import Cells
from resources.importing.guessing import must_hide
from resources.importing.hours_cells import Hours, read_hours
from resources.importing.phone_cells import phones
from resources.importing.problems import Row
from resources.importing.values import NotReadable
from resources.services import Status

_TEXTS = (
    "name_kana", "plain_name", "description", "eligibility_description", "residency", "application_process",
    "fees_description", "building", "town", "voiceless", "transportation", "pick_up", "parking",
    "accessibility", "stairs", "noise", "companion", "wait_time", "capacity", "allergies", "helpers_wanted",
    "food_wanted", "room_wanted", "organization", "status_reason", "alert", "assurer",
    "assured_how", "note",
)  # fmt: skip
_FLAGS = ("family_only", "anonymous_ok", "alone_ok", "men_welcome", "children_welcome", "home_visits")
_LISTS = ("documents", "areas", "languages", "topics", "emails", "forms", "lines")
_COLUMN_OF = {"emails": "email", "forms": "form", "lines": "line"}
_HOUR_CELLS = ("days", "opens", "closes", "times", "holidays", "closures", "hours_note", "starts_on", "ends_on")
_STATUS_WORDS = {
    Status.ACTIVE: ("", "active", "営業中", "開館中"),
    Status.INACTIVE: ("inactive", "休止", "休止中"),
    Status.DEFUNCT: ("defunct", "廃止", "終了"),
    Status.TEMPORARILY_CLOSED: ("temporarily_closed", "temporarily closed", "一時休止", "閉館中"),
}
_STATUSES = {word: status for status, words in _STATUS_WORDS.items() for word in words}
_TOPICS = frozenset(topic.value for topic in Topic)
_HOURS_KNOWN = 2_000
_ASK_FIRST = "携帯電話の番号なので載せませんでした。本人に確かめてから、編集画面で加えてください。"
_HIDDEN = "所在地を出さない項目として取り込みました。答えには住所も電話も出ません。"


class RowReader(Cells):
    """Reads the cells of one row."""

    def read(self) -> Row:
        """Return the row as an entry with its problems."""
        headings = self.mapping.headings
        original = {headings[at] or f"列{at + 1}": cell for at, cell in enumerate(self.cells) if at < len(headings) and cell}
        original |= {f"列{at + 1}": cell for at, cell in enumerate(self.cells) if at >= len(headings) and cell.strip()}
        draft = self._draft()
        try:
            code = self._code()
        except NotReadable as error:
            field = "code" if self._cell("code") else "place_code"
            code = ""
            if self.tables.one_town:
                # One wrong code throughout is a wrong code; among others it may be a neighbour's row.
                self._problem(field, self._cell(field), error.says)
            else:
                self._problem(field, self._cell(field), f"{error.says}どの町の行か分からないので、取り込みませんでした。")
                draft = None
        return Row(
            self.number, draft, tuple(self.problems), self._limited("id", values.plain(self._cell("id"))),
            code, self._cell("city_name") or self._named_code(), self._prefecture(), original,
        )  # fmt: skip

    def _draft(self) -> Draft | None:
        name = self._limited("name", self._cell("name").replace("\n", " "))
        if says := why_no_entry(name, self.cells, self.mapping.plain, self.tables.headings.fields):
            if not name and self._say_errors():
                return None
            self._problem("name", name or next((cell.strip()[:40] for cell in self.cells if cell.strip()), ""), says)
            return None
        if len(self.mapping.fields) > 3 and not any(cell.strip() for at, cell in enumerate(self.cells) if not self._is_name(at)):
            self._problem("name", name, "名称のほかに何も書かれていません。場所や制度の名前か、確かめてください。")
        said: dict[str, Any] = {field: self._text(field) for field in _TEXTS}
        kind, label = self._kind(name)
        said |= {"name": name, "kind": kind, "kind_label": label}
        said |= {field: self._say_when_bad(field, self._flag(field), None) for field in _FLAGS}
        said |= {field: self._list(field) for field in _LISTS}
        said["address"] = self._address()
        said["postcode"] = self._say_when_bad("postcode", lambda: values.postcode(self._cell("postcode")), "")
        said["latitude"], said["longitude"] = self._position()
        said |= self._ages(said) | self._state() | self._hours() | self._phones(kind)
        said["tax_id"] = self._tax_id()
        said["url"] = self._url()
        if said["wait_time"].startswith("http") and not self.tables.exact:
            said["wait_time"] = ""
        if contact := self._cell("contact_note"):
            said["note"] = "\n".join(part for part in (said["note"], f"問い合わせ先: {contact}") if part)
        if must_hide(kind, name) and not said["confidential"]:
            said["confidential"] = True
            self._problem("name", name, _HIDDEN)
        self._say_errors()
        if any("\ufffd" in cell for cell in self.cells):
            self._problem("name", name, "文字化けした文字があります。元の文字を確かめてください。")
        return Draft(**said)

    def _is_name(self, at: int) -> bool:
        return at in (self.mapping.fields["name"], self.mapping.fields.get("id"))

    def _kind(self, name: str) -> tuple[str, str]:
        said = self._cell("kind")
        if self.tables.exact:
            code, _, label = said.partition(";")
            kind = self.tables.words.of(code, "")
            return kind, label if kind or not code else said
        kind = self.tables.words.of(said, name)
        label = said.replace("\n", "・") or self.mapping.layout.kind_label
        return kind, "" if kind and label in (kind, self.tables.kinds.get(kind).label) else label

    def _prefecture(self) -> str:
        named = self._cell("prefecture_name")
        address = self._cell("address")
        return named or next((name for name in values.PREFECTURES if address.startswith(name)), "")

    def _code(self) -> str:
        said = self._cell("code") or self._cell("place_code")
        if not re.search(r"\d", said):
            return ""
        if values.plain(said)[:5] == self.tables.home[:5]:
            return self.tables.home  # a wrong sixth digit leaves no doubt which town is meant
        return values.town_code(said, prefecture=self._prefecture(), home=self.tables.home)

    def _named_code(self) -> str:
        """Return what stands in the column of codes when it is a name (焼津市)."""
        said = self._cell("code")
        return "" if re.search(r"\d", said) else said

    def _flag(self, field: str) -> Callable[[], bool | None]:
        return lambda: values.flag(self._cell(field))

    def _list(self, field: str) -> tuple[str, ...]:
        said = self._cell(_COLUMN_OF.get(field, field))
        if not said:
            return ()
        if field == "emails":
            said = re.sub(r"^(?:-|なし|無し)$", "", unicodedata.normalize("NFKC", said).replace("、", ";"))
        parts = tuple(part.strip() for part in re.split(r"[;；\n]", said) if part.strip())
        if field == "topics" and (strange := [part for part in parts if part not in _TOPICS]):
            self._problem(
                field,
                ";".join(strange),
                "話題のコードにありません。health;income のように、決められたコードを;で区切って書いてください。",
            )
            parts = tuple(part for part in parts if part in _TOPICS)
        if field == "emails" and any("@" not in part for part in parts):
            self._problem("email", said, "メールアドレスとして読めません。")
            parts = tuple(part for part in parts if "@" in part)
        if field == "forms" and any(not part.startswith(("http://", "https://")) for part in parts):
            self._problem("form", said, "https:// で始まるアドレスを書いてください。")
            parts = tuple(part for part in parts if part.startswith(("http://", "https://")))
        return parts

    def _address(self) -> str:
        whole = self._cell("address")
        if whole:
            return self._limited("address", whole.replace("\n", " "))
        parts = (self._cell(field) for field in ("prefecture_name", "city_name", "street", "block"))
        joined = "".join(parts)
        return joined if self._cell("street") or self._cell("block") else ""

    def _position(self) -> tuple[float | None, float | None]:
        said = (self._cell("latitude"), self._cell("longitude"), self._cell("position"))
        latitude, longitude, notice = values.coordinates(*said)
        if notice:
            field = "position" if said[2] else "latitude"
            self._problem(field, ",".join(part for part in said if part), notice)
        return latitude, longitude

    def _ages(self, said: dict[str, Any]) -> dict[str, Any]:
        words = self._cell("age")
        youngest, oldest = values.ages(words)
        if words and words not in said["eligibility_description"]:
            said["eligibility_description"] = "\n".join(filter(None, (said["eligibility_description"], words)))
        own = {field: self._say_when_bad(field, self._age(field), None) for field in ("minimum_age", "maximum_age")}
        found = {
            "minimum_age": youngest if own["minimum_age"] is None else own["minimum_age"],
            "maximum_age": oldest if own["maximum_age"] is None else own["maximum_age"],
        }
        low, high = found["minimum_age"], found["maximum_age"]
        if low is not None and high is not None and high < low:
            self._problem("maximum_age", f"{low:g}〜{high:g}", "年齢の下限が上限より大きくなっています。")
            return {"minimum_age": None, "maximum_age": None}
        return found

    def _age(self, field: str) -> Callable[[], float | None]:
        return lambda: values.age(self._cell(field))

    def _state(self) -> dict[str, Any]:
        word = self._cell("status").lower()
        if word not in _STATUSES:
            self._problem("status", word, "active、inactive、defunct、temporarily_closed のどれかを書いてください。")
        hidden = self._say_when_bad("confidential", lambda: bool(values.flag(self._cell("confidential"))), True)
        return {
            "status": _STATUSES.get(word, Status.ACTIVE),
            "confidential": hidden,
            "reopens_on": self._say_when_bad("reopens_on", lambda: values.day(self._cell("reopens_on")), None),
            "assured_date": self._say_when_bad("assured_date", self._assured, None),
        }

    def _assured(self) -> date | None:
        day = values.day(self._cell("assured_date"))
        if day and day > self.tables.today:
            raise NotReadable("これから先の日付です。確かめた日を書いてください。")
        return day

    def _hours(self) -> dict[str, Any]:
        cells = {field: self._text(field) for field in _HOUR_CELLS}
        timed = {days: (self._at(opens), self._at(closes)) for days, (opens, closes) in self.mapping.timed.items()}
        hours = self._hours_of(cells, timed)
        for field, value, says in hours.problems:
            self._problem(field, value, says)
        return {
            "slots": tuple(hours.slots),
            "closures": tuple(hours.closures),
            "closed_at_year_end": hours.year_end_closed,
            "hours_note": hours.note(),
        }

    def _hours_of(self, cells: dict[str, str], timed: dict[str, tuple[str, str]]) -> Hours:
        said = (*cells.values(), *(time for pair in timed.values() for time in pair))
        if (known := self.tables.hours.get(said)) is not None:
            return known
        event = "開催日" in self.mapping.headings or self.mapping.layout.code.endswith("_event")
        hours = read_hours(cells, timed, today=self.tables.today, event=event, exact=self.tables.exact)
        if len(self.tables.hours) < _HOURS_KNOWN:
            self.tables.hours[said] = hours
        return hours

    def _phones(self, kind: str) -> dict[str, Any]:
        found = phones(self._text("phone"), self._cell("extension"))
        faxes = phones(self._cell("fax"))
        for field, notices in (("phone", found.notices), ("fax", faxes.notices)):
            for says in notices:
                self._problem(field, self._text(field), says)
        numbers = found.numbers
        if found.mobile and kind in self.tables.gatherings and not self.tables.exact:
            # Lists of 子ども食堂 carry the private numbers of volunteers.
            self._problem("phone", self._text("phone"), _ASK_FIRST)
            numbers = tuple(phone for phone in numbers if not re.match(r"0[789]0", phone.number))
        fax_numbers = (*(phone.number for phone in faxes.numbers), *faxes.faxes, *found.faxes)
        return {"phones": numbers, "faxes": tuple(dict.fromkeys(fax_numbers))}

    def _tax_id(self) -> str:
        said = re.sub(r"\.0$", "", values.plain(self._cell("tax_id"))).replace("-", "")
        if said and not re.fullmatch(r"\d{13}", said):
            self._problem("tax_id", said, "法人番号は13桁の数字です。")
            return ""
        return said

    def _url(self) -> str:
        said = unicodedata.normalize("NFKC", self._cell("url")).split("\n")[0].strip()
        if not said or said in ("-", "なし", "無し"):
            return ""
        if re.match(r"(?i)https?://\S+$", said):
            return said
        if re.match(r"(?i)[\w.-]+\.[a-z]{2,}(/\S*)?$", said):
            return "https://" + said
        self._problem("url", said, "https:// で始まるアドレスを書いてください。")
        return ""
