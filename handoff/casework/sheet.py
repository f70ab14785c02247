"""The case sheet: what a person at the desk confirmed or wrote wins over what was read from the conversation; nothing is lost."""

from __future__ import annotations

import json
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import Integer, LargeBinary, String, UniqueConstraint, Uuid, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from handoff.cases import Case, record
from handoff.casework import forms
from handoff.casework.forms import Field, FieldKind, Section, Value
from handoff.casework.proposals import Proposal
from handoff.states import NotAllowed
from resources import dates
from resources.access import Actor
from resources.db import Base, Held, held_args, new_id
from resources.sealing import reveal, seal

# Of these the town counts the options: the topic stands in clear on its case anyway, and by which way somebody came harms nobody.
COUNTED: Final = ("main_worry", "route")
LONGEST: Final = {FieldKind.TEXT: 200, FieldKind.LONG: 2000}


class ChangedMeanwhile(NotAllowed):
    """先にほかの人がこの欄を変えました。あなたの入力は下に残っています。いまの内容を見比べて、もう一度保存してください。まだ保存していません。"""


class ProposalGone(NotAllowed):
    """会話から読み取った内容が変わったか、先にほかの人がこの項目を決めました。いまの内容を見てください。何も変わっていません。"""


class NoSuchField(NotAllowed):
    """その項目か選択肢は、この用紙にありません。画面を開き直してください。まだ保存していません。"""


class TooLong(NotAllowed):
    """短い項目は200文字、長い項目は2,000文字までです。あなたの入力は下に残っています。まだ保存していません。"""


class NotADate(NotAllowed):
    """日付は 1956-04-01 の形で入れてください。あなたの入力は下に残っています。まだ保存していません。"""


class Manner(StrEnum):
    """How a field came by its value."""

    WRITTEN = "written"
    CONFIRMED = "confirmed"
    DENIED = "denied"  # read from the conversation, and not so

    @property
    def label(self) -> str:
        """The manner as staff read it."""
        return {"written": "書いた", "confirmed": "会話のとおりと確かめた", "denied": "会話とちがうと確かめた"}[self]


class SheetField(Held, Base):
    """What a person decided about one field of one case."""

    __tablename__ = "case_sheet_field"
    __table_args__ = held_args(UniqueConstraint("case_id", "code"), case_id="consultation_case")
    seal_subject = "case_id"

    case_id: Mapped[uuid.UUID] = mapped_column(Uuid())
    code: Mapped[str] = mapped_column(String(40))
    value_sealed: Mapped[bytes] = mapped_column(LargeBinary())  # as JSON; an empty value was decided, too
    counted: Mapped[str | None] = mapped_column(String(40))  # the option in clear, of fields counted for the town
    message_id: Mapped[uuid.UUID | None] = mapped_column(Uuid())  # which message it was confirmed from
    manner: Mapped[Manner] = mapped_column(String(12))
    version: Mapped[int] = mapped_column(Integer(), default=1)
    changed_by: Mapped[uuid.UUID | None] = mapped_column(Uuid())
    changed_at: Mapped[datetime] = mapped_column()


class SheetChange(Held, Base):
    """What stood in a field, or was known of a person of the household, before somebody changed it."""

    __tablename__ = "case_sheet_change"
    __table_args__ = held_args(case_id="consultation_case")
    seal_subject = "case_id"

    case_id: Mapped[uuid.UUID] = mapped_column(Uuid(), index=True)
    code: Mapped[str] = mapped_column(String(40))  # a field, or "household"
    person_id: Mapped[uuid.UUID | None] = mapped_column(Uuid())
    before_sealed: Mapped[bytes | None] = mapped_column(LargeBinary())  # none: nothing stood there
    by: Mapped[uuid.UUID | None] = mapped_column(Uuid())
    at: Mapped[datetime] = mapped_column()


@dataclass(frozen=True)
class Entry:
    """One field as it stands: decided by a person, proposed from the conversation, or empty."""

    field: Field
    value: Value
    row: SheetField | None = None
    proposal: Proposal | None = None

    @property
    def proposed(self) -> bool:
        """Whether nobody has confirmed it yet."""
        return self.row is None and self.proposal is not None

    @property
    def shown(self) -> str:
        """The value as people read it."""
        return self.field.read(self.value)

    @property
    def otherwise(self) -> str:
        """What the conversation says, where a person decided something else."""
        if self.row is None or self.proposal is None or self.proposal.value == self.value:
            return ""
        return self.field.read(self.proposal.value)


@dataclass(frozen=True)
class Filled:
    """One section with what stands in it; `version` changes with every change."""

    section: Section
    entries: Sequence[Entry]
    version: int

    @property
    def open_proposals(self) -> int:
        """How many fields wait for somebody to confirm them."""
        return sum(entry.proposed for entry in self.entries)


def decided(session: Session, case: Case) -> dict[str, tuple[SheetField, Value]]:
    """Return what persons decided about a case, by field."""
    rows = session.scalars(select(SheetField).where(SheetField.case_id == case.id))
    return {row.code: (row, _read(session, row)) for row in rows}


def filled(session: Session, case: Case, proposals: Mapping[str, Proposal]) -> list[Filled]:
    """Return all sections of the sheet as they stand."""
    known = decided(session, case)
    return [_filled(section, known, proposals) for section in forms.sections()]


def save(
    session: Session,
    case: Case,
    section: Section,
    typed: Mapping[str, Value],
    *,
    seen: int,
    offered: Collection[str],
    proposals: Mapping[str, Proposal],
    actor: Actor,
    now: datetime,
) -> list[str]:
    """Save a section as somebody filled it in; returns which fields changed.

    `seen` is the version that was on the screen, `offered` the fields that showed what was read from the conversation:
    one that was emptied is decided to be empty. Raises NoSuchField, TooLong, NotADate, ChangedMeanwhile.
    """
    known = decided(session, case)
    wanted = {field.code: _checked(field, typed.get(field.code, field.empty)) for field in section.fields}
    changed = [
        code
        for code, value in wanted.items()
        if (value != known[code][1] if code in known else bool(value) or code in offered)
    ]
    if changed and seen != _version(section, known):
        raise ChangedMeanwhile(ChangedMeanwhile.__doc__)
    for code in changed:
        proposal = proposals.get(code)
        same = proposal is not None and proposal.value == wanted[code]
        manner = Manner.CONFIRMED if same else Manner.WRITTEN if wanted[code] or code in known else Manner.DENIED
        _write(session, case, known, code, wanted[code], manner, proposal if same else None, actor=actor, now=now)
    if changed:
        record(session, case, "sheet_changed", now=now, staff_id=actor.staff_id, detail={"fields": changed})
    return changed


def settle(
    session: Session,
    case: Case,
    code: str,
    mark: str,
    *,
    right: bool,
    proposals: Mapping[str, Proposal],
    actor: Actor,
    now: datetime,
) -> None:
    """Confirm or deny one proposal that still is what was seen (`mark`); raises ProposalGone."""
    known, proposal = decided(session, case), proposals.get(code)
    manner = Manner.CONFIRMED if right else Manner.DENIED
    if code in known and (known[code][0].manner, known[code][0].changed_by) == (manner, actor.staff_id):
        return  # The second press of one button.
    if code in known or proposal is None or proposal.mark != mark:
        raise ProposalGone(ProposalGone.__doc__)
    value = proposal.value if right else forms.fields()[code].empty
    _write(session, case, known, code, value, manner, proposal, actor=actor, now=now)
    move = "sheet_confirmed" if right else "sheet_denied"
    record(session, case, move, now=now, staff_id=actor.staff_id, detail={"fields": [code]})


def changes(session: Session, case: Case) -> list[tuple[SheetChange, str]]:
    """Return what was changed on the sheet with what stood there before, newest first."""
    query = select(SheetChange).where(SheetChange.case_id == case.id).order_by(SheetChange.id.desc())
    return [(row, reveal(session, row, "before_sealed") or "") for row in session.scalars(query)]


def keep_before(
    session: Session,
    case: Case,
    code: str,
    before: str | None,
    *,
    actor: Actor,
    now: datetime,
    person_id: uuid.UUID | None = None,
) -> None:
    """Keep who changed what, when, and what stood there before."""
    row = SheetChange(
        id=new_id(), custodian=case.custodian, case_id=case.id, code=code, person_id=person_id, by=actor.staff_id, at=now
    )
    seal(session, row, "before_sealed", before)
    session.add(row)


def _filled(
    section: Section, known: Mapping[str, tuple[SheetField, Value]], proposals: Mapping[str, Proposal]
) -> Filled:
    entries = []
    for field in section.fields:
        row, value = known.get(field.code, (None, field.empty))
        proposal = proposals.get(field.code)
        if row is None and proposal is not None:
            value = proposal.value
        entries.append(Entry(field, value, row, proposal))
    return Filled(section, entries, _version(section, known))


def _version(section: Section, known: Mapping[str, tuple[SheetField, Value]]) -> int:
    return sum(known[field.code][0].version for field in section.fields if field.code in known)


def _checked(field: Field, value: Value) -> Value:
    codes = [option.code for option in field.options]
    if isinstance(value, tuple):
        if field.kind is not FieldKind.MANY or not set(value) <= set(codes):
            raise NoSuchField(NoSuchField.__doc__)
        return tuple(code for code in codes if code in value)
    value = value.strip()
    if field.kind is FieldKind.MANY or (field.options and value and value not in codes):
        raise NoSuchField(NoSuchField.__doc__)
    if len(value) > LONGEST.get(field.kind, LONGEST[FieldKind.TEXT]):
        raise TooLong(TooLong.__doc__)
    if field.kind is FieldKind.DATE and value:
        day = dates.read(value)
        if day is None:
            raise NotADate(NotADate.__doc__)
        return day.isoformat()
    return value


def _write(
    session: Session,
    case: Case,
    known: Mapping[str, tuple[SheetField, Value]],
    code: str,
    value: Value,
    manner: Manner,
    proposal: Proposal | None,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    row, before = known.get(code, (None, None))
    keep_before(session, case, code, None if row is None else json.dumps(before, ensure_ascii=False), actor=actor, now=now)
    if row is None:
        row = SheetField(id=new_id(), custodian=case.custodian, case_id=case.id, code=code, version=0)
        session.add(row)
    row.message_id, row.manner, row.version = proposal.message if proposal else None, manner, row.version + 1
    row.changed_by, row.changed_at = actor.staff_id, now
    seal(session, row, "value_sealed", json.dumps(value, ensure_ascii=False))
    row.counted = str(value) if code in COUNTED else None
    session.flush()


def _read(session: Session, row: SheetField) -> Value:
    raw = json.loads(reveal(session, row, "value_sealed") or '""')
    return tuple(raw) if isinstance(raw, list) else str(raw)
