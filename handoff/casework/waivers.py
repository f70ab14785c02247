"""Where the words of a case ask for a report: it is made, or two persons, one a supervisor, record why not."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff.cases import Case, record
from handoff.casework.report_kinds import ReportKind, kinds
from handoff.casework.report_tables import StatutoryReport, Waiver
from handoff.conversation import staff_names
from handoff.states import NotAllowed
from resources.access import Actor
from resources.db import new_id
from resources.sealing import reveal, seal
from resources.staff import Role

_LONGEST = 2000


class ReasonNeeded(NotAllowed):
    """通告・通報をしない理由を書いてください。まだ何も変わっていません。"""


class NotAsked(NotAllowed):
    """この種類の通告・通報は、もう記録されたか、確認が済んでいます。いまの操作では何も変わっていません。"""


class AlreadyAsked(NotAllowed):
    """しない理由は、先にほかの人が書いて、確認を待っています。下で確かめてください。あなたの書いたことは残していません。"""


class AnotherPerson(NotAllowed):
    """理由を書いた人は、自分で確認できません。もう一人に頼んでください。「通告・通報を記録する」の表示は残っています。"""


class SupervisorNeeded(NotAllowed):
    """二人のうち一人は、統括でなければなりません。統括に確認を頼んでください。「通告・通報を記録する」の表示は残っています。"""


@dataclass(frozen=True)
class Asked:
    """A reason that waits for a second person, or that two have agreed on."""

    id: uuid.UUID
    kind: ReportKind
    reason: str
    who: str
    at: datetime
    confirmed_by: str
    mine: bool


@dataclass(frozen=True)
class Prompt:
    """A report that is to be made, or explained."""

    kind: ReportKind
    asked: Asked | None


def prompts(session: Session, case: Case, *, actor: Actor) -> list[Prompt]:
    """Return the reports the words of a case ask for that are neither made nor explained by two."""
    wanted = _wanted(session, case)
    if not wanted:
        return []
    waiting = {one.kind.code: one for one in _read(session, case, actor) if not one.confirmed_by}
    return [Prompt(kind, waiting.get(kind.code)) for kind in wanted]


def explained(session: Session, case: Case, *, actor: Actor) -> list[Asked]:
    """Return why reports were not made, where two persons agreed."""
    return [one for one in _read(session, case, actor) if one.confirmed_by]


def outstanding(session: Session, case: Case) -> bool:
    """Whether a report is still to be made or explained."""
    return bool(_wanted(session, case))


def ask(session: Session, case: Case, code: str, reason: str, *, actor: Actor, now: datetime) -> None:
    """Write down why no report is made; it holds when a second person has agreed."""
    if code not in {kind.code for kind in _wanted(session, case)}:
        raise NotAsked(NotAsked.__doc__)
    if not reason.strip():
        raise ReasonNeeded(ReasonNeeded.__doc__)
    if _open(session, case, code) is not None:
        raise AlreadyAsked(AlreadyAsked.__doc__)
    waiver = Waiver(
        id=new_id(), custodian=case.custodian, case_id=case.id, kind=code, asked_by=actor.staff_id,
        asked_by_supervisor=_supervises(case, actor), asked_at=now,
    )  # fmt: skip
    seal(session, waiver, "reason_sealed", reason.strip()[:_LONGEST])
    session.add(waiver)
    record(session, case, "report_not_asked", now=now, staff_id=actor.staff_id, detail={"kind": code})
    session.flush()


def answer(session: Session, case: Case, code: str, *, agree: bool, actor: Actor, now: datetime) -> None:
    """Agree as the second person that no report is made, or say that one is needed: then it is asked for as before."""
    waiver = _open(session, case, code)
    if waiver is None or code not in {kind.code for kind in _wanted(session, case)}:
        raise NotAsked(NotAsked.__doc__)
    if agree and waiver.asked_by == actor.staff_id:
        raise AnotherPerson(AnotherPerson.__doc__)
    if agree and not (waiver.asked_by_supervisor or _supervises(case, actor)):
        raise SupervisorNeeded(SupervisorNeeded.__doc__)
    waiver.answered_by, waiver.answered_at, waiver.agreed = actor.staff_id, now, agree
    move = "report_not_agreed" if agree else "report_needed"
    record(session, case, move, now=now, staff_id=actor.staff_id, detail={"kind": code})
    session.flush()


def _wanted(session: Session, case: Case) -> list[ReportKind]:
    asked = [kind for kind in kinds().values() if kind.must and kind.crisis in case.crises]
    if not asked:
        return []
    made = set(session.scalars(select(StatutoryReport.kind).where(StatutoryReport.case_id == case.id)))
    waived = set(session.scalars(select(Waiver.kind).where(Waiver.case_id == case.id, Waiver.agreed)))
    return [kind for kind in asked if kind.code not in made | waived]


def _open(session: Session, case: Case, code: str) -> Waiver | None:
    query = select(Waiver).where(Waiver.case_id == case.id, Waiver.kind == code, Waiver.answered_at.is_(None))
    return session.scalars(query).first()


def _read(session: Session, case: Case, actor: Actor) -> list[Asked]:
    standing = (Waiver.answered_at.is_(None)) | Waiver.agreed
    rows = list(session.scalars(select(Waiver).where(Waiver.case_id == case.id, standing).order_by(Waiver.id)))
    names = staff_names(session, {row.asked_by for row in rows} | {row.answered_by for row in rows})
    return [
        Asked(
            row.id, kinds()[row.kind], reveal(session, row, "reason_sealed") or "", names.get(row.asked_by, ""), row.asked_at,
            names.get(row.answered_by, "") if row.answered_by else "", row.asked_by == actor.staff_id,
        )
        for row in rows
    ]  # fmt: skip


def _supervises(case: Case, actor: Actor) -> bool:
    return actor.has(Role.SUPERVISOR, case.custodian)
