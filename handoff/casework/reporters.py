"""Who told the desk of abuse, and when and where they saw it: sealed apart, and read only after saying why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff.cases import Case
from handoff.casework.report_tables import Reporter, StatutoryReport
from handoff.states import NotAllowed
from resources import journal
from resources.access import Actor
from resources.db import new_id
from resources.sealing import reveal, seal
from resources.staff import Role

READ: Final = "report.reporter_read"
_FIELD: Final = 200


class NotForYou(NotAllowed):
    """知らせた人の記録は、主担当と、町の統括だけが見られます。見たいときは、主担当に確かめてください。何も表示していません。"""


class SayWhy(NotAllowed):
    """知らせた人の記録を見る理由を選んでください。まだ何も表示していません。"""


class Why(StrEnum):
    """Why somebody reads who told."""

    CONFIRM = "confirm"
    AUTHORITY = "authority"
    SAFETY = "safety"
    OVERSIGHT = "oversight"

    @property
    def label(self) -> str:
        """The reason as staff read it."""
        return _LABELS[self]


_LABELS = {
    Why.CONFIRM: "知らせた人に、もう一度たずねるため", Why.AUTHORITY: "児童相談所・警察などの求めに答えるため",
    Why.SAFETY: "知らせた人の安全を守るため", Why.OVERSIGHT: "記録を確かめるため（統括）",
}  # fmt: skip


@dataclass(frozen=True)
class Who:
    """Who told, as it was filled in or is read."""

    name: str = ""
    phone: str = ""
    relation: str = ""
    sighting: str = ""

    @property
    def empty(self) -> bool:
        """Whether nothing was filled in: anonymous is fine."""
        return not any(one.strip() for one in (self.name, self.phone, self.relation, self.sighting))


def keep(session: Session, report: StatutoryReport, who: Who, *, actor: Actor, now: datetime) -> None:
    """Keep who told of it, beside what was kept before; nothing of it stands on the report or in the history."""
    if who.empty:
        return
    row = Reporter(id=new_id(), custodian=report.custodian, report_id=report.id, made_by=actor.staff_id, made_at=now)
    for field in ("name", "phone", "relation"):
        seal(session, row, f"{field}_sealed", getattr(who, field).strip()[:_FIELD])
    seal(session, row, "sighting_sealed", who.sighting.strip()[: 10 * _FIELD])
    session.add(row)
    session.flush()


def may_read(case: Case, actor: Actor) -> bool:
    """Whether this person may read who told: the owner of the case, and who oversees its town."""
    return case.owner_id == actor.staff_id or actor.has(Role.SUPERVISOR, case.custodian)


def read(
    session: Session, case: Case, report: StatutoryReport, why: str, *, actor: Actor, now: datetime
) -> list[tuple[datetime, Who]]:
    """Return who told, the newest first; that it was read, and why, is in the journal before."""
    if not may_read(case, actor):
        raise NotForYou(NotForYou.__doc__)
    if why not in list(Why):
        raise SayWhy(SayWhy.__doc__)
    journal.record(
        session, READ, municipality=case.custodian, subject_kind="statutory_report", subject_id=report.id,
        staff_id=actor.staff_id, now=now, detail=why,
    )  # fmt: skip
    session.flush()
    rows = session.scalars(select(Reporter).where(Reporter.report_id == report.id).order_by(Reporter.id.desc()))
    return [(row.made_at, Who(*(reveal(session, row, f"{one}_sealed") or "" for one in Who.__annotations__))) for row in rows]
