"""The household map: who lives there, how old, together or apart, and with which troubles; as told until a person confirms."""

from __future__ import annotations

import json
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import Integer, LargeBinary, Uuid, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from handoff import presses
from handoff.cases import Case, record
from handoff.casework import sheet
from handoff.casework.proposals import Source, Told, explained, find, members
from handoff.states import NotAllowed
from intents.codes import Topic
from resources.access import Actor
from resources.db import Base, Held, held_args, new_id
from resources.sealing import reveal, seal

OLDEST: Final = 120
RELATION: Final = 20
NOTE: Final = 200
PROBLEMS: Final = tuple(Topic)[:16]  # the boxes of the form
# Households in which several troubles meet, by the names the ear gives them.
PATTERNS: Final = (
    "8050", "ダブルケア", "ヤングケアラー", "老老介護", "ひとり親と失業", "介護離職", "多頭飼育", "ごみ屋敷", "複合課題",
)  # fmt: skip
_TOPIC_OF: Final = {
    "認知症": Topic.LONG_TERM_CARE, "介護": Topic.LONG_TERM_CARE, "障害": Topic.HEALTH, "病気": Topic.HEALTH,
    "失業・無職": Topic.JOB_SEARCH, "ひきこもり・不登校": Topic.WITHDRAWAL, "困窮": Topic.INCOME, "借金・滞納": Topic.DEBT,
    "住まい・家賃": Topic.RENT_LOAN, "依存・飲酒": Topic.HEALTH, "ごみ屋敷": Topic.HOUSING, "在留・ことば": Topic.OTHER,
}  # fmt: skip


class PersonIncomplete(NotAllowed):
    """続柄（20文字まで）を書き、年齢は0から120の数で、メモは200文字までで入れてください。あなたの入力は下に残っています。まだ保存していません。"""


class PersonChanged(NotAllowed):
    """先にほかの人が、この人のことを変えたか、世帯から外しました。いまの内容を見てから、もう一度保存してください。まだ保存していません。"""


class Together(StrEnum):
    """Whether somebody lives in the same home."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"

    @property
    def label(self) -> str:
        """The answer as staff read it."""
        return {"yes": "同居", "no": "別居", "unknown": "不明"}[self]


class HouseholdPerson(Held, Base):
    """One person of a household, as somebody at the desk confirmed or wrote it."""

    __tablename__ = "household_person"
    __table_args__ = held_args(case_id="consultation_case")
    seal_subject = "case_id"

    case_id: Mapped[uuid.UUID] = mapped_column(Uuid(), index=True)
    told_sealed: Mapped[bytes] = mapped_column(LargeBinary())
    message_id: Mapped[uuid.UUID | None] = mapped_column(Uuid())
    version: Mapped[int] = mapped_column(Integer(), default=1)
    changed_by: Mapped[uuid.UUID | None] = mapped_column(Uuid())
    changed_at: Mapped[datetime] = mapped_column()
    removed_at: Mapped[datetime | None] = mapped_column()


@dataclass(frozen=True)
class Person:
    """What is told of one person."""

    relation: str
    age: int | None = None
    together: Together = Together.UNKNOWN
    problems: tuple[str, ...] = ()  # topic codes
    note: str = ""
    origin: str = ""  # the person of the conversation this is; empty for one that was added by hand

    @property
    def troubles(self) -> list[str]:
        """The troubles in the words of the form."""
        return [Topic(code).label for code in self.problems]

    @property
    def as_json(self) -> str:
        """The person as it is kept, and as a form carries what was seen."""
        return json.dumps(
            [self.relation, self.age, self.together, list(self.problems), self.note, self.origin], ensure_ascii=False
        )


@dataclass(frozen=True)
class Member:
    """One line of the map: kept, or proposed from the conversation."""

    person: Person
    row: HouseholdPerson | None = None
    source: Source | None = None
    key: str = ""

    @property
    def proposed(self) -> bool:
        """Whether nobody has confirmed it yet."""
        return self.row is None


def listed(session: Session, case: Case, told: Sequence[Told], understood: str) -> list[Member]:
    """Return the household: those a person confirmed, then those the conversation tells of and nobody has settled."""
    kept = [(row, _read(session, row)) for row in _rows(session, case)]
    settled = {person.origin for _, person in kept}
    known = [Member(person, row, key=str(row.id)) for row, person in kept if row.removed_at is None]
    return [*known, *(one for one in proposed(told, understood) if one.person.origin not in settled)]


def proposed(told: Sequence[Told], understood: str) -> list[Member]:
    """Return the persons the conversation tells of, each with the message that names them."""
    found: dict[str, Member] = {}
    for raw in members(understood):
        relation, words = str(raw.get("relation") or ""), str(raw.get("words") or "")
        if not relation or relation in found:
            continue
        labels = [str(one) for one in raw.get("problems") or ()]
        codes = {_TOPIC_OF[label] for label in labels if label in _TOPIC_OF}
        age, together = raw.get("age"), raw.get("living_together")
        person = Person(
            relation[:RELATION],
            age if isinstance(age, int) and 0 <= age <= OLDEST else None,
            Together.UNKNOWN if not isinstance(together, bool) else Together.YES if together else Together.NO,
            tuple(topic.value for topic in PROBLEMS if topic in codes),
            "・".join(labels)[:NOTE],
            relation,
        )
        found[relation] = Member(person, None, find(told, words or relation) or Source(None), f"told-{len(found)}")
    return list(found.values())


def patterns(understood: str) -> list[str]:
    """Return the names of the patterns that were understood, each once."""
    named = {str(one[3]) for one in explained(understood) if (one[0], one[1]) == ("reason", "complex")}
    return [name for name in PATTERNS if name in named]


def add(
    session: Session, case: Case, person: Person, *, key: str, actor: Actor, now: datetime, message: uuid.UUID | None = None
) -> None:
    """Put somebody on the map, by hand or from the conversation; raises PersonIncomplete."""
    person = _checked(person)
    if presses.counted(session, case, key):
        return
    if person.origin and person.origin in {known.origin for known in (_read(session, row) for row in _rows(session, case))}:
        raise PersonChanged(PersonChanged.__doc__)
    presses.first(session, case, key, actor=actor, now=now)
    _keep(session, case, person, message, actor=actor, now=now)
    record(session, case, "household_changed", now=now, staff_id=actor.staff_id)


def change(
    session: Session, case: Case, person_id: uuid.UUID, person: Person, *, version: int, actor: Actor, now: datetime
) -> None:
    """Change what is told of a person that still is what was seen; raises PersonIncomplete, PersonChanged."""
    person = _checked(person)
    row, before = _found(session, case, person_id)
    if before.as_json == person.as_json:
        return
    if row.version != version:
        raise PersonChanged(PersonChanged.__doc__)
    sheet.keep_before(session, case, "household", before.as_json, actor=actor, now=now, person_id=row.id)
    row.version, row.changed_by, row.changed_at = row.version + 1, actor.staff_id, now
    seal(session, row, "told_sealed", person.as_json)
    record(session, case, "household_changed", now=now, staff_id=actor.staff_id)
    session.flush()


def remove(session: Session, case: Case, person_id: uuid.UUID, *, version: int, actor: Actor, now: datetime) -> None:
    """Take somebody off the map; what was known of them is kept; raises PersonChanged."""
    gone = (row for row in _rows(session, case) if row.id == person_id and row.removed_at is not None)
    if any(row.changed_by == actor.staff_id for row in gone):
        return
    row, before = _found(session, case, person_id)
    if row.version != version:
        raise PersonChanged(PersonChanged.__doc__)
    sheet.keep_before(session, case, "household", before.as_json, actor=actor, now=now, person_id=row.id)
    row.version, row.removed_at, row.changed_by, row.changed_at = row.version + 1, now, actor.staff_id, now
    record(session, case, "household_changed", now=now, staff_id=actor.staff_id)
    session.flush()


def deny(session: Session, case: Case, member: Member, *, actor: Actor, now: datetime) -> None:
    """Say that somebody the conversation seemed to tell of is not of this household; twice is once."""
    row = _keep(session, case, member.person, member.source.message if member.source else None, actor=actor, now=now)
    row.removed_at = now
    record(session, case, "household_changed", now=now, staff_id=actor.staff_id)


def person_of(relation: str, age: str, together: str, problems: Collection[str], note: str, origin: str = "") -> Person:
    """Return a person as somebody typed it; raises PersonIncomplete."""
    age = age.strip()
    if (age and not (age.isascii() and age.isdigit())) or together not in list(Together):
        raise PersonIncomplete(PersonIncomplete.__doc__)
    codes = tuple(topic.value for topic in PROBLEMS if topic.value in problems)
    return Person(relation.strip(), int(age) if age else None, Together(together), codes, note.strip(), origin)


def _keep(
    session: Session, case: Case, person: Person, message: uuid.UUID | None, *, actor: Actor, now: datetime
) -> HouseholdPerson:
    row = HouseholdPerson(
        id=new_id(), custodian=case.custodian, case_id=case.id, message_id=message, changed_by=actor.staff_id, changed_at=now
    )
    seal(session, row, "told_sealed", person.as_json)
    session.add(row)
    sheet.keep_before(session, case, "household", None, actor=actor, now=now, person_id=row.id)
    session.flush()
    return row


def _found(session: Session, case: Case, person_id: uuid.UUID) -> tuple[HouseholdPerson, Person]:
    row = next((row for row in _rows(session, case) if row.id == person_id and row.removed_at is None), None)
    if row is None:
        raise PersonChanged(PersonChanged.__doc__)
    return row, _read(session, row)


def _rows(session: Session, case: Case) -> Sequence[HouseholdPerson]:
    query = select(HouseholdPerson).where(HouseholdPerson.case_id == case.id).order_by(HouseholdPerson.id)
    return session.scalars(query).all()


def _read(session: Session, row: HouseholdPerson) -> Person:
    relation, age, together, problems, note, origin = json.loads(reveal(session, row, "told_sealed") or "[]")
    return Person(relation, age, Together(together), tuple(problems), note, origin)


def _checked(person: Person) -> Person:
    fits = 0 < len(person.relation) <= RELATION and len(person.note) <= NOTE
    if not fits or (person.age is not None and not 0 <= person.age <= OLDEST):
        raise PersonIncomplete(PersonIncomplete.__doc__)
    return person
