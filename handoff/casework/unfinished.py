"""What must be settled before a case ends: a report that is asked for, a safety check, a welfare office to be told."""

from __future__ import annotations

from sqlalchemy.orm import Session

from handoff.cases import Case
from handoff.casework import report_marks, waivers
from handoff.states import NotAllowed, Outcome


class ReportFirst(NotAllowed):
    """通告・通報の記録がまだありません。「通告・通報」で記録するか、しない理由を二人で記録してください。相談はまだ終わっていません。"""


class SafetyFirst(NotAllowed):
    """通告のあとの安全確認が、まだ記録されていません。「通告・通報」で記録してください。相談はまだ終わっていません。"""


class OfficeFirst(NotAllowed):
    """生活保護の申請の意思を、まだ福祉事務所に伝えていません。「通告・通報」で記録してください。相談はまだ終わっていません。"""


def settled(session: Session, case: Case, outcome: Outcome) -> None:
    """Pass when nothing of this kind is open; a duplicate goes on in the other case."""
    if outcome is Outcome.DUPLICATE:
        return
    if waivers.outstanding(session, case):
        raise ReportFirst(ReportFirst.__doc__)
    due_at, untold = report_marks.of_case(session, case)
    if due_at is not None:
        raise SafetyFirst(SafetyFirst.__doc__)
    if untold and outcome is not Outcome.DECEASED:
        raise OfficeFirst(OfficeFirst.__doc__)
