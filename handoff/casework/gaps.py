"""The gap ledger: what somebody needed that nothing fitted, which places nearly did, and why they did not."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import JSON, ForeignKey, LargeBinary, String, UniqueConstraint, Uuid, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from handoff import presses
from handoff.cases import Case, record
from handoff.states import NotAllowed
from intents.codes import Topic
from resources import near_misses, places
from resources.access import Actor
from resources.db import Base, Held, held_args, new_id
from resources.sealing import reveal, seal
from resources.services import Service
from resources.slots import JAPAN

LONGEST: Final = 2000
LONGEST_AREA: Final = 60
# Reasons of a case that speak of a gap by themselves.
SPEAKING: Final = frozenset({"gap", "bounced"})


class TopicNeeded(NotAllowed):
    """何についての狭間か、話題を一つ以上選んでください。まだ残していません。"""


class NoSuchPlace(NotAllowed):
    """選んだ場所のどれかが、もう台帳にありません。探しなおしてください。まだ残していません。"""


class NoSuchGap(NotAllowed):
    """この狭間の記録は、もう閉じられています。変わっていません。"""


class GapState(StrEnum):
    """Where an entry of the ledger stands."""

    OPEN = "open"  # noted -> open: new places are compared with it
    MATCHED = "matched"  # open -> matched: a place was sent to the person
    CLOSED = "closed"  # open or matched -> closed by the desk

    @property
    def label(self) -> str:
        """The state as staff read it."""
        return {"open": "合う場所なし", "matched": "合う場所を案内", "closed": "閉じた"}[self]


class Why(StrEnum):
    """Why a place that was near did not fit."""

    AGE = "age"
    HANDBOOK = "handbook"
    INCOME = "income"
    RESIDENCE = "residence"
    HOURS = "hours"
    FULL = "full"
    CLOSED = "closed"
    WAITING_LIST = "waiting_list"
    DISTANCE = "distance"
    LANGUAGE = "language"
    TRANSPORT = "transport"
    REFUSED = "refused"
    OTHER = "other"

    @property
    def label(self) -> str:
        """The reason as staff read it."""
        return _WHYS[self]


_WHYS: Final = {
    Why.AGE: "年齢が合わない", Why.HANDBOOK: "手帳・診断がない", Why.INCOME: "収入の条件", Why.RESIDENCE: "住所の条件",
    Why.HOURS: "時間・曜日が合わない", Why.FULL: "満員", Why.CLOSED: "休止・廃止", Why.WAITING_LIST: "待機が長い",
    Why.DISTANCE: "遠い", Why.LANGUAGE: "ことばが通じない", Why.TRANSPORT: "交通手段がない", Why.REFUSED: "断られた",
    Why.OTHER: "そのほか",
}  # fmt: skip


class AgeBand(StrEnum):
    """How old the person is, as far as a gap needs it."""

    CHILD = "0-17"
    YOUNG = "18-39"
    MIDDLE = "40-64"
    OLD = "65-"

    @property
    def label(self) -> str:
        """The band as staff read it."""
        return {"0-17": "18歳未満", "18-39": "18〜39歳", "40-64": "40〜64歳", "65-": "65歳以上"}[self]

    @property
    def years(self) -> tuple[int, int]:
        """The youngest and the oldest of it."""
        return {"0-17": (0, 17), "18-39": (18, 39), "40-64": (40, 64), "65-": (65, 120)}[self]


class Gap(Held, Base):
    """One need that nothing fitted."""

    __tablename__ = "gap"
    __table_args__ = held_args(case_id="consultation_case")

    case_id: Mapped[uuid.UUID | None] = mapped_column(Uuid(), index=True)
    topics: Mapped[list[str]] = mapped_column(JSON())
    kinds: Mapped[list[str]] = mapped_column(JSON())  # of the places that nearly fitted
    area: Mapped[str] = mapped_column(String(LONGEST_AREA), default="")  # a 日常生活圏域 or part of town, never an address
    age_band: Mapped[str] = mapped_column(String(8), default="")
    words_sealed: Mapped[bytes | None] = mapped_column(LargeBinary())
    state: Mapped[GapState] = mapped_column(String(12), default=GapState.OPEN, index=True)
    noted_by: Mapped[uuid.UUID] = mapped_column(Uuid())
    noted_at: Mapped[datetime] = mapped_column()
    ended_at: Mapped[datetime | None] = mapped_column()
    # Until when the directory was compared with it.
    compared_at: Mapped[datetime] = mapped_column()


class GapNearMiss(Held, Base):
    """One place that nearly fitted a gap, and why it did not."""

    __tablename__ = "gap_near_miss"
    __table_args__ = held_args(UniqueConstraint("gap_id", "service_id"), gap_id="gap")

    gap_id: Mapped[uuid.UUID] = mapped_column(Uuid())
    service_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("service.id"))
    why: Mapped[Why] = mapped_column(String(16))


@dataclass(frozen=True)
class Need:
    """What a form tells of a gap."""

    topics: tuple[str, ...]
    near: Mapping[uuid.UUID, Why]
    area: str = ""
    age_band: str = ""
    words: str = ""

    @classmethod
    def read(cls, form: Mapping[str, str]) -> Need:
        """Return what a form tells; fields of near places are named why_ and the id of the entry."""
        near = {
            uuid.UUID(name.removeprefix("why_")): Why(value)
            for name, value in form.items()
            if name.startswith("why_") and value in list(Why) and _is_id(name.removeprefix("why_"))
        }
        band = form.get("age_band", "")
        return cls(
            tuple(topic.value for topic in Topic if form.get(f"topic_{topic.value}")), near,
            " ".join(form.get("area", "").split())[:LONGEST_AREA], band if band in list(AgeBand) else "",
            form.get("words", "").strip()[:LONGEST],
        )  # fmt: skip


@dataclass(frozen=True)
class Noted:
    """One gap as the desk reads it beside its case."""

    gap: Gap
    words: str
    near: list[tuple[str, Why]]

    @property
    def state(self) -> GapState:
        """Where it stands."""
        return GapState(self.gap.state)

    @property
    def age_band(self) -> str:
        """How old the person is, in words."""
        return AgeBand(self.gap.age_band).label if self.gap.age_band else ""


def note(session: Session, case: Case, need: Need, *, key: str, actor: Actor, now: datetime) -> Gap | None:
    """Write a gap into the ledger; None when this press was already counted."""
    if not need.topics:
        raise TopicNeeded(TopicNeeded.__doc__)
    near = _known(session, case.custodian, need.near)
    if not presses.first(session, case, key, actor=actor, now=now):
        return None
    kinds = sorted({service.kind for service in near if service.kind})
    gap = Gap(
        id=new_id(), custodian=case.custodian, case_id=case.id, topics=list(need.topics), kinds=kinds, area=need.area,
        age_band=need.age_band, noted_by=actor.staff_id, noted_at=now, compared_at=now,
    )  # fmt: skip
    seal(session, gap, "words_sealed", need.words or None)
    session.add(gap)
    session.flush()
    for service in near:
        session.add(
            GapNearMiss(id=new_id(), custodian=gap.custodian, gap_id=gap.id, service_id=service.id, why=need.near[service.id])
        )
    record(session, case, "gap_noted", now=now, staff_id=actor.staff_id)
    session.flush()
    return gap


def close(session: Session, case: Case, gap_id: uuid.UUID, *, actor: Actor, now: datetime) -> None:
    """Say that a gap needs no place any more; raises NoSuchGap when it is closed already."""
    query = select(Gap).where(Gap.id == gap_id, Gap.case_id == case.id, Gap.state != GapState.CLOSED)
    gap = session.scalars(query.with_for_update()).first()
    if gap is None:
        raise NoSuchGap(NoSuchGap.__doc__)
    gap.state, gap.ended_at = GapState.CLOSED, now
    record(session, case, "gap_closed", now=now, staff_id=actor.staff_id)


def of_case(session: Session, case: Case) -> list[Noted]:
    """Return the gaps of a case, the newest first."""
    found = list(session.scalars(select(Gap).where(Gap.case_id == case.id).order_by(Gap.id.desc())))
    near = near_of(session, [gap.id for gap in found])
    return [Noted(gap, reveal(session, gap, "words_sealed") or "", near.get(gap.id, [])) for gap in found]


def near_of(session: Session, gap_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, list[tuple[str, Why]]]:
    """Return the places that nearly fitted each gap, by name, and why they did not."""
    query = select(GapNearMiss.gap_id, Service.name, GapNearMiss.why).join(Service, Service.id == GapNearMiss.service_id)
    found: dict[uuid.UUID, list[tuple[str, Why]]] = {}
    for gap_id, name, why in session.execute(query.where(GapNearMiss.gap_id.in_(gap_ids)).order_by(Service.name)):
        found.setdefault(gap_id, []).append((name, Why(why)))
    return found


def proposed(session: Session, case: Case) -> str:
    """Return why a gap should be noted, as a sentence for the desk; empty when nothing speaks for one."""
    if session.scalars(select(Gap.id).where(Gap.case_id == case.id).limit(1)).first() is not None:
        return ""
    if SPEAKING & set(case.reasons):
        return "「断られた」「対象外と言われた」「たらい回しになった」という話がありました。"
    day = case.opened_at.astimezone(JAPAN).date()
    missed = near_misses.tally(session, case.custodian, first=day - timedelta(days=1), last=day)
    if set(missed.topics) & set(case.topics):
        return "同じころ、同じ話題で、条件の合わない場所しか見つからない検索がありました。"
    return ""


def _known(session: Session, town: str, near: Mapping[uuid.UUID, Why]) -> list[Service]:
    around = places.around(session, town)
    query = select(Service).where(Service.id.in_(near), Service.visible, Service.municipality_code.in_(around))
    found = list(session.scalars(query.order_by(Service.id)))
    if len(found) < len(near):
        raise NoSuchPlace(NoSuchPlace.__doc__)
    return found


def _is_id(written: str) -> bool:
    try:
        return str(uuid.UUID(written)) == written
    except ValueError:
        return False
