"""A new or changed entry of the directory proposes itself to the open gaps it fits; the desk decides what comes of it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import Float, ForeignKey, Select, String, UniqueConstraint, Uuid, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from handoff import moves, replying
from handoff.cases import Case, record, reopen
from handoff.casework import tasks
from handoff.casework.gaps import AgeBand, Gap, GapNearMiss, GapState, Why
from handoff.casework.tasks import Doer, Origin, Task
from handoff.states import CaseState, NotAllowed, Outcome
from resources import change_sets, fitting, places, records
from resources.access import Actor
from resources.db import EVERYWHERE, Base, Database, Held, held_args, new_id
from resources.drafts import Draft
from resources.kinds import Kinds
from resources.services import Service
from resources.slots import JAPAN
from resources.voice import Voice

LEAST: Final = 0.4
_KIND, _NEAR = 0.3, 0.3
_DUE: Final = timedelta(days=3)
# A change is written a little before it can be seen; what is compared twice is proposed once.
_OVERLAP: Final = timedelta(minutes=15)
_TASK: Final = "台帳に載った場所が、記録した狭間に合うかもしれません。「終わりと狭間」で確かめてください。"
# Nobody is written to again about these.
OVER: Final = frozenset({Outcome.DECEASED, Outcome.DUPLICATE})


class AlreadyDecided(NotAllowed):
    """この候補は、先にほかの人が決めました。いまの操作では何も変わっていません。"""


class ReasonNeeded(NotAllowed):
    """合わない理由を選んでください。まだ見送っていません。"""


class NotAgain(NotAllowed):
    """死亡または重複で終わった相談には、もう連絡できません。何も変わっていません。"""


class MatchState(StrEnum):
    """Where a proposal stands."""

    PROPOSED = "proposed"  # found -> proposed
    SENT = "sent"  # proposed -> sent: the place went to the person as a card
    DISMISSED = "dismissed"  # proposed -> dismissed, with the reason

    @property
    def label(self) -> str:
        """The state as staff read it."""
        return {"proposed": "未確認", "sent": "案内した", "dismissed": "見送った"}[self]


class GapMatch(Held, Base):
    """One entry of the directory that may fit one gap."""

    __tablename__ = "gap_match"
    __table_args__ = held_args(UniqueConstraint("gap_id", "service_id"), gap_id="gap", case_id="consultation_case")

    gap_id: Mapped[uuid.UUID] = mapped_column(Uuid())
    case_id: Mapped[uuid.UUID] = mapped_column(Uuid(), index=True)
    service_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("service.id"))
    score: Mapped[float] = mapped_column(Float())
    state: Mapped[MatchState] = mapped_column(String(12), default=MatchState.PROPOSED)
    reason: Mapped[Why | None] = mapped_column(String(16))  # why it was dismissed
    found_at: Mapped[datetime] = mapped_column()
    decided_at: Mapped[datetime | None] = mapped_column()
    decided_by: Mapped[uuid.UUID | None] = mapped_column(Uuid())


@dataclass(frozen=True)
class Proposal:
    """One proposal as the desk reads it; of a confidential place the name alone."""

    match: GapMatch
    name: str
    about: str
    confidential: bool

    @property
    def state(self) -> MatchState:
        """Where it stands."""
        return MatchState(self.match.state)

    @property
    def reason(self) -> str:
        """Why it was dismissed, in words."""
        return Why(self.match.reason).label if self.match.reason else ""


def due(database: Database, now: datetime, *, kinds: Kinds) -> int:
    """Compare what changed in the directory with the open gaps, town by town; returns how many proposals were made."""
    with database.reading(EVERYWHERE) as session:
        towns = sorted(set(session.scalars(select(Gap.custodian).where(Gap.state == GapState.OPEN))))
        changed = [town for town in towns if _changed(session, _open_gaps(town), town)]
    made = 0
    for town in changed:
        with database.writing(town) as session:
            made += propose(session, town, kinds=kinds, now=now)
    return made


def propose(session: Session, town: str, *, kinds: Kinds, now: datetime) -> int:
    """Propose to a town's open gaps what was added or changed since they were compared last; each place once a gap."""
    gaps = list(session.scalars(_open_gaps(town).with_for_update()))
    fresh = _changed(session, _open_gaps(town), town)
    entries = records.load(session, select(Service.id).where(Service.id.in_(fresh), Service.visible)) if fresh else []
    known = set(iter(session.execute(select(GapMatch.gap_id, GapMatch.service_id).where(GapMatch.custodian == town))))
    made = 0
    for gap in gaps:
        case = session.scalars(select(Case).where(Case.id == gap.case_id)).first()
        gap.compared_at = now
        if case is None or case.outcome in OVER:
            continue
        near = set(session.scalars(select(GapNearMiss.service_id).where(GapNearMiss.gap_id == gap.id)))
        for entry in entries:
            if entry.id in near and entry.last_modified <= gap.noted_at:
                continue  # It was looked at when the gap was noted, and nothing changed since.
            score = fit(gap, entry.draft, kinds, near=entry.id in near, now=now)
            if score >= LEAST and (gap.id, entry.id) not in known:
                _write(session, case, gap, entry.id, score, now=now)
                made += 1
    session.flush()
    return made


def fit(gap: Gap, draft: Draft, kinds: Kinds, *, near: bool, now: datetime) -> float:
    """Return how well an entry fits a gap, from 0 to 1; 0 where it rests, is full, or is for others."""
    kind = kinds.by_code.get(draft.kind)
    topics, wanted = set(draft.topics or (kind.topics if kind else ())), set(gap.topics)
    if draft.rests(now.astimezone(JAPAN).date()) or fitting.is_full(draft) or not _for_the_age(gap, draft):
        return 0.0
    if draft.areas and gap.area and not any(area in gap.area or gap.area in area for area in draft.areas):
        return 0.0
    if not topics & wanted:
        return 0.0
    shared = len(topics & wanted) / len(wanted)
    return round(min(1.0, 0.7 * shared + _KIND * (draft.kind in gap.kinds) + _NEAR * near), 3)


def send(
    session: Session, case: Case, match_id: uuid.UUID, words: str, *, key: str, actor: Actor, voice: Voice, now: datetime
) -> None:
    """Send the place to the person as a card; refuses what a card may not show."""
    match = _open(session, case, match_id)
    replying.show(session, case, [match.service_id], words, key=key, actor=actor, voice=voice, now=now)
    gap = session.scalars(select(Gap).where(Gap.id == match.gap_id)).one()
    gap.state = GapState.MATCHED
    _decide(session, match, MatchState.SENT, actor=actor, now=now)
    record(session, case, "gap_place_sent", now=now, staff_id=actor.staff_id)


def dismiss(session: Session, case: Case, match_id: uuid.UUID, reason: str, *, actor: Actor, now: datetime) -> None:
    """Say that a place does not fit, and why; it is not proposed to this gap again."""
    if reason not in list(Why):
        raise ReasonNeeded(ReasonNeeded.__doc__)
    match = _open(session, case, match_id)
    match.reason = Why(reason)
    _decide(session, match, MatchState.DISMISSED, actor=actor, now=now)
    record(session, case, "gap_place_dismissed", now=now, staff_id=actor.staff_id)


def contact_again(session: Session, case: Case, match_id: uuid.UUID, *, actor: Actor, now: datetime) -> None:
    """Open a closed case again for a place that fits, in the hands of who decides it; who comes second is told."""
    _open(session, case, match_id)
    if case.state != CaseState.CLOSED:
        raise moves.AlreadyTaken(moves.AlreadyTaken.__doc__)
    if case.outcome in OVER:
        raise NotAgain(NotAgain.__doc__)
    record(session, case, "gap_contact_again", now=now, staff_id=actor.staff_id)
    reopen(session, case, now=now)
    session.flush()
    moves.take(session, case, actor=actor, now=now)
    case.waiting_since = None  # Nobody wrote: it is the desk that begins.


def of_case(session: Session, case: Case) -> list[Proposal]:
    """Return the proposals of a case: what is undecided first, the best first."""
    order = (GapMatch.state != MatchState.PROPOSED, GapMatch.score.desc(), GapMatch.id)
    found = list(session.scalars(select(GapMatch).where(GapMatch.case_id == case.id).order_by(*order)))
    ids = {match.service_id for match in found}
    if not ids:
        return []
    entries = {one.id: one.draft for one in records.load(session, select(Service.id).where(Service.id.in_(ids)))}
    return [_proposal(match, entries[match.service_id]) for match in found if match.service_id in entries]


def _proposal(match: GapMatch, draft: Draft) -> Proposal:
    told = (draft.eligibility_description, draft.address or draft.town)
    return Proposal(match, draft.name, "" if draft.confidential else "　".join(filter(None, told)), draft.confidential)


def _for_the_age(gap: Gap, draft: Draft) -> bool:
    if not gap.age_band:
        return True
    youngest, oldest = AgeBand(gap.age_band).years
    low, high = draft.minimum_age or 0, draft.maximum_age
    return low <= oldest and (high is None or youngest <= high)


def _write(session: Session, case: Case, gap: Gap, service_id: uuid.UUID, score: float, *, now: datetime) -> None:
    match = GapMatch(
        id=new_id(), custodian=gap.custodian, gap_id=gap.id, case_id=case.id, service_id=service_id, score=score, found_at=now
    )
    session.add(match)
    doer = Doer(staff_id=case.owner_id) if case.owner_id and case.state != CaseState.CLOSED else Doer(desk_id=case.desk_id)
    day = (now + _DUE).astimezone(JAPAN).date()
    tasks.add(session, case, _TASK, now=now, by=None, doer=doer, due_on=day, origin=Origin.GAP, origin_id=match.id)
    record(session, case, "gap_place_found", now=now)


def _decide(session: Session, match: GapMatch, state: MatchState, *, actor: Actor, now: datetime) -> None:
    match.state, match.decided_at, match.decided_by = state, now, actor.staff_id
    for task in session.scalars(select(Task).where(Task.origin_id == match.id, Task.done_at.is_(None))):
        task.done_at, task.done_by = now, actor.staff_id
    session.flush()


def _open(session: Session, case: Case, match_id: uuid.UUID) -> GapMatch:
    query = select(GapMatch).where(
        GapMatch.id == match_id, GapMatch.case_id == case.id, GapMatch.state == MatchState.PROPOSED
    )
    match = session.scalars(query.with_for_update()).first()
    if match is None:
        raise AlreadyDecided(AlreadyDecided.__doc__)
    return match


def _open_gaps(town: str) -> Select[Gap]:
    return select(Gap).where(Gap.custodian == town, Gap.state == GapState.OPEN).order_by(Gap.id)


def _changed(session: Session, gaps: Select[Gap], town: str) -> set[uuid.UUID]:
    since: Iterable[datetime] = session.scalars(gaps.with_only_columns(Gap.compared_at))
    oldest = min(since, default=None)
    if oldest is None:
        return set()
    return change_sets.changed_since(session, oldest - _OVERLAP, towns=places.around(session, town))
