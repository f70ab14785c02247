"""Reports the law demands (通告・通報): made at once by whoever hears of it, told to whom and when, until safety is checked."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from handoff import presses
from handoff.cases import Case, record
from handoff.casework import tasks
from handoff.casework.report_file import WILLS, of, shown
from handoff.casework.report_kinds import ReportKind, kinds
from handoff.casework.report_tables import EntryKind, ReportEntry, StatutoryReport
from handoff.casework.tasks import Doer, Origin, Task
from handoff.states import NotAllowed
from resources.access import Actor
from resources.dates import clock, day_of, plain
from resources.db import new_id
from resources.sealing import seal

LONGEST: Final = 4000
_NAME: Final = 120
_SAME_CALL: Final = timedelta(minutes=30)
_SAFETY: Final = "子どもの安全を確認して「通告・通報」に記録する"


class NotWhole(NotAllowed):
    """伝えた先、その名前、受けた人、日時、伝えたことを、すべて書いてください。まだ記録していません。書いたことは下に残っています。"""


class NotYet(NotAllowed):
    """これから先の日時は記録できません。伝えた日時を確かめてください。まだ記録していません。"""


class WillUnknown(NotAllowed):
    """配偶者からの暴力の通報は、本人の意思を選んでください。本人が望まず、命の危険もないときは、通報しません。まだ記録していません。"""


class AlreadyReported(NotAllowed):
    """すでに記録されています。同じ種類の通告・通報が、30分以内にこの相談に記録されました。その記録を開いて書き足すか、別の連絡なら下で「別の連絡として記録する」を選んでください。いまの操作では何も増えていません。"""


class NothingWritten(NotAllowed):
    """ことばが空です。書いてから残してください。まだ残していません。"""


class CorrectedMeanwhile(NotAllowed):
    """画面を開いたあとで、ほかの人がこの記録を訂正しました。いまの内容を確かめてください。あなたの訂正は入っていません。"""


class AlreadyChecked(NotAllowed):
    """安全確認は、先に記録されています。下の経過で確かめてください。いまの操作では何も変わっていません。"""


class SafetyFirst(NotAllowed):
    """安全確認がまだ記録されていません。安全を確かめて記録してから、終えてください。まだ終わっていません。"""


class AlreadyClosed(NotAllowed):
    """この通告・通報は、先に結果が記録されています。いまの操作では何も変わっていません。書き足すことはできます。"""


@dataclass(frozen=True)
class Told:
    """What was filled in: to which authority, which one of these, who took it, when, and what was told."""

    place: str
    name: str
    received_by: str
    at: datetime | None
    words: str
    will: str = ""


def make(
    session: Session, case: Case, code: str, told: Told, *, key: str, apart: bool, actor: Actor, now: datetime
) -> StatutoryReport | None:
    """Record a report; None when this press was counted. `apart` says that it is another call than the one known."""
    if presses.counted(session, case, key):
        return None
    kind = _kind(code)
    at = _checked(kind, told, now)
    if not apart and same(session, case, code, at) is not None:
        raise AlreadyReported(AlreadyReported.__doc__)
    presses.first(session, case, key, actor=actor, now=now)
    report = StatutoryReport(
        id=new_id(), custodian=case.custodian, case_id=case.id, kind=kind.code, made_by=actor.staff_id, made_at=now, version=1
    )
    _write(session, report, kind, told, at)
    session.add(report)
    session.flush()
    if report.due_at is not None:
        tasks.add(
            session, case, _SAFETY, now=now, by=actor.staff_id, doer=Doer(staff_id=actor.staff_id),
            due_on=day_of(report.due_at), origin=Origin.REPORT, origin_id=report.id,
        )  # fmt: skip
    record(session, case, "report_made", now=now, staff_id=actor.staff_id, detail={"kind": kind.code})
    session.flush()
    return report


def same(session: Session, case: Case, code: str, at: datetime) -> StatutoryReport | None:
    """Return the report of the same kind that was made within half an hour of a moment."""
    query = select(StatutoryReport).where(
        StatutoryReport.case_id == case.id, StatutoryReport.kind == code,
        StatutoryReport.reported_at > at - _SAME_CALL, StatutoryReport.reported_at < at + _SAME_CALL,
    )  # fmt: skip
    return session.scalars(query.order_by(StatutoryReport.id.desc()).limit(1)).first()


def correct(
    session: Session, case: Case, report_id: uuid.UUID, told: Told, *, version: int, actor: Actor, now: datetime
) -> None:
    """Put a record right; what stood there before is kept."""
    report = of(session, case, report_id)
    at = _checked(report.of_kind, told, now)
    if report.version != version:
        raise CorrectedMeanwhile(CorrectedMeanwhile.__doc__)
    _add(session, report, EntryKind.CORRECTED, _as_text(session, report), actor=actor, now=now)
    _write(session, report, report.of_kind, told, at)
    report.version += 1
    if report.due_at is not None:
        due = day_of(report.due_at)
        session.execute(
            update(Task)
            .where(Task.origin_id == report.id, Task.origin == Origin.REPORT, Task.done_at.is_(None))
            .values(due_on=due)
        )
    record(session, case, "report_corrected", now=now, staff_id=actor.staff_id, detail={"kind": report.kind})
    session.flush()


def add(
    session: Session, case: Case, report_id: uuid.UUID, kind: EntryKind, words: str, *, key: str, actor: Actor, now: datetime
) -> StatutoryReport | None:
    """Add a decision, a meeting or anything else, also after the result is recorded; None when this press was counted."""
    report = of(session, case, report_id)
    _needs(words)
    if not presses.first(session, case, key, actor=actor, now=now):
        return None
    _add(session, report, kind, words, actor=actor, now=now)
    record(session, case, "report_added", now=now, staff_id=actor.staff_id, detail={"kind": report.kind})
    session.flush()
    return report


def check_safety(
    session: Session, case: Case, report_id: uuid.UUID, words: str, *, at: datetime | None, actor: Actor, now: datetime
) -> None:
    """Record that somebody saw that the child is safe, or what was done; the clock stops."""
    report = of(session, case, report_id)
    if report.safety_at is not None:
        raise AlreadyChecked(AlreadyChecked.__doc__)
    _needs(words)
    if at is None or at > now:
        raise NotYet(NotYet.__doc__)
    report.safety_at, report.safety_by = at, actor.staff_id
    _add(session, report, EntryKind.SAFETY, words, actor=actor, now=now)
    _finish_tasks(session, report, actor=actor, now=now)
    record(session, case, "report_safety", now=now, staff_id=actor.staff_id, detail={"kind": report.kind})
    session.flush()


def close(session: Session, case: Case, report_id: uuid.UUID, words: str, *, actor: Actor, now: datetime) -> None:
    """Record what came of a report; where a clock runs, safety is checked first."""
    report = of(session, case, report_id)
    if report.closed_at is not None:
        raise AlreadyClosed(AlreadyClosed.__doc__)
    if report.due_at is not None and report.safety_at is None:
        raise SafetyFirst(SafetyFirst.__doc__)
    _needs(words)
    report.closed_at, report.closed_by = now, actor.staff_id
    _add(session, report, EntryKind.CLOSED, words, actor=actor, now=now)
    _finish_tasks(session, report, actor=actor, now=now)
    record(session, case, "report_closed", now=now, staff_id=actor.staff_id, detail={"kind": report.kind})
    session.flush()


def _kind(code: str) -> ReportKind:
    found = kinds().get(code)
    if found is None:
        raise NotWhole(NotWhole.__doc__)
    return found


def _checked(kind: ReportKind, told: Told, now: datetime) -> datetime:
    words = (told.name, told.received_by, told.words)
    if told.place not in kind.to or told.at is None or not all(one.strip() for one in words):
        raise NotWhole(NotWhole.__doc__)
    if told.at > now:
        raise NotYet(NotYet.__doc__)
    if not kind.must and told.will not in WILLS:
        raise WillUnknown(WillUnknown.__doc__)
    return told.at


def _write(session: Session, report: StatutoryReport, kind: ReportKind, told: Told, at: datetime) -> None:
    report.place, report.will, report.reported_at = told.place, told.will if not kind.must else "", at
    report.due_at = at + kind.clock if kind.clock is not None else None
    report.reminded_at = None
    seal(session, report, "name_sealed", told.name.strip()[:_NAME])
    seal(session, report, "received_by_sealed", told.received_by.strip()[:_NAME])
    seal(session, report, "told_sealed", told.words.strip()[:LONGEST])


def _as_text(session: Session, report: StatutoryReport) -> str:
    told, at = shown(session, report, {}), report.reported_at
    lines = [
        f"伝えた先：{report.place}　{told.name}", f"受けた人：{told.received_by}",
        f"日時：{plain(at)}{clock(at)}", f"伝えたこと：{told.told}",
        *([f"本人の意思：{told.will}"] if told.will else []),
    ]  # fmt: skip
    return "\n".join(lines)


def _needs(words: str) -> None:
    if not words.strip():
        raise NothingWritten(NothingWritten.__doc__)


def _add(session: Session, report: StatutoryReport, kind: EntryKind, words: str, *, actor: Actor, now: datetime) -> None:
    entry = ReportEntry(
        id=new_id(), custodian=report.custodian, case_id=report.case_id, report_id=report.id, kind=kind,
        made_by=actor.staff_id, made_at=now,
    )  # fmt: skip
    seal(session, entry, "words_sealed", words.strip()[: LONGEST + 500])
    session.add(entry)


def _finish_tasks(session: Session, report: StatutoryReport, *, actor: Actor, now: datetime) -> None:
    session.execute(
        update(Task)
        .where(Task.origin_id == report.id, Task.origin == Origin.REPORT, Task.done_at.is_(None))
        .values(done_at=now, done_by=actor.staff_id)
    )
