"""Fields in prepared words, {呼び名} and its like: which there are, and what stands in their place for one case."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sqlalchemy.orm import Session

from handoff import contacts, persons
from handoff.cases import Case
from handoff.states import NotAllowed
from resources.desks import Desk, slots
from resources.hours import describe

_FIELD: Final = re.compile(r"\{([^{}]*)\}")
_BRACE: Final = re.compile(r"[{}]")


class Field(StrEnum):
    """What can be filled in."""

    NAME = "呼び名"
    WORKER = "担当"
    DESK = "窓口"
    PHONE = "窓口の電話"
    RECEIPT = "受付番号"
    HOURS = "開庁時間"

    @property
    def blank(self) -> str:
        """What stands there when nothing is known: seen by everybody, and sent by nobody."""
        return f"〔{self.value}〕"


class UnknownField(NotAllowed):
    """使えない差し込みです。使えるのは {呼び名} {担当} {窓口} {窓口の電話} {受付番号} {開庁時間} です。まだ保存していません。"""


class BlankLeft(NotAllowed):
    """〔呼び名〕のような空欄が残っています。ことばを入れるか、消してから送ってください。まだ送られていません。"""


@dataclass(frozen=True)
class Filled:
    """Prepared words for one case, and the fields nothing was known for."""

    words: str
    blanks: tuple[Field, ...] = ()


EXAMPLE: Final[Mapping[Field, str]] = {
    Field.NAME: "はな", Field.WORKER: "山田", Field.DESK: "福祉総合相談課", Field.PHONE: "（市役所の番号）",
    Field.RECEIPT: "R-26-1124-01", Field.HOURS: "月〜金 8:30〜17:15",
}  # fmt: skip


def check(words: str) -> None:
    """Refuse words with a field that does not exist or a brace that belongs to none; raises UnknownField."""
    known = {field.value for field in Field}
    if any(name not in known for name in _FIELD.findall(words)) or _BRACE.search(_FIELD.sub("", words)):
        raise UnknownField(UnknownField.__doc__)


def fill(words: str, values: Mapping[Field, str]) -> Filled:
    """Put the values in; where there is none, the blank stays and is named."""
    blanks: list[Field] = []

    def value(found: re.Match[str]) -> str:
        if found[1] not in set(Field):
            return found[0]
        field = Field(found[1])
        if not values.get(field, "").strip():
            blanks.append(field)
            return field.blank
        return values[field]

    return Filled(_FIELD.sub(value, words), tuple(dict.fromkeys(blanks)))


def refuse_blanks(words: str) -> None:
    """Refuse to send words in which a blank was left; raises BlankLeft."""
    if any(field.blank in words for field in Field):
        raise BlankLeft(BlankLeft.__doc__)


def of_case(session: Session, case: Case, *, sender: str) -> dict[Field, str]:
    """Return what stands in the fields for one case."""
    contact = next(one for one in persons.of_contact(session, case.contact_id).contacts if one.id == case.contact_id)
    desk = session.get(Desk, case.desk_id) if case.desk_id else None
    return {
        Field.NAME: contacts.called(session, contact),
        Field.WORKER: sender,
        Field.DESK: desk.name if desk else "",
        Field.PHONE: desk.phone if desk else "",
        Field.RECEIPT: case.receipt,
        Field.HOURS: describe(slots(desk), year_end_closed=desk.closed_at_year_end) if desk and desk.hours else "",
    }
