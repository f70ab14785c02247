"""One line of a list: what the desk must know of a case in the first five seconds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from handoff import picture
from handoff.alarms import AlarmState
from handoff.cases import DANGER, TODAY, Case, complaint, understood
from handoff.casework.report_marks import Clock
from handoff.contacts import Contact
from handoff.deadlines import Book, Limit
from handoff.picture import Picture
from handoff.presence import is_present
from handoff.states import CaseState
from resources.sealing import reveal


@dataclass(frozen=True, slots=True)
class Row:
    """One case as a list shows it."""

    case: Case
    name: str
    complaint: str
    picture: Picture
    urgent: bool
    today: bool
    crises: list[str]
    reasons: list[str]
    watched: bool  # somebody else may read the resident's phone
    call_allowed: bool | None
    unread: bool
    undelivered: bool
    night: bool
    owner: str
    owner_present: bool
    limit: Limit | None
    alarm: AlarmState | None  # where alerting staff stands
    handed_by: str  # who handed it over, until the receiver has opened it
    safety: Clock | None  # of the check that a child is safe, while it is open
    office_untold: bool  # a wish to apply for 生活保護 that the welfare office does not know of
    earlier: str  # who had it before it ended, where they can take it again

    @property
    def state(self) -> CaseState:
        """Where the case stands."""
        return CaseState(self.case.state)


def row_of(
    session: Session,
    case: Case,
    contact: Contact,
    owner: str,
    book: Book,
    *,
    now: datetime,
    unread: bool,
    undelivered: bool,
    alarm: AlarmState | None,
    handed_by: str,
    safety: Clock | None,
    office_untold: bool,
    earlier: str,
) -> Row:
    """Return the line of a case."""
    return Row(
        case=case,
        name=reveal(session, contact, "name_sealed") or "",
        complaint=complaint(session, case),
        picture=picture.read(understood(session, case)),
        urgent=case.need == DANGER,
        today=case.need == TODAY,
        crises=picture.crises(case.crises),
        reasons=picture.reasons(code for code in case.reasons if code != "crisis"),
        watched=contact.device_watched,
        call_allowed=contact.call_allowed,
        unread=unread,
        undelivered=undelivered,
        night=book.is_night(case),
        owner=owner,
        owner_present=is_present(case, now=now),
        limit=book.limit(case),
        alarm=alarm,
        handed_by=handed_by,
        safety=safety,
        office_untold=office_untold,
        earlier=earlier,
    )
