"""Everything a desk needs to know about one case, gathered for one page; and the record of who looked."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff import consent, contacts, conversation, duty, handing_over, looking, notes, persons, picture, troubles
from handoff.accounts import Account, Platform
from handoff.cases import Case, complaint, understood
from handoff.casework import voices
from handoff.consent import DESK
from handoff.contacts import Contact
from handoff.conversation import Line
from handoff.duty import Duty, Watch
from handoff.history import RECIPIENTS
from handoff.notes import Notes
from handoff.picture import Picture
from handoff.presence import heartbeat, is_present
from handoff.states import CaseState, Consent, Ground, Outcome
from resources import journal
from resources.access import Actor
from resources.desks import Desk, desk_reading
from resources.hours import Opening

READ = "case.read"
REQUEST_READ = "case.request_read"  # by a 民生委員 who is asked something
_KIND = "case"
_NOTES = 20  # on the page of the case; the others stand in its history


@dataclass(frozen=True)
class CaseFile:
    """One case as the page shows it."""

    case: Case
    name: str
    phone: str
    complaint: str
    picture: Picture
    topics: list[str]
    crises: list[str]
    reasons: list[str]
    watched: bool
    call_allowed: bool | None
    family_may_know: bool | None
    reachable: bool
    platform: str
    quota_left: int | None
    account_trouble: str
    desk: Desk | None
    hours: Opening | None
    duty: Duty | None
    night: bool
    owner: str
    owner_present: bool
    consents: list[tuple[str, Consent]]
    lines: list[Line]
    notes: Notes
    mine: bool
    guest: bool  # the reader owns a walled case without sitting at the desk made for it
    asked_by: str  # who asked for a second person before the case ends
    asked_outcome: Outcome | None

    @property
    def state(self) -> CaseState:
        """Where the case stands."""
        return CaseState(self.case.state)

    @property
    def ground(self) -> str:
        """Why the case may be read, in words."""
        return _GROUNDS[Ground(self.case.ground)]

    @property
    def outcome_label(self) -> str:
        """How the case ended, in words."""
        return Outcome(self.case.outcome).label if self.case.outcome else ""

    @property
    def standing(self) -> str:
        """A mark of who has the case and how it stands, for live refresh."""
        return standing(self.case)

    @property
    def newest(self) -> str:
        """The id of the newest line."""
        return str(self.lines[-1].id) if self.lines else ""


def standing(case: Case) -> str:
    """Return a mark that changes with the state, the owner, the desk and a question to a second person; no words."""
    return f"{case.state}:{case.owner_id}:{case.desk_id}:{case.walled}:{case.closing_asked_by}"


def note_reading(session: Session, case: Case, *, actor: Actor, now: datetime) -> frozenset[uuid.UUID]:
    """Write down who reads, committed before the page is made; returns the messages nobody had seen until now."""
    held = session.scalars(select(Case).where(Case.id == case.id)).one()
    journal.record(
        session, READ, municipality=case.custodian, subject_kind=_KIND, subject_id=case.id,
        staff_id=actor.staff_id, now=now,
    )  # fmt: skip
    heartbeat(session, held, actor=actor, now=now)
    handing_over.opened(held, actor)
    voices.seen(session, held, actor=actor)
    looking.look(session, held, actor=actor, now=now)
    return conversation.mark_seen(session, held, now=now)


def called(session: Session, case: Case) -> str:
    """Return the name to call the person by."""
    known = sorted(_contacts(session, case), key=lambda one: one.id != case.contact_id)
    return next(filter(None, (contacts.called(session, one) for one in known)), "")


def gather(
    session: Session,
    case: Case,
    *,
    actor: Actor,
    now: datetime,
    before: uuid.UUID | None = None,
    unread: frozenset[uuid.UUID] = frozenset(),
) -> CaseFile:
    """Return a case with all that belongs to it."""
    known_as = _contacts(session, case)
    there = {point.id: (point, account) for point, account in conversation.places(session, case)}
    point, account = there.get(case.point_id, (None, None)) if case.point_id else (None, None)
    desk, hours = desk_reading(session, case.desk_id, now=now) if case.desk_id else (None, None)
    night = hours is not None and not hours.is_open
    names = conversation.staff_names(session, {case.owner_id, case.closing_asked_by})
    return CaseFile(
        case=case,
        name=called(session, case),
        phone=next(filter(None, (contacts.phone(session, one) for one in known_as)), ""),
        complaint=complaint(session, case),
        picture=picture.read(understood(session, case)),
        topics=picture.topics(case.topics),
        crises=picture.crises(case.crises),
        reasons=picture.reasons(case.reasons),
        watched=any(one.device_watched for one in known_as),
        call_allowed=_allowed(one.call_allowed for one in known_as),
        family_may_know=_allowed(one.family_may_know for one in known_as),
        reachable=point is not None and point.reachable,
        platform=Platform(account.platform).label if account else "",
        quota_left=_quota_left(account),
        account_trouble=troubles.account(account.trouble) if account else "",
        desk=desk,
        hours=hours,
        duty=_duty(session, case, night),
        night=night,
        owner=names.get(case.owner_id, "") if case.owner_id else "",
        owner_present=is_present(case, now=now),
        consents=_consents(session, case),
        lines=conversation.lines(session, case, before=before, unread=unread),
        notes=notes.of_case(session, case, actor=actor, limit=_NOTES),
        mine=case.owner_id == actor.staff_id,
        guest=case.walled and case.desk_id is not None and case.desk_id not in actor.violence_desks,
        asked_by=names.get(case.closing_asked_by, "") if case.closing_asked_by else "",
        asked_outcome=Outcome(case.outcome) if case.outcome and case.closing_asked_by else None,
    )


def _contacts(session: Session, case: Case) -> list[Contact]:
    found = persons.of_contact(session, case.contact_id).contacts
    shown = conversation.people(session, case)
    return [one for one in found if one.id in shown]


def _allowed(answers: Iterable[bool | None]) -> bool | None:
    # Where somebody said yes in one place and no in another, the no counts.
    given = [answer for answer in answers if answer is not None]
    return all(given) if given else None


def _quota_left(account: Account | None) -> int | None:
    if account is None or account.quota_limit is None:
        return None
    return max(0, account.quota_limit - (account.quota_used or 0))


def _duty(session: Session, case: Case, night: bool) -> Duty | None:
    if case.crisis is None:
        return None
    return duty.who_acts(session, case.custodian, case.crisis, Watch.OUTSIDE if night else Watch.READING_HOURS)


def _consents(session: Session, case: Case) -> list[tuple[str, Consent]]:
    latest = {row.recipient: row for row in consent.answers(session, case)}
    others = [
        (RECIPIENTS.get(name, name), Consent.UNCONFIRMED if row.withdrawn_at else Consent(row.state))
        for name, row in latest.items()
        if name != DESK
    ]
    return [(RECIPIENTS[DESK], Consent(case.consent)), *others]


_GROUNDS = {
    Ground.CONSENT: "本人の同意", Ground.LIFE_BODY: "生命・身体の保護（同意なしで受付）",
    Ground.THIRD_PARTY: "周りの人からの心配", Ground.REQUEST: "本人の希望",
}  # fmt: skip
